import uuid

from django.db import models
from django.db.models import Q

from .assurance import DECISIONS, Assurance


class Client(models.Model):
    """An application to which people log in through the portal: an OpenID Connect relying party.

    Addresses are kept as they were registered, and compared letter by letter. `logout_uri` is where
    it is told that a session ended (OpenID Connect Back-Channel Logout 1.0). `jwks` are the public
    keys of one that signs its requests (private_key_jwt); then it has no secret. `assurance` is the
    least with which anybody gets in, whatever a request asks for. `on_devices`: it may ask from
    machines without a browser (devices.py). `unvouched_since` is when a program named addresses
    that no person has looked at yet: until then everybody is asked (by_programs.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="clients"
    )
    name = models.CharField(max_length=200)
    redirect_uris = models.JSONField()
    logout_redirect_uris = models.JSONField()
    logout_uri = models.CharField(max_length=500, blank=True)
    jwks = models.JSONField(null=True)
    assurance = models.CharField(max_length=13, choices=Assurance)
    on_devices = models.BooleanField(default=False, db_default=False)
    registered_at = models.DateTimeField()
    unvouched_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class ClientSecret(models.Model):
    """What a client proves itself with: 256 random bits, of which the row has the keyed hash, and
    the beginning, by which people tell two apart. `ends_at` is set once there is a newer one."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="secrets")
    secret_hash = models.BinaryField(max_length=32)
    beginning = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)


class ClientUse(models.Model):
    """What an organisation decided about a client: with which assurance its people get in, or that
    they do not. Below, it can only be made stricter (uses.py)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="uses")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    with_those_below = models.BooleanField()
    decision = models.CharField(max_length=13, choices=[(each, each) for each in DECISIONS])
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "organisation"], name="one_decision_a_client_and_organisation"
            )
        ]


class ClientRoles(models.Model):
    """Which roles in a client an organisation gives its people, by the role that they hold here:
    `{"everybody": ["records.reader"], "auditor": [...]}`. With those below, which can only take
    from it (application_roles.py)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    gives = models.JSONField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "organisation"], name="roles_once_a_client_and_organisation"
            )
        ]


class Consent(models.Model):
    """Somebody allowed a client of another organisation to learn of them what `scopes` say."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    scopes = models.JSONField()
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "client"],
                condition=Q(ended_at__isnull=True),
                name="one_consent_a_person_and_client",
            )
        ]


class PendingRequest(models.Model):
    """A client's request that waits until somebody has logged in, proved more, or agreed. `asked`
    is the request as it came; what counts of it is read anew each time (asked.py).

    `chosen_at` is when its person said as whom to go on, `agreed_at` when they agreed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    asked = models.JSONField()
    asked_at = models.DateTimeField(db_index=True)
    session_id = models.UUIDField(null=True)
    chosen_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class Grant(models.Model):
    """Somebody is logged in to a client: what it was told, and what it may still ask.

    It stands on the session: where that ends, or its person or key is stopped, nothing of it opens
    anything (grants.py). `organisation` is the one that the person spoke for. Of code, access and
    refresh secrets the row has the hashes; `family_hash` is of the part of a refresh secret that
    stays, so that one used twice is known. `key_id` is the SecurityKey that proved them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="grants")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey("sessions.Session", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    key_id = models.UUIDField(null=True)
    scopes = models.JSONField()
    claims = models.JSONField()
    acr = models.CharField(max_length=8, blank=True)
    amr = models.JSONField()
    assurance = models.CharField(max_length=13, choices=Assurance)
    authenticated_at = models.DateTimeField()
    nonce = models.CharField(max_length=500, blank=True)
    redirect_uri = models.CharField(max_length=500, blank=True)
    code_challenge = models.CharField(max_length=43, blank=True)
    code_hash = models.BinaryField(max_length=32, unique=True, null=True)
    code_ends_at = models.DateTimeField(null=True)
    code_used_at = models.DateTimeField(null=True)
    access_hash = models.BinaryField(max_length=32, unique=True, null=True)
    access_ends_at = models.DateTimeField(null=True)
    family_hash = models.BinaryField(max_length=32, unique=True, null=True)
    refresh_hash = models.BinaryField(max_length=32, null=True)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person"], condition=Q(ended_at__isnull=True), name="live_client_grants"
            ),
            models.Index(
                fields=["client"],
                condition=Q(ended_at__isnull=True),
                name="live_grants_of_client",
            ),
            models.Index(
                fields=["key_id"],
                condition=Q(ended_at__isnull=True),
                name="live_grants_of_key",
            ),
        ]


class DeviceRequest(models.Model):
    """A client on a machine without a browser waits until somebody logs in for it elsewhere.

    Of the machine's code the row has the hash; of the one that a person types, which is short, the
    keyed hash. `asked_from` is the machine's network address. `interval` is the number of seconds
    between two of its questions. Decided without a grant, the person said no.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    scopes = models.JSONField()
    acr_values = models.JSONField()
    device_hash = models.BinaryField(max_length=32, unique=True)
    typed_hash = models.BinaryField(max_length=32, unique=True)
    asked_from = models.CharField(max_length=45)
    asked_at = models.DateTimeField(db_index=True)
    interval = models.PositiveSmallIntegerField()
    polled_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="+", null=True)


class SigningKey(models.Model):
    """An RSA key that signs what clients are told. `id` is its RFC 7638 thumbprint, so that no two
    keys share one. The private half is sealed. It is published from `made_at` on, signs from
    `signs_from` until a newer one does, and stays published until `gone_at`."""

    id = models.CharField(primary_key=True, max_length=43)
    public_jwk = models.JSONField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    signs_from = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class UsedAssertion(models.Model):
    """A client's signed proof of itself, which counts once: the SHA-256 of client and `jti`."""

    id = models.BinaryField(primary_key=True, max_length=32)
    ends_at = models.DateTimeField(db_index=True)


class LogoutNotice(models.Model):
    """A client is still to hear that a session ended (logouts.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey("sessions.Session", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(told_at__isnull=True, given_up_at__isnull=True),
                name="logouts_to_tell",
            )
        ]
