"""Judge an organisation's export of Wardkey's audit trail: needs this file and Python 3.11 alone.

    python3 verify_export.py EXPORT --key KEYS [--checkpoint FILE …]

KEYS is what `wardkey audit key` printed; a FILE is a checkpoint or an export that you kept. Prints
a line of JSON for each fault. Exit status 0: the entries that it names are as they were sealed, and
none of them is left out; 1: not so; 2: something cannot be read. See RFC 9162 and 8032, and C2SP.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial, reduce
from pathlib import Path
from typing import NamedTuple

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
NEUTRAL = (0, 1, 1, 0)

_bytes = partial(base64.b64decode, validate=True)
Point = tuple[int, int, int, int]  # X, Y, Z, T of §5.1.4
Texts = list[str]


def added(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c, d = 2 * one[3] * other[3] * D % PRIME, 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def times(number: int, point: Point) -> Point:
    doubled = times(number >> 1, added(point, point)) if number > 1 else NEUTRAL
    return added(doubled, point) if number & 1 else doubled


def point_of(encoded: bytes) -> Point | None:  # §5.1.3
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if len(encoded) != 32 or y >= PRIME:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(squared, (PRIME + 3) // 8, PRIME)
    x = x * ROOT_OF_MINUS_ONE % PRIME if (x * x - squared) % PRIME else x
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


def digest(told: bytes) -> bytes:  # of 0 and a leaf, or of 1 and two nodes (§2.1.1)
    return hashlib.sha256(told).digest()


def root_by(told: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """§2.1.3, from the root down. Whatever the path has too much or too little makes another."""
    if size == 1:
        return b"" if index or path else told
    half, beside = 1 << (size - 1).bit_length() - 1, b"".join(path[-1:])
    if index < half:
        return digest(b"\1" + root_by(told, index, half, path[:-1]) + beside)
    return digest(b"\1" + beside + root_by(told, index - half, size - half, path[:-1]))


def roots_by(known: bytes, earlier: int, size: int, path: list[bytes]) -> tuple[bytes, bytes]:
    """§2.1.4, alike: of both trees. `known` is the earlier root, where this is its subtree."""
    if earlier == size:
        node = b"".join(path) or known
        return node, node
    half, beside = 1 << (size - 1).bit_length() - 1, b"".join(path[-1:])
    if earlier <= half:
        old, new = roots_by(known, earlier, half, path[:-1])
        return old, digest(b"\1" + new + beside)
    old, new = roots_by(b"", earlier - half, size - half, path[:-1])
    return digest(b"\1" + beside + old), digest(b"\1" + beside + new)


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes
    organisations: int
    numbers: bytes


def checkpoint_in(note: str, keys: list[str]) -> Checkpoint:  # ValueError, as the next two
    origin, size, root, about = signed_lines(note, keys)[:4]
    _organisations, organisations, numbers = about.split(" ")
    return Checkpoint(origin, int(size), _bytes(root), int(organisations), _bytes(numbers))


def signed_lines(note: str, keys: list[str]) -> list[str]:
    body, _empty, signatures = note.partition("\n\n")
    lines = body.split("\n")
    if not any(_is_by(key, lines[0], f"{body}\n".encode(), signatures) for key in keys):
        raise ValueError("a checkpoint or a purge has no signature by a key that you gave")
    return lines


def purged_in(note: str, organisation: int, keys: list[str]) -> list[list[int]]:
    origin, rule, whose, numbers = signed_lines(note, keys)
    if (origin[-8:], rule[:7], whose) != ("/attempt", "purged ", f"organisation {organisation}"):
        raise ValueError("a purge is not of this organisation's attempts")
    return [[*map(int, run.split("-"))] for run in numbers.split(" ")[1:]]


def _is_by(key: str, origin: str, signed: bytes, signatures: str) -> bool:
    name, _id, encoded = key.split("+", 2)
    public = _bytes(encoded)[1:]
    key_id = digest(name.encode() + b"\n\x01" + public)[:4]
    for line in signatures.splitlines():
        _dash, signer, told = line.split(" ")
        if (signer, name, _bytes(told)[:4]) == (origin, origin, key_id):
            return is_signed(signed, _bytes(told)[4:], public)
    return False


@dataclass
class Stream:
    """`nodes` are complete subtrees, left of what comes: (level, hash). `place` is how many leaves
    they have, `number` the last entry's, `purged` the runs of numbers that are not to come."""

    heading: dict
    checkpoint: Checkpoint
    purged: list[list[int]]
    place: int = 0
    number: int = 0
    nodes: list[tuple[int, bytes]] = field(default_factory=list)
    purges: list[list[int]] = field(default_factory=list)
    proved: set[Checkpoint] = field(default_factory=set)

    def __str__(self) -> str:
        return "{code}, {stream}: {} to {} of {entries}.\n".format(*self.asked(), **self.heading)

    def asked(self) -> tuple[int, int]:  # the first and the last number that are to be there
        return self.heading.get("from", 1), self.heading.get("until", self.heading["entries"])

    def begun(self) -> Iterator[dict]:
        told, head = self.heading, self.checkpoint
        leaf = digest(b"\0%d %d\n" % (told["organisation"], told["entries"]))
        hashes = [*map(_bytes, told["path"])]
        if root_by(leaf, told["index"], head.organisations, hashes) != head.numbers:
            yield self._fault("how many entries there are is not what was signed")
        if not head.origin.endswith(f"/audit/{told['stream']}"):
            yield self._fault("the checkpoint is of another stream")

    def read(self, line: dict, keys: list[str]) -> Iterator[dict]:
        if line["line"] == "consistency":
            return self.continued(line, keys)
        if line["line"] == "entry":
            return self.entered(line, keys)
        if line["line"] == "hash":
            first = line["number"] << line["level"]
            return self._placed(line["level"], first, _bytes(line["hash"]))
        raise ValueError(line["line"])

    def entered(self, line: dict, keys: list[str]) -> Iterator[dict]:
        named = {"place": line["place"], "number": line["number"]}
        kept, hashed = line["entry"].encode(), _bytes(line["hash"])
        told = json.loads(kept) if digest(b"\0%d\n%b" % (line["number"], kept)) == hashed else {}
        wrong = wrong_in(told, line["clear"], self.heading["organisation"]) if told else "changed"
        if wrong:
            yield self._fault(wrong, **named)
        elif told["code"] == "audit.purged":
            self.purges += purged_in(told["parameters"]["note"], told["organisation"], keys)
        fault = "not the next number: removed or reordered"
        if line["number"] <= self.number:
            yield self._fault(fault, **named)
        yield from self._missing(line["number"] - 1, fault, **named)
        self.number = line["number"]
        yield from self._placed(0, line["place"], hashed, **named)

    def _missing(self, until: int, fault: str, **named: object) -> Iterator[dict]:
        begins, ends = self.asked()
        number, until = max(begins, self.number + 1), min(ends, until)
        for first, last in self.purged if number <= until else ():  # as an earlier stream says
            if first <= number <= last:
                number = min(last, until) + 1
        if number <= until:
            yield self._fault(fault, **named, **{"from": number, "until": until})

    def _placed(self, level: int, first: int, told: bytes, **named: object) -> Iterator[dict]:
        if first != self.place:
            fault = "not the next place: removed, added or reordered"
            yield self._fault(fault, expected=self.place, **named)
        self.place = first + (1 << level)
        while self.nodes and self.nodes[-1][0] == level:
            level, told = level + 1, digest(b"\1" + self.nodes.pop()[1] + told)
        self.nodes.append((level, told))

    def ended(self) -> Iterator[dict]:
        yield from self._missing(self.asked()[1], "the last entries are missing")
        hashes = [told for _level, told in reversed(self.nodes)] or [digest(b"")]
        root = reduce(lambda right, left: digest(b"\1" + left + right), hashes)
        if (self.place, root) != (self.checkpoint.size, self.checkpoint.root):
            yield self._fault("the entries are not those of the checkpoint")

    def continued(self, line: dict, keys: list[str]) -> Iterator[dict]:
        earlier, head = checkpoint_in(line["checkpoint"], keys), self.checkpoint
        roots, path = (earlier.root, head.root), [*map(_bytes, line["path"])]
        is_before = earlier.origin == head.origin and 0 < earlier.size <= head.size
        if is_before and roots_by(earlier.root, earlier.size, head.size, path) == roots:
            self.proved.add(earlier)
        else:
            yield self._fault("does not begin with what was signed before", size=earlier.size)

    def judged_by(self, kept: Checkpoint) -> Iterator[dict]:
        if kept.origin != self.checkpoint.origin or kept in self.proved | {self.checkpoint}:
            return
        told = "not proved to begin with your checkpoint: export it with --since, or name that file"
        if kept.size >= self.checkpoint.size:
            told = "not what your checkpoint signs: cut off, or exported before it"
        yield self._fault(told, size=kept.size)

    def _fault(self, fault: str, **more: object) -> dict:
        return {"fault": fault, "stream": self.heading["stream"], **more}


def wrong_in(told: dict, clear: dict, organisation: int) -> str:  # of an entry as it was sealed
    if told["organisation"] != organisation:
        return "of another organisation"
    for name, kept in clear.items():
        part, _point, value = name.partition(".")
        salted = kept["salt"] + json.dumps(kept["value"], sort_keys=True, ensure_ascii=False)
        if told[part].get(value) != "sha256:" + hashlib.sha256(salted.encode()).hexdigest():
            return f"changed: {name}"
    return ""


def faults(lines: Iterable[str], keys: Texts, kept: Texts, streams: list[Stream]) -> Iterator[dict]:
    checkpoints = [checkpoint_in(note, keys) for note in kept]
    for line in map(json.loads, lines):
        if line["line"] == "stream":
            purged = sorted(streams[-1].purges) if streams else []
            streams.append(Stream(line, checkpoint_in(line["checkpoint"], keys), purged))
            yield from streams[-1].begun()
        else:
            yield from streams[-1].read(line, keys)
    for stream in streams:
        yield from stream.ended()
        for checkpoint in checkpoints:
            yield from stream.judged_by(checkpoint)
    for missing in {"change", "attempt"} - {stream.heading["stream"] for stream in streams}:
        yield {"fault": "the stream is missing", "stream": missing}


def notes_in(path: Path) -> list[str]:  # of a checkpoint, or of an export
    with path.open(encoding="utf-8") as lines:
        told = [line for line in lines if line[:10] != '{"line": "' or line[10:16] == "stream"]
    is_export = told[0].startswith("{")
    return [json.loads(line)["checkpoint"] for line in told] if is_export else ["".join(told)]


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("export", type=Path)
    asked.add_argument("--key", type=Path, required=True)
    asked.add_argument("--checkpoint", type=Path, action="append", default=[])
    told = asked.parse_args()
    found, streams = 0, list[Stream]()
    try:
        keys = told.key.read_text("utf-8").split()
        kept = [note for path in told.checkpoint for note in notes_in(path)]
        with told.export.open(encoding="utf-8") as lines:
            for fault in faults(lines, keys, kept, streams):
                found = 1
                sys.stdout.write(f"{json.dumps(fault)}\n")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        sys.stderr.write(f"It cannot be read: {error}\n")
        return 2
    sys.stderr.writelines(map(str, streams))
    sys.stderr.write("Damaged.\n" if found else "Nothing is wrong, and none of these is missing.\n")
    return found


if __name__ == "__main__":
    sys.exit(main())
