"""pinUvAuthToken: granted for a PIN, used with a permission, ended by time (CTAP §6.5.2.1).

begin_using       one is granted; those before end
require           a command's pinUvAuthParam was made with it, and it may be used so
used_up           after a touch it serves for large blobs alone
"""

import os
from enum import IntFlag

from fido2.ctap import CtapError

from .key import PinUvAuthToken, SimulatedKey
from .parameters import Parameters
from .pin_protocols import PinUvAuthProtocol

ERR = CtapError.ERR
FIRST_USE_WITHIN_S = 30
LONGEST_USE_S = 600


class Permission(IntFlag):
    MAKE_CREDENTIAL = 0x01
    GET_ASSERTION = 0x02
    CREDENTIAL_MANAGEMENT = 0x04
    BIO_ENROLMENT = 0x08
    LARGE_BLOB_WRITE = 0x10
    CONFIGURATION = 0x20


FOR_A_RELYING_PARTY = Permission.MAKE_CREDENTIAL | Permission.GET_ASSERTION
SUPPORTED = (
    FOR_A_RELYING_PARTY
    | Permission.CREDENTIAL_MANAGEMENT
    | Permission.LARGE_BLOB_WRITE
    | Permission.CONFIGURATION
)


def begin_using(
    key: SimulatedKey, *, protocol: int, permissions: int, rp_id: str | None
) -> PinUvAuthToken:
    key.memory.pin_uv_auth_token = granted = PinUvAuthToken(
        protocol=protocol,
        value=os.urandom(32),
        permissions=permissions,
        rp_id=rp_id,
        since=key.clock.now(),
    )
    return granted


def protocol_of(key: SimulatedKey, parameters: Parameters, name: int) -> PinUvAuthProtocol:
    """MISSING_PARAMETER where none is named, INVALID_PARAMETER where the key has no such one."""
    protocol = key.memory.protocols.get(parameters.required(name, int))
    if protocol is None or not key.profile.has_pin:
        raise CtapError(ERR.INVALID_PARAMETER)
    return protocol


def require(
    key: SimulatedKey,
    *,
    protocol: PinUvAuthProtocol,
    message: bytes,
    parameter: bytes,
    permission: Permission,
) -> PinUvAuthToken:
    """PIN_AUTH_INVALID where there is none, where it has ended, or permits other things."""
    granted = _in_use(key)
    if granted is None or granted.protocol != protocol.version:
        raise CtapError(ERR.PIN_AUTH_INVALID)
    if not protocol.verifies(granted.value, message, parameter):
        raise CtapError(ERR.PIN_AUTH_INVALID)
    if not granted.permissions & permission:
        raise CtapError(ERR.PIN_AUTH_INVALID)
    granted.used = True
    return granted


def _in_use(key: SimulatedKey) -> PinUvAuthToken | None:
    granted = key.memory.pin_uv_auth_token
    if granted is None:
        return None
    age = key.clock.now() - granted.since
    if age > LONGEST_USE_S or (not granted.used and age > FIRST_USE_WITHIN_S):
        key.memory.pin_uv_auth_token = None
    return key.memory.pin_uv_auth_token


def require_rp(granted: PinUvAuthToken, rp_id: str) -> None:
    """It is for this relying party; if it was for none yet, it is from now on."""
    if granted.rp_id not in (None, rp_id):
        raise CtapError(ERR.PIN_AUTH_INVALID)
    granted.rp_id = rp_id


def used_up(key: SimulatedKey) -> None:
    granted = key.memory.pin_uv_auth_token
    if granted:
        granted.permissions &= Permission.LARGE_BLOB_WRITE
        granted.user_verified = False
