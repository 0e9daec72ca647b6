"""authenticatorReset (CTAP §6.6): everything is erased that came after the factory."""

from fido2.ctap import CtapError

from .key import Memory, SimulatedKey, Waiting
from .parameters import Parameters
from .presence import touched
from .state import Storage

WINDOW_S = 10


def reset(key: SimulatedKey, parameters: Parameters) -> Waiting:
    """NOT_ALLOWED more than ten seconds after power came, or over a transport without resets."""
    allowed = key.profile.transports_for_reset or [key.profile.transport]
    if key.has_power_for_s > WINDOW_S or key.profile.transport not in allowed:
        raise CtapError(CtapError.ERR.NOT_ALLOWED)
    yield from touched(key)
    key.state.storage = Storage(min_pin_length=key.profile.min_pin_length)
    key.state.power.wrong_pins_in_a_row = 0
    key.memory = Memory()
    key.save()
