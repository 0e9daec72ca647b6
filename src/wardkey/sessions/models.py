import uuid

from django.db import models
from django.db.models import Q

from .levels import Level, Owed


class Session(models.Model):
    """A signed-in browser. The browser holds a secret, the row only its hash.

    `organisation_in_view` is the one that its person chose to act for; none is the highest role's.
    `key_id` is the SecurityKey that it was made with; keys is a room above this one.
    `desk_ends_at` is when its open desk session ends, so that most pages need not look for one.
    `ends_at` is set where it ends earlier than others: what opened it was for so long.
    `refusal_told_at` is when its person was last told of a proof that was refused in it.
    `owes_logout` is set once its person logged in to an application: those are told when it ends.
    `may_end_at`, of one that does: when the worker is to look whether it ended. It does not before.
    `rests` is judged at each request and never kept: it was idle, and opens nothing meanwhile.
    """

    rests = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret_hash = models.BinaryField(max_length=32, unique=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="sessions")
    security_stamp = models.UUIDField()
    level = models.CharField(max_length=12, choices=Level)
    owed = models.CharField(max_length=14, choices=Owed, blank=True)
    key_id = models.UUIDField(null=True, db_index=True)
    organisation_in_view = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    device = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True, db_default="")
    shared_computer = models.BooleanField(default=False)
    desk_ends_at = models.DateTimeField(null=True)
    refusal_told_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True)
    owes_logout = models.BooleanField(default=False, db_default=False)
    may_end_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person"], condition=Q(ended_at__isnull=True), name="live_sessions"
            ),
            models.Index(
                fields=["may_end_at"], condition=Q(owes_logout=True), name="sessions_that_may_end"
            ),
            models.Index(fields=["started_at"], name="sessions_by_start"),
        ]


class LastTime(models.Model):
    """What stays of somebody's logins when they are forgotten: one moment of each kind, the latest
    (forgetting.py). Reports ask for it years later."""

    class Kind(models.TextChoices):
        SEEN = "seen"  # wholly logged in
        SESSION = "session"  # the end of a session, and of the two below
        GRANT = "grant"
        API_TOKEN = "api_token"

    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=9, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="one_last_time_of_a_kind")
        ]


class StepUp(models.Model):
    """Somebody signed in proved again that it was they, for one deed (people/deeds.py).

    `key_id` is the SecurityKey that answered; none where it was the password. `used_at` is when the
    deed was done, where one proof is good for one deed only.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="step_ups")
    deed = models.CharField(max_length=100)
    key_id = models.UUIDField(null=True)
    proven_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class DeskSession(models.Model):
    """One proof, for the registration of many people's keys (sessions/desk_session.py).

    `served` is for how many of them a registration began.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="desk_sessions")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at_most = models.PositiveSmallIntegerField()
    is_for_named = models.BooleanField()
    served = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()


class DeskPlace(models.Model):
    """Somebody whom a desk session covers. `served_at` is when a registration for them began;
    until then they are somebody named."""

    desk = models.ForeignKey(DeskSession, on_delete=models.CASCADE, related_name="places")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    served_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "person"], name="one_place_a_person")
        ]


class Application(models.Model):
    """A program of an organisation's. It belongs to the organisation, and acts as one of the people
    who have a role there: within its scopes, what they may do at that moment.

    `scopes` are those of sessions/scopes.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="applications"
    )
    name = models.CharField(max_length=200)
    scopes = models.JSONField()
    acts_as = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """What opens the API: a person's own, or an application's. Its bearer holds the secret, the row
    the hash, and its beginning, by which people tell theirs apart.

    Of a person's own: `organisation` is the one in view as it was made, if any; it holds as long as
    `security_stamp` is the person's; `key_id` is the SecurityKey that proved them. `last_used_at`
    is noted once an hour.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret_hash = models.BinaryField(max_length=32, unique=True)
    beginning = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    scopes = models.JSONField()
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="api_tokens"
    )
    security_stamp = models.UUIDField(null=True)
    key_id = models.UUIDField(null=True, db_index=True)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="api_tokens"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, application__isnull=False)
                | Q(person__isnull=False, application__isnull=True),
                name="of_a_person_or_an_application",
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(person__isnull=False, ended_at=None),
                name="api_tokens_of_people",
            ),
            models.Index(fields=["expires_at"], name="api_tokens_by_end"),
        ]

    def __str__(self) -> str:
        return self.name


class StationCode(models.Model):
    """What an administrator types at the token station, once, to let it in (station_codes.py)."""

    secret_hash = models.BinaryField(max_length=32, unique=True)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class FirstAnswer(models.Model):
    """What a creation was answered first, for whoever asks again under the same Idempotency-Key.

    `asked` is the SHA-256 of what was asked for. `status` is none while it is being done.
    """

    api_token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    asked = models.BinaryField(max_length=32)
    began_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["api_token", "key"], name="each_answer_once")
        ]
