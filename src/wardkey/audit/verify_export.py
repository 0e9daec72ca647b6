"""Judge an organisation's export of Wardkey's audit trail: needs this file and Python 3.11 alone.

    python3 verify_export.py EXPORT --key KEYS [--checkpoint FILE …]

KEYS is what `wardkey audit key` printed; a FILE is a checkpoint that you kept. Prints a line of
JSON for each fault. Exit status 0: every entry is as it was sealed and none is left out; 1: not so;
2: something cannot be read. It follows RFC 9162, RFC 8032, C2SP signed-note and tlog-checkpoint.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
NEUTRAL = (0, 1, 1, 0)

Point = tuple[int, int, int, int]  # X, Y, Z, T of §5.1.4


def added(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c, d = 2 * one[3] * other[3] * D % PRIME, 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def times(number: int, point: Point) -> Point:
    told = NEUTRAL
    while number:
        if number & 1:
            told = added(told, point)
        point = added(point, point)
        number >>= 1
    return told


def point_of(encoded: bytes) -> Point | None:
    """RFC 8032 §5.1.3."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if len(encoded) != 32 or y >= PRIME:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(squared, (PRIME + 3) // 8, PRIME)
    if (x * x - squared) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - squared) % PRIME or (not x and sign):
        return None
    x = PRIME - x if x & 1 != sign else x
    return (x, y, 1, x * y % PRIME)


BASE = point_of((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little")) or NEUTRAL


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    """Ed25519, RFC 8032 §5.1.7. All is public, so it need not take the same time always."""
    key, chosen = point_of(public), point_of(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if key is None or chosen is None or len(signature) != 64 or number >= ORDER:
        return False
    told = hashlib.sha512(signature[:32] + public + message).digest()
    left = times(number, BASE)
    right = added(chosen, times(int.from_bytes(told, "little") % ORDER, key))
    return all((left[at] * right[2] - right[at] * left[2]) % PRIME == 0 for at in (0, 1))


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """§2.1.3.2."""
    at, last, told = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            told = node_hash(each, told)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            told = node_hash(told, each)
        at, last = at >> 1, last >> 1
    return told if last == 0 and index < size else None


def is_continued(earlier: "Checkpoint", later: "Checkpoint", path: list[bytes]) -> bool:
    """§2.1.4.2."""
    if earlier.size == later.size:
        return not path and earlier.root == later.root
    path = path if earlier.size & (earlier.size - 1) else [earlier.root, *path]
    if not path or not 0 < earlier.size < later.size:
        return False
    at, last = earlier.size - 1, later.size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, each)
        at, last = at >> 1, last >> 1
    return (old, new, last) == (earlier.root, later.root, 0)


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    organisations: int
    numbers: bytes

    @property
    def stream(self) -> str:
        return self.origin.rpartition("/")[2]


def checkpoint_in(note: str, keys: list[str]) -> Checkpoint:
    """Raises ValueError where none of the keys has signed it."""
    body, _empty, signatures = note.partition("\n\n")
    signed = f"{body}\n".encode()
    origin, size, root, about = body.split("\n")[:4]
    if not any(_is_by(key, origin, signed, signatures) for key in keys):
        raise ValueError("a checkpoint has no signature by a key that you gave")
    _organisations, organisations, numbers = about.split(" ")
    return Checkpoint(origin, int(size), _bytes(root), int(organisations), _bytes(numbers))


def _is_by(key: str, origin: str, signed: bytes, signatures: str) -> bool:
    name, _id, encoded = key.split("+", 2)
    public = _bytes(encoded)[1:]
    key_id = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    for line in signatures.splitlines():
        _dash, signer, told = line.split(" ")
        if (signer, name, _bytes(told)[:4]) == (origin, origin, key_id):
            return is_signed(signed, _bytes(told)[4:], public)
    return False


def _bytes(told: str) -> bytes:
    return base64.b64decode(told, validate=True)


@dataclass
class Stream:
    """`nodes` are complete subtrees, left of what comes: (level, hash). `place` is how many leaves
    they have, `number` the last entry's."""

    heading: dict
    checkpoint: Checkpoint
    place: int = 0
    number: int = 0
    nodes: list[tuple[int, bytes]] = field(default_factory=list)
    proved: set[Checkpoint] = field(default_factory=set)

    def begun(self) -> Iterator[dict]:
        told, head = self.heading, self.checkpoint
        leaf = leaf_hash(b"%d %d\n" % (told["organisation"], told["entries"]))
        path = map(_bytes, told["path"])
        if root_by_inclusion(leaf, told["index"], head.organisations, path) != head.numbers:
            yield self._fault("how many entries there are is not what was signed")
        if head.stream != told["stream"]:
            yield self._fault("the checkpoint is of another stream")

    def read(self, line: dict, keys: list[str]) -> Iterator[dict]:
        if line["line"] == "consistency":
            return self.continued(line, keys)
        return self.hashed(line) if line["line"] == "hash" else self.entered(line)

    def hashed(self, line: dict) -> Iterator[dict]:
        yield from self._placed(
            line["level"], line["number"] << line["level"], _bytes(line["hash"])
        )

    def entered(self, line: dict) -> Iterator[dict]:
        named = {"place": line["place"], "number": line["number"]}
        kept, hashed = line["entry"].encode(), _bytes(line["hash"])
        if leaf_hash(b"%d\n%b" % (line["number"], kept)) != hashed:
            yield self._fault("changed", **named)
        elif wrong := wrong_in(json.loads(kept), line["clear"], self.heading["organisation"]):
            yield self._fault(wrong, **named)
        if line["number"] != self.number + 1:
            missing = {"from": self.number + 1, "until": line["number"] - 1}
            yield self._fault("not the next number: removed or reordered", **named, **missing)
        self.number = line["number"]
        yield from self._placed(0, line["place"], hashed, **named)

    def _placed(self, level: int, first: int, told: bytes, **named: object) -> Iterator[dict]:
        if first != self.place:
            fault = "not the next place: removed, added or reordered"
            yield self._fault(fault, expected=self.place, **named)
        self.place = first + (1 << level)
        while self.nodes and self.nodes[-1][0] == level:
            level, told = level + 1, node_hash(self.nodes.pop()[1], told)
        self.nodes.append((level, told))

    def ended(self) -> Iterator[dict]:
        if self.number != self.heading["entries"]:
            missing = {"from": self.number + 1, "until": self.heading["entries"]}
            yield self._fault("the last entries are missing", **missing)
        root = hashlib.sha256(b"").digest()
        for at, (_level, told) in enumerate(reversed(self.nodes)):
            root = node_hash(told, root) if at else told
        if (self.place, root) != (self.checkpoint.size, self.checkpoint.root):
            yield self._fault("the entries are not those of the checkpoint")

    def continued(self, line: dict, keys: list[str]) -> Iterator[dict]:
        earlier = checkpoint_in(line["checkpoint"], keys)
        path = [*map(_bytes, line["path"])]
        if earlier.origin == self.checkpoint.origin and is_continued(
            earlier, self.checkpoint, path
        ):
            self.proved.add(earlier)
        else:
            yield self._fault("does not begin with what was signed before", size=earlier.size)

    def judged_by(self, kept: Checkpoint) -> Iterator[dict]:
        if kept.origin != self.checkpoint.origin or kept in self.proved | {self.checkpoint}:
            return
        told = "not proved to begin with your checkpoint: export it with --since"
        if kept.size >= self.checkpoint.size:
            told = "not what your checkpoint signs: cut off, or exported before it"
        yield self._fault(told, size=kept.size)

    def _fault(self, fault: str, **more: object) -> dict:
        return {"fault": fault, "stream": self.heading["stream"], **more}


def wrong_in(told: dict, clear: dict, organisation: int) -> str:
    """Of an entry that is as it was sealed: whose it is, and the personal values beside it."""
    if told["organisation"] != organisation:
        return "of another organisation"
    for name, kept in clear.items():
        part, _point, value = name.partition(".")
        salted = kept["salt"] + json.dumps(kept["value"], sort_keys=True, ensure_ascii=False)
        if told[part].get(value) != "sha256:" + hashlib.sha256(salted.encode()).hexdigest():
            return f"changed: {name}"
    return ""


def faults(lines: Iterable[str], keys: list[str], kept: list[str]) -> Iterator[dict]:
    checkpoints = [checkpoint_in(note, keys) for note in kept]
    streams: list[Stream] = []
    for line in map(json.loads, lines):
        if line["line"] == "stream":
            streams.append(Stream(line, checkpoint_in(line["checkpoint"], keys)))
            yield from streams[-1].begun()
        else:
            yield from streams[-1].read(line, keys)
    for stream in streams:
        yield from stream.ended()
        for checkpoint in checkpoints:
            yield from stream.judged_by(checkpoint)
    for missing in {"change", "attempt"} - {stream.checkpoint.stream for stream in streams}:
        yield {"fault": "the stream is missing", "stream": missing}


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("export", type=Path)
    asked.add_argument("--key", type=Path, required=True)
    asked.add_argument("--checkpoint", type=Path, action="append", default=[])
    told = asked.parse_args()
    found = 0
    try:
        keys = told.key.read_text().split()
        kept = [path.read_text() for path in told.checkpoint]
        with told.export.open(encoding="utf-8") as lines:
            for fault in faults(lines, keys, kept):
                found = 1
                sys.stdout.write(f"{json.dumps(fault)}\n")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        sys.stderr.write(f"It cannot be read: {error}\n")
        return 2
    sys.stderr.write("Damaged.\n" if found else "Nothing is wrong, and nothing is missing.\n")
    return found


if __name__ == "__main__":
    sys.exit(main())
