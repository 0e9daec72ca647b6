"""The Merkle tree of Certificate Transparency (RFC 9162 §2.1, the same as in RFC 6962).

    leaf_hash, node_hash     what a leaf and a node are hashed as
    root                     of the first `size` leaves
    inclusion_proof          that a leaf is in a tree (§2.1.3.1)
    consistency_proof        that a tree begins with an earlier one (§2.1.4.1)
    beside                   the largest subtrees that hold none of some leaves

Nothing is stored here. `Subtree` hands out the hash of a complete subtree by its level (0: a leaf)
and its number within that level, and each root or proof asks for O(log n) of them.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator

Subtree = Callable[[int, int], bytes]

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(size: int, subtree: Subtree) -> bytes:
    return _of(0, size, subtree) if size else EMPTY


def inclusion_proof(leaf: int, size: int, subtree: Subtree) -> list[bytes]:
    """From the leaf upwards."""
    path: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if leaf < middle:
            path.append(_of(middle, end, subtree))
            end = middle
        else:
            path.append(_of(first, middle, subtree))
            first = middle
    return path[::-1]


def consistency_proof(earlier: int, size: int, subtree: Subtree) -> list[bytes]:
    """Of 0 < `earlier` <= `size`; empty where both are the same tree."""
    path: list[bytes] = []
    first, end = 0, size
    while earlier != end:
        middle = first + _split(end - first)
        if earlier <= middle:
            path.append(_of(middle, end, subtree))
            end = middle
        else:
            path.append(_of(first, middle, subtree))
            first = middle
    # The subtree at which both trees end: whoever checks knows it where it is the earlier root.
    known = [] if first == 0 else [_of(first, end, subtree)]
    return known + path[::-1]


def beside(leaves: Iterable[int], size: int) -> Iterator[tuple[int, int]]:
    """(level, number), from left to right. With the hashes of `leaves`, which come in order, they
    give the root: a proof of inclusion of all of them at once."""
    first = 0
    for leaf in leaves:
        yield from complete(first, leaf)
        first = leaf + 1
    yield from complete(first, size)


def complete(first: int, end: int) -> Iterator[tuple[int, int]]:
    """The largest complete subtrees that make up the leaves from `first` to before `end`."""
    while first < end:
        level = (end - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        yield level, first >> level
        first += 1 << level


def _of(first: int, end: int, subtree: Subtree) -> bytes:
    """The hash of the leaves from `first` to before `end`: of a range that the split of a tree
    makes, whose complete subtrees become smaller to the right."""
    hashes = [subtree(level, number) for level, number in complete(first, end)]
    told = hashes.pop()
    while hashes:
        told = node_hash(hashes.pop(), told)
    return told


def _split(leaves: int) -> int:
    """The largest power of two below."""
    return 1 << (leaves - 1).bit_length() - 1
