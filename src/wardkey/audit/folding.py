"""A tree that only grows at its end, in memory: enough to know its root, whatever its size.

Frontier     the complete subtrees of which it is made, the largest first
frontier_of  of the tree that is stored
"""

import base64
from dataclasses import dataclass, field

from . import tiles, tree


@dataclass(slots=True)
class Frontier:
    """`nodes` are (level, hash), and hold `size` leaves together."""

    size: int = 0
    nodes: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, leaf_hash: bytes) -> None:
        level = 0
        while self.nodes and self.nodes[-1][0] == level:
            level, leaf_hash = level + 1, tree.node_hash(self.nodes.pop()[1], leaf_hash)
        self.nodes.append((level, leaf_hash))
        self.size += 1

    def root(self) -> bytes:
        if not self.nodes:
            return tree.EMPTY
        told = self.nodes[-1][1]
        for _level, left in reversed(self.nodes[:-1]):
            told = tree.node_hash(left, told)
        return told

    def as_json(self) -> list[str]:
        return [base64.b64encode(told).decode() for _level, told in self.nodes]


def frontier_of(stream: str, size: int) -> Frontier:
    """Raises KeyError where the stored tree lacks what was sealed."""
    subtree = tiles.subtree_of(stream)
    nodes = [(level, subtree(level, number)) for level, number in tree.complete(0, size)]
    return Frontier(size, nodes)


def frontier_in(size: int, hashes: list[str]) -> Frontier:
    """As `as_json` told it. Raises ValueError."""
    levels = [level for level, _number in tree.complete(0, size)]
    told = [base64.b64decode(each, validate=True) for each in hashes]
    return Frontier(size, list(zip(levels, told, strict=True)))
