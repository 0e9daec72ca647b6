"""Who and what an administrator looks after, as things stand now: who has no key, and so on.

page_of      fifty, by their ids, which never change
each_of      all of them, for a file
number_of    how many, which takes as long as reading all
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from ...keys import review, wanting
from ...keys.in_branches import keys_in
from ...keys.models import SecurityKey, State
from ...organisations.models import Organisation
from ...people.models import Person, Status
from ...people.queries import at_home_in

PAGE = 50
ROWS_AT_A_TIME = 500


class Kind(StrEnum):
    WITHOUT_KEY = "without-key"
    WITHOUT_SPARE = "without-spare"
    WAITING = "waiting"
    UNUSED = "unused"
    IN_REVIEW = "in-review"


OF_PEOPLE: dict[Kind, Callable[[], Q]] = {
    Kind.WITHOUT_KEY: wanting.without_key,
    Kind.WITHOUT_SPARE: wanting.without_spare,
}
OF_KEYS: dict[Kind, Callable[[], Q]] = {
    Kind.WAITING: wanting.waiting,
    Kind.UNUSED: wanting.unused,
    Kind.IN_REVIEW: review.in_review,
}
# Said so that no index fits it, by which SQLite would find all of them and sort them by their ids.
WALKED: dict[Kind, Callable[[], Q]] = {
    Kind.WAITING: lambda: ~Q(state__in=set(State) - {State.WAITING}),
}


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is None in lists of people; `replace_by` is set where its model is in review."""

    person: Person
    key: SecurityKey | None = None
    replace_by: datetime | None = None


def page_of(
    kind: Kind, within: QuerySet[Organisation], after: uuid.UUID | None, at_most: int = PAGE
) -> tuple[list[Row], uuid.UUID | None]:
    """The id is that to go on after, None on the last page."""
    found: list[Person] | list[SecurityKey]
    if kind in OF_PEOPLE:
        found = list(_after(_people(kind, within).select_related("home"), after)[: at_most + 1])
    else:
        keys = _keys(kind, within).select_related("holder__home")
        found = list(_after(keys, after)[: at_most + 1])
    following = found[at_most - 1].pk if len(found) > at_most else None
    return [*_rows(kind, found[:at_most])], following


def each_of(kind: Kind, within: QuerySet[Organisation]) -> Iterator[Row]:
    after = None
    while True:
        page, after = page_of(kind, within, after, ROWS_AT_A_TIME)
        yield from page
        if after is None:
            return


def number_of(kind: Kind, within: QuerySet[Organisation]) -> int:
    return (_people if kind in OF_PEOPLE else _keys)(kind, within).count()


def _people(kind: Kind, within: QuerySet[Organisation]) -> QuerySet[Person]:
    return at_home_in(within).filter(OF_PEOPLE[kind](), status=Status.ACTIVE)


def _keys(kind: Kind, within: QuerySet[Organisation]) -> QuerySet[SecurityKey]:
    walked = WALKED[kind]() if kind in WALKED else None
    return keys_in(within, OF_KEYS[kind](), walked=walked)


def _after(rows: QuerySet, after: uuid.UUID | None) -> QuerySet:
    return (rows if after is None else rows.filter(pk__gt=after)).order_by("pk")


def _rows(kind: Kind, found: list) -> Iterator[Row]:
    if kind in OF_PEOPLE:
        return map(Row, found)
    if kind is Kind.IN_REVIEW:
        judged = review.to_replace(found)
        return (Row(each.key.holder, each.key, each.replace_by) for each in judged)
    return (Row(key.holder, key) for key in found)
