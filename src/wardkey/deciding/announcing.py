"""Those whom a coming decision would lock out are told, some hundred at a time.

tell_some    the worker: one batch of one decision; False where there is nothing to tell
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import formats, translation

from ..base import clock
from ..notifications import messages
from ..organisations import tree
from ..organisations.models import PolicyValue
from ..people.models import Person, Status
from ..people.notices import tell
from .changes import value_named
from .models import Announcement
from .reach import locked_out_among
from .shifts import shifts

LOOKED_AT_A_TIME = 200


def tell_some() -> bool:
    with transaction.atomic():
        waiting = Announcement.objects.filter(finished_at=None).order_by("pk")
        announcement = waiting.select_for_update(skip_locked=True).first()
        if announcement is None:
            return False
        decision = PolicyValue.objects.select_related("organisation").get(
            pk=announcement.decision_id
        )
        _tell_next(announcement, decision)
    return True


def _tell_next(announcement: Announcement, decision: PolicyValue) -> None:
    people = Person.objects.filter(
        home__in=tree.branch(decision.organisation), status=Status.ACTIVE
    ).order_by("pk")
    if announcement.looked_up_to:
        people = people.filter(pk__gt=announcement.looked_up_to)
    batch = list(people.values_list("pk", flat=True)[:LOOKED_AT_A_TIME])
    for person in _locked_out(decision, Person.objects.filter(pk__in=batch)):
        tell(
            messages.second_factor_coming,
            person=person,
            organisation=decision.organisation.name,
            day=_day_as_written_to(person, decision),
        )
    if len(batch) < LOOKED_AT_A_TIME:
        announcement.finished_at = clock.now()
    announcement.looked_up_to = batch[-1] if batch else announcement.looked_up_to
    announcement.save(update_fields=["looked_up_to", "finished_at"])


def _locked_out(decision: PolicyValue, people: QuerySet[Person]) -> Iterator[Person]:
    for shift in shifts(value_named(decision.name), decision):
        there = people.filter(home__in=shift.organisations)
        yield from locked_out_among(shift, there).select_related("home")


def _day_as_written_to(person: Person, decision: PolicyValue) -> str:
    zone = ZoneInfo(decision.organisation.time_zone)
    with translation.override(person.language):
        return formats.date_format(decision.starts_at.astimezone(zone), "j F Y")
