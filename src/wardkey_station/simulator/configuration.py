"""authenticatorConfig (CTAP §6.11): how the key behaves until it is reset.

    0x01 enableEnterpriseAttestation    0x02 toggleAlwaysUv    0x03 setMinPINLength

Parameters: 1 subcommand, 2 its parameters, 3 protocol, 4 pinUvAuthParam.
"""

from typing import Any

from fido2 import cbor
from fido2.ctap import CtapError

from .information import MAX_PIN_LENGTH, MAX_RP_IDS
from .key import SimulatedKey
from .parameters import Parameters
from .pin_uv_auth import Permission, protocol_of, require

ERR = CtapError.ERR
Answer = dict[int, Any]
FILLED = b"\xff" * 32
COMMAND = 0x0D


def configuration(key: SimulatedKey, parameters: Parameters) -> Answer:
    number = parameters.required(1, int)
    if not (key.profile.has_pin and key.profile.can_be_configured):
        raise CtapError(ERR.INVALID_COMMAND)
    subcommand = SUBCOMMANDS.get(number)
    if subcommand is None:
        raise CtapError(ERR.INVALID_SUBCOMMAND)
    # A key without a PIN that always wants one could otherwise never be told to stop.
    if key.has_pin_set or (key.storage.always_uv and subcommand is not toggle_always_uv):
        require_authorised(key, parameters)
    if subcommand is set_min_pin_length and 2 not in parameters:
        raise CtapError(ERR.MISSING_PARAMETER)
    subcommand(key, parameters.within(2))
    key.save()
    return {}


def require_authorised(key: SimulatedKey, parameters: Parameters) -> None:
    if 4 not in parameters:
        raise CtapError(ERR.PUAT_REQUIRED)
    about = cbor.encode(parameters.required(2, dict)) if 2 in parameters else b""
    require(
        key,
        protocol=protocol_of(key, parameters, 3),
        message=FILLED + bytes([COMMAND, parameters.required(1, int)]) + about,
        parameter=parameters.required(4, bytes),
        permission=Permission.CONFIGURATION,
    )


def enable_enterprise_attestation(key: SimulatedKey, about: Parameters) -> None:
    key.storage.enterprise_attestation = True


def toggle_always_uv(key: SimulatedKey, about: Parameters) -> None:
    key.storage.always_uv = not key.storage.always_uv


def set_min_pin_length(key: SimulatedKey, about: Parameters) -> None:
    """CTAP §6.11.4. Whoever has too short a PIN has to change it; minima only grow."""
    storage = key.storage
    length = about.optional(1, int) or storage.min_pin_length
    rp_ids = about.list_of(2, str)
    must_change = bool(about.optional(3, bool))
    if not storage.min_pin_length <= length <= MAX_PIN_LENGTH:
        raise CtapError(ERR.PIN_POLICY_VIOLATION)
    if must_change and not key.has_pin_set:
        raise CtapError(ERR.PIN_NOT_SET)
    if len(rp_ids) > MAX_RP_IDS:
        raise CtapError(ERR.KEY_STORE_FULL)
    storage.min_pin_length = length
    if 2 in about:
        storage.min_pin_rp_ids = rp_ids
    if must_change or (key.has_pin_set and storage.pin_length < length):
        storage.force_pin_change = True
        key.memory.pin_uv_auth_token = None


SUBCOMMANDS = {
    0x01: enable_enterprise_attestation,
    0x02: toggle_always_uv,
    0x03: set_min_pin_length,
}
