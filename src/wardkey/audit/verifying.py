"""Whether the audit trail is what was sealed, and what was signed when (`wardkey audit verify`).

    heads_in    what checkpoints that were kept elsewhere say; raises notes.Unreadable
    faults      each one, as faults.py and the two below tell them

    rewritten   `from`, `until`: the places between which entries and hashes were changed together
    cut_off     `from`, `until`: the places of a signed tree that are no longer there

Entries are compared with the tree's lowest hashes, these with the ones above, and the roots with
the checkpoints: with those that are given, and with the newest one here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Subquery

from . import checkpoint_keys, notes, tiles, tree
from .events import CHANGE
from .faults import COLUMNS, TEXTS, Fault, Misfits
from .models import TABLES, Checkpoint, Tile, Tree
from .notes import Head
from .purged import Purged

TILES_AT_A_TIME = 8  # so few that PostgreSQL sorts their entries in its memory


def heads_in(texts: Sequence[str]) -> list[Head]:
    keys = checkpoint_keys.public_keys()
    read = [notes.read(text) for text in texts]
    for note in read:
        if note.head.stream not in TABLES or not any(notes.is_signed(note, key) for key in keys):
            raise notes.Unreadable("no key of this portal has signed it")
    return [note.head for note in read]


def faults(heads: Sequence[Head]) -> Iterator[Fault]:
    purged = Purged(checkpoint_keys.public_keys())
    for stream in TABLES:  # changes first: they say which attempts were purged
        given = [head for head in heads if head.stream == stream]
        newest = Checkpoint.objects.filter(stream=stream).order_by("-pk").first()
        if newest is not None:
            given += heads_in([newest.note])
        yield from _Verifying(stream, purged).faults(given)


def sealed() -> int:
    return sum(Tree.objects.values_list("size", flat=True))


@dataclass(slots=True)
class _Verifying:
    stream: str
    purged: Purged

    def faults(self, heads: Sequence[Head]) -> Iterator[Fault]:
        size = Tree.objects.filter(pk=self.stream).values_list("size", flat=True).first() or 0
        if self.stream == CHANGE:
            self.purged.read = size
        misfits = Misfits(self.stream, self.purged)
        for first in range(0, size, TILES_AT_A_TIME * tiles.WIDE):
            until = min(size, first + TILES_AT_A_TIME * tiles.WIDE)
            rows = list(self._entries().filter(leaf_index__range=(first, until - 1)))
            if not rows and misfits.is_purged():
                misfits.skip(until - first)
                continue
            hashes = self._lowest(first, until)
            if len(hashes) == until - first:
                yield from misfits.compare(rows, first, hashes)
        yield from misfits.told()
        yield from misfits.beyond(self._beyond())
        yield from self._faults_of_tiles(size)
        yield from self._faults_by_checkpoints(heads, size)

    def _entries(self) -> QuerySet:
        entries = TABLES[self.stream].objects.order_by("leaf_index")
        return entries.annotate(**TEXTS).values_list(*COLUMNS)

    def _beyond(self) -> QuerySet:
        """By one statement: a sealer may be at work."""
        size = Tree.objects.filter(pk=self.stream).values("size")
        entries = TABLES[self.stream].objects.filter(leaf_index__gte=Subquery(size))
        return entries.order_by("leaf_index").values_list("leaf_index", "uid")

    def _tiles(self, level: int) -> QuerySet:
        return Tile.objects.filter(stream=self.stream, level=level).order_by("number")

    def _lowest(self, first: int, until: int) -> list[bytes]:
        numbers = (first // tiles.WIDE, (until - 1) // tiles.WIDE)
        kept = self._tiles(0).filter(number__range=numbers).values_list("hashes", flat=True)
        return tiles.split(b"".join(map(bytes, kept)))[: until - first]

    def _faults_of_tiles(self, size: int) -> Iterator[Fault]:
        level, count = 0, size
        while count:
            span = tiles.WIDE ** (level + 1)
            above = {row.number: bytes(row.hashes) for row in self._tiles(level + 1)}
            kept = dict(self._tiles(level).values_list("number", "hashes"))
            for number in range(-(-count // tiles.WIDE)):
                wide = min(tiles.WIDE, count - number * tiles.WIDE) * tiles.HASH
                hashes = bytes(kept.get(number, b""))[:wide]
                if len(hashes) < wide or not _is_folded(hashes, above, number):
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


def _is_folded(hashes: bytes, above: dict[int, bytes], number: int) -> bool:
    """What stands above a full tile; above one that still grows there is nothing yet."""
    if len(hashes) < tiles.WIDE * tiles.HASH:
        return True
    row, place = divmod(number, tiles.WIDE)
    told = above.get(row, b"")[place * tiles.HASH : (place + 1) * tiles.HASH]
    return told == tiles.folded(tiles.split(hashes))
