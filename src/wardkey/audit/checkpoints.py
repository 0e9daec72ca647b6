"""Signed checkpoints of the trees: what a stream held at a moment, in one note.

    make_due      the worker: of each tree that has grown
    make          of one, now
    push_due      the worker: what has not left this machine yet
    newest_note   of a stream
    standing      how far the sealing is, and what has left

Only what is elsewhere proves anything against whoever writes to the database: see verifying.py.
No tree is signed that does not begin with the one that was signed before.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Case, DateTimeField, OuterRef, Subquery, When

from ..base import clock
from . import checkpoint_keys, notes, pushing, tiles, tree
from .models import TABLES, Checkpoint, Numbering, Tree

AT_A_TIME = 20
VERIFY = "Nothing more is signed: run `wardkey audit verify`."


class Damaged(ValueError):
    """The tree is not the one that was signed: nothing more is signed until somebody looked."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many entries are `sealed`; of when the `oldest` is that waits for it; of when the newest
    checkpoint is that has left this machine."""

    sealed: int
    oldest: datetime | None
    pushed: datetime | None


def make_due() -> None:
    for stream in TABLES:
        if Tree.objects.filter(pk=stream).exists():
            make(stream)


def make(stream: str) -> Checkpoint:
    """The newest one, where the tree has not grown since."""
    key = checkpoint_keys.signing_key()
    Tree.objects.get_or_create(pk=stream)
    with transaction.atomic():
        size = Tree.objects.select_for_update().get(pk=stream).size
        before = Checkpoint.objects.filter(stream=stream).order_by("-pk").first()
        if before is not None and before.size == size:
            return before
        _require_a_continuation(before, size)
        counted = numbers_of(stream)
        head = notes.Head(
            stream=stream,
            size=size,
            root=tree.root(size, tiles.subtree_of(stream)),
            organisations=len(counted),
            numbers=tree.root(len(counted), tiles.subtree_in(hashes_of(counted))),
        )
        return Checkpoint.objects.create(
            stream=stream, size=size, note=notes.signed(head, key), made_at=clock.now()
        )


def _require_a_continuation(before: Checkpoint | None, size: int) -> None:
    if before is None:
        return
    head = notes.read(before.note).head
    if size < head.size:
        raise Damaged(f"{head.stream}: {head.size} entries were signed, {size} are there. {VERIFY}")
    if tree.root(head.size, tiles.subtree_of(head.stream)) != head.root:
        raise Damaged(f"{head.stream}: not the {head.size} entries that were signed. {VERIFY}")


def newest_note(stream: str) -> str:
    """Empty where there is none yet."""
    newest = Checkpoint.objects.filter(stream=stream).order_by("-pk")
    return newest.values_list("note", flat=True).first() or ""


def numbers_of(stream: str) -> list[tuple[int, int]]:
    """(organisation, entries). In the transaction that has the tree's row."""
    rows = Numbering.objects.filter(stream=stream).order_by("organisation_id")
    return list(rows.values_list("organisation_id", "entries"))


def hashes_of(counted: list[tuple[int, int]]) -> list[bytes]:
    return [tree.leaf_hash(b"%d %d\n" % each) for each in counted]


def push_due() -> None:
    """In order; the first that does not arrive keeps the others waiting. Raises OSError then."""
    if not pushing.is_configured():
        return
    for row in Checkpoint.objects.filter(pushed_at=None).order_by("pk")[:AT_A_TIME]:
        pushing.push(name=f"{row.stream}-{row.size:012d}.checkpoint", note=row.note)
        Checkpoint.objects.filter(pk=row.pk).update(pushed_at=clock.now())


def standing() -> Standing:
    """By one query."""
    oldest = {
        stream: table.objects.filter(leaf_index=None).order_by("pk").values("at")[:1]
        for stream, table in TABLES.items()
    }
    pushed = Checkpoint.objects.filter(stream=OuterRef("pk")).exclude(pushed_at=None)
    waits = [When(pk=stream, then=Subquery(entry)) for stream, entry in oldest.items()]
    trees = Tree.objects.annotate(
        oldest=Case(*waits, output_field=DateTimeField()),
        pushed=Subquery(pushed.order_by("-pk").values("made_at")[:1]),
    )
    told = list(trees.values_list("size", "oldest", "pushed"))
    sent = [pushed for _size, _oldest, pushed in told if pushed]
    return Standing(
        sealed=sum(size for size, _oldest, _pushed in told),
        oldest=min((oldest for _size, oldest, _pushed in told if oldest), default=None),
        pushed=max(sent, default=None),
    )
