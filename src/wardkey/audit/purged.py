"""What was purged: a note for each organisation and batch, signed as checkpoints are, which the
entry `audit.purged` of the stream of changes holds.

    signed     the note
    read       what it says; raises notes.Unreadable
    Purged     for whoever verifies: whether what is no longer there is what the notes say

Only attempts are purged. An entry is named by its number among those of its organisation: a note
tells an organisation nothing of others. The tree keeps its hashes, so every checkpoint and proof
goes on to hold.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db.models import Q

from . import events, notes
from .events import ATTEMPT
from .models import TABLES, Numbering

Run = tuple[int, int]  # the first number, and the last
ROWS_AT_A_TIME = 2000


class Meanwhile(Exception):
    """Entries were purged while the trail was read: verify it again."""


@dataclass(frozen=True, slots=True)
class Note:
    """`organisation` 0 stands for none, `before` is a day in UTC."""

    organisation: int
    before: str
    numbers: list[Run]


def signed(note: Note, key: Ed25519PrivateKey) -> str:
    runs = " ".join(f"{first}-{last}" for first, last in note.numbers)
    lines = [f"purged before {note.before}", f"organisation {note.organisation}", f"numbers {runs}"]
    return notes.with_signature(notes.origin_of(ATTEMPT), lines, key)


def read(text: str, keys: Sequence[bytes]) -> Note:
    body, tail = notes.parted(text)
    try:
        origin, rule, whose, numbers = body.rstrip("\n").split("\n")
        words = [line.split(" ") for line in (rule, whose, numbers)]
        purged, _before, day = words[0]
        runs = [(int(first), int(last)) for first, last in map(_halves, words[2][1:])]
        told = Note(int(words[1][1]), day, runs)
    except (ValueError, IndexError) as error:
        raise notes.Unreadable("no note of what was purged") from error
    if (purged, origin) != ("purged", notes.origin_of(ATTEMPT)):
        raise notes.Unreadable("no note of what was purged here")
    if not any(notes.has_signed(key, origin, body.encode(), tail) for key in keys):
        raise notes.Unreadable("no key of this portal has signed what was purged")
    return told


def _halves(run: str) -> list[str]:
    return run.split("-")


def runs_of(numbers: Iterable[int]) -> list[Run]:
    return list(_merged((number, number) for number in sorted(numbers)))


def _merged(runs: Iterable[Run]) -> Iterator[Run]:
    """Of runs that come in order."""
    begun: Run | None = None
    for first, last in runs:
        if begun and first <= begun[1] + 1:
            begun = begun[0], max(begun[1], last)
        else:
            if begun:
                yield begun
            begun = first, last
    if begun:
        yield begun


@dataclass(slots=True)
class Purged:
    """First takes the changes, then meets the attempts that are there. `read` is how many changes
    there were."""

    keys: Sequence[bytes]
    runs: dict[int, list[Run]] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    read: int = 0

    def take(self, canonical: bytes) -> bool:
        """Of an entry that is as it was sealed. Whether its note is one of this portal's."""
        told = json.loads(canonical)
        try:
            note = read(str(told["parameters"].get("note")), self.keys)
        except notes.Unreadable:
            return False
        entries = sum(last - first + 1 for first, last in note.numbers)
        if (note.organisation, entries) != (
            told["organisation"] or 0,
            told["parameters"]["entries"],
        ):
            return False
        self.add({note.organisation: note.numbers})
        return True

    def add(self, taken: Mapping[int, Sequence[Run]]) -> None:
        for organisation, runs in taken.items():
            of_it = [*self.runs.get(organisation, []), *runs]
            self.runs[organisation] = list(_merged(sorted(of_it)))
            self.last[organisation] = self.runs[organisation][-1][1]

    def met(self, attempts: Iterable[tuple[int, int]]) -> int:
        """How many of these, (organisation, number), one of the notes names."""
        met = 0
        for organisation, number in attempts:
            if number <= self.last.get(organisation, 0):
                runs = self.runs[organisation]
                met += any(first <= number <= last for first, last in runs)
        return met

    def unexplained(self, lacking: int, *, present: int) -> Iterator[dict]:
        """Where another number of attempts is lacking than was purged: which, as well as that can
        be told, by organisation. `present` are there though a note names them: after a restore
        there are some, and each is as it was sealed. Raises Meanwhile."""
        named = sum(last - first + 1 for runs in self.runs.values() for first, last in runs)
        more = lacking - (named - present)
        if not more:
            return
        self.require_all_read()
        for organisation, entries in _counted():
            for first, last in self._gaps(organisation, entries):
                more -= last - first + 1
                yield {"organisation": organisation or None, "from": first, "until": last}
        if more:
            yield {"entries": more}

    def require_all_read(self) -> None:
        """Raises Meanwhile where a purge has no seal yet, or came after the changes were read."""
        purges = TABLES[events.CHANGE].objects.filter(code=events.AUDIT_PURGED.code)
        if purges.filter(Q(leaf_index=None) | Q(leaf_index__gte=self.read)).exists():
            raise Meanwhile

    def _gaps(self, organisation: int, entries: int) -> Iterator[Run]:
        runs = self.runs.get(organisation, [])
        here = ((number, number) for number in _numbers(organisation))
        expected = 1
        for first, last in merge(runs, here):
            if first > expected:
                yield expected, first - 1
            expected = max(expected, last + 1)
        if expected <= entries:
            yield expected, entries


def _counted() -> list[tuple[int, int]]:
    rows = Numbering.objects.filter(stream=ATTEMPT).order_by("organisation_id")
    return list(rows.values_list("organisation_id", "entries"))


def _numbers(organisation: int) -> Iterator[int]:
    sealed = TABLES[ATTEMPT].objects.filter(organisation_id=organisation or None)
    rows = sealed.exclude(number=None).order_by("number").values_list("number", flat=True)
    for number in rows.iterator(chunk_size=ROWS_AT_A_TIME):
        yield number or 0
