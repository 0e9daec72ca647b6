"""How many people have a key they can use: a figure a day for each organisation, kept for ever.

    count_yesterday   the worker's, as soon as a day is over (UTC)
    count_day         the figures as they stand now, under that day; counting it again replaces them
    is_counted
    figures_of        the newest, added up

People and keys count for the holder's home, and once more in a figure of the branch (`BRANCH` and
its name) for each organisation above it, as the tree stands then: whoever asks for a branch reads
the rows of one organisation. A figure without a row is 0. Every organisation has a row for its
people and for those of its branch; one with nothing below has no other rows for its branch, which
is itself. Days that nobody counted have no rows at all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum

from ...base import clock
from ...keys.models import SecurityKey, State, usable
from ...keys.review import in_review
from ...keys.wanting import unused, without_spare
from ...organisations.models import Organisation
from ...people.models import Person, Status
from ..models import DailyCount

PEOPLE = "people"
PEOPLE_WITH_KEY = "people_with_usable_key"
PEOPLE_WITHOUT_SPARE = "people_without_spare"
KEYS_UNUSED = "keys_unused_90_days"
KEYS_IN_REVIEW = "keys_in_review"
KEYS = "keys_"  # and their state
STATES = [state.value for state in State]
BRANCH = "branch."  # and a figure's name
ROWS_AT_A_TIME = 1000

Figure = tuple[int, str, int]  # organisation, name, count


def count_yesterday() -> None:
    """Never twice. A day on which no worker ran until it was over, and the next one too, stays
    uncounted: nobody knows any more how things stood."""
    day = clock.now().date() - timedelta(days=1)
    if not is_counted(day):
        count_day(day)


def count_day(day: date) -> None:
    """One grouped query a figure, whatever the number of organisations."""
    own = [*_people(), *_people_by_keys(), *_keys_by_state(), *_keys_to_look_at()]
    figures = [*own, *_of_branches(own)]
    with transaction.atomic():
        DailyCount.objects.filter(day=day).delete()
        DailyCount.objects.bulk_create(
            [
                DailyCount(organisation_id=organisation_id, day=day, name=name, count=count)
                for organisation_id, name, count in figures
            ],
            batch_size=ROWS_AT_A_TIME,
            # Another worker may be as quick.
            update_conflicts=True,
            unique_fields=["organisation_id", "day", "name"],
            update_fields=["count"],
        )


def is_counted(day: date) -> bool:
    """Every organisation has its number of people; the oldest one tells for all."""
    oldest = Organisation.objects.order_by("pk").values("pk")[:1]
    return DailyCount.objects.filter(organisation_id__in=oldest, day=day, name=PEOPLE).exists()


def figures_of(within: QuerySet[Organisation]) -> tuple[date | None, dict[str, int]]:
    """The last day that was counted, and each figure by its name; none where no day was yet."""
    counts = DailyCount.objects.filter(organisation_id__in=within.values("pk"))
    counts = counts.exclude(name__startswith=BRANCH)
    day = counts.aggregate(Max("day"))["day__max"]
    sums = counts.filter(day=day).values_list("name").annotate(Sum("count")).order_by()
    return day, dict(sums)


def _people() -> Iterator[Figure]:
    counted = dict(_by_home(Person.objects.filter(status=Status.ACTIVE)))
    for organisation_id in Organisation.objects.values_list("pk", flat=True):
        yield organisation_id, PEOPLE, counted.get(organisation_id, 0)


def _people_by_keys() -> Iterator[Figure]:
    theirs = SecurityKey.objects.filter(usable(), holder=OuterRef("pk"))
    active = Person.objects.filter(status=Status.ACTIVE)
    for home_id, count in _by_home(active.filter(Exists(theirs))):
        yield home_id, PEOPLE_WITH_KEY, count
    for home_id, count in _by_home(active.filter(without_spare())):
        yield home_id, PEOPLE_WITHOUT_SPARE, count


def _by_home(people: QuerySet[Person]) -> Iterable[tuple[int, int]]:
    return people.values_list("home_id").annotate(Count("pk")).order_by()


def _keys_by_state() -> Iterator[Figure]:
    keys = SecurityKey.objects.values_list("holder__home_id", "state")
    for home_id, state, count in keys.annotate(Count("pk")).order_by():
        yield home_id, KEYS + state, count


def _keys_to_look_at() -> Iterator[Figure]:
    for name, which in ((KEYS_UNUSED, unused()), (KEYS_IN_REVIEW, in_review())):
        keys = SecurityKey.objects.filter(which).values_list("holder__home_id")
        for home_id, count in keys.annotate(Count("pk")).order_by():
            yield home_id, name, count


def _of_branches(own: Iterable[Figure]) -> Iterator[Figure]:
    """Each figure, added up along the path to the root."""
    above = {each.pk: each.ids_from_root for each in Organisation.objects.only("path")}
    parents = {pk for ids in above.values() for pk in ids[:-1]}
    sums: Counter[tuple[int, str]] = Counter()
    for organisation_id, name, count in own:
        for pk in above.get(organisation_id, ()):
            if pk in parents or name == PEOPLE:
                sums[pk, name] += count
    for (pk, name), count in sums.items():
        yield pk, BRANCH + name, count
