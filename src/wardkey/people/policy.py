"""What is asked of one person: the policy of their home, and the exceptions made for them.

An exception reaches as far as the organisation for which it was approved may decide by itself, and
only while that organisation is the person's home or above it: it does not move with them.
"""

import logging
import uuid
from collections.abc import Iterable

from ..base import clock
from ..organisations.policy import (
    Decisions,
    Policy,
    chosen_in,
    decisions_for,
    policy_from,
    policy_of,
    way_down,
)
from ..organisations.policy_values import VALUES, Chosen, looser, read, stricter
from .administrators import current
from .models import Person, PolicyException

logger = logging.getLogger(__name__)


def policy_for(person: Person) -> Policy:
    """With two queries; `person.home` is loaded."""
    decisions = decisions_for(person.home)
    chosen = chosen_in(person.home, decisions)
    exceptions = PolicyException.objects.filter(person=person, name__in=VALUES)
    for exception in current(exceptions):
        if exception.organisation_id in person.home.ids_from_root:
            chosen[exception.name] = _excepted(chosen[exception.name], exception, person, decisions)
    return policy_from(chosen)


def keys_a_person_of(people: Iterable[Person]) -> dict[uuid.UUID, int]:
    """How many keys each may have, with one query for all, one more for each of their homes, and
    two for each person with an exception; `home` is loaded."""
    everybody = list(people)
    rows = PolicyException.objects.filter(person__in=everybody, name="keys_a_person")
    excepted = set(current(rows).values_list("person_id", flat=True)) if everybody else set()
    homes = {person.home.pk: person.home for person in everybody if person.pk not in excepted}
    limits = {pk: policy_of(home).keys_a_person for pk, home in homes.items()}
    return {
        person.pk: policy_for(person).keys_a_person
        if person.pk in excepted
        else limits[person.home.pk]
        for person in everybody
    }


def _excepted(
    chosen: Chosen, exception: PolicyException, person: Person, decisions: Decisions
) -> Chosen:
    """An exception that cannot be read is none."""
    value, ids = VALUES[exception.name], person.home.ids_from_root
    up_to_there = ids[: ids.index(exception.organisation_id) + 1]
    bound = way_down(value, up_to_there, decisions, clock.now())[-1].bound
    try:
        return looser(value, chosen, stricter(value, bound, read(value, exception.value)))
    except ValueError:
        logger.error("security.exception: exception %s cannot be read", exception.pk)
        return chosen
