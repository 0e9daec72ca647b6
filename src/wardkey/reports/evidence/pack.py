"""An evidence pack: what an assessor asks of an organisation and those below it, for one day.

    made    a ZIP file, which begins to leave at once and is made on the way

It is true for that day also when it is made later: what ended, was removed or came back since is in
it as it stood then. What each file holds stands in docs/evidence.md. That it is taken away is in
the audit trail before its first byte leaves, and the hash of its manifest before its last ones do,
without which nothing opens it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

from django.db import transaction
from django.utils import translation

from ...audit import checkpoints, events, log
from ...base import clock
from ...base.errors import InvalidInput
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


@dataclass(frozen=True, slots=True)
class Made:
    name: str
    blocks: Iterator[bytes]


FILES = {
    "coverage.csv": files.coverage_lines,
    "exceptions.csv": files.exceptions_lines,
    "leavers.csv": files.leavers_lines,
    "roles.csv": files.roles_lines,
}


def last_day_of_a_month(today: date) -> date:
    """The last one that is over."""
    return today.replace(day=1) - timedelta(days=1)


def made(asker: Asker, organisation: Organisation, day: date) -> Made:
    """Raises InvalidInput (evidence_day) for a day that is not over, or before any portal."""
    if not FIRST_DAY <= day < clock.today(organisation.time_zone):
        raise InvalidInput("evidence_day", field="day")
    _record_asked(asker, organisation, day)
    name = f"evidence-{organisation.code}-{day.isoformat()}"
    making = _making(asker, organisation)
    blocks = _blocks(asker, Pack(folder=name, day=day), _asked(asker, organisation, day), making)
    return Made(f"{name}.zip", blocks)


def _record_asked(asker: Asker, organisation: Organisation, day: date) -> None:
    with transaction.atomic():
        require_still_allowed(asker, Act.READ_TRAIL)
        log.record(
            events.EVIDENCE_ASKED,
            actor=asker.actor,
            organisation_id=asker.organisation_id,
            day=day.isoformat(),
            within=organisation.code,
        )


def _record_made(asker: Asker, making: Making, asked: Asked, *, manifest: str) -> None:
    with transaction.atomic():
        require_still_allowed(asker, Act.READ_TRAIL)
        log.record(
            events.EVIDENCE_MADE,
            actor=asker.actor,
            organisation_id=asker.organisation_id,
            day=asked.day.isoformat(),
            within=making.organisation.code,
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
        language=translation.get_language(),
        version=version("wardkey"),
        checkpoint=checkpoints.newest_note(events.CHANGE),
    )


def _blocks(asker: Asker, pack: Pack, asked: Asked, making: Making) -> Iterator[bytes]:
    """The summary comes after the others, which are counted as they go in."""
    tally = Tally()
    for name, lines in FILES.items():
        yield from pack.add(name, lines(asked, tally))
    with translation.override(making.language):  # the page's, which is done by now
        summary = summary_of(asked, tally, making)
    yield from pack.add("summary.txt", [f"{line}\n".encode() for line in summary])
    yield from pack.add_manifest()
    _record_made(asker, making, asked, manifest=pack.manifest)
    yield from pack.close()
