"""Somebody is kept out for a while.

suspend    from this moment nothing lets them in; keys and roles stay, and are of no use
resume     they may sign in again, with what they had; what was ended stays ended
"""

from django.db import transaction

from ..audit import events, log
from ..base.errors import Conflict
from ..notifications import messages
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person, Status
from ..people.notices import tell
from ..people.queries import locked_person
from . import ways_in


def suspend(*, asker: Asker, person: Person) -> None:
    """Raises Conflict (oneself, standing)."""
    require_somebody_else(asker, person)
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.SUSPEND_PEOPLE)
        _change(person, was=Status.ACTIVE, to=Status.SUSPENDED)
        ways_in.end_all(person, reason="person_suspended")
        ways_in.end_joiner_codes(person)
        log.record(events.PERSON_SUSPENDED, **_by_and_about(asker, person))
        tell(messages.account_suspended, person=person, by=asker.name)


def resume(*, asker: Asker, person: Person) -> None:
    """Raises Conflict (oneself, standing)."""
    require_somebody_else(asker, person)
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.SUSPEND_PEOPLE)
        _change(person, was=Status.SUSPENDED, to=Status.ACTIVE)
        log.record(events.PERSON_RESUMED, **_by_and_about(asker, person))
        tell(messages.account_resumed, person=person, by=asker.name)


def require_somebody_else(asker: Asker, person: Person) -> None:
    if asker.person.pk == person.pk:
        raise Conflict("oneself")


def _change(person: Person, *, was: Status, to: Status) -> None:
    if person.status != was:
        raise Conflict("standing")
    person.status = to
    person.save(update_fields=["status"])


def _by_and_about(asker: Asker, person: Person) -> dict:
    return {
        "actor": asker.actor,
        "holder_id": person.pk,
        "organisation_id": person.home.pk,
    }
