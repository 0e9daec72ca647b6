"""A batch is made of people who were chosen, gets more of them, and is deleted.

make, add     only who fits gets a place; each person has one
delete        the list; nobody's keys
forget_old    the worker, 30 days after a batch was last used
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Max

from ..base import clock
from ..base.errors import InvalidInput
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from ..people.models import Person
from ..people.reach import organisation_in_view
from .judging import still_fitting
from .models import AT_MOST, Batch, BatchPlace

KEPT_FOR = timedelta(days=30)
AT_A_TIME = 20


def make(*, asker: Asker, person_ids: Sequence[uuid.UUID]) -> tuple[Batch, int]:
    """And how many got a place. Raises Forbidden, InvalidInput (nobody_chosen, too_many_chosen)."""
    organisation, now = organisation_in_view(asker), clock.now()
    with transaction.atomic():
        fit = still_fitting(asker=asker, person_ids=person_ids, batch=None)
        people = _chosen(fit, having=0)
        batch = Batch.objects.create(
            organisation=organisation, made_by=asker.person, made_at=now, touched_at=now
        )
        _seat(batch, people, from_position=1)
    return batch, len(people)


def add(*, asker: Asker, batch: Batch, person_ids: Sequence[uuid.UUID]) -> int:
    """How many got a place. Raises as `make`."""
    with transaction.atomic():
        fit = still_fitting(asker=asker, person_ids=person_ids, batch=batch)
        # After the roles, as whoever serves somebody takes them.
        Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        places = BatchPlace.objects.filter(batch=batch)
        there = set(places.values_list("person_id", flat=True))
        newcomers = [person for person in fit if person.pk not in there]
        people = _chosen(newcomers, having=len(there))
        last = places.aggregate(last=Max("position"))["last"] or 0
        _seat(batch, people, from_position=last + 1)
        Batch.objects.filter(pk=batch.pk).update(touched_at=clock.now())
    return len(people)


def _chosen(people: list[Person], *, having: int) -> list[Person]:
    if not people:
        raise InvalidInput("nobody_chosen", field="person")
    if having + len(people) > AT_MOST:
        raise InvalidInput("too_many_chosen", field="person")
    return people


def _seat(batch: Batch, people: list[Person], *, from_position: int) -> None:
    now = clock.now()
    BatchPlace.objects.bulk_create(
        BatchPlace(batch=batch, person=person, position=position, state_since=now)
        for position, person in enumerate(people, start=from_position)
    )


def delete(*, asker: Asker, batch: Batch) -> None:
    with transaction.atomic():
        require_still_allowed(asker, Act.KEEP_BATCHES)
        Batch.objects.filter(pk=batch.pk).delete()


def forget_old() -> int:
    """How many; some at a time."""
    old = Batch.objects.filter(touched_at__lt=clock.now() - KEPT_FOR).order_by("touched_at")
    ids = list(old.values_list("pk", flat=True)[:AT_A_TIME])
    Batch.objects.filter(pk__in=ids).delete()
    return len(ids)
