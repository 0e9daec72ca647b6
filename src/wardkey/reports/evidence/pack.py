"""An evidence pack: what an assessor asks of an organisation and those below it, for one day.

    make    a ZIP file, which is in the audit trail before anybody has it

It is true for that day also when it is made later: what ended, was removed or came back since is in
it as it stood then. What each file holds stands in docs/evidence.md.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from tempfile import SpooledTemporaryFile
from typing import IO

from django.db import transaction

from ...audit import checkpoints, events, log
from ...base import clock
from ...base.errors import Forbidden, InvalidInput
from ...organisations import tree
from ...organisations.models import Organisation
from ...people.access import Asker, require_still_allowed
from ...people.administrators import Act
from . import files
from .files import Asked, Tally
from .packing import Pack
from .summary import Making, summary_of

FIRST_DAY = date(2000, 1, 1)
LEAVERS_OF = timedelta(days=365)
IN_MEMORY = 4 * 1024 * 1024  # bytes; what is more goes to a file of the system's


@dataclass(frozen=True, slots=True)
class Made:
    file: IO[bytes]
    name: str


FILES = {
    "coverage.csv": files.coverage_lines,
    "exceptions.csv": files.exceptions_lines,
    "leavers.csv": files.leavers_lines,
    "roles.csv": files.roles_lines,
}


def last_day_of_a_month(today: date) -> date:
    """The last one that is over."""
    return today.replace(day=1) - timedelta(days=1)


def make(asker: Asker, organisation: Organisation, day: date) -> Made:
    """Raises InvalidInput (evidence_day) for a day that is not over, or before any portal."""
    if not FIRST_DAY <= day < clock.today(organisation.time_zone):
        raise InvalidInput("evidence_day", field="day")
    if not asker.may(Act.READ_TRAIL):
        raise Forbidden("role")
    asked = _asked(asker, organisation, day)
    name = f"evidence-{organisation.code}-{day.isoformat()}"
    with ExitStack() as until_it_is_made:
        file = until_it_is_made.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        told = _packed(Pack(file, folder=name, day=day), asked, _making(asker, organisation))
        _record(asker, organisation, day, manifest=told)
        until_it_is_made.pop_all()  # whoever sends it closes it
    file.seek(0)
    return Made(file, f"{name}.zip")


def _record(asker: Asker, organisation: Organisation, day: date, *, manifest: str) -> None:
    with transaction.atomic():
        require_still_allowed(asker, Act.READ_TRAIL)
        log.record(
            events.EVIDENCE_MADE,
            actor=asker.actor,
            organisation_id=asker.organisation_id,
            day=day.isoformat(),
            within=organisation.code,
            manifest=manifest,
        )


def _asked(asker: Asker, organisation: Organisation, day: date) -> Asked:
    zone = organisation.time_zone
    within = asker.organisations_for(Act.READ_TRAIL) & tree.branch(organisation)
    named = within.only("pk", "code", "name", "path")
    ends_at = clock.start_of(day + timedelta(days=1), zone)
    return Asked(
        within=within,
        organisations={each.pk: each for each in named},
        day=day,
        starts_at=clock.start_of(day, zone),
        ends_at=ends_at,
        since=ends_at - LEAVERS_OF,
    )


def _making(asker: Asker, organisation: Organisation) -> Making:
    return Making(
        organisation=organisation,
        by=asker.name,
        at=clock.now(),
        version=version("wardkey"),
        checkpoint=checkpoints.newest_note(events.CHANGE),
    )


def _packed(pack: Pack, asked: Asked, making: Making) -> str:
    """The SHA-256 of the manifest. The summary comes last: the others are counted as they go in."""
    tally = Tally()
    for name, lines in FILES.items():
        pack.add(name, lines(asked, tally))
    pack.add("summary.txt", _text(summary_of(asked, tally, making)))
    return pack.close()


def _text(lines: list[str]) -> Iterator[bytes]:
    for line in lines:
        yield f"{line}\n".encode()
