"""How many people have a key they can use: a figure a day for each organisation, kept for ever.

    count_day     the figures as they stand now, under that day; counting it again replaces them
    is_counted
    figures_of   the newest, added up

People and keys count for the holder's home. A figure without a row is 0.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum

from ..keys.models import SecurityKey, State, usable
from ..organisations.models import Organisation
from ..people.models import Person, Status
from .models import DailyCount

PEOPLE = "people"
PEOPLE_WITH_KEY = "people_with_usable_key"
KEYS = "keys_"  # and their state
STATES = [state.value for state in State]
ROWS_AT_A_TIME = 1000

Figure = tuple[int, str, int]  # organisation, name, count


def count_day(day: date) -> None:
    """One grouped query a figure, whatever the number of organisations."""
    figures = [*_people(), *_people_with_usable_key(), *_keys_by_state()]
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
    day = counts.aggregate(Max("day"))["day__max"]
    sums = counts.filter(day=day).values_list("name").annotate(Sum("count")).order_by()
    return day, dict(sums)


def _people() -> Iterator[Figure]:
    counted = dict(_by_home(Person.objects.filter(status=Status.ACTIVE)))
    for organisation_id in Organisation.objects.values_list("pk", flat=True):
        yield organisation_id, PEOPLE, counted.get(organisation_id, 0)


def _people_with_usable_key() -> Iterator[Figure]:
    theirs = SecurityKey.objects.filter(usable(), holder=OuterRef("pk"))
    for home_id, count in _by_home(Person.objects.filter(Exists(theirs), status=Status.ACTIVE)):
        yield home_id, PEOPLE_WITH_KEY, count


def _by_home(people: QuerySet[Person]) -> Iterable[tuple[int, int]]:
    return people.values_list("home_id").annotate(Count("pk")).order_by()


def _keys_by_state() -> Iterator[Figure]:
    keys = SecurityKey.objects.values_list("holder__home_id", "state")
    for home_id, state, count in keys.annotate(Count("pk")).order_by():
        yield home_id, KEYS + state, count
