import uuid

from django.db import models
from django.db.models import Q

from .events import ATTEMPT, CHANGE


class Entry(models.Model):
    """What happened, kept as the exact bytes that a seal covers.

    `clear` holds the personal values; `canonical` holds only salted hashes of them, so that a
    person can be erased and the chain still proves itself. The sealer (sealer.py) gives an entry
    its `leaf_index` in the tree of its stream, from 0, and its `number` among those of its
    organisation, from 1; until then it has neither.
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
    leaf_index = models.BigIntegerField(null=True)
    number = models.BigIntegerField(null=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["leaf_index"], name="%(class)s_by_leaf"),
        ]
        indexes = [
            models.Index(fields=["holder_id", "-at"], name="%(class)s_by_holder"),
            models.Index(fields=["organisation_id", "-at"], name="%(class)s_by_organisation"),
            models.Index(fields=["actor_id", "-at"], name="%(class)s_by_actor"),
            models.Index(fields=["id"], condition=Q(leaf_index=None), name="%(class)s_unsealed"),
            models.Index(
                fields=["organisation_id", "number"],
                condition=Q(number__isnull=False),
                name="%(class)s_by_number",
            ),
        ]


class ChangeEntry(Entry):
    """Acts that changed something. Kept for years. Who was called otherwise is found by an index
    of these entries alone."""

    class Meta(Entry.Meta):
        abstract = False
        indexes = [
            *Entry.Meta.indexes,
            models.Index(
                fields=["organisation_id"],
                condition=Q(code="person.changed"),
                name="changeentry_of_new_names",
            ),
        ]


class AttemptEntry(Entry):
    """Sign-ins and refusals: a stream of its own, with a retention of its own."""


TABLES: dict[str, type[ChangeEntry] | type[AttemptEntry]] = {
    CHANGE: ChangeEntry,
    ATTEMPT: AttemptEntry,
}


class Tree(models.Model):
    """How many entries of a stream are sealed. Only sealers lock this row, never who writes."""

    stream = models.CharField(max_length=7, primary_key=True)
    size = models.BigIntegerField(default=0)


class Tile(models.Model):
    """Up to 256 hashes of one level of a stream's tree, 32 bytes each; tiles.py has their order."""

    stream = models.CharField(max_length=7)
    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "level", "number"], name="one_tile_a_place")
        ]


class Numbering(models.Model):
    """How many sealed entries of a stream an organisation has; 0 stands for those of none."""

    stream = models.CharField(max_length=7)
    organisation_id = models.BigIntegerField()
    entries = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "organisation_id"], name="one_numbering_an_organisation"
            )
        ]


class CheckpointKey(models.Model):
    """An Ed25519 key that signs checkpoints: `id` is its public half's SHA-256, in hex."""

    id = models.CharField(primary_key=True, max_length=64)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class Checkpoint(models.Model):
    """`note` is the signed text (notes.py); `pushed_at`, when it had left this machine."""

    stream = models.CharField(max_length=7)
    size = models.BigIntegerField()
    note = models.TextField()
    made_at = models.DateTimeField()
    pushed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "size"], name="one_checkpoint_a_size")
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(pushed_at=None), name="checkpoint_unpushed")
        ]
