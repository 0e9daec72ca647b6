"""A list of the overview as a file for a spreadsheet.

list_file    recorded before the first line leaves

Times are UTC. Nicknames are left out: an auditor takes it away too, who sees nobody's keys.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ...audit import events, log
from ...base.spreadsheets import lines_of
from ...organisations.models import Organisation
from ...people.access import Asker, require_still_allowed
from ...people.administrators import Act
from . import lists
from .lists import Kind, Row

COLUMNS = (
    *("person_id", "user_name", "name", "organisation"),
    *("key_id", "model", "state", "registered_at", "last_used_at", "replace_by"),
)


def list_file(
    asker: Asker, kind: Kind, organisation: Organisation, within: QuerySet[Organisation]
) -> Iterator[bytes]:
    """`within` is the organisation, or the part of its branch that the asker reaches."""
    number = lists.number_of(kind, within)
    with transaction.atomic():
        require_still_allowed(asker, Act.SEE_OVERVIEW)
        log.record(
            events.OVERVIEW_EXPORTED,
            actor=asker.actor,
            organisation_id=asker.organisation_id,
            of=kind.value,
            number=number,
            within=organisation.code,
        )
    return lines_of(COLUMNS, map(_cells, lists.each_of(kind, within)))


def _cells(row: Row) -> list[str]:
    person, key = row.person, row.key
    who = [str(person.pk), person.username, person.name, person.home.code]
    if key is None:
        return [*who, *[""] * 6]
    times = map(_told, (key.registered_at, key.last_used_at, row.replace_by))
    return [*who, str(key.pk), key.model, key.state, *times]


def _told(moment: datetime | None) -> str:
    return log.microseconds(moment) if moment else ""
