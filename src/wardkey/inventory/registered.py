"""Which keys are on a unit, as far as anybody told the portal.

locked_keys_on    those that are linked to it, and those that were registered with its number
typed_on          of the latter: which are taken to be on it, and which somebody has to look at
told_apart        the same, asked in the transaction that writes
require_at_hand   nothing is resumed on a unit that is lost, or was when it was retired
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Upper

from ..base.errors import Conflict
from ..keys.models import SecurityKey
from ..people.access import Asker, covered_among
from ..people.administrators import Act
from ..people.models import Person
from .models import State, Unit
from .queries import keys_typed

GONE = [State.LOST, State.RETIRED]


@dataclass(frozen=True, slots=True)
class Typed:
    """Registered with a unit's number, and linked to no unit. `meant` are all one person's."""

    meant: Sequence[SecurityKey] = ()
    unclear: Sequence[SecurityKey] = ()


def locked_keys_on(unit: Unit) -> list[SecurityKey]:
    """With those that were removed. In the order in which everybody locks: before their holders,
    and before the unit."""
    typed = SecurityKey.objects.alias(typed=Upper("serial_number")).filter(typed=unit.serial_key)
    unlinked = typed.filter(in_unit=None, holder__home=unit.organisation_id)
    linked = SecurityKey.objects.filter(in_unit__unit=unit)
    found = Q(pk__in=linked.values("pk")) | Q(pk__in=unlinked.values("pk"))
    rows = SecurityKey.objects.select_for_update(of=("self",)).select_related("holder__home")
    return list(rows.filter(found).order_by("pk"))


def typed_on(asker: Asker, unit: Unit) -> Typed:
    """As a report of its loss would find them now."""
    typed = keys_typed(unit, asker.organisations_for(Act.REPORT_UNITS_LOST))
    holders = {key.holder for key in typed}
    covered = covered_among(asker, holders, Act.SUSPEND_KEYS) if holders else set()
    return told_apart(unit, typed, covered)


def told_apart(unit: Unit, typed: Sequence[SecurityKey], covered: set[uuid.UUID]) -> Typed:
    """Meant are those of one person of the organisation that owns the unit, where it has one unit
    with that number. The asker's role covers that person: otherwise whoever types numbers into a
    stock could link anybody's key to a unit of their own making."""
    holders = list({key.holder for key in typed})
    if len(holders) == 1 and holders[0].pk in covered and _is_meant(unit, holders[0]):
        return Typed(meant=typed)
    return Typed(unclear=typed)


def _is_meant(unit: Unit, holder: Person) -> bool:
    same = Unit.objects.filter(organisation=unit.organisation_id, serial_key=unit.serial_key)
    return holder.home_id == unit.organisation_id and not same.exclude(pk=unit.pk).exists()


def require_at_hand(key: SecurityKey) -> None:
    """Whoever reports a unit lost locks its keys before it: while the key is locked its unit stays
    as it is, or the report comes later and stops the key anew. Raises Conflict
    (`key_on_lost_unit`, `key_on_retired_unit`)."""
    unit = Unit.objects.filter(keys__key=key.pk, state__in=GONE).only("state").first()
    if unit is not None:
        raise Conflict(f"key_on_{unit.state}_unit")
