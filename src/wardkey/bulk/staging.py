"""A file is read and judged, some hundred rows at a time, and nobody is changed by it.

begin       for the operator: whatever else of theirs is under way there gives way
stage       all of it; at the end it is ready to be applied, or refused
discard     what was staged is not wanted any more

A batch is worked out first and then kept in one short transaction, so that the one writer that
SQLite has is free again within milliseconds. Where a process dies, what it staged belongs to no
import that could be applied, and is forgotten (forgetting.py).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db import IntegrityError, transaction

from ..audit import events, log
from ..audit.drafts import Draft
from ..base import clock
from ..base.copying import count_rows_anew, insert_rows, short_transaction
from ..base.errors import Conflict, Forbidden, InvalidInput
from ..organisations import tree
from . import drafting
from .cells import Entry, Unfit, entry_of
from .importers import Importer, importer_of
from .judged import JudgedRow
from .judging import judge, refused
from .models import UNDER_WAY, Kind, PeopleImport, StagedEntry, StagedRow, State
from .reading import Row, Stream, Unreadable, lines_of
from .surroundings import Around, Places

ROWS_AT_A_TIME = 250

Stopping = Callable[[], bool]


class Interrupted(Exception):
    """The process was told to stop, or somebody cancelled the import."""


def begin(*, organisation: str, file_name: str, bytes_in_all: int) -> PeopleImport:
    """For the operator. Raises InvalidInput (organisation); Conflict (import_under_way) where
    an administrator's is."""
    place = tree.organisation_by_code(organisation)
    if place is None:
        raise InvalidInput("organisation", field="organisation")
    tree.require_open(place)
    now = clock.now()
    with transaction.atomic():
        PeopleImport.objects.filter(
            organisation=place, asked_by_id=None, state__in=UNDER_WAY
        ).update(state=State.CANCELLED)
        return created(
            organisation=place,
            file_name=file_name[-200:],
            state=State.STAGING,
            bytes_in_all=bytes_in_all,
            created_at=now,
            alive_at=now,
        )


def created(**fields: object) -> PeopleImport:
    """Raises Conflict (import_under_way): one at a time for an organisation."""
    try:
        with transaction.atomic():
            return PeopleImport.objects.create(**fields)
    except IntegrityError as error:
        raise Conflict("import_under_way") from error


def stage(
    people_import: PeopleImport, pieces: Iterable[bytes], *, stopping: Stopping = lambda: False
) -> None:
    """`pieces` are the file. Raises Interrupted."""
    stream, counts = Stream(pieces), Counter[str]()
    try:
        importer = importer_of(people_import)
        batch_of = _Batches(people_import, importer)
        lines = lines_of(stream)
        while rows := list(islice(lines, ROWS_AT_A_TIME)):
            if stopping():
                raise Interrupted
            counts.update(batch_of.keep(rows, counts, bytes_read=stream.position))
    except Unreadable as unreadable:
        fault = {"code": unreadable.code, "line": unreadable.line, "names": unreadable.names}
        return _refuse(people_import, fault)
    except Forbidden:
        return stop(people_import, "role")
    if not counts:
        return _refuse(people_import, {"code": "empty", "line": 0, "names": []})
    if counts[Kind.REFUSED]:
        return _refuse(people_import, {"code": "rows"})
    count_rows_anew(StagedRow)
    if not _step(people_import, was=State.STAGING, to=State.READY):
        raise Interrupted
    return None


class _Batches:
    """What stays the same from one batch to the next."""

    def __init__(self, people_import: PeopleImport, importer: Importer) -> None:
        self._import, self._importer = people_import, importer
        self._places = Places(importer)

    def keep(self, rows: list[Row], counts: Counter[str], *, bytes_read: int) -> Counter[str]:
        """How many there were of each kind. Raises Interrupted where it was cancelled."""
        read = list(_read(rows))
        entries = [each for each in read if isinstance(each, Entry)]
        around = Around.of(entries, people_import=self._import, places=self._places)
        staged = list(judge(read, importer=self._importer, around=around))
        drafts = self._complete(staged, around)
        here = Counter(str(row.kind) for row in staged)
        same = {"people_import_id": self._import.pk}
        keep_rows = insert_rows(staged, into=StagedRow, same=same)
        keep_drafts = insert_rows(drafts, into=StagedEntry, same=same)
        with short_transaction():
            keep_rows()
            keep_drafts()
            _note_progress(self._import, counts + here, bytes_read)
        return here

    def _complete(self, staged: list[JudgedRow], around: Around) -> list[Draft]:
        drafts: list[Draft] = []
        for row in staged:
            if row.kind not in {Kind.REFUSED, Kind.UNCHANGED}:
                mails = around.mails.get(row.person_id, set()) if row.person_id else set()
                drafting.complete(row, known_mails=mails)
                drafts += drafting.entries_of(row, people_import=self._import)
        return drafts


def _read(rows: list[Row]) -> Iterator[Entry | JudgedRow]:
    for line, cells in rows:
        try:
            yield entry_of(line, cells)
        except Unfit as unfit:
            row = refused(line, unfit)
            row.external_id = (cells or {}).get("external_id", "")[:200].replace("\0", "")
            yield row


def _note_progress(people_import: PeopleImport, counts: Counter[str], bytes_read: int) -> None:
    still_wanted = PeopleImport.objects.filter(pk=people_import.pk, state=State.STAGING).update(
        counts=dict(counts), bytes_read=bytes_read, alive_at=clock.now()
    )
    if not still_wanted:
        raise Interrupted
    people_import.counts, people_import.bytes_read = dict(counts), bytes_read


def _step(people_import: PeopleImport, *, was: State, to: State, **fields: object) -> bool:
    """Only where it still is what it was."""
    rows = PeopleImport.objects.filter(pk=people_import.pk, state=was)
    stepped = bool(rows.update(state=to, alive_at=clock.now(), **fields))
    people_import.refresh_from_db()
    return stepped


def _refuse(people_import: PeopleImport, fault: dict) -> None:
    """Which rows, and why, is in its report; the trail has how many."""
    with transaction.atomic():
        if not _step(people_import, was=State.STAGING, to=State.REFUSED, fault=fault):
            raise Interrupted
        log.record(
            events.IMPORT_REFUSED,
            **_by_and_where(people_import),
            reason=fault["code"],
            people_import=str(people_import.pk),
            rows=people_import.counts,
        )


def stop(people_import: PeopleImport, reason: str) -> None:
    """`role`: whoever asked for it may not any more; `changed`: people are not as they were."""
    with transaction.atomic():
        rows = PeopleImport.objects.filter(pk=people_import.pk, state__in=UNDER_WAY)
        if rows.update(state=State.STOPPED, fault={"code": reason}, alive_at=clock.now()):
            log.record(
                events.IMPORT_STOPPED,
                **_by_and_where(people_import),
                reason=reason,
                people_import=str(people_import.pk),
                rows=people_import.counts,
            )
    people_import.refresh_from_db()


def _by_and_where(people_import: PeopleImport) -> dict:
    asked_by = people_import.asked_by()
    actor = log.person(asked_by) if asked_by else log.OPERATOR
    return {"actor": actor, "organisation_id": people_import.organisation_id}


def discard(people_import: PeopleImport) -> bool:
    """Whether there was anything to discard."""
    rows = PeopleImport.objects.filter(pk=people_import.pk, state__in=UNDER_WAY)
    return bool(rows.exclude(state=State.APPLYING).update(state=State.CANCELLED))
