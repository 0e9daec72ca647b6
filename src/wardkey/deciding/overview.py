"""The policy of an organisation as its pages show it.

overview_of    each value: what counts, where it comes from, what is to come
question_of    one value to be decided: which choices are open
below          where to look further
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from ..base import clock
from ..organisations import policy_values, tree
from ..organisations.models import Organisation, PolicyValue
from ..organisations.policy import Decisions, Standing, chosen_by, way_down
from ..organisations.policy_values import NO, VALUES, YES, Chosen, Value
from ..people.models import Person
from .changes import GRACE, standing_on, value_named

BELOW_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`source` decided what counts; None for the default. `is_overruled` where the organisation's
    own decision is looser than what holds above. `may_be_looser` where the value is delegated to
    it. `coming` are own decisions, about the value or its delegation; `coming_above` others'."""

    value: Value
    standing: Standing
    source: Organisation | None
    since: datetime | None
    decided_by: str
    is_overruled: bool
    may_be_looser: bool
    coming: list[PolicyValue]
    coming_above: list[PolicyValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`choices` are those open to the organisation; `is_narrowed` where others are not, for what
    was decided above it, and `is_at_floor` where nobody could go further. `now` is the decision's
    text that counts, `day` one on which a change to it could begin."""

    value: Value
    name: str
    choices: list[str]
    is_narrowed: bool
    is_at_floor: bool
    now: str
    day: date


def question_of(organisation: Organisation, name: str) -> Question:
    """`name` of a value or of its delegation. Raises NotFound."""
    value = value_named(name)
    standing = standing_on(value, organisation, clock.now())
    today = clock.today(organisation.time_zone)
    if name == value.delegation:
        choices, now = [NO, YES], YES if standing.is_delegated else NO
    else:
        choices, now = _open(standing), str(standing.chosen)
    return Question(
        value=value,
        name=name,
        choices=choices,
        is_narrowed=name == value.name and standing.bound != value.lowest,
        is_at_floor=name == value.name and value.lowest.choice != value.choices[0],
        now=now,
        day=today + GRACE if value == policy_values.SECOND_FACTOR else today,
    )


def _open(standing: Standing) -> list[str]:
    value = standing.value
    return [
        choice
        for choice in value.choices
        if policy_values.is_as_strict(value, Chosen(choice), standing.bound)
    ]


def overview_of(organisation: Organisation) -> list[Line]:
    """With two queries."""
    ids = organisation.ids_from_root
    rows = list(PolicyValue.objects.filter(organisation_id__in=ids).select_related("organisation"))
    names = _names_of({row.decided_by_id for row in rows if row.decided_by_id})
    return [_line(value, organisation, rows, names) for value in VALUES.values()]


def below(organisation: Organisation, *, within: QuerySet[Organisation]) -> list[Organisation]:
    """The first 20 right below that are `within`, by name."""
    there = tree.right_below(organisation) & within
    return list(there.order_by("name")[:BELOW_SHOWN])


def _names_of(people: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))


def _line(
    value: Value,
    organisation: Organisation,
    rows: list[PolicyValue],
    names: dict[uuid.UUID, str],
) -> Line:
    moment, decisions = clock.now(), Decisions(rows)
    here = way_down(value, organisation.ids_from_root, decisions, moment)[-1]
    counts = here.source and decisions.at(moment, organisation_id=here.source, name=value.name)
    coming = [
        row
        for row in sorted(rows, key=lambda row: row.starts_at)
        if row.starts_at > moment and row.name in {value.name, value.delegation}
    ]
    return Line(
        value=value,
        standing=here,
        source=counts.organisation if counts else None,
        since=counts.starts_at if counts else None,
        decided_by=names.get(counts.decided_by_id, "") if counts and counts.decided_by_id else "",
        is_overruled=here.own is not None and chosen_by(value, here.own) != here.chosen,
        may_be_looser=not policy_values.is_as_strict(value, here.bound, here.inherited),
        coming=[row for row in coming if row.organisation_id == organisation.pk],
        coming_above=[
            row
            for row in coming
            if row.organisation_id != organisation.pk and row.name == value.name
        ],
    )
