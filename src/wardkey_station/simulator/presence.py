"""Somebody is there: the key waits until it is touched (CTAP §5.1.2, user presence)."""

from fido2.ctap import STATUS, CtapError

from .key import SimulatedKey, Waiting
from .parameters import Parameters

ERR = CtapError.ERR
PATIENCE_S = 30


def touched(key: SimulatedKey) -> Waiting:
    """KEEPALIVE_CANCEL, OPERATION_DENIED or USER_ACTION_TIMEOUT where it comes to no touch."""
    touch, began = key.next_touch(), key.clock.now()
    while True:
        waited = key.clock.now() - began
        if key.memory.cancelled:
            raise CtapError(ERR.KEEPALIVE_CANCEL)
        if touch.after_s is not None and touch.after_s <= min(waited, PATIENCE_S):
            break
        if waited >= PATIENCE_S:
            raise CtapError(ERR.USER_ACTION_TIMEOUT)
        yield STATUS.UPNEEDED
    if touch.declined:
        raise CtapError(ERR.OPERATION_DENIED)


def selection(key: SimulatedKey, parameters: Parameters) -> Waiting:
    """authenticatorSelection (CTAP §6.9)."""
    yield from touched(key)
