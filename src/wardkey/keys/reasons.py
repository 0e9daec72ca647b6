"""Why a key is suspended or removed."""

from datetime import datetime
from enum import StrEnum

from ..base import clock
from ..base.errors import InvalidInput


class Reason(StrEnum):
    """The last six, and `not_at_hand`, are the portal’s own; a key's `state_reason` is empty where
    nobody said."""

    LOST = "lost"
    STOLEN = "stolen"
    BROKEN = "broken"
    RETURNED = "returned"
    MISTAKE = "mistake"
    PRECAUTION = "precaution"
    NOT_AT_HAND = "not_at_hand"
    COUNT_FELL = "count_fell"
    RESET = "reset"
    LAPSED = "lapsed"
    HOLDER_LEFT = "holder_left"
    TAKEN_BACK = "taken_back"
    HOLDER_ERASED = "holder_erased"


SUSPENDED_FOR = [Reason.LOST, Reason.PRECAUTION]
REMOVED_FOR = [Reason.RETURNED, Reason.LOST, Reason.STOLEN, Reason.BROKEN, Reason.MISTAKE]
# After these nobody undoes a removal.
FINAL = [Reason.STOLEN, Reason.LAPSED, Reason.TAKEN_BACK, Reason.HOLDER_ERASED]


def require_reason_to_remove(reason: Reason, stolen_since: datetime | None) -> None:
    if reason not in REMOVED_FOR:
        raise InvalidInput("reason", field="reason")
    if reason != Reason.STOLEN and stolen_since is not None:
        raise InvalidInput("not_stolen", field="stolen_since")
    if reason == Reason.STOLEN and (stolen_since is None or stolen_since > clock.now()):
        raise InvalidInput("stolen_since", field="stolen_since")
