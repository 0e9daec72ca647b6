"""The figures of some organisations as they stand now, by grouped queries that read these alone.

People and keys count for the holder's home. A figure of 0 is left out, but that of people.
"""

from collections.abc import Collection, Iterator

from django.db.models import Count, Exists, OuterRef, QuerySet

from ...keys.models import SecurityKey, State, usable
from ...keys.review import in_review
from ...keys.wanting import unused, without_spare
from ...people.models import Person, Status

PEOPLE = "people"
PEOPLE_WITH_KEY = "people_with_usable_key"
PEOPLE_WITHOUT_SPARE = "people_without_spare"
KEYS_UNUSED = "keys_unused_90_days"
KEYS_IN_REVIEW = "keys_in_review"
KEYS = "keys_"  # and their state
STATES = [state.value for state in State]

Figure = tuple[int, str, int]  # organisation, name, count


def figures_now(organisation_ids: Collection[int]) -> Iterator[Figure]:
    active = Person.objects.filter(status=Status.ACTIVE, home_id__in=organisation_ids)
    people = dict(_by_home(active))
    for organisation_id in organisation_ids:
        yield organisation_id, PEOPLE, people.get(organisation_id, 0)
    theirs = SecurityKey.objects.filter(usable(), holder=OuterRef("pk"))
    for name, whose in ((PEOPLE_WITH_KEY, Exists(theirs)), (PEOPLE_WITHOUT_SPARE, without_spare())):
        for home_id, count in _by_home(active.filter(whose)):
            yield home_id, name, count
    keys = SecurityKey.objects.filter(holder__home_id__in=organisation_ids)
    by_state = keys.values_list("holder__home_id", "state").annotate(Count("pk"))
    for home_id, state, count in by_state.order_by():
        yield home_id, KEYS + state, count
    for name, which in ((KEYS_UNUSED, unused()), (KEYS_IN_REVIEW, in_review())):
        found = keys.filter(which).values_list("holder__home_id").annotate(Count("pk"))
        for home_id, count in found.order_by():
            yield home_id, name, count


def _by_home(people: QuerySet[Person]) -> QuerySet:
    return people.values_list("home_id").annotate(Count("pk")).order_by()
