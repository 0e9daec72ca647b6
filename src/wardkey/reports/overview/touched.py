"""Whose figures may be others than when they were counted last.

    by_entries     those that the audit trail's entries name, or at whose people they point
    by_time        those of keys that lapsed by themselves, or were not used for 90 days by then
    all_of_them    of a first count, and after a restore
    not_counted    those that had no figures yet

What happens to a person is an entry with that person, and counts for the home that they have now;
a move is also one of the home that they left. What newer metadata says of key models is found by
the keys that are in review, or were.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from ...audit import events
from ...audit.models import ChangeEntry
from ...keys.models import WAITS_AT_MOST, SecurityKey, State
from ...keys.review import in_review
from ...keys.wanting import UNUSED_FOR
from ...organisations.models import Organisation
from ...people.models import Person
from ..models import DailyCount
from .by_home import KEYS_IN_REVIEW, PEOPLE

RESTORES = (events.BACKUP_RESTORED.code, events.RESTORE_REPLAYED.code)


def by_entries(first: int, until: int, *, counted: date) -> set[int]:
    """Of the entries of changes with these places in the tree, `until` excluded."""
    entries = ChangeEntry.objects.filter(leaf_index__range=(first, until - 1)).order_by()
    codes = set(entries.values_list("code", flat=True).distinct())
    if codes.intersection(RESTORES):
        return all_of_them()
    holders = entries.exclude(holder_id=None).values("holder_id")
    touched = _ids(Person.objects.filter(pk__in=holders).values_list("home_id", flat=True))
    touched |= _ids(entries.values_list("organisation_id", flat=True))
    if events.METADATA_TAKEN_IN.code in codes:
        touched |= _holding(SecurityKey.objects.filter(in_review()))
        of_day = DailyCount.objects.filter(day=counted, name=KEYS_IN_REVIEW)
        touched |= _ids(of_day.values_list("organisation_id", flat=True))
    return touched


def by_time(since: datetime, until: datetime) -> set[int]:
    lapsed = Q(
        state=State.WAITING,
        state_since__gt=since - WAITS_AT_MOST,
        state_since__lte=until - WAITS_AT_MOST,
    )
    in_use = SecurityKey.objects.filter(state=State.ACTIVE).annotate(
        used=Coalesce("last_used_at", "registered_at")
    )
    fell_asleep = in_use.filter(used__gte=since - UNUSED_FOR, used__lt=until - UNUSED_FOR)
    return _holding(SecurityKey.objects.filter(lapsed)) | _holding(fell_asleep)


def all_of_them() -> set[int]:
    return _ids(Organisation.objects.values_list("pk", flat=True))


def not_counted(day: date) -> set[int]:
    counted = DailyCount.objects.filter(day=day, name=PEOPLE).values_list(
        "organisation_id", flat=True
    )
    return all_of_them() - _ids(counted)


def _holding(keys: QuerySet[SecurityKey]) -> set[int]:
    return _ids(keys.values_list("holder__home_id", flat=True))


def _ids(found: Iterable[int | None]) -> set[int]:
    ids = found.order_by().distinct() if isinstance(found, QuerySet) else found
    return {each for each in ids if each is not None}
