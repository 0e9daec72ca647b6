import uuid

from django.db import models
from django.db.models import Q


class PassKind(models.TextChoices):
    ACCESS = "access"
    DAY = "day"


class AccessPass(models.Model):
    """A one-time way in, instead of the second factor: it opens the first key's registration. Or,
    for a day, a second factor until it ends.

    `stop_hash` is of the code in the message to its holder, with which they stop it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="access_passes"
    )
    kind = models.CharField(max_length=6, choices=PassKind, default="access", db_default="access")
    code_hash = models.BinaryField(max_length=32, unique=True)
    stop_hash = models.BinaryField(max_length=32, unique=True, null=True)
    issued_by_id = models.UUIDField(null=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)


class PassRequest(models.Model):
    """A pass for somebody with a role, which a second administrator has to approve. The newest of a
    person counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=PassKind)
    lifetime = models.DurationField()
    identity_check = models.CharField(max_length=20)
    vouched_by_id = models.UUIDField(null=True)
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by_id = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)


class IdentityCode(models.Model):
    """A code that went to a person's own address, for whoever checks who they are. It follows from
    the id and the portal's secret key, and is kept nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    asked_by_id = models.UUIDField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class Vouching(models.Model):
    """A colleague said with their own key who somebody is; good for one pass, for five minutes."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    vouched_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    asked_by_id = models.UUIDField()
    session_id = models.UUIDField()
    vouched_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class AuthenticatorApp(models.Model):
    """The seed that a person's app makes its codes from, sealed (base/sealing.py).

    Without `confirmed_at` it is being set up. `last_step` is the time step of the last code that
    was used: none up to it counts again.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(max_length=100)
    last_step = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(confirmed_at__isnull=False), name="one_app_in_use"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(confirmed_at__isnull=True), name="one_app_to_set_up"
            ),
        ]


class RecoveryCode(models.Model):
    """One of ten; only its hash. Those of a list that was replaced are gone."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    code_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "code_hash"], name="each_recovery_code_once")
        ]


class PasswordReset(models.Model):
    """A way to a new password: a link that was asked for, or a slip that was handed over.

    A link has neither code nor end until the worker sends it; `person` is empty where the name that
    was typed is nobody's, and the worker forgets the row. `request_id` is of the request that
    asked.
    """

    class Way(models.TextChoices):
        LINK = "link"
        SLIP = "slip"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="password_resets"
    )
    way = models.CharField(max_length=4, choices=Way)
    code_hash = models.BinaryField(max_length=32, unique=True, null=True)
    issued_by_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    request_id = models.CharField(max_length=32, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=models.Q(code_hash__isnull=True, revoked_at__isnull=True),
                name="password_resets_to_send",
            )
        ]
