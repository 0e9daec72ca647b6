"""An export of the whole trail, judged before anything is believed of it.

    judged          by the tree that it goes on from: raises Refused where a line was changed, is
                    missing or was signed by somebody else
    require_all_of  that nothing is missing of what checkpoints of elsewhere count
    lines_of        the same entries once more, for whoever keeps them

Several files may follow one another; what two of them have is taken from the first.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import notes
from .events import CHANGE
from .folding import Frontier
from .log import salted_hash
from .sealer import leaf
from .tree import leaf_hash

PARTS = ("actor", "parameters", "old", "new")


class Refused(Exception):
    """No export that goes on from here; the text says why."""


@dataclass(slots=True)
class Export:
    """`streams` are those that the files have, `notes` the checkpoints to which streams go on,
    `changes` what the new entries of the stream of changes say, `until` the moment of the newest
    entry."""

    paths: Sequence[Path]
    streams: set[str] = field(default_factory=set)
    notes: dict[str, str] = field(default_factory=dict)
    changes: list[dict] = field(default_factory=list)
    until: str = ""


def judged(paths: Sequence[Path], *, trees: Mapping[str, Frontier], keys: list[bytes]) -> Export:
    """`trees` grow with the entries, `keys` are public ones of checkpoints."""
    export = Export(paths)
    for path in paths:
        judging = _Judging(export, trees, keys)
        try:
            for line in _lines_in(path):
                judging.read(line)
            judging.end_stream()
        except (Refused, notes.Unreadable) as refused:
            raise Refused(f"{path}: {refused}") from refused
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
            raise Refused(f"{path}: a line was cut off, or is none of an export") from error
        if not judging.streams:
            raise Refused(f"{path}: it is empty: whatever wrote it was cut off")
        export.streams |= judging.streams
    if paths and CHANGE not in export.streams:
        raise Refused(f"{paths[0]}: it is cut off, or made without the stream of changes")
    return export


def require_all_of(
    kept: Sequence[str], *, trees: Mapping[str, Frontier], keys: list[bytes]
) -> None:
    """`trees` are those that the export made. An older export than there was is cut off too, and
    nothing in it says so. Raises Refused, notes.Unreadable."""
    for note in map(notes.read, kept):
        _require_signed(note, keys)
        size = trees[note.head.stream].size
        if note.head.size > size:
            raise Refused(
                f"{note.head.size} entries of the stream {note.head.stream} were signed, and the"
                f" backup and its exports have {size}: there was more than this export"
            )


def _require_signed(note: notes.Note, keys: list[bytes]) -> None:
    if not any(notes.is_signed(note, key) for key in keys):
        raise Refused("a checkpoint is not signed by the portal of this backup")


def lines_of(export: Export, stream: str, *, size: int) -> Iterator[dict]:
    """The entries from that place on."""
    of_stream = False
    for path in export.paths:
        for line in _lines_in(path):
            if line["line"] == "stream":
                of_stream = line["stream"] == stream
            elif of_stream and line["place"] == size:
                yield line
                size += 1


def _lines_in(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


class _Judging:
    def __init__(self, export: Export, trees: Mapping[str, Frontier], keys: list[bytes]) -> None:
        self.export, self.trees, self.keys = export, trees, keys
        self.streams: set[str] = set()
        self.note = ""
        self.head: notes.Head | None = None

    def read(self, line: dict) -> None:
        if line["line"] == "stream":
            self.end_stream()
            self._begin(line)
        elif line["line"] == "entry" and self.head is not None:
            self._entry(line, self.head)
        else:
            raise Refused("no export that `wardkey audit export --all` made")

    def _begin(self, line: dict) -> None:
        note = notes.read(line["checkpoint"])
        _require_signed(note, self.keys)
        if note.head.stream != line["stream"]:
            raise Refused("its checkpoint is of another stream")
        if line["from"] > self.trees[note.head.stream].size:
            raise Refused("it begins after the backup: entries between the two are missing")
        self.head, self.note = note.head, line["checkpoint"]
        self.streams.add(note.head.stream)

    def _entry(self, line: dict, head: notes.Head) -> None:
        frontier = self.trees[head.stream]
        if line["place"] < frontier.size:
            return
        if line["place"] != frontier.size:
            raise Refused(f"entry {frontier.size} of the stream {head.stream} is missing")
        told = json.loads(line["entry"])
        _require_covered(told, line["clear"])
        frontier.add(leaf_hash(leaf(line["number"], line["entry"].encode())))
        self.export.until = max(self.export.until, told["at"])
        if head.stream == CHANGE:
            self.export.changes.append(told)

    def end_stream(self) -> None:
        if self.head is None:
            return
        frontier = self.trees[self.head.stream]
        if frontier.size < self.head.size:
            raise Refused(f"it is cut off: {self.head.size} entries were signed")
        if frontier.size == self.head.size:
            if frontier.root() != self.head.root:
                raise Refused("its entries are not those that were signed, or of another trail")
            self.export.notes[self.head.stream] = self.note
        self.head = None


def _require_covered(told: dict, clear: dict) -> None:
    """The personal values beside an entry are those of which it has the hashes."""
    for name, kept in clear.items():
        part, _point, value = name.partition(".")
        covered = told[part].get(value) if part in PARTS else None
        if covered != salted_hash(kept["salt"], kept["value"]):
            raise Refused(f"a personal value was changed: {name}")
