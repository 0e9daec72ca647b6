import uuid

from django.db import models
from django.db.models import Q

from ..people.models import Person


class State(models.TextChoices):
    """An import from the file's arrival to its end. Only `applied` changed anybody."""

    ARRIVING = "arriving"  # pieces of the file are being kept
    WAITING = "waiting"  # for the worker
    STAGING = "staging"  # rows are read and judged
    READY = "ready"  # judged, and may be applied
    APPLYING = "applying"  # asked for, and the worker's to do
    APPLIED = "applied"
    REFUSED = "refused"  # a row, or the whole file, will not do
    STOPPED = "stopped"  # what it was judged by has changed, or the asker may not any more
    CANCELLED = "cancelled"


UNDER_WAY = (State.ARRIVING, State.WAITING, State.STAGING, State.READY, State.APPLYING)


class PeopleImport(models.Model):
    """One file of people, imported for an organisation and those below it.

    `asked_by_id` is empty where the operator imports. `fault` says why the whole file was refused
    or the import stopped: a code and what it needs to be told. `counts` are rows by their kind.
    `alive_at` is when whoever works on it last said so. `followed_up_to` is the last line whose
    search words are kept and whose letters are written; `finished_at` when all of them are.
    `inviting_by_id` asked for its newcomers to be invited; `invited_up_to` is the last line of
    those, `invited` how many were, `invited_at` when none was left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    asked_by_id = models.UUIDField(null=True)
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=State, default=State.ARRIVING)
    fault = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    bytes_in_all = models.BigIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    alive_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    followed_up_to = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    inviting_by_id = models.UUIDField(null=True)
    invited_up_to = models.PositiveIntegerField(default=0, db_default=0)
    invited = models.PositiveIntegerField(default=0, db_default=0)
    invited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state__in=UNDER_WAY),
                name="one_import_at_a_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(forgotten_at__isnull=True),
                name="imports_to_forget",
            )
        ]

    @property
    def source(self) -> str:
        """Under which the organisation's own numbers for its people are kept: no other
        organisation's numbers get in their way."""
        return f"import.{self.organisation_id}"

    def asked_by(self) -> Person | None:
        """None for the operator."""
        return Person.objects.filter(pk=self.asked_by_id).first() if self.asked_by_id else None

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def changes_anything(self) -> bool:
        return any(self.counts.get(kind, 0) for kind in CHANGING)


class Piece(models.Model):
    """A part of an uploaded file, sealed: it has names and joiner codes in it. Gone once staged."""

    people_import = models.ForeignKey(PeopleImport, on_delete=models.PROTECT, related_name="pieces")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["people_import", "number"], name="pieces_of_a_file_in_order"
            )
        ]


class Kind(models.TextChoices):
    """What a row would do."""

    ADD = "add"
    UPDATE = "update"
    MOVE = "move"
    LEAVER = "leaver"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


CHANGING = (Kind.ADD, Kind.UPDATE, Kind.MOVE, Kind.LEAVER)


class StagedRow(models.Model):
    """A line of the file as it was judged, with all that applying it needs.

    Of a refused one `fault` is the code, `column` and `value` what it is about. `was_…` is how the
    person was when the row was judged: where they are otherwise by now, nothing is applied.
    Imports are never deleted, so the database is not asked of each row whether its own is there.
    `email` is an address to add, `link` whether the external id is new for the person,
    `has_roles` whether they held any.
    """

    people_import = models.ForeignKey(
        PeopleImport,
        on_delete=models.PROTECT,
        related_name="rows",
        db_index=False,
        db_constraint=False,
    )
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind)
    external_id = models.CharField(max_length=200)
    shown_username = models.CharField(max_length=254, blank=True)
    fault = models.CharField(max_length=24, blank=True)
    column = models.CharField(max_length=12, blank=True)
    value = models.CharField(max_length=200, blank=True)

    person_id = models.UUIDField(null=True)
    home_id = models.BigIntegerField(null=True)
    link = models.BooleanField(default=False)
    has_roles = models.BooleanField(default=False)
    username = models.CharField(max_length=254, blank=True)
    username_key = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    starts_at = models.DateTimeField(null=True)
    last_day = models.DateField(null=True)
    closes_at = models.DateTimeField(null=True)
    joiner_code_hash = models.BinaryField(max_length=32, null=True)
    words = models.JSONField(default=list)

    password = models.CharField(max_length=128, blank=True)
    user_handle = models.BinaryField(max_length=64, null=True)
    oidc_subject = models.UUIDField(null=True)
    security_stamp = models.UUIDField(null=True)

    was_name = models.CharField(max_length=200, blank=True)
    was_home_id = models.BigIntegerField(null=True)
    was_status = models.CharField(max_length=9, blank=True)
    was_last_day = models.DateField(null=True)
    was_starts_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["people_import", "line"], name="rows_in_order"),
            models.Index(fields=["people_import", "external_id"], name="rows_by_external_id"),
            models.Index(
                fields=["people_import", "username_key"],
                condition=~Q(username_key=""),
                name="rows_by_username",
            ),
        ]

    def person(self) -> Person:
        """Whom it is about, with `home`; of somebody new only once they are there."""
        return Person.objects.select_related("home").get(pk=self.person_id or uuid.uuid4())


class StagedEntry(models.Model):
    """An entry of the audit trail that is written when the import is applied: all of it but the
    time, which `head` and `tail` of its canonical bytes stand around (audit/drafts.py)."""

    people_import = models.ForeignKey(
        PeopleImport, on_delete=models.PROTECT, related_name="entries", db_constraint=False
    )
    uid = models.UUIDField()
    code = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    holder_id = models.UUIDField()
    organisation_id = models.BigIntegerField()
    clear = models.JSONField()
    tail = models.BinaryField()
