"""What was tried, on which device, with which outcome: the cells of the compatibility table.

shipped      from the result files of this release, which the browser journeys wrote
written      one result as the line of such a file
read_line    … and read again
added_in     what administrators of an organisation, or of one above it, added
sent_within  what people of some organisations sent, which is in no table yet
table_of     a row for each device, the newest result in each cell

No cell has another source. A result is old after a year; whoever shows it says so.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from django.db.models import QuerySet

from ..base import clock
from ..organisations.models import Organisation
from .devices import Device
from .models import CheckedDevice, Outcome, TriedBy

OLD_AFTER = timedelta(days=365)
FOLDER = "results"
ROWS_AT_MOST = 200
WAITING_AT_MOST = 50
REGISTERING_FOR_SOMEBODY, REGISTERING, SIGNING_IN = "register_for_somebody", "register", "sign_in"
ADMINISTRATOR, STANDARD_USER = TriedBy.ADMINISTRATOR.value, TriedBy.STANDARD_USER.value
VIRTUAL_KEY, REAL_KEY = "virtual", "real"
# The columns of the table: what is tried, and by whom.
COLUMNS = (
    (REGISTERING_FOR_SOMEBODY, ADMINISTRATOR),
    (REGISTERING, ADMINISTRATOR),
    (SIGNING_IN, ADMINISTRATOR),
    (REGISTERING, STANDARD_USER),
    (SIGNING_IN, STANDARD_USER),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`tried` and `tried_by` are a column; `key` is virtual or real. `row` is the row that an
    administrator added, None where it comes from a result file."""

    day: date
    device: Device
    tried: str
    tried_by: str
    outcome: str
    key: str
    row: CheckedDevice | None = None

    @property
    def works(self) -> bool:
        return self.outcome == Outcome.WORKS

    @property
    def is_old(self) -> bool:
        return clock.now().date() - self.day > OLD_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`cells` are in the order of COLUMNS, None where nothing was tried."""

    device: Device
    cells: list[Result | None]


def written(result: Result) -> str:
    told = {
        "date": result.day.isoformat(),
        **result.device.as_json(),
        "tried": result.tried,
        "by": result.tried_by,
        "outcome": str(result.outcome),
        "key": result.key,
    }
    return json.dumps(told, ensure_ascii=False)


def read_line(line: str) -> Result:
    """Raises ValueError, KeyError or TypeError: a file that was shipped damaged is a fault."""
    told = json.loads(line)
    result = Result(
        day=date.fromisoformat(told.pop("date")),
        tried=told.pop("tried"),
        tried_by=told.pop("by"),
        outcome=Outcome(told.pop("outcome")),
        key=told.pop("key"),
        device=Device(**told),
    )
    if (result.tried, result.tried_by) not in COLUMNS:
        raise ValueError(f"no such column: {result.tried} by {result.tried_by}")
    return result


@cache
def shipped() -> tuple[Result, ...]:
    return tuple(
        read_line(line)
        for file in sorted(
            files(__package__).joinpath(FOLDER).iterdir(), key=lambda file: file.name
        )
        if file.name.endswith(".jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    )


def added_in(organisation: Organisation) -> list[Result]:
    """With one query; the newest two hundred checks, the oldest of them first."""
    there = CheckedDevice.objects.filter(organisation__in=organisation.ids_from_root)
    rows = there.filter(added_by__isnull=False)
    newest = list(rows.select_related("added_by", "organisation")[:ROWS_AT_MOST])
    return [result for row in reversed(newest) for result in _results_of(row)]


def sent_within(organisations: QuerySet[Organisation]) -> list[CheckedDevice]:
    """What people there sent, and nobody added yet; the newest fifty, the newest first."""
    waiting = CheckedDevice.objects.filter(organisation__in=organisations, added_by=None)
    return list(waiting.select_related("organisation")[:WAITING_AT_MOST])


def _results_of(row: CheckedDevice) -> Iterator[Result]:
    device = Device(
        form=row.form,
        system=row.system,
        system_version=row.system_version,
        browser=row.browser,
        browser_version=row.browser_version,
    )
    for tried, outcome in ((REGISTERING, row.registration), (SIGNING_IN, row.sign_in)):
        if outcome != Outcome.NOT_TRIED:
            yield Result(
                day=row.checked_at.date(),
                device=device,
                tried=tried,
                tried_by=row.tried_by,
                outcome=outcome,
                key=VIRTUAL_KEY if row.with_virtual_key else REAL_KEY,
                row=row,
            )


def table_of(results: Iterable[Result]) -> list[Row]:
    """By system and browser; of several results for a cell, the latest."""
    devices: dict[Device, dict[tuple[str, str], Result]] = {}
    for result in sorted(results, key=lambda result: result.day):
        devices.setdefault(result.device, {})[result.tried, result.tried_by] = result
    return [
        Row(device=device, cells=[devices[device].get(column) for column in COLUMNS])
        for device in sorted(devices, key=_order)
    ]


def _order(device: Device) -> tuple[str, ...]:
    return device.system, device.system_version, device.browser, device.browser_version
