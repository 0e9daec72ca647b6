"""The register of exceptions, and who can log in without a token today, as files for a spreadsheet.

register_file, without_token_file    recorded before the first line leaves

Times are UTC.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ...audit import events, log
from ...base.spreadsheets import lines_of
from ...organisations import tree
from ...organisations.models import Organisation
from ...people.access import Asker, require_still_allowed
from ...people.administrators import Act
from . import register, without_token
from .register import Entry, Which
from .without_token import Surroundings, Way, Without

OF_REGISTER = (
    *("person_id", "user_name", "name", "organisation", "rule", "let_off_to", "reason"),
    *("approved_by", "approved_for", "approved_at", "allowed_until", "ends_at"),
    *("ended_early_by", "ended_early_at", "counts"),
)
OF_WITHOUT = (
    *("person_id", "user_name", "name", "organisation", "way", "choice", "reason", "by"),
    *("since", "until"),
)


def register_file(asker: Asker, organisation: Organisation, which: Which) -> Iterator[bytes]:
    within = asker.organisations_for(Act.READ_POLICY) & tree.branch(organisation)
    _record(asker, organisation, of="register", number=register.count_in_register(within, which))
    return register_lines(register.each_in_register(within, which))


def without_token_file(asker: Asker, organisation: Organisation) -> Iterator[bytes]:
    around = around_of(asker, organisation)
    number = sum(without_token.numbers(around).values())
    _record(asker, organisation, of="without_token", number=number)
    found = (each for way in Way for each in without_token.each_of_way(around, way))
    return lines_of(OF_WITHOUT, map(_cells_of_without, found))


def around_of(asker: Asker, organisation: Organisation) -> Surroundings:
    within: QuerySet[Organisation] = asker.organisations_for(Act.READ_POLICY)
    return Surroundings(within & tree.branch(organisation))


def _record(asker: Asker, organisation: Organisation, *, of: str, number: int) -> None:
    with transaction.atomic():
        require_still_allowed(asker, Act.READ_POLICY)
        log.record(
            events.EXCEPTIONS_EXPORTED,
            actor=asker.actor,
            organisation_id=asker.organisation_id,
            of=of,
            number=number,
            within=organisation.code,
        )


def register_lines(entries: Iterator[Entry]) -> Iterator[bytes]:
    return lines_of(OF_REGISTER, map(cells_of, entries))


def cells_of(entry: Entry) -> list[str]:
    row, ending = entry.exception, entry.ending
    return [
        *(str(row.person.pk), row.person.username, row.person.name, entry.home.code),
        *(row.name, row.value, row.reason),
        *(entry.approved_by.then, row.organisation.code),
        *map(told, (row.starts_at, entry.allowed_until, entry.ends_at)),
        *((ending.by.then, told(ending.at)) if ending else ("", "")),
        "yes" if entry.counts else "no",
    ]


def _cells_of_without(each: Without) -> list[str]:
    person = each.person
    return [
        *(str(person.pk), person.username, person.name, person.home.code),
        *(each.way.value, each.choice, each.reason, each.by),
        *map(told, (each.since, each.until)),
    ]


def told(moment: datetime | None) -> str:
    return log.microseconds(moment) if moment else ""
