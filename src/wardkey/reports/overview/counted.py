"""How far the keys reach, as counted each day: of an organisation and its branch, and of those
below.

course_of_branch, course_of_one    the last 90 days, of which some may never have been counted
below                              the organisations right below, those with least keys first

Read from the daily counts of one organisation, or of those right below it, and never by counting.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from pydantic import TypeAdapter

from ...base import cache, clock
from ...organisations import tree
from ...organisations.models import Organisation
from . import by_home, coverage

DAYS = 90
BELOW_AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Numbers:
    """At the end of `day` (UTC)."""

    day: date
    people: int
    with_key: int
    without_spare: int
    waiting: int
    unused: int
    in_review: int

    @property
    def without_key(self) -> int:
        return max(self.people - self.with_key, 0)

    @property
    def percent(self) -> int:
        """Of people with a key; 100 only where nobody is without one."""
        return 100 * self.with_key // self.people if self.people else 0


COURSE = TypeAdapter(list[Numbers])
NAMES = (
    *(by_home.PEOPLE, by_home.PEOPLE_WITH_KEY, by_home.PEOPLE_WITHOUT_SPARE),
    *(by_home.KEYS + "waiting", by_home.KEYS_UNUSED, by_home.KEYS_IN_REVIEW),
)
OF_ONE = {name: (name,) for name in NAMES}
# One with nothing below has figures of its own alone (coverage.py).
OF_BRANCH = {name: (coverage.BRANCH + name, name) for name in NAMES}

Read = Mapping[str, tuple[str, ...]]
Figures = Mapping[str, int]


def course_of_branch(organisation: Organisation) -> list[Numbers]:
    """The oldest first; days that nobody counted are missing."""
    return _course(organisation, OF_BRANCH, called="branch")


def course_of_one(organisation: Organisation) -> list[Numbers]:
    """The same, without those below it."""
    return _course(organisation, OF_ONE, called="one")


def days_until(last: date) -> list[date]:
    """The 90 days of a course."""
    return [last - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]


def below(
    organisation: Organisation, day: date, first: int = 0
) -> tuple[list[tuple[Organisation, Numbers]], int | None]:
    """Twenty, each with its branch; without those that have nobody. The number is that of the next
    to go on with, None where there are no more."""
    ranks = (by_home.PEOPLE, by_home.PEOPLE_WITH_KEY)
    counted = _counted(tree.right_below(organisation).values("pk"), day, ranks)
    ranked = [each for each in counted.items() if each[1].people]
    ranked.sort(key=lambda each: (each[1].with_key / each[1].people, -each[1].people, each[0]))
    shown = [pk for pk, _numbers in ranked[first : first + BELOW_AT_A_TIME]]
    numbers = _counted(shown, day, NAMES)
    rows = Organisation.objects.in_bulk(shown)
    following = first + BELOW_AT_A_TIME
    found = [(rows[pk], numbers[pk]) for pk in shown if pk in numbers]
    return found, following if following < len(ranked) else None


def _course(organisation: Organisation, read: Read, *, called: str) -> list[Numbers]:
    """Whoever asks may see it; so may not whoever asks the cache."""
    since = clock.now().date() - timedelta(days=DAYS)
    name = f"course:{called}:{organisation.pk}:{since}"
    return cache.kept(name, lambda: _course_since(since, organisation, read), shape=COURSE)


def _course_since(since: date, organisation: Organisation, read: Read) -> list[Numbers]:
    rows = coverage.whole_days().filter(
        organisation_id=organisation.pk, day__gte=since, name__in=_all(read)
    )
    of_days: dict[date, dict[str, int]] = defaultdict(dict)
    for day, name, count in rows.values_list("day", "name", "count"):
        of_days[day][name] = count
    found = (_numbers(day, of_days[day], read) for day in sorted(of_days))
    return [each for each in found if each]


def _counted(
    organisations: QuerySet | list[int], day: date, names: Iterable[str]
) -> dict[int, Numbers]:
    read = {name: OF_BRANCH[name] for name in names}
    rows = coverage.whole_days().filter(
        organisation_id__in=organisations, day=day, name__in=_all(read)
    )
    figures: dict[int, dict[str, int]] = defaultdict(dict)
    for pk, name, count in rows.values_list("organisation_id", "name", "count"):
        figures[pk][name] = count
    found = ((pk, _numbers(day, each, read)) for pk, each in figures.items())
    return {pk: numbers for pk, numbers in found if numbers}


def _all(read: Read) -> list[str]:
    return [name for names in read.values() for name in names]


def _numbers(day: date, figures: Figures, read: Read) -> Numbers | None:
    """None where that was not counted then: before there were figures of branches."""
    if read[by_home.PEOPLE][0] not in figures:
        return None
    return Numbers(day, *(_figure(figures, read.get(name, ())) for name in NAMES))


def _figure(figures: Figures, names: tuple[str, ...]) -> int:
    return next((figures[name] for name in names if name in figures), 0)
