import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Upper

from ..base import clock
from .reasons import FINAL

WAITS_AT_MOST = timedelta(days=30)
UNDONE_WITHIN = timedelta(hours=24)


class State(models.TextChoices):
    WAITING = "waiting"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


USABLE = [State.WAITING, State.ACTIVE]


class SecurityKey(models.Model):
    """One credential as its holder knows it. Rows are never deleted.

    `credential_id` stays unique for ever, also after removal, and so does `public_key`: its SHA-256
    is null only where two keys had the same one before that was looked at. `proved` is what the
    registration proved about the key: attestation, model, transports, flags. `model_id` and `model`
    name the KeyModel, if the attestation led to its roots; models come and go with the metadata.
    `doubted_since` is when newer metadata stopped bearing out what was proved.

    `state_before` is what a removed key was, so that the removal can be undone; empty where nobody
    undoes it, since the unit went on without its holder. `last_used_at` is
    set by a use that counts: never by one that a handover has still to confirm.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="keys")
    nickname = models.CharField(max_length=64)
    nickname_key = models.CharField(max_length=1200)
    relying_party_id = models.CharField(max_length=253)
    credential_id = models.BinaryField(max_length=1023)
    credential_id_sha256 = models.BinaryField(max_length=32, unique=True)
    public_key = models.BinaryField()
    public_key_sha256 = models.BinaryField(max_length=32, unique=True, null=True)
    sign_count = models.BigIntegerField()
    backup_eligible = models.BooleanField()
    backup_state = models.BooleanField()
    transports = models.JSONField()
    aaguid = models.UUIDField()
    model_id = models.UUIDField(null=True, db_index=True)
    model = models.CharField(max_length=200, blank=True)
    proved = models.JSONField()
    attestation_object = models.BinaryField()
    client_data_json = models.BinaryField()
    serial_number = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=9, choices=State)
    state_reason = models.CharField(max_length=40, blank=True)
    state_since = models.DateTimeField()
    state_by_id = models.UUIDField(null=True)
    state_before = models.CharField(max_length=9, blank=True, db_default="")
    stolen_since = models.DateTimeField(null=True)
    lapse_warned_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="keys_registered"
    )
    last_used_at = models.DateTimeField(null=True)
    doubted_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "nickname_key"],
                condition=~Q(state="removed"),
                name="nickname_once_a_holder",
            )
        ]
        indexes = [
            models.Index(fields=["holder"], condition=~Q(state="removed"), name="keys_of_holder"),
            models.Index(fields=["registered_by", "-registered_at"], name="keys_registered_by"),
            models.Index(
                fields=["doubted_since"],
                condition=Q(doubted_since__isnull=False),
                name="keys_doubted",
            ),
            models.Index(fields=["state_since"], condition=Q(state="waiting"), name="keys_waiting"),
            models.Index(fields=["state_since"], name="keys_by_last_change"),
            models.Index(Upper("serial_number"), name="keys_by_serial_number"),
            # Those that nobody has used for so long, day by day.
            models.Index(
                Coalesce("last_used_at", "registered_at"),
                condition=Q(state="active"),
                name="keys_by_last_use",
            ),
        ]

    def __str__(self) -> str:
        return self.nickname

    @property
    def lapses_at(self) -> datetime:
        """Where it waits."""
        return self.state_since + WAITS_AT_MOST

    @property
    def has_lapsed(self) -> bool:
        """It waited too long, whether or not the worker has been there."""
        return self.state == State.WAITING and clock.now() >= self.lapses_at

    @property
    def is_usable(self) -> bool:
        return self.state in USABLE and not self.has_lapsed

    @property
    def is_handed_over(self) -> bool:
        """It is its holder's: registered by them, or used by them."""
        return self.registered_by_id == self.holder_id or self.last_used_at is not None

    @property
    def may_come_back(self) -> bool:
        """A removal is undone within 24 hours; of a stolen or lapsed key, never."""
        if self.state != State.REMOVED or self.state_reason in FINAL or not self.state_before:
            return False
        return clock.now() - self.state_since < UNDONE_WITHIN


def usable() -> Q:
    """As `SecurityKey.is_usable`, for a query."""
    waits = Q(state=State.WAITING, state_since__gt=clock.now() - WAITS_AT_MOST)
    return Q(state=State.ACTIVE) | waits


class HandoverCode(models.Model):
    """A code that went to the holder's own address. It follows from the id and the portal's secret
    key, and is kept nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(SecurityKey, on_delete=models.PROTECT, related_name="handover_codes")
    session_id = models.UUIDField(db_index=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class RemovalRequest(models.Model):
    """An administrator asks another one to remove the key of a third (four_eyes.py).

    `security_stamp` is that of who asked: it changes with their roles, and then this is void.
    """

    key = models.OneToOneField(
        SecurityKey, on_delete=models.PROTECT, related_name="removal_request"
    )
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    security_stamp = models.UUIDField()
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=40)
    stolen_since = models.DateTimeField(null=True)


class ProvingRound(models.Model):
    """How far the keys were proved again with a metadata BLOB, whose number is the id.

    `proved_up_to` is the id of the last key that was, in their order.
    """

    id = models.BigIntegerField(primary_key=True)
    proved_up_to = models.UUIDField(default=uuid.UUID(int=0))
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)
