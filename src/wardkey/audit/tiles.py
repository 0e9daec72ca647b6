"""The stored hashes of a stream's tree, as tiles (C2SP tlog-tiles has the idea).

    append        leaves at the end, and every node that they complete
    subtree_of    the hash of a complete subtree, for tree.py
    subtree_in    the same, of hashes in memory

A tile of level L holds the hashes of up to 256 complete subtrees of 256^L leaves each. The last
tile of a level grows; full ones stay as they are. So a root or a proof costs some O(log n) rows.
"""

from collections.abc import Sequence
from functools import lru_cache

from .models import Tile
from .tree import Subtree, node_hash

HASH = 32  # bytes
WIDE = 256  # hashes a tile
LEVELS = 8  # of the tree, that a tile spans


def append(stream: str, *, size: int, leaves: Sequence[bytes], level: int = 0) -> None:
    """`size` is how many hashes that level has. In the transaction of the sealer."""
    numbers = range(size // WIDE, (size + len(leaves) - 1) // WIDE + 1)
    begun = Tile.objects.filter(stream=stream, level=level, number=numbers[0]).first()
    # What a sealer that was killed would have left is not there: it wrote in one transaction.
    kept = bytes(begun.hashes) if begun and size % WIDE else b""
    joined = kept + b"".join(leaves)
    rows = [
        Tile(
            stream=stream,
            level=level,
            number=number,
            hashes=joined[place * WIDE * HASH : (place + 1) * WIDE * HASH],
        )
        for place, number in enumerate(numbers)
    ]
    Tile.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["stream", "level", "number"],
        update_fields=["hashes"],
    )
    full = [bytes(row.hashes) for row in rows if len(row.hashes) == WIDE * HASH]
    if full:
        above = [folded(split(tile)) for tile in full]
        append(stream, size=size // WIDE, leaves=above, level=level + 1)


def split(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH] for at in range(0, len(tile), HASH)]


def folded(hashes: list[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def subtree_of(stream: str) -> Subtree:
    """Remembers the tiles that it read lately. Raises KeyError where one lacks what was sealed."""

    @lru_cache(maxsize=64)
    def tile(level: int, number: int) -> bytes:
        found = Tile.objects.filter(stream=stream, level=level, number=number)
        row = found.values_list("hashes", flat=True).first()
        return bytes(row) if row is not None else b""

    def subtree(level: int, number: int) -> bytes:
        across = 1 << level % LEVELS
        first = number * across
        place = first % WIDE
        hashes = tile(level // LEVELS, first // WIDE)[place * HASH : (place + across) * HASH]
        if len(hashes) != across * HASH:
            raise KeyError((level, number))
        return folded(split(hashes))

    return subtree


def subtree_in(hashes: list[bytes]) -> Subtree:
    return lambda level, number: folded(hashes[number << level : (number + 1) << level])
