import uuid

from django.db import models
from django.db.models import Q


class AccessPass(models.Model):
    """A one-time way in, instead of the second factor: it opens the first key's registration."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="access_passes"
    )
    code_hash = models.BinaryField(max_length=32, unique=True)
    issued_by_id = models.UUIDField(null=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


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
    was typed is nobody's, and the worker forgets the row.
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

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=models.Q(code_hash__isnull=True, revoked_at__isnull=True),
                name="password_resets_to_send",
            )
        ]
