"""Whether the audit trail is what was sealed, and what was signed when (`wardkey audit verify`).

    heads_in    what checkpoints that were kept elsewhere say; raises notes.Unreadable
    faults      each one, as faults.py and the two below tell them

    rewritten   `from`, `until`: the places between which entries and hashes were changed together
    cut_off     `from`, `until`: the places of a signed tree that are no longer there

Entries are compared with the tree's lowest hashes, these with the ones above, and the roots with
the checkpoints: with those that are given, and with the newest one here. The first two are done a
stretch of the tree at a time, of a large one side by side (stretches.py, docs/adr/0050).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Subquery

from . import checkpoint_keys, notes, stretches, tiles, tree
from .events import CHANGE
from .faults import Fault, Misfits
from .models import TABLES, Checkpoint, Tree
from .notes import Head
from .purged import Purged

# Of a stream with so many sealed entries; what it returns is told of so many more that were read.
Telling = Callable[[str, int], Callable[[int], object]]


def heads_in(texts: Sequence[str]) -> list[Head]:
    keys = checkpoint_keys.public_keys()
    read = [notes.read(text) for text in texts]
    for note in read:
        if note.head.stream not in TABLES or not any(notes.is_signed(note, key) for key in keys):
            raise notes.Unreadable("no key of this portal has signed it")
    return [note.head for note in read]


def untold(_stream: str, _size: int) -> Callable[[int], object]:
    return lambda _more: None


def faults(
    heads: Sequence[Head], *, wide: int = stretches.WIDE, telling: Telling = untold
) -> Iterator[Fault]:
    """`wide` is how many tiles a stretch has; `telling` hears how far it is. Raises
    purged.Meanwhile, and ChildProcessError where one of several processes ended before it was done.
    """
    purged = Purged(checkpoint_keys.public_keys())
    for stream in TABLES:  # changes first: they say which attempts were purged
        given = [head for head in heads if head.stream == stream]
        newest = Checkpoint.objects.filter(stream=stream).order_by("-pk").first()
        if newest is not None:
            given += heads_in([newest.note])
        yield from _Verifying(stream, purged, wide, telling).faults(given)


def sealed() -> int:
    return sum(Tree.objects.values_list("size", flat=True))


@dataclass(slots=True)
class _Verifying:
    stream: str
    purged: Purged
    wide: int
    telling: Telling

    def faults(self, heads: Sequence[Head]) -> Iterator[Fault]:
        size = Tree.objects.filter(pk=self.stream).values_list("size", flat=True).first() or 0
        if self.stream == CHANGE:
            self.purged.read = size
        misfits = Misfits(self.stream, self.purged)
        unlike: list[int] = []
        read = self.telling(self.stream, size)
        for seen in stretches.seen(self.stream, size, self.purged, wide=self.wide):
            yield from seen.faults
            misfits.join(seen.misfits)
            unlike += seen.unlike
            read(self.wide * tiles.WIDE)
        yield from misfits.told()
        yield from misfits.beyond(self._beyond())
        yield from self._faults_of_tiles(unlike, size)
        yield from self._faults_by_checkpoints(heads, size)

    def _beyond(self) -> QuerySet:
        """By one statement: a sealer may be at work."""
        size = Tree.objects.filter(pk=self.stream).values("size")
        entries = TABLES[self.stream].objects.filter(leaf_index__gte=Subquery(size))
        return entries.order_by("leaf_index").values_list("leaf_index", "uid")

    def _faults_of_tiles(self, unlike: Sequence[int], size: int) -> Iterator[Fault]:
        """`unlike` are those of the lowest level, which were looked at with the entries."""
        level, count = 0, size
        while count:
            if level:
                every = range(-(-count // tiles.WIDE))
                unlike = stretches.unlike(self.stream, level, every, count)
            span = tiles.WIDE ** (level + 1)
            for number in unlike:
                yield self._rewritten(number * span, min(size, (number + 1) * span))
            level, count = level + 1, count // tiles.WIDE

    def _faults_by_checkpoints(self, heads: Sequence[Head], size: int) -> Iterator[Fault]:
        largest = max((head.size for head in heads), default=0)
        if largest > size:
            yield {**self._rewritten(size, largest), "fault": "cut_off"}
        for head in sorted(heads, key=lambda each: each.size):
            if head.size <= size and not self._is_root(head):
                yield self._rewritten(self._good_until(head.size), head.size)
                return

    def _is_root(self, head: Head) -> bool:
        try:
            return tree.root(head.size, tiles.subtree_of(self.stream)) == head.root
        except KeyError:
            return False

    def _good_until(self, size: int) -> int:
        """The size of the largest tree that was signed here before, and still is what it was."""
        kept = list(Checkpoint.objects.filter(stream=self.stream, size__lt=size).order_by("size"))
        good, bad = 0, len(kept)
        while good < bad:
            middle = (good + bad) // 2
            if self._is_root(notes.read(kept[middle].note).head):
                good = middle + 1
            else:
                bad = middle
        return kept[good - 1].size if good else 0

    def _rewritten(self, first: int, end: int) -> Fault:
        return {"fault": "rewritten", "stream": self.stream, "from": first, "until": end - 1}
