"""The overview's figures counted from everything that there is, at once: what the worker, which
counts from events, has to come to.

everything    organisation, name and count of each figure as it stands now
count_day     the same kept under a day, whichever it is
"""

from collections import Counter
from datetime import date

from django.db.models import Count, Exists, OuterRef

from wardkey.keys.models import SecurityKey, usable
from wardkey.keys.review import in_review
from wardkey.keys.wanting import unused, without_spare
from wardkey.organisations.models import Organisation
from wardkey.people.models import Person, Status
from wardkey.reports.models import DailyCount

PEOPLE = "people"


def count_day(day: date) -> None:
    DailyCount.objects.filter(day=day).delete()
    DailyCount.objects.bulk_create(
        DailyCount(organisation_id=pk, day=day, name=name, count=count)
        for (pk, name), count in everything().items()
    )


def everything() -> dict[tuple[int, str], int]:
    own = _own()
    above = {each.pk: each.ids_from_root for each in Organisation.objects.all()}
    parents = {pk for ids in above.values() for pk in ids[:-1]}
    branches: Counter = Counter()
    for (organisation_id, name), count in own.items():
        for pk in above[organisation_id]:
            if pk in parents or name == PEOPLE:
                branches[pk, f"branch.{name}"] += count
    return own | branches


def _own() -> dict[tuple[int, str], int]:
    active = Person.objects.filter(status=Status.ACTIVE)
    theirs = SecurityKey.objects.filter(usable(), holder=OuterRef("pk"))
    keys = SecurityKey.objects.values_list("holder__home_id").order_by()
    found = {(pk, PEOPLE): 0 for pk in Organisation.objects.values_list("pk", flat=True)}
    for name, people in (
        (PEOPLE, active),
        ("people_with_usable_key", active.filter(Exists(theirs))),
        ("people_without_spare", active.filter(without_spare())),
    ):
        by_home = people.values_list("home_id").annotate(Count("pk")).order_by()
        found |= {(pk, name): count for pk, count in by_home}
    for name, which in (("keys_unused_90_days", unused()), ("keys_in_review", in_review())):
        found |= {(pk, name): count for pk, count in keys.filter(which).annotate(Count("pk"))}
    by_state = SecurityKey.objects.values_list("holder__home_id", "state").annotate(Count("pk"))
    return found | {(pk, f"keys_{state}"): count for pk, state, count in by_state.order_by()}
