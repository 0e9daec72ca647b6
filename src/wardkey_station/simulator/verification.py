"""Whether the user of a ceremony was verified: what makeCredential and getAssertion share.

chosen_by_touch   a platform that only wants to know which key is touched (CTAP §6.1.2 step 1)
verified          by a pinUvAuthToken for this ceremony and this relying party
"""

from fido2.ctap import CtapError

from .key import SimulatedKey, Waiting
from .parameters import Parameters
from .pin_uv_auth import Permission, protocol_of, require, require_rp
from .presence import touched

ERR = CtapError.ERR


def chosen_by_touch(key: SimulatedKey, parameters: Parameters, *, parameter: int) -> Waiting:
    """Where pinUvAuthParam is there and empty, it ends here, and says whether a PIN is set."""
    if parameters.optional(parameter, bytes) != b"":
        return
    yield from touched(key)
    raise CtapError(ERR.PIN_INVALID if key.has_pin_set else ERR.PIN_NOT_SET)


def verified(
    key: SimulatedKey,
    parameters: Parameters,
    *,
    parameter: int,
    message: bytes,
    permission: Permission,
    rp_id: str,
) -> bool:
    """The protocol's number follows that of the pinUvAuthParam. False where there is none.

    PIN_NOT_SET is CTAP 2.0's word for a proof of a PIN that was never set; 2.1 names none.
    """
    given = parameters.optional(parameter, bytes)
    if given is None:
        return False
    protocol = protocol_of(key, parameters, parameter + 1)
    if not key.has_pin_set:
        raise CtapError(ERR.PIN_NOT_SET)
    granted = require(
        key, protocol=protocol, message=message, parameter=given, permission=permission
    )
    require_rp(granted, rp_id)
    return granted.user_verified


def require_options(options: Parameters) -> None:
    """This key verifies no user itself, so `uv` is no option of it."""
    if options.optional("uv", bool):
        raise CtapError(ERR.INVALID_OPTION)
