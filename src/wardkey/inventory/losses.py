"""A unit is lost: every key on it is suspended, whoever's it is.

report_lost    docs/adr/0029-the-stockroom.md says why also keys of people whom the asker's role
               does not cover
"""

import uuid

from django.db import transaction

from ..audit import events, log
from ..keys import losses
from ..keys.models import SecurityKey
from ..keys.models import State as KeyState
from ..people.access import Asker
from ..people.administrators import Act
from .custody import who_and_where
from .models import State, Unit
from .states import Step, enter, locked_unit, require_step


def report_lost(*, asker: Asker, unit_id: uuid.UUID) -> tuple[Unit, int]:
    """Returns how many keys were suspended; each holder is told, and whoever looks after them.
    Raises Conflict, NotFound, Forbidden, ProofRequired."""
    with transaction.atomic():
        _locked_keys_on(unit_id)
        unit = locked_unit(asker, unit_id, Act.REPORT_UNITS_LOST)
        require_step(unit, Step.LOSE)
        was = enter(unit, State.LOST, step=Step.LOSE, by=asker.person, holder=unit.holder)
        suspended = losses.suspend_with_unit(asker=asker, keys=_locked_keys_on(unit_id))
        log.record(
            events.UNIT_LOST,
            **who_and_where(asker, unit, unit.holder_id),
            unit=str(unit.pk),
            serial_number=unit.serial_number,
            suspended=suspended,
            old={"state": was},
            new={"state": unit.state},
        )
    return unit, suspended


def _locked_keys_on(unit_id: uuid.UUID) -> list[SecurityKey]:
    """Asked twice: in the order in which everybody locks, and once no other can come."""
    rows = SecurityKey.objects.select_for_update(of=("self",)).select_related("holder__home")
    return list(rows.filter(in_unit__unit=unit_id).exclude(state=KeyState.REMOVED).order_by("pk"))
