import uuid

from django.db import models


class Entry(models.Model):
    """What happened, kept as the exact bytes that a seal will cover.

    `clear` holds the personal values; `canonical` holds only salted hashes of them, so that a
    person can be erased and the chain still proves itself.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    code = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    actor_kind = models.CharField(max_length=11)
    actor_id = models.CharField(max_length=36, blank=True)
    holder_id = models.UUIDField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=32, blank=True)
    clear = models.JSONField()
    canonical = models.BinaryField()

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["holder_id", "-at"], name="%(class)s_by_holder"),
            models.Index(fields=["organisation_id", "-at"], name="%(class)s_by_organisation"),
        ]


class ChangeEntry(Entry):
    """Acts that changed something. Kept for years."""


class AttemptEntry(Entry):
    """Sign-ins and refusals: a stream of its own, with a retention of its own."""
