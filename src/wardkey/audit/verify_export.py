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
from functools import partial, reduce
from pathlib import Path

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
NEUTRAL = (0, 1, 1, 0)

_bytes = partial(base64.b64decode, validate=True)
Point = tuple[int, int, int, int]  # X, Y, Z, T of §5.1.4


def added(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c, d = 2 * one[3] * other[3] * D % PRIME, 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def times(number: int, point: Point) -> Point:
    doubled = times(number >> 1, added(point, point)) if number > 1 else NEUTRAL
    return added(doubled, point) if number & 1 else doubled


def point_of(encoded: bytes) -> Point | None:
    """RFC 8032 §5.1.3."""
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


def digest(told: bytes) -> bytes:
    """Of 0 and a leaf, or of 1 and two nodes (§2.1.1)."""
    return hashlib.sha256(told).digest()


def sides(at: int, last: int, path: Iterable[bytes]) -> list[tuple[bytes, bool]] | None:
    """Which hashes of a proof stand left. None: it has not as many as it must (§2.1.3.2)."""
    told = []
    for each in path:
        if last == 0:
            return None
        is_left = bool(at & 1) or at == last
        told.append((each, is_left))
        while is_left and not at & 1 and at:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return None if last else told


def root_by(told: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes | None:
    steps = sides(index, size - 1, path)
    for each, is_left in steps or []:
        told = digest(b"\1" + each + told) if is_left else digest(b"\1" + told + each)
    return told if steps is not None and index < size else None


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
    steps, old, new = sides(at, last, path[1:]), path[0], path[0]
    for each, is_left in steps or []:
        old = digest(b"\1" + each + old) if is_left else old
        new = digest(b"\1" + each + new) if is_left else digest(b"\1" + new + each)
    return steps is not None and (old, new) == (earlier.root, later.root)


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    organisations: int
    numbers: bytes


def checkpoint_in(note: str, keys: list[str]) -> Checkpoint:
    """Raises ValueError, as the next two."""
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
    """The numbers of attempts that an entry says were purged."""
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

    def begun(self) -> Iterator[dict]:
        told, head = self.heading, self.checkpoint
        leaf = digest(b"\0%d %d\n" % (told["organisation"], told["entries"]))
        path = map(_bytes, told["path"])
        if root_by(leaf, told["index"], head.organisations, path) != head.numbers:
            yield self._fault("how many entries there are is not what was signed")
        if not head.origin.endswith(f"/audit/{told['stream']}"):
            yield self._fault("the checkpoint is of another stream")

    def read(self, line: dict, keys: list[str]) -> Iterator[dict]:
        if line["line"] == "consistency":
            return self.continued(line, keys)
        if line["line"] == "entry":
            return self.entered(line, keys)
        return self._placed(line["level"], line["number"] << line["level"], _bytes(line["hash"]))

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
        yield from self._missing(line["number"] - 1, fault, **named)
        self.number = line["number"]
        yield from self._placed(0, line["place"], hashed, **named)

    def _missing(self, until: int, fault: str, **named: object) -> Iterator[dict]:
        """Unless an earlier stream says that the numbers up to there were purged."""
        number = self.number + 1
        for first, last in self.purged if number <= until else ():
            if first <= number <= last:
                number = min(last, until) + 1
        if number != until + 1:
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
        yield from self._missing(self.heading["entries"], "the last entries are missing")
        hashes = [told for _level, told in reversed(self.nodes)] or [digest(b"")]
        root = reduce(lambda right, left: digest(b"\1" + left + right), hashes)
        if (self.place, root) != (self.checkpoint.size, self.checkpoint.root):
            yield self._fault("the entries are not those of the checkpoint")

    def continued(self, line: dict, keys: list[str]) -> Iterator[dict]:
        earlier = checkpoint_in(line["checkpoint"], keys)
        is_ours = earlier.origin == self.checkpoint.origin
        if is_ours and is_continued(earlier, self.checkpoint, [*map(_bytes, line["path"])]):
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
