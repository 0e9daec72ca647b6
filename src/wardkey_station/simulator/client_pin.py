"""authenticatorClientPIN (CTAP §6.5.5): the PIN set and changed, tried, and what it opens.

    0x01 getPINRetries      0x05 getPinToken, without permissions (CTAP 2.0)
    0x02 getKeyAgreement    0x09 getPinUvAuthTokenUsingPinWithPermissions
    0x03 setPIN
    0x04 changePIN

Parameters: 1 protocol, 2 subcommand, 3 key agreement, 4 pinUvAuthParam, 5 newPinEnc,
6 pinHashEnc, 9 permissions, 10 relying party id.
"""

import hmac
from hashlib import sha256
from typing import Any

from fido2.ctap import CtapError

from .key import SimulatedKey
from .parameters import Parameters
from .pin_protocols import PinUvAuthProtocol
from .pin_uv_auth import FOR_A_RELYING_PARTY, SUPPORTED, begin_using, protocol_of
from .state import MAX_PIN_RETRIES

ERR = CtapError.ERR
PADDED_LENGTH, MAX_LENGTH = 64, 63
WRONG_IN_A_ROW = 3
Answer = dict[int, Any]


def client_pin(key: SimulatedKey, parameters: Parameters) -> Answer:
    subcommand = SUBCOMMANDS.get(parameters.required(2, int))
    if not key.profile.has_pin:
        raise CtapError(ERR.INVALID_COMMAND)
    if subcommand is None:
        raise CtapError(ERR.INVALID_SUBCOMMAND)
    return subcommand(key, parameters)


def pin_retries(key: SimulatedKey, parameters: Parameters) -> Answer:
    if not key.has_pin_set:
        raise CtapError(ERR.PIN_NOT_SET)
    return {3: key.storage.pin_retries, 4: must_be_replugged(key)}


def key_agreement(key: SimulatedKey, parameters: Parameters) -> Answer:
    return {1: protocol_of(key, parameters, 1).public_key()}


def set_pin(key: SimulatedKey, parameters: Parameters) -> Answer:
    protocol, shared = _agreed(key, parameters)
    parameter, new_pin = parameters.required(4, bytes), parameters.required(5, bytes)
    if key.has_pin_set:
        raise CtapError(ERR.PIN_AUTH_INVALID)
    if not protocol.verifies(shared, new_pin, parameter):
        raise CtapError(ERR.PIN_AUTH_INVALID)
    _keep_pin(key, _new_pin(key, protocol, shared, new_pin))
    return {}


def change_pin(key: SimulatedKey, parameters: Parameters) -> Answer:
    protocol, shared = _agreed(key, parameters)
    parameter, new_pin = parameters.required(4, bytes), parameters.required(5, bytes)
    pin_hash = parameters.required(6, bytes)
    require_tries_left(key)
    if not protocol.verifies(shared, new_pin + pin_hash, parameter):
        raise CtapError(ERR.PIN_AUTH_INVALID)
    require_pin(key, protocol, shared, pin_hash)
    pin = _new_pin(key, protocol, shared, new_pin)
    if key.storage.force_pin_change and _hash(pin) == key.storage.pin_hash:
        raise CtapError(ERR.PIN_POLICY_VIOLATION)
    _keep_pin(key, pin)
    return {}


def pin_token(key: SimulatedKey, parameters: Parameters) -> Answer:
    if 9 in parameters or 10 in parameters:
        raise CtapError(ERR.INVALID_PARAMETER)
    protocol, shared = _agreed(key, parameters)
    require_tries_left(key)
    require_pin(key, protocol, shared, parameters.required(6, bytes))
    if key.storage.force_pin_change:
        raise CtapError(ERR.PIN_INVALID)
    return _granted(key, protocol, shared, permissions=FOR_A_RELYING_PARTY, rp_id=None)


def pin_token_with_permissions(key: SimulatedKey, parameters: Parameters) -> Answer:
    protocol, shared = _agreed(key, parameters)
    pin_hash, permissions = parameters.required(6, bytes), parameters.required(9, int)
    rp_id = parameters.optional(10, str)
    if permissions <= 0 or (permissions & FOR_A_RELYING_PARTY and rp_id is None):
        raise CtapError(ERR.INVALID_PARAMETER)
    if permissions & ~SUPPORTED:
        raise CtapError(ERR.UNAUTHORIZED_PERMISSION)
    require_tries_left(key)
    require_pin(key, protocol, shared, pin_hash)
    if key.storage.force_pin_change:
        raise CtapError(ERR.PIN_POLICY_VIOLATION)
    return _granted(key, protocol, shared, permissions=permissions, rp_id=rp_id)


SUBCOMMANDS = {
    0x01: pin_retries,
    0x02: key_agreement,
    0x03: set_pin,
    0x04: change_pin,
    0x05: pin_token,
    0x09: pin_token_with_permissions,
}


def must_be_replugged(key: SimulatedKey) -> bool:
    return key.state.power.wrong_pins_in_a_row >= WRONG_IN_A_ROW


def require_tries_left(key: SimulatedKey) -> None:
    if not key.has_pin_set:
        raise CtapError(ERR.PIN_NOT_SET)
    if key.storage.pin_retries == 0:
        raise CtapError(ERR.PIN_BLOCKED)
    if must_be_replugged(key):
        raise CtapError(ERR.PIN_AUTH_BLOCKED)


def require_pin(
    key: SimulatedKey, protocol: PinUvAuthProtocol, shared: bytes, pin_hash: bytes
) -> None:
    """The try is counted before it is looked at: nobody gains one by pulling the key out."""
    key.storage.pin_retries -= 1
    key.state.power.wrong_pins_in_a_row += 1
    key.save()
    try:
        given = protocol.decrypt(shared, pin_hash)
    except ValueError:
        given = b""
    if not hmac.compare_digest(given, key.storage.pin_hash or b""):
        protocol.regenerate()
        raise CtapError(_reason(key))
    key.storage.pin_retries = MAX_PIN_RETRIES
    key.state.power.wrong_pins_in_a_row = 0
    key.save()


def _reason(key: SimulatedKey) -> CtapError.ERR:
    if key.storage.pin_retries == 0:
        return ERR.PIN_BLOCKED
    return ERR.PIN_AUTH_BLOCKED if must_be_replugged(key) else ERR.PIN_INVALID


def _agreed(key: SimulatedKey, parameters: Parameters) -> tuple[PinUvAuthProtocol, bytes]:
    protocol = protocol_of(key, parameters, 1)
    return protocol, protocol.decapsulate(parameters.required(3, dict))


def _new_pin(
    key: SimulatedKey, protocol: PinUvAuthProtocol, shared: bytes, encrypted: bytes
) -> bytes:
    """INVALID_PARAMETER where it is not padded to 64 bytes; PIN_POLICY_VIOLATION where it is none.

    CTAP §6.5.1: Unicode in UTF-8, of the minimum length in code points, and at most 63 bytes.
    """
    try:
        padded = protocol.decrypt(shared, encrypted)
    except ValueError:
        raise CtapError(ERR.PIN_AUTH_INVALID) from None
    if len(padded) != PADDED_LENGTH:
        raise CtapError(ERR.INVALID_PARAMETER)
    pin = padded.rstrip(b"\0")
    if len(pin) > MAX_LENGTH or _code_points(pin) < key.storage.min_pin_length:
        raise CtapError(ERR.PIN_POLICY_VIOLATION)
    return pin


def _code_points(pin: bytes) -> int:
    try:
        return len(pin.decode())
    except UnicodeDecodeError:
        raise CtapError(ERR.PIN_POLICY_VIOLATION) from None


def _hash(pin: bytes) -> bytes:
    return sha256(pin).digest()[:16]


def _keep_pin(key: SimulatedKey, pin: bytes) -> None:
    key.storage.pin_hash, key.storage.pin_length = _hash(pin), _code_points(pin)
    key.storage.pin_retries = MAX_PIN_RETRIES
    key.storage.force_pin_change = False
    key.memory.pin_uv_auth_token = None
    key.save()


def _granted(
    key: SimulatedKey,
    protocol: PinUvAuthProtocol,
    shared: bytes,
    *,
    permissions: int,
    rp_id: str | None,
) -> Answer:
    granted = begin_using(key, protocol=protocol.version, permissions=permissions, rp_id=rp_id)
    return {2: protocol.encrypt(shared, granted.value)}
