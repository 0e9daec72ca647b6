"""Somebody leaves: marked, thirty days later closed, and within thirty days more restored.

mark_leaver      roles go at once; the person may sign in until 30 days after their last day
take_back_mark   as if they had never been marked; roles do not come back
close            at once, without the 30 days
close_due        the worker's: whose 30 days are over
restore          within 30 days of closing; keys stay suspended until somebody sees them again

The last day and the 30 days are the person's own: they may find another place meanwhile, and say
so with a joiner code (moving.py). Who must not be in any more is suspended or closed.
"""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, InvalidInput
from ..keys import handing_on
from ..keys.models import SecurityKey
from ..notifications import messages
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person, Standing, Status
from ..people.notices import as_day, tell
from ..people.queries import locked_person
from ..people.roles import end_all
from . import transfers, ways_in
from .suspension import require_somebody_else
from .transfers import Decision
from .visiting import end_visits

STAYS_OPEN = timedelta(days=30)
RESTORED_WITHIN = timedelta(days=30)
AHEAD_AT_MOST = timedelta(days=366)


def mark_leaver(
    *, asker: Asker, person: Person, last_day: date, decisions: Iterable[Decision]
) -> None:
    """Marking again changes day and decisions; a key that none is about is kept. Raises Conflict
    (oneself, standing), InvalidInput (last_day, decision, loan_until)."""
    require_somebody_else(asker, person)
    with transaction.atomic():
        handing_on.locked_keys_of(person.pk)  # each is decided about below
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.LET_PEOPLE_GO)
        _require_standing(person, Standing.TO_COME, Standing.HERE, Standing.LEAVING)
        _set_last_day(person, last_day)
        transfers.decide(asker=asker, person=person, decisions=decisions, last_day=last_day)
        roles = end_all(person, by=asker.actor)
        ways_in.end_all(person, reason="leaver")
        log.record(
            events.LEAVER_MARKED,
            **_by_and_about(asker, person),
            roles=roles,
            new={"last_day": last_day.isoformat()},
        )
        tell(
            messages.leaving,
            person=person,
            by=asker.name,
            last_day=as_day(person, last_day),
            closes=as_day(person, last_day + STAYS_OPEN),
        )


def _set_last_day(person: Person, last_day: date) -> None:
    zone = person.home.time_zone
    today = clock.today(zone)
    if not today <= last_day <= today + AHEAD_AT_MOST:
        raise InvalidInput("last_day", field="last_day")
    person.last_day = last_day
    person.closes_at = clock.start_of(last_day + STAYS_OPEN + timedelta(days=1), zone)
    person.save(update_fields=["last_day", "closes_at"])


def take_back_mark(*, asker: Asker, person: Person) -> None:
    """Raises Conflict (oneself, standing)."""
    require_somebody_else(asker, person)
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.LET_PEOPLE_GO)
        _require_standing(person, Standing.LEAVING)
        forget_last_day(person)
        transfers.forget_decisions(person)
        log.record(events.LEAVER_MARK_TAKEN_BACK, **_by_and_about(asker, person))
        tell(messages.staying, person=person, by=asker.name)


def forget_last_day(person: Person) -> None:
    person.last_day = person.closes_at = None
    person.save(update_fields=["last_day", "closes_at"])


def close(*, asker: Asker, person: Person) -> None:
    """Raises Conflict (oneself, standing)."""
    require_somebody_else(asker, person)
    with transaction.atomic():
        keys = handing_on.locked_keys_of(person.pk)
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.LET_PEOPLE_GO)
        _require_open(person)
        person.closes_at = clock.now()
        _shut(person, keys, by=asker.actor)
        tell(messages.account_closed, person=person)


def close_due(*, at_most: int = 100) -> int:
    """Returns how many were closed. Several workers may call it; each person is closed once."""
    due = Person.objects.filter(closes_at__lte=clock.now()).exclude(status=Status.CLOSED)
    ids = list(due.order_by("closes_at").values_list("pk", flat=True)[:at_most])
    return sum(_close_if_due(person_id) for person_id in ids)


def _close_if_due(person_id: uuid.UUID) -> bool:
    with transaction.atomic():
        keys = handing_on.locked_keys_of(person_id)
        person = locked_person(person_id)
        due = person.closes_at is not None and person.closes_at <= clock.now()
        if not due or person.status == Status.CLOSED:
            return False
        _shut(person, keys, by=log.SYSTEM)
        tell(messages.account_closed, person=person)
    return True


def _shut(person: Person, keys: list[SecurityKey], *, by: log.Actor) -> None:
    """Everything that the account was good for ends; `closes_at` says since when."""
    person.status = Status.CLOSED
    person.save(update_fields=["status", "closes_at"])
    end_all(person, by=by)
    ways_in.end_all(person, reason="account_closed")
    ways_in.forget_factors(person)
    ways_in.end_joiner_codes(person)
    end_visits(person)
    log.record(
        events.PERSON_CLOSED,
        actor=by,
        holder_id=person.pk,
        organisation_id=person.home.pk,
        keys=handing_on.put_out_of_use(keys),
    )


def restore(*, asker: Asker, person: Person) -> None:
    """Raises Conflict (oneself, standing, too_late)."""
    require_somebody_else(asker, person)
    with transaction.atomic():
        keys = handing_on.locked_keys_of(person.pk)
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.LET_PEOPLE_GO)
        _require_standing(person, Standing.CLOSED)
        if not may_be_restored(person):
            raise Conflict("too_late")
        if person.status != Status.CLOSED:
            _shut(person, keys, by=log.SYSTEM)  # the worker has not been here yet
        person.status = Status.ACTIVE
        person.save(update_fields=["status"])
        forget_last_day(person)
        transfers.forget_decisions(person)
        log.record(events.PERSON_RESTORED, **_by_and_about(asker, person))
        tell(messages.account_restored, person=person, by=asker.name)


def may_be_restored(person: Person) -> bool:
    closed_at = person.closes_at
    return closed_at is not None and closed_at <= clock.now() < closed_at + RESTORED_WITHIN


def _require_open(person: Person) -> None:
    if person.standing == Standing.CLOSED:
        raise Conflict("standing")


def _require_standing(person: Person, *allowed: Standing) -> None:
    if person.standing not in allowed:
        raise Conflict("standing")


def _by_and_about(asker: Asker, person: Person) -> dict:
    return {
        "actor": asker.actor,
        "holder_id": person.pk,
        "organisation_id": person.home.pk,
    }
