"""A unit and the keys that are registered with it come to know each other.

taken_from_stock    while a key is registered with a serial number, in the same transaction
shared_unit         the same where the administrator knows that somebody else has it too
link_typed_keys     those that were registered before the stock knew the unit
"""

from collections.abc import Callable, Sequence

from django.db.models import QuerySet
from django.db.models.functions import Upper

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict
from ..keys.models import SecurityKey
from ..keys.models import State as KeyState
from ..keys.serial_numbers import serial_key
from ..organisations import tree
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.administrators import Act
from ..people.models import Person
from .models import State, Unit, UnitKey
from .states import Step, enter

Link = Callable[[SecurityKey], None]


def taken_from_stock(*, asker: Asker, holder: Person) -> Link:
    """What a registration does `also`: the unit with the number that was typed is linked to the key
    and, where an administrator registers it from stock, issued. Without such a unit the number
    stays as it was typed.

    Raises Conflict where an administrator registers a unit that is somebody else's (`unit_taken`),
    or that is lost, returned or retired. At their own desk a holder takes nothing out of stock, and
    is told nothing about others: their key is registered, and linked only to what is theirs.
    """

    def link(key: SecurityKey) -> None:
        unit = _meant(key, _within(asker, holder))
        if unit is None:
            return
        if unit.state == State.ISSUED and unit.holder_id == holder.pk:
            _link(asker, unit, key)
        elif asker.organisation is None:
            return
        elif unit.state == State.IN_STOCK:
            _issue(asker, unit, key)
        else:
            raise Conflict("unit_taken" if unit.state == State.ISSUED else f"unit_{unit.state}")

    return link


def shared_unit(*, asker: Asker, holder: Person) -> Link:
    """As `taken_from_stock`, and a unit that is somebody else's is linked to this key too. Only
    administrators say so."""
    otherwise = taken_from_stock(asker=asker, holder=holder)

    def link(key: SecurityKey) -> None:
        unit = _meant(key, _within(asker, holder))
        if asker.organisation is not None and unit is not None and unit.state == State.ISSUED:
            return _link(asker, unit, key)
        return otherwise(key)

    return link


def _within(asker: Asker, holder: Person) -> QuerySet[Organisation]:
    """At one's own desk, the stock of one's own organisation."""
    if asker.organisation is None:
        return tree.alone(holder.home)
    return asker.organisations_for(Act.REGISTER_KEYS)


def _meant(key: SecurityKey, within: QuerySet[Organisation]) -> Unit | None:
    """Locked. Two makers may number alike: then it is the holder's, or else the only one in stock;
    of several nobody knows which, and the number stays as it was typed."""
    if not key.serial_number:
        return None
    same = Unit.objects.filter(serial_key=serial_key(key.serial_number), organisation__in=within)
    units = list(same.select_for_update(of=("self",)).order_by("pk"))
    theirs = [unit for unit in units if unit.holder_id == key.holder_id]
    return _only(theirs) or _only([each for each in units if _is_in_stock(each)]) or _only(units)


def _is_in_stock(unit: Unit) -> bool:
    return unit.state == State.IN_STOCK


def _only(units: Sequence[Unit]) -> Unit | None:
    return units[0] if len(units) == 1 else None


def _issue(asker: Asker, unit: Unit, key: SecurityKey) -> None:
    """`linked_at` is the moment of its custody, by which custody.undo_issue knows it."""
    was = enter(unit, State.ISSUED, step=Step.ISSUE, by=asker.person, holder=key.holder)
    UnitKey.objects.create(key=key, unit=unit, linked_at=unit.state_since)
    log.record(
        events.UNIT_ISSUED,
        actor=asker.actor,
        holder_id=key.holder_id,
        organisation_id=unit.organisation_id,
        unit=str(unit.pk),
        serial_number=unit.serial_number,
        old={"state": was},
        new={"state": unit.state},
    )


def _link(asker: Asker, unit: Unit, key: SecurityKey) -> None:
    UnitKey.objects.create(key=key, unit=unit, linked_at=clock.now())
    log.record(
        events.UNIT_LINKED,
        actor=asker.actor,
        holder_id=key.holder_id,
        organisation_id=unit.organisation_id,
        unit=str(unit.pk),
        serial_number=unit.serial_number,
        key=str(key.pk),
    )


def keys_typed_by(holder: Person, unit: Unit) -> QuerySet[SecurityKey]:
    """What the holder registered with the unit's number, and is linked to none."""
    theirs = SecurityKey.objects.filter(holder=holder, in_unit=None).exclude(state=KeyState.REMOVED)
    return theirs.alias(typed=Upper("serial_number")).filter(typed=unit.serial_key)


def link_typed_keys(unit: Unit, holder: Person) -> None:
    """In the transaction that issues the unit, whose entry in the trail says it."""
    now = clock.now()
    for key in keys_typed_by(holder, unit):
        UnitKey.objects.create(key=key, unit=unit, linked_at=now)
