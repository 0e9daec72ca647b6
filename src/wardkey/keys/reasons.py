"""Why a key is suspended or removed."""

from enum import StrEnum


class Reason(StrEnum):
    """The last four, and `not_at_hand`, are the portal’s own; a key's `state_reason` is empty where
    nobody said."""

    LOST = "lost"
    STOLEN = "stolen"
    BROKEN = "broken"
    RETURNED = "returned"
    MISTAKE = "mistake"
    PRECAUTION = "precaution"
    NOT_AT_HAND = "not_at_hand"
    COUNT_FELL = "count_fell"
    LAPSED = "lapsed"
    HOLDER_LEFT = "holder_left"
    TAKEN_BACK = "taken_back"


SUSPENDED_FOR = [Reason.LOST, Reason.PRECAUTION]
REMOVED_FOR = [Reason.RETURNED, Reason.LOST, Reason.STOLEN, Reason.BROKEN, Reason.MISTAKE]
# After these nobody undoes a removal.
FINAL = [Reason.STOLEN, Reason.LAPSED, Reason.TAKEN_BACK]
