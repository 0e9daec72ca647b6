"""A key's states, and the steps between them: docs/a-keys-life.md in code."""

import uuid
from enum import Enum

from ..base import clock
from ..base.errors import Conflict
from .first_use import start_roles_of
from .models import SecurityKey, State


class Step(Enum):
    HAND_OVER = "hand over"
    SUSPEND = "suspend"
    RESUME = "resume"
    REMOVE = "remove"
    UNDO_REMOVAL = "undo removal"
    LAPSE = "lapse"
    REPORT_RESET = "report reset"


STARTS_FROM = {
    Step.HAND_OVER: [State.WAITING],
    Step.SUSPEND: [State.WAITING, State.ACTIVE],
    Step.RESUME: [State.SUSPENDED],
    Step.REMOVE: [State.WAITING, State.ACTIVE, State.SUSPENDED],
    Step.UNDO_REMOVAL: [State.REMOVED],
    Step.LAPSE: [State.WAITING],
    Step.REPORT_RESET: [State.WAITING, State.ACTIVE, State.SUSPENDED],
}

CHANGED = ["state", "state_before", "state_reason", "state_since", "state_by_id", "lapse_warned_at"]


def require_step(key: SecurityKey, step: Step) -> None:
    """Raises Conflict; its reason names the state that the key is in."""
    if key.state not in STARTS_FROM[step]:
        raise Conflict(f"key_{key.state}")


def enter(key: SecurityKey, state: State, *, by: uuid.UUID | None, reason: str = "") -> State:
    """The key is in `state` from now on; None is the portal itself. Returns the state it left."""
    was = State(key.state)
    key.state_before = was if state == State.REMOVED else ""
    key.state, key.state_reason = state, reason
    key.state_since, key.state_by_id, key.lapse_warned_at = clock.now(), by, None
    key.save(update_fields=CHANGED)
    if state == State.ACTIVE:
        start_roles_of(key.holder)
    return was
