"""Whose key is it? Found by the number that is printed on it: exactly, or not at all.

found_by_serial_number    the units and the registered keys with that number, within organisations
"""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Upper

from ..keys.models import SecurityKey
from ..keys.models import State as KeyState
from ..keys.serial_numbers import is_serial_number, serial_key
from ..organisations.models import Organisation
from ..people.models import Person
from .models import Unit

# More than share a number by chance. Whoever types the same number of many keys is told of these.
AT_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`unit` is None where a key was registered with that number and no stock here knows it.
    `holder` and `keys` are those within the organisations that were looked through."""

    serial_number: str
    unit: Unit | None
    organisation: Organisation
    holder: Person | None
    keys: list[SecurityKey]


def found_by_serial_number(typed: str, within: QuerySet[Organisation]) -> list[Found]:
    """Units first, then what people typed when they registered. Four indexed questions at most,
    however many people and units there are."""
    typed = typed.strip()
    if not is_serial_number(typed):
        return []
    sought = serial_key(typed)
    units = _units(sought, within)
    of_units = list(_keys(within).filter(in_unit__unit__in=units)[:AT_MOST]) if units else []
    typed_ones = _keys(within).alias(typed=Upper("serial_number")).filter(typed=sought)
    keys = list({key.pk: key for key in [*of_units, *typed_ones[:AT_MOST]]}.values())
    seen = _in_sight(units, within)
    return [_of_unit(unit, keys, seen) for unit in units] + _of_people(keys, units)


def _units(sought: str, within: QuerySet[Organisation]) -> list[Unit]:
    # Asked of each that was found, and not: which organisations are there?
    there = Exists(within.filter(pk=OuterRef("organisation")))
    units = Unit.objects.filter(there, serial_key=sought)
    return list(units.select_related("organisation", "holder").order_by("maker_key")[:AT_MOST])


def _keys(within: QuerySet[Organisation]) -> QuerySet[SecurityKey]:
    there = Exists(within.filter(pk=OuterRef("holder__home")))
    kept = SecurityKey.objects.filter(there).exclude(state=KeyState.REMOVED)
    return kept.select_related("holder__home", "in_unit").order_by("holder", "registered_at", "pk")


def _in_sight(units: list[Unit], within: QuerySet[Organisation]) -> set[int]:
    """Where their holders are at home, as far as it is within."""
    homes = {unit.holder.home_id for unit in units if unit.holder}
    return set(within.filter(pk__in=homes).values_list("pk", flat=True)) if homes else set()


def _of_unit(unit: Unit, keys: list[SecurityKey], seen: set[int]) -> Found:
    holder = unit.holder if unit.holder and unit.holder.home_id in seen else None
    return Found(
        serial_number=unit.serial_number,
        unit=unit,
        organisation=unit.organisation,
        holder=holder,
        keys=[key for key in keys if _unit_of(key) == unit.pk],
    )


def _unit_of(key: SecurityKey) -> object:
    return key.in_unit.unit_id if hasattr(key, "in_unit") else None


def _of_people(keys: list[SecurityKey], units: list[Unit]) -> list[Found]:
    listed = {unit.pk for unit in units}
    beside = [key for key in keys if _unit_of(key) not in listed]
    theirs = [list(each) for _holder, each in groupby(beside, key=lambda key: key.holder_id)]
    return [
        Found(
            serial_number=keys[0].serial_number,
            unit=None,
            organisation=keys[0].holder.home,
            holder=keys[0].holder,
            keys=keys,
        )
        for keys in theirs
    ]
