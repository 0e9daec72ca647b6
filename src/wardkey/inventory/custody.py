"""In whose hands a unit is: each step an act of its own, recorded with it.

holder_named      whom a form means
issue             handed to somebody of the branch
take_back         its holder gave it back; what they registered with it was removed before
put_back          reset, and ready for somebody else
undo_issue        it was registered for the wrong person
retire            never to be used again
find              a lost one turned up; its keys stay suspended until each is resumed
hand_on           to another organisation of the branch
"""

import uuid

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base.errors import Conflict, InvalidInput
from ..keys.models import SecurityKey
from ..keys.models import State as KeyState
from ..keys.upkeep import make_removals_final
from ..organisations import tree
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.administrators import Act
from ..people.models import Person, Standing
from ..people.queries import locked_person, person_by_username
from ..people.reach import (
    organisation_entered,
    require_organisation_still_administered,
    require_still_administered_with,
)
from .linking import link_typed_keys
from .models import State, Unit, UnitKey
from .queries import is_in_sight
from .states import Step, enter, lock, locked_unit, require_step, unit_with_owner


def holder_named(asker: Asker, username: str) -> Person:
    """Raises InvalidInput, unknown and out of reach alike. `issue` asks whether a role covers
    them."""
    person = person_by_username(username)
    if person is None or not is_in_sight(person, asker.organisations_for(Act.KEEP_STOCK)):
        raise InvalidInput("stock_username", field="username")
    return person


def issue(*, asker: Asker, unit_id: uuid.UUID, holder: Person) -> Unit:
    """What they registered with its number is linked to it. Raises Conflict, where somebody was
    quicker, or where their account is closed (`standing`); NotFound, Forbidden."""
    with transaction.atomic():
        holder = locked_person(holder.pk)
        if holder.standing == Standing.CLOSED:
            raise Conflict("standing")
        seen = unit_with_owner(unit_id)
        require_still_administered_with(asker, holder, Act.KEEP_STOCK, seen.organisation)
        unit = lock(seen)
        require_step(unit, Step.ISSUE)
        was = enter(unit, State.ISSUED, step=Step.ISSUE, by=asker.person, holder=holder)
        link_typed_keys(unit, holder)
        log.record(
            events.UNIT_ISSUED,
            **who_and_where(asker, unit, unit.holder_id),
            unit=str(unit.pk),
            serial_number=unit.serial_number,
            old={"state": was},
            new={"state": unit.state},
        )
    return unit


def take_back(*, asker: Asker, unit_id: uuid.UUID) -> Unit:
    """Raises Conflict (`unit_has_keys`) while somebody's key on it is still registered: whoever has
    it next must not log in as them."""
    with transaction.atomic():
        make_removals_final(UnitKey.objects.filter(unit=unit_id).values_list("key", flat=True))
        unit = locked_unit(asker, unit_id, Act.KEEP_STOCK)
        require_step(unit, Step.TAKE_BACK)
        if _keys_on(unit).exists():
            raise Conflict("unit_has_keys")
        _take_back(asker, unit)
    return unit


def _keys_on(unit: Unit) -> QuerySet[UnitKey]:
    return UnitKey.objects.filter(unit=unit).exclude(key__state=KeyState.REMOVED)


def _take_back(asker: Asker, unit: Unit) -> None:
    holder_id = unit.holder_id
    was = enter(unit, State.RETURNED, step=Step.TAKE_BACK, by=asker.person, holder=None)
    log.record(
        events.UNIT_RETURNED,
        **who_and_where(asker, unit, holder_id),
        unit=str(unit.pk),
        serial_number=unit.serial_number,
        old={"state": was},
        new={"state": unit.state},
    )


def put_back(*, asker: Asker, unit_id: uuid.UUID) -> Unit:
    with transaction.atomic():
        unit = locked_unit(asker, unit_id, Act.KEEP_STOCK)
        require_step(unit, Step.PUT_BACK)
        _put_back(asker, unit)
    return unit


def _put_back(asker: Asker, unit: Unit) -> None:
    was = enter(unit, State.IN_STOCK, step=Step.PUT_BACK, by=asker.person, holder=None)
    log.record(
        events.UNIT_PUT_BACK,
        **who_and_where(asker, unit, None),
        unit=str(unit.pk),
        serial_number=unit.serial_number,
        old={"state": was},
        new={"state": unit.state},
    )


def undo_issue(*, asker: Asker, key: SecurityKey) -> None:
    """In the transaction that removed the key and asked about its holder: the unit that this key's
    registration issued is in stock again, by the two steps that lead there. It stays as it is where
    something else is registered on it, or where it left the holder's hands or the asker's reach."""
    link = UnitKey.objects.filter(key=key).first()
    if link is None:
        return
    make_removals_final([key.pk])
    unit = lock(unit_with_owner(link.unit_id))
    within = asker.organisations_for(Act.KEEP_STOCK)
    if _came_with(key, link, unit) and within.filter(pk=unit.organisation_id).exists():
        _take_back(asker, unit)
        _put_back(asker, unit)


def _came_with(key: SecurityKey, link: UnitKey, unit: Unit) -> bool:
    if unit.state != State.ISSUED or unit.holder_id != key.holder_id or _keys_on(unit).exists():
        return False
    return unit.custody.filter(act=Step.ISSUE, at=link.linked_at, holder=key.holder).exists()


def retire(*, asker: Asker, unit_id: uuid.UUID) -> Unit:
    """A lost one too, that nobody looks for any more."""
    with transaction.atomic():
        unit = locked_unit(asker, unit_id, Act.KEEP_STOCK)
        require_step(unit, Step.RETIRE)
        holder_id = unit.holder_id
        was = enter(unit, State.RETIRED, step=Step.RETIRE, by=asker.person, holder=None)
        log.record(
            events.UNIT_RETIRED,
            **who_and_where(asker, unit, holder_id),
            unit=str(unit.pk),
            serial_number=unit.serial_number,
            old={"state": was},
            new={"state": unit.state},
        )
    return unit


def find(*, asker: Asker, unit_id: uuid.UUID) -> Unit:
    """It is again what it was before it was lost."""
    with transaction.atomic():
        unit = locked_unit(asker, unit_id, Act.KEEP_STOCK)
        require_step(unit, Step.FIND)
        before, holder = State(unit.state_before), unit.holder
        was = enter(unit, before, step=Step.FIND, by=asker.person, holder=holder)
        log.record(
            events.UNIT_FOUND,
            **who_and_where(asker, unit, unit.holder_id),
            unit=str(unit.pk),
            serial_number=unit.serial_number,
            old={"state": was},
            new={"state": unit.state},
        )
    return unit


def hand_on(*, asker: Asker, unit_id: uuid.UUID, code: str) -> Unit:
    """Raises InvalidInput (organisation), unknown and out of reach alike; Conflict."""
    target = organisation_entered(asker, code, Act.KEEP_STOCK)
    with transaction.atomic():
        seen = unit_with_owner(unit_id)
        require_organisation_still_administered(
            asker, seen.organisation, Act.KEEP_STOCK, beside=target
        )
        unit = lock(seen)
        require_step(unit, Step.TRANSFER)
        tree.require_open(target)
        _hand_to(asker, unit, target)
    return unit


def _hand_to(asker: Asker, unit: Unit, target: Organisation) -> None:
    owner, unit.organisation = unit.organisation, target
    state = State(unit.state)
    enter(unit, state, step=Step.TRANSFER, by=asker.person, holder=unit.holder)
    log.record(
        events.UNIT_TRANSFERRED,
        actor=asker.actor,
        organisation_id=owner.pk,
        unit=str(unit.pk),
        serial_number=unit.serial_number,
        old={"organisation": owner.code},
        new={"organisation": target.code},
    )


def who_and_where(asker: Asker, unit: Unit, holder_id: uuid.UUID | None) -> dict:
    return {
        "actor": asker.actor,
        "holder_id": holder_id,
        "organisation_id": unit.organisation_id,
    }
