"""A unit is lost: every key on it is suspended, whoever's it is.

report_lost    docs/adr/0029-the-stockroom.md says why also keys of people whom the asker's role
               does not cover, and which of those that were only registered with its number
"""

import uuid
from collections.abc import Sequence

from django.db import transaction

from ..audit import events, log
from ..keys import losses
from ..keys.models import SecurityKey
from ..keys.models import State as KeyState
from ..keys.upkeep import make_removals_final
from ..people.access import Asker
from ..people.administrators import Act
from ..people.models import Person
from ..people.reach import still_covered_beside
from .custody import who_and_where
from .linking import link_typed_keys
from .models import State, Unit, UnitKey
from .queries import keys_typed
from .registered import locked_keys_on, told_apart
from .states import Step, enter, lock, require_step, unit_with_owner


def report_lost(*, asker: Asker, unit_id: uuid.UUID) -> tuple[Unit, int]:
    """Returns how many keys were suspended; each holder is told, and whoever looks after them.
    Raises Conflict, NotFound, Forbidden, ProofRequired."""
    with transaction.atomic():
        seen = unit_with_owner(unit_id)
        removed = [key for key in locked_keys_on(seen) if key.state == KeyState.REMOVED]
        typed = keys_typed(seen, asker.organisations_for(Act.REPORT_UNITS_LOST))
        covered = still_covered_beside(
            asker,
            seen.organisation,
            Act.REPORT_UNITS_LOST,
            people={key.holder for key in [*typed, *removed]},
            doing=Act.SUSPEND_KEYS,
        )
        unit = lock(seen)
        require_step(unit, Step.LOSE)
        _finish_removals(unit, removed, covered)
        _link_what_was_typed(asker, unit, told_apart(unit, typed, covered).meant)
        was = enter(unit, State.LOST, step=Step.LOSE, by=asker.person, holder=unit.holder)
        suspended = _stop_keys(asker, unit)
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


def _finish_removals(unit: Unit, removed: Sequence[SecurityKey], covered: set[uuid.UUID]) -> None:
    """Also of those that were linked to no unit: undone, they would open again on a lost one. Each
    by itself, since whoever else typed the number takes nothing from its being on this unit."""
    meant = (key for key in removed if told_apart(unit, [key], covered).meant)
    make_removals_final(key.pk for key in meant)


def _link_what_was_typed(asker: Asker, unit: Unit, keys: Sequence[SecurityKey]) -> None:
    for holder in {key.holder for key in keys}:
        if unit.state == State.IN_STOCK:
            _note_who_had_it(asker, unit, holder)
        link_typed_keys(unit, holder)


def _note_who_had_it(asker: Asker, unit: Unit, holder: Person) -> None:
    """It never lay in stock; so it is theirs again once it is found."""
    was = enter(unit, State.ISSUED, step=Step.ISSUE, by=asker.person, holder=holder)
    log.record(
        events.UNIT_ISSUED,
        **who_and_where(asker, unit, holder.pk),
        unit=str(unit.pk),
        serial_number=unit.serial_number,
        old={"state": was},
        new={"state": unit.state},
    )


def _stop_keys(asker: Asker, unit: Unit) -> int:
    """Asked for again: those too that were registered before the unit was locked."""
    linked = set(UnitKey.objects.filter(unit=unit).values_list("key", flat=True))
    keys = [key for key in locked_keys_on(unit) if key.pk in linked]
    make_removals_final(key.pk for key in keys)
    kept = [key for key in keys if key.state != KeyState.REMOVED]
    return losses.suspend_with_unit(asker=asker, keys=kept)
