"""The trail a stretch at a time: its entries, and the two lowest levels of hashes above them.

    seen      what is wrong in each, in order; of a large trail they are looked at side by side
    unlike    which tiles of a level lack hashes, or are not what stands above them

A stretch is some tiles that lie beside each other: nothing in it is hashed with anything outside.
A process of its own is told of the stretch, and reads it over its own connection: so each entry
that is compared was committed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..base.side_by_side import done_side_by_side
from . import tiles
from .events import ATTEMPT
from .faults import COLUMNS, TEXTS, Fault, Misfits
from .models import TABLES, Tile
from .purged import Purged

WIDE = 32  # tiles a stretch: 8,192 entries, a tenth of a second
ALONE = 6  # stretches up to which starting processes takes longer than they spare
TILES_AT_A_TIME = 8  # so few that PostgreSQL sorts their entries in its memory


@dataclass(frozen=True, slots=True)
class Stretch:
    """The tiles `numbers` of a tree with `size` leaves; `purged` as far as its stream asks."""

    stream: str
    numbers: range
    size: int
    purged: Purged


@dataclass(slots=True)
class Seen:
    """`unlike` are tiles of the lowest level."""

    misfits: Misfits
    faults: list[Fault]
    unlike: list[int]


def seen(stream: str, size: int, purged: Purged, *, wide: int) -> Iterator[Seen]:
    tiles_there = -(-size // tiles.WIDE)
    known = purged if stream == ATTEMPT else Purged(purged.keys)
    stretches = [
        Stretch(stream, range(first, min(first + wide, tiles_there)), size, known)
        for first in range(0, tiles_there, wide)
    ]
    if len(stretches) <= ALONE:
        return map(_look, stretches)
    return done_side_by_side(_look, stretches)


def _look(stretch: Stretch) -> Seen:
    told = stretch.purged
    misfits = Misfits(stretch.stream, Purged(told.keys, dict(told.runs), dict(told.last)))
    kept = _kept(stretch.stream, 0, stretch.numbers)
    found: list[Fault] = []
    for at in range(0, len(stretch.numbers), TILES_AT_A_TIME):
        numbers = stretch.numbers[at : at + TILES_AT_A_TIME]
        hashes = tiles.split(b"".join(kept[number] for number in numbers if number in kept))
        first = numbers[0] * tiles.WIDE
        until = min(stretch.size, first + len(numbers) * tiles.WIDE)
        found += _compared(misfits, first, until, hashes[: until - first])
    if stretch.stream == ATTEMPT:
        misfits.purged = Purged(())  # whoever asks told it
    return Seen(misfits, found, unlike(stretch.stream, 0, stretch.numbers, stretch.size))


def _compared(misfits: Misfits, first: int, until: int, hashes: Sequence[bytes]) -> Iterator[Fault]:
    entries = TABLES[misfits.stream].objects.filter(leaf_index__range=(first, until - 1))
    rows = list(entries.order_by("leaf_index").annotate(**TEXTS).values_list(*COLUMNS))
    if not rows and misfits.is_purged():
        misfits.skip(until - first)
    elif len(hashes) == until - first:
        yield from misfits.compare(rows, first, hashes)


def unlike(stream: str, level: int, numbers: range, count: int) -> list[int]:
    """`count` is how many hashes that level has."""
    kept = _kept(stream, level, numbers)
    rows = range(numbers[0] // tiles.WIDE, numbers[-1] // tiles.WIDE + 1)
    above = _kept(stream, level + 1, rows)
    found = []
    for number in numbers:
        wide = min(tiles.WIDE, count - number * tiles.WIDE) * tiles.HASH
        hashes = kept.get(number, b"")[:wide]
        if len(hashes) < wide or not _is_folded(hashes, above, number):
            found.append(number)
    return found


def _kept(stream: str, level: int, numbers: range) -> dict[int, bytes]:
    ends = numbers[0], numbers[-1]
    rows = Tile.objects.filter(stream=stream, level=level, number__range=ends)
    return {number: bytes(kept) for number, kept in rows.values_list("number", "hashes")}


def _is_folded(hashes: bytes, above: dict[int, bytes], number: int) -> bool:
    """What stands above a full tile; above one that still grows there is nothing yet."""
    if len(hashes) < tiles.WIDE * tiles.HASH:
        return True
    row, place = divmod(number, tiles.WIDE)
    told = above.get(row, b"")[place * tiles.HASH : (place + 1) * tiles.HASH]
    return told == tiles.folded(tiles.split(hashes))
