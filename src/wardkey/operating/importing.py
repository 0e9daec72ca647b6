"""A file of people imported on the host, by whoever runs the portal.

preview         what would change; nothing does
import_people   the same, and then it happens: all of it, or nothing

They act as the operator, for one organisation and those below it: nobody is named for whom they
would act. What is staged is forgotten at the end, since the report is written at once.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click

from ..bulk import applying, following, forgetting, reporting, staging, words
from ..bulk.models import Kind, PeopleImport, StagedRow, State

PIECE = 64 * 1024  # bytes
SHOWN_AT_MOST = 50

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`unwritten` is why there is no report. What was imported stands without it."""

    people_import: PeopleImport
    refused: list[dict] = field(default_factory=list)
    refused_in_words: list[str] = field(default_factory=list)
    unwritten: str = ""

    @property
    def exit_status(self) -> int:
        state = self.people_import.state
        if state == State.REFUSED:
            return 2
        return 0 if state in {State.READY, State.APPLIED} else 1


def preview(file: Path, *, organisation: str, report: Path | None, tell: Tell) -> Outcome:
    """Raises InvalidInput (organisation), Conflict (organisation_closed, import_under_way)."""
    people_import = _staged(file, organisation, tell)
    return _told_and_forgotten(people_import, report)


def import_people(file: Path, *, organisation: str, report: Path | None, tell: Tell) -> Outcome:
    """Raises as `preview`."""
    people_import = _staged(file, organisation, tell)
    if people_import.state == State.READY:
        people_import = applying.apply(people_import.pk)
    if people_import.state == State.APPLIED:
        following.follow_all(people_import, stopping=partial(_never, people_import, tell))
    return _told_and_forgotten(people_import, report)


def _staged(file: Path, organisation: str, tell: Tell) -> PeopleImport:
    size = file.stat().st_size
    people_import = staging.begin(organisation=organisation, file_name=file.name, bytes_in_all=size)
    try:
        staging.stage(people_import, _pieces(file, size, tell))
    except BaseException:
        staging.discard(people_import)
        raise
    return people_import


def _pieces(file: Path, size: int, tell: Tell) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            tell("read", opened.tell(), size)
            yield piece


def _never(people_import: PeopleImport, tell: Tell) -> bool:
    tell("follow", people_import.followed_up_to, sum(people_import.counts.values()))
    return False


def _told_and_forgotten(people_import: PeopleImport, report: Path | None) -> Outcome:
    refused = reporting.rows_of(people_import, kinds=[Kind.REFUSED])[:SHOWN_AT_MOST]
    outcome = Outcome(
        people_import=people_import,
        refused=[_as_told(row) for row in refused],
        refused_in_words=[words.row_in_words(row) for row in refused],
        unwritten=_written(people_import, report) if report else "",
    )
    outcome_stands = PeopleImport.objects.get(pk=people_import.pk)
    staging.discard(people_import)
    forgetting.forget(outcome_stands)
    return outcome


def _written(people_import: PeopleImport, report: Path) -> str:
    try:
        with report.open("wb") as opened:
            for line in reporting.as_csv(people_import, in_words=words.what_to_do):
                opened.write(line)
    except OSError as error:
        return str(error)
    return ""


def _as_told(row: StagedRow) -> dict:
    told = ("line", "external_id", "column", "value", "fault")
    return {name: getattr(row, name) for name in told}


def on_terminal(what: str, done: int, of: int) -> None:
    """On standard error, and only where somebody looks."""
    if sys.stderr.isatty():
        doing = {"read": "Reading", "follow": "Making them findable"}[what]
        click.echo(f"\r{doing}: {100 * done // max(of, 1)} % ", err=True, nl=False)


def told_as_json(outcome: Outcome) -> str:
    people_import = outcome.people_import
    told = {
        "id": str(people_import.pk),
        "state": people_import.state,
        "fault": people_import.fault,
        "rows": people_import.counts,
        "refused": outcome.refused,
    }
    return json.dumps(told)


def told_in_words(outcome: Outcome) -> str:
    people_import = outcome.people_import
    told = [str(words.STATES[people_import.state]) + "."]
    told += [f"{name}: {number}" for _kind, name, number in words.counted(people_import)]
    told += [fault] if (fault := words.fault_of(people_import)) else []
    told += outcome.refused_in_words
    if people_import.counts.get(Kind.REFUSED, 0) > len(outcome.refused):
        told.append("…and more: --report FILE has each row.")
    return "\n".join(told)
