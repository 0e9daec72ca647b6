"""An organisation's part of one stream of the trail, with what proves it.

    begun     its checkpoint, and how many entries the organisation has in it
    Begun     and the lines, as docs/audit-trail.md has them

Of the entries of others there are hashes alone, of as large subtrees as there are none of the
organisation's own in: with these anybody computes the root that the checkpoint signs. Entries are
read in portions, by their number, so that no statement takes long and nothing is kept.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from ...audit import checkpoints, events, notes, tiles, tree
from ...audit.models import TABLES, ChangeEntry
from ...organisations.models import Organisation

ROWS_AT_A_TIME, PURGES_AMONG = 2000, 50_000
# Entries have their numbers in the order in which they were sealed, and their times in that in
# which they were written: the first of a day by number is among the first by time.
NEARLY_AT_ONCE, AT_MOST = timedelta(hours=1), 5000

Row = tuple[int, int, bytes, dict]  # place, number, canonical bytes, personal values


class NothingSealed(ValueError):
    """The organisation has no sealed entry of the stream yet."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which entries are asked for: by their time, and all of them where neither is given."""

    since: datetime | None = None
    before: datetime | None = None


ALL = Part()


@dataclass(frozen=True, slots=True)
class Begun:
    """`counted` is (organisation, entries) of each, `at` which of them is this one."""

    stream: str
    organisation: Organisation
    size: int
    note: str
    counted: Sequence[tuple[int, int]]
    at: int

    def lines(self, part: Part, earlier: Sequence[str]) -> Iterator[dict]:
        """`earlier` are checkpoints of this portal, also of other streams."""
        subtree = tiles.subtree_of(self.stream)
        first, last = self._numbers(part)
        yield self._heading(first, last)
        for note in earlier:
            head = notes.read(note).head
            if head.stream == self.stream and 0 < head.size <= self.size:
                path = tree.consistency_proof(head.size, self.size, subtree)
                yield {"line": "consistency", "checkpoint": note, "path": _texts(path)}
        yield from self._proved(self._rows(first, last), subtree)

    def _heading(self, first: int, last: int) -> dict:
        organisation = self.organisation
        hashes = tiles.subtree_in(checkpoints.hashes_of([*self.counted]))
        return {
            "line": "stream",
            "stream": self.stream,
            "checkpoint": self.note,
            "organisation": organisation.pk,
            "code": organisation.code,
            "name": organisation.name,
            "entries": self.entries,
            "from": first,
            "until": last,
            "index": self.at,
            "path": _texts(tree.inclusion_proof(self.at, len(self.counted), hashes)),
        }

    @property
    def entries(self) -> int:
        return self.counted[self.at][1]

    @property
    def _sealed(self) -> QuerySet:
        return TABLES[self.stream].objects.filter(
            organisation_id=self.organisation.pk, number__lte=self.entries
        )

    def _numbers(self, part: Part) -> tuple[int, int]:
        """The first and the last, each with the one beside it: whoever reads sees that it is of
        before, or after."""
        first, last = 1, self.entries
        if part.since:
            later = self._sealed.filter(at__gte=part.since).order_by("at")
            first = max(first, min(_nearest(later), default=last + 1) - 1)
        if part.before:
            sooner = self._sealed.filter(at__lt=part.before).order_by("-at")
            last = min(last, max(_nearest(sooner), default=0) + 1)
        return first, last

    def _rows(self, first: int, last: int) -> Iterator[Row]:
        """And what tells of purges at any time, since attempts of these days may be gone."""
        yield from self._purges(1, first - 1)
        for number in range(first, last + 1, ROWS_AT_A_TIME):
            yield from self._between(number, min(last, number + ROWS_AT_A_TIME - 1))
        yield from self._purges(last + 1, self.entries)

    def _purges(self, first: int, last: int) -> Iterator[Row]:
        if self.stream == events.AUDIT_PURGED.stream:
            of_purges = Q(code=events.AUDIT_PURGED.code)
            for number in range(first, last + 1, PURGES_AMONG):
                yield from self._between(number, min(last, number + PURGES_AMONG - 1), of_purges)

    def _between(self, first: int, last: int, which: Q = Q()) -> Sequence[Row]:  # noqa: B008
        found = self._sealed.filter(which, number__gte=first, number__lte=last)
        rows = found.order_by("number").values_list("leaf_index", "number", "canonical", "clear")
        return list(rows)

    def _proved(self, rows: Iterator[Row], subtree: tree.Subtree) -> Iterator[dict]:
        first = 0
        for place, number, canonical, clear in rows:
            yield from _beside(first, place, subtree)
            first = place + 1
            yield {
                "line": "entry",
                "place": place,
                "number": number,
                "entry": bytes(canonical).decode(),
                "clear": clear,
                "hash": _text(subtree(0, place)),
            }
        yield from _beside(first, self.size, subtree)

    def require_no_purge_since(self) -> None:
        """Of the stream of changes, after all was read. Raises ValueError where entries were
        purged of which this checkpoint does not know yet."""
        of_it = ChangeEntry.objects.filter(
            organisation_id=self.organisation.pk, code=events.AUDIT_PURGED.code
        )
        # By two questions: each has an index, and "or" had PostgreSQL read them all.
        later, unsealed = of_it.filter(leaf_index__gte=self.size), of_it.filter(leaf_index=None)
        if later.exists() or unsealed.exists():
            raise ValueError(
                "Entries were purged meanwhile: this export is not whole. Export again."
            )


def begun(stream: str, organisation: Organisation) -> Begun:
    """Signs a checkpoint of what is sealed by now. Raises NothingSealed, checkpoints.Damaged."""
    with transaction.atomic():
        row = checkpoints.make(stream)
        counted = checkpoints.numbers_of(stream)
    ids = [pk for pk, _entries in counted]
    if organisation.pk not in ids:
        raise NothingSealed(
            f"{organisation.code} has no entry of the stream {stream} yet: there is nothing to"
            " prove."
        )
    at = ids.index(organisation.pk)
    return Begun(stream, organisation, row.size, row.note, counted, at)


def _nearest(entries: QuerySet) -> list[int]:
    """The numbers of those that were written at nearly the same time as the first."""
    found = list(entries.values_list("at", "number")[:AT_MOST])
    return [number for at, number in found if abs(at - found[0][0]) <= NEARLY_AT_ONCE]


def _beside(first: int, end: int, subtree: tree.Subtree) -> Iterator[dict]:
    for level, number in tree.complete(first, end):
        told = _text(subtree(level, number))
        yield {"line": "hash", "level": level, "number": number, "hash": told}


def _text(told: bytes) -> str:
    return base64.b64encode(told).decode()


def _texts(path: list[bytes]) -> list[str]:
    return [_text(each) for each in path]
