"""A unit's states, and the steps between them; each step is kept as custody."""

import uuid
from enum import StrEnum

from django.db.models import QuerySet

from ..base import clock
from ..base.errors import Conflict, NotFound
from ..people.access import Asker, require_allowed_there
from ..people.administrators import Act
from ..people.models import Person
from ..people.reach import (
    require_organisation_administered,
    require_organisation_still_administered,
)
from .models import Custody, State, Unit


class Step(StrEnum):
    ISSUE = "issue"
    LOSE = "lose"
    FIND = "find"
    TAKE_BACK = "take_back"
    PUT_BACK = "put_back"
    RETIRE = "retire"
    TRANSFER = "transfer"


STARTS_FROM = {
    Step.ISSUE: [State.IN_STOCK],
    Step.LOSE: [State.IN_STOCK, State.ISSUED, State.RETURNED],
    Step.FIND: [State.LOST],
    Step.TAKE_BACK: [State.ISSUED],
    Step.PUT_BACK: [State.RETURNED],
    Step.RETIRE: [State.IN_STOCK, State.RETURNED, State.LOST],
    Step.TRANSFER: [State.IN_STOCK, State.ISSUED, State.RETURNED],
}
CHANGED = ["state", "state_before", "state_since", "state_by", "holder", "organisation"]


def may_step(unit: Unit, step: Step) -> bool:
    return unit.state in STARTS_FROM[step]


def require_step(unit: Unit, step: Step) -> None:
    """Raises Conflict; its reason names the state that the unit is in."""
    if not may_step(unit, step):
        raise Conflict(f"unit_{unit.state}")


def unit_administered(asker: Asker, unit_id: uuid.UUID, act: Act) -> Unit:
    """With everything that a page shows of it. Unknown and out of scope: NotFound. In scope:
    Forbidden, ProofRequired, which is about the organisation that owns it."""
    unit = _one(Unit.objects.select_related("organisation", "holder__home", "box"), unit_id)
    require_allowed_there(asker.grants, asker, unit.organisation, act)
    require_organisation_administered(asker, unit.organisation, act)
    return unit


def locked_unit(asker: Asker, unit_id: uuid.UUID, act: Act) -> Unit:
    """As `unit_administered`, with everything read anew, and nobody else changes it until the
    transaction ends."""
    seen = unit_with_owner(unit_id)
    require_organisation_still_administered(asker, seen.organisation, act)
    return lock(seen)


def unit_with_owner(unit_id: uuid.UUID) -> Unit:
    return _one(Unit.objects.select_related("organisation", "holder__home"), unit_id)


def lock(seen: Unit) -> Unit:
    """As it is now. Keys are locked before, then their holder, then the asker's roles, and a unit
    last: so does a registration, which meets the unit at its end. Raises NotFound where another
    organisation owns it by now, about which nothing was asked."""
    _one(Unit.objects.select_for_update().only("pk"), seen.pk)
    unit = unit_with_owner(seen.pk)
    if unit.organisation_id != seen.organisation_id:
        raise NotFound
    return unit


def _one(units: QuerySet[Unit], unit_id: uuid.UUID) -> Unit:
    unit = units.filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    return unit


def enter(unit: Unit, state: State, *, step: Step, by: Person, holder: Person | None) -> State:
    """The unit is in `state` from now on, in the holder's hands or in nobody's. Returns the state
    that it left."""
    was = State(unit.state)
    unit.state_before = was if state == State.LOST else ""
    unit.state, unit.state_since, unit.state_by = state, clock.now(), by
    unit.holder = holder
    unit.save(update_fields=CHANGED)
    Custody.objects.create(
        unit=unit,
        at=unit.state_since,
        act=step,
        by=by,
        organisation=unit.organisation,
        holder=holder,
    )
    return was
