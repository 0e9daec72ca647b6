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

from django.db.models import Exists, OuterRef, Q, QuerySet

from ...keys import review, wanting
from ...keys.models import SecurityKey, State
from ...organisations.models import Organisation
from ...people.models import Person, Status

PAGE = 50
ROWS_AT_A_TIME = 500
SMALL = 200  # organisations
FEW = 1000  # keys


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
    people = Person.objects.filter(OF_PEOPLE[kind](), status=Status.ACTIVE)
    if _is_small(within):
        return people.filter(home__in=within)
    return people.filter(Exists(within.filter(pk=OuterRef("home"))))


def _keys(kind: Kind, within: QuerySet[Organisation]) -> QuerySet[SecurityKey]:
    keys = SecurityKey.objects.filter(OF_KEYS[kind]())
    if _is_small(within):
        return keys.filter(holder__home__in=within)
    at_home = Exists(within.filter(pk=OuterRef("home")))
    of_them = Exists(Person.objects.filter(at_home, pk=OuterRef("holder")))
    few = list(keys.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return SecurityKey.objects.filter(of_them, pk__in=few)
    return SecurityKey.objects.filter(of_them, WALKED.get(kind, OF_KEYS[kind])())


def _is_small(within: QuerySet[Organisation]) -> bool:
    """Of few organisations the database gathers the people and sorts them. Of many it would sort
    for a second or two: there it goes through all by their ids, and stops when a page is full. It
    would hardly ever be where few keys of the whole portal are concerned: it begins at these."""
    return within.count() <= SMALL


def _after(rows: QuerySet, after: uuid.UUID | None) -> QuerySet:
    return (rows if after is None else rows.filter(pk__gt=after)).order_by("pk")


def _rows(kind: Kind, found: list) -> Iterator[Row]:
    if kind in OF_PEOPLE:
        return map(Row, found)
    if kind is Kind.IN_REVIEW:
        judged = review.to_replace(found)
        return (Row(each.key.holder, each.key, each.replace_by) for each in judged)
    return (Row(key.holder, key) for key in found)
