"""The register of exceptions: who was let off what, why, by whom, until when, and how it ended.

    page_of_register    the running ones first, the next to end on top; then those that ended last
    each_in_register    all of them, for a file
    running_on          those of one day, as they stood then

An exception belongs to the organisations that were its person's home while it ran. Who ended one
early, when it was to end before, and what they and whoever approved it were called then, is in the
audit trail alone.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from ...audit import events, log
from ...audit.models import ChangeEntry
from ...base import clock
from ...deciding.standing_below import standing_at
from ...organisations.models import Organisation
from ...organisations.policy_values import VALUES
from ...people.models import Membership, Person, PolicyException

PAGE = 50
ROWS_AT_A_TIME = 500
ALLOWED, ENDED = events.POLICY_EXCEPTION_ALLOWED.code, events.POLICY_EXCEPTION_ENDED.code

Of = tuple[uuid.UUID | None, str, datetime]


class Which(StrEnum):
    RUNNING = "running"
    ENDED = "ended"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Called:
    """Who did something, by the name that they had `then`; `today` is empty where they have it
    still."""

    then: str
    today: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """Somebody ended it before its time: it was to end at `before`, and now at `ends_at`."""

    at: datetime
    by: Called
    before: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`home` was the person's last while it ran. `allowed_until` is the first moment after it, as
    it was allowed; `ends_at` as it stands. `counts` where it lets its person off anything: not
    after a move, nor where the policy above became stricter or their own as loose."""

    exception: PolicyException
    approved_by: Called
    home: Organisation
    allowed_until: datetime
    ends_at: datetime
    endings: list[Ending]
    counts: bool

    @property
    def has_ended(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def ending(self) -> Ending | None:
        return self.endings[-1] if self.endings else None


@dataclass(frozen=True, slots=True)
class Place:
    """Of the last one on a page; whether it ran then, so that none of those behind it is missed
    where it ended meanwhile."""

    runs: bool
    ends_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{'runs' if self.runs else 'ended'} {self.ends_at.isoformat()} {self.id}"


def place_in(text: str) -> Place:
    """Raises ValueError."""
    state, ends_at, id = text.split(" ")
    moment = datetime.fromisoformat(ends_at)
    if moment.tzinfo is None or not (id.isascii() and id.isdecimal() and len(id) < 18):
        raise ValueError("no place")
    return Place(state == "runs", moment, int(id))


def page_of_register(
    within: QuerySet[Organisation], which: Which, after: Place | None
) -> tuple[list[Entry], Place | None]:
    """With five queries. The place is that of the page after, None on the last."""
    rows = _ordered(_exceptions_of(within), which)
    if after is not None:
        rows = rows.filter(_behind(after))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    following = Place(last.ends_at > clock.now(), last.ends_at, last.pk) if last else None
    return _entries(found[:PAGE], clock.now(), _homes_now), following


def each_in_register(within: QuerySet[Organisation], which: Which) -> Iterator[Entry]:
    rows = _ordered(_exceptions_of(within), which).iterator(chunk_size=ROWS_AT_A_TIME)
    while some := list(islice(rows, ROWS_AT_A_TIME)):
        yield from _entries(some, clock.now(), _homes_now)


def count_in_register(within: QuerySet[Organisation], which: Which) -> int:
    return _of_state(_exceptions_of(within), which).count()


def running_on(
    within: QuerySet[Organisation], starts_at: datetime, ends_at: datetime
) -> Iterator[Entry]:
    """Whatever ended since: those that ran at any moment of the day from `starts_at` to before
    `ends_at`, as they stood at its end, of those who were at home there then."""
    at_home = _homes(within).filter(starts_at__lt=ends_at)
    there = at_home.filter(Q(ends_at=None) | Q(ends_at__gte=ends_at))
    found = PolicyException.objects.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    rows = _at_home(found, there).order_by("ends_at", "pk").iterator(chunk_size=ROWS_AT_A_TIME)
    while some := list(islice(rows, ROWS_AT_A_TIME)):
        yield from _entries(some, ends_at, _homes_then)


def _exceptions_of(within: QuerySet[Organisation]) -> QuerySet[PolicyException]:
    at_home = _homes(within).filter(starts_at__lt=OuterRef("ends_at"))
    meanwhile = Q(ends_at=None) | Q(ends_at__gt=OuterRef("starts_at"))
    return _at_home(PolicyException.objects.all(), at_home.filter(meanwhile))


def _homes(within: QuerySet[Organisation]) -> QuerySet[Membership]:
    return Membership.objects.filter(
        person=OuterRef("person"), kind=Membership.Kind.HOME, organisation__in=within
    )


def _at_home(
    rows: QuerySet[PolicyException], homes: QuerySet[Membership]
) -> QuerySet[PolicyException]:
    """Each with the id of the last of these as `home_then`."""
    last = Subquery(homes.order_by("-starts_at").values("organisation")[:1])
    named = rows.select_related("person__home", "organisation", "approved_by")
    return named.filter(Exists(homes)).annotate(home_then=last)


def _of_state(rows: QuerySet[PolicyException], which: Which) -> QuerySet[PolicyException]:
    if which is Which.RUNNING:
        return rows.filter(ends_at__gt=clock.now())
    return rows.filter(ends_at__lte=clock.now()) if which is Which.ENDED else rows


def _ordered(rows: QuerySet[PolicyException], which: Which) -> QuerySet[PolicyException]:
    runs = When(ends_at__gt=clock.now(), then=Value(0))
    ended = Case(runs, default=Value(1), output_field=IntegerField())
    soonest = Case(When(ends_at__gt=clock.now(), then=F("ends_at")))
    return _of_state(rows, which).order_by(ended, soonest, "-ends_at", "pk")


def _behind(place: Place) -> Q:
    """What comes after it in that order. What ends between two pages may be met twice."""
    now, beside = clock.now(), Q(ends_at=place.ends_at, pk__gt=place.id)
    if place.runs:
        return Q(ends_at__gt=place.ends_at) | beside | Q(ends_at__lte=now)
    return Q(ends_at__lt=place.ends_at) | beside


def _homes_now(row: PolicyException, _homes: dict[int, Organisation]) -> str:
    return row.person.home.path


def _homes_then(row: PolicyException, homes: dict[int, Organisation]) -> str:
    return homes[row.home_then].path  # type: ignore[attr-defined]


def _entries(
    rows: list, moment: datetime, path_of: Callable[[PolicyException, dict], str]
) -> list[Entry]:
    """As they stood at that moment."""
    homes = Organisation.objects.in_bulk({row.home_then for row in rows})
    paths = {row.pk: path_of(row, homes) for row in rows}
    standing = standing_at(paths.values(), VALUES.values(), moment)
    told = _told_of(rows)
    endings = {row.pk: _chain(row, told) for row in rows}
    return [
        Entry(
            exception=row,
            approved_by=_approver(row, told, _first(endings[row.pk], row.ends_at)),
            home=homes[row.home_then],
            allowed_until=_first(endings[row.pk], row.ends_at),
            ends_at=_as_it_stood(endings[row.pk], row.ends_at, moment),
            endings=[each for each in endings[row.pk] if each.at < moment],
            counts=standing.lets_off_to(row, paths[row.pk]) is not None,
        )
        for row in rows
    ]


def _first(endings: list[Ending], ends_at: datetime) -> datetime:
    return endings[0].before if endings else ends_at


def _as_it_stood(endings: list[Ending], ends_at: datetime, moment: datetime) -> datetime:
    later = [each for each in endings if each.at >= moment]
    return later[0].before if later else ends_at


@dataclass(slots=True)
class _Told:
    """By person, value and end: the endings that left it, the newest first; and who approved one
    until then, and when."""

    endings: dict[Of, list[Ending]]
    approved: dict[Of, list[tuple[datetime, Called]]]


def _told_of(rows: list[PolicyException]) -> _Told:
    """An entry does not name the exception: it is found by person, value and the end that the
    entry before it left."""
    holders = {row.person_id for row in rows}
    entries = ChangeEntry.objects.filter(holder_id__in=holders, code__in=(ALLOWED, ENDED))
    found = list(entries) if holders else []
    names = _names(entry.actor_id for entry in found if entry.actor_kind == "person")
    told = _Told(defaultdict(list), defaultdict(list))
    for entry in found:  # the newest first
        each, by = json.loads(bytes(entry.canonical)), _called(entry, names)
        facts = each["parameters"]
        left = each["new"] if entry.code == ENDED else facts
        ends_at = datetime.fromisoformat(left["ends_at"])
        of = entry.holder_id, facts["name"], ends_at
        if entry.code == ALLOWED:
            told.approved[of].append((entry.at, by))
        else:
            before = datetime.fromisoformat(each["old"]["ends_at"])
            told.endings[of].append(Ending(entry.at, by, before, ends_at))
    return told


def _called(entry: ChangeEntry, names: dict[str, str]) -> Called:
    today = names.get(entry.actor_id, "")
    then = entry.clear.get(log.ACTORS_NAME, {}).get("value") or today
    return Called(then or entry.actor_id, today if today != then else "")


def _chain(row: PolicyException, told: _Told) -> list[Ending]:
    """The oldest first."""
    found: list[Ending] = []
    ends_at = row.ends_at
    while left := told.endings.get((row.person_id, row.name, ends_at)):
        ending = left.pop(0)
        found.insert(0, ending)
        ends_at = ending.before
    return found


def _approver(row: PolicyException, told: _Told, allowed_until: datetime) -> Called:
    """By the first entry since it began: one that ended may have had the same end."""
    approvals = told.approved.get((row.person_id, row.name, allowed_until), [])
    since = [by for at, by in approvals if at >= row.starts_at]
    return since[-1] if since else Called(row.approved_by.name)


def _names(ids: Iterable[str]) -> dict[str, str]:
    people = Person.objects.filter(pk__in={uuid.UUID(id) for id in ids if id})
    return {str(pk): name for pk, name in people.values_list("pk", "name")}
