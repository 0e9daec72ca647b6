"""Extensions (CTAP §12): what a new credential gets by them, and what they answer.

credProtect, credBlob, largeBlobKey, minPinLength, hmac-secret; of CTAP 2.2 hmac-secret-mc and
thirdPartyPayment.
"""

import hmac
import os
from typing import Any

from fido2.ctap import CtapError

from .information import MAX_BLOB
from .key import SimulatedKey
from .parameters import Parameters
from .pin_uv_auth import protocol_of
from .state import Credential

ERR = CtapError.ERR
PROTECTIONS = (1, 2, 3)
SALT = 32
Outputs = dict[str, Any]


def require_inputs(inputs: Parameters, *, is_discoverable: bool) -> None:
    """Before anybody is asked to touch. Types first, then what each extension asks for."""
    protection = inputs.optional("credProtect", int)
    if protection is not None and protection not in PROTECTIONS:
        raise CtapError(ERR.INVALID_OPTION)
    for name in ("hmac-secret", "minPinLength", "thirdPartyPayment"):
        inputs.optional(name, bool)
    inputs.optional("credBlob", bytes)
    wants_key = inputs.optional("largeBlobKey", bool)
    if wants_key is False or (wants_key and not is_discoverable):
        raise CtapError(ERR.INVALID_OPTION)
    if "hmac-secret-mc" in inputs and not inputs.optional("hmac-secret", bool):
        raise CtapError(ERR.MISSING_PARAMETER)


def new_extensions(
    key: SimulatedKey, credential: Credential, inputs: Parameters, *, is_verified: bool
) -> Outputs:
    outputs: Outputs = {}
    if (protection := inputs.optional("credProtect", int)) is not None:
        credential.protection = outputs["credProtect"] = protection
    if (blob := inputs.optional("credBlob", bytes)) is not None:
        outputs["credBlob"] = len(blob) <= MAX_BLOB
        credential.blob = blob if outputs["credBlob"] else b""
    if inputs.optional("largeBlobKey", bool):
        credential.large_blob_key = os.urandom(32)
    credential.third_party_payment = bool(inputs.optional("thirdPartyPayment", bool))
    if inputs.optional("minPinLength", bool) and credential.rp_id in key.storage.min_pin_rp_ids:
        outputs["minPinLength"] = key.storage.min_pin_length
    if inputs.optional("hmac-secret", bool) and key.profile.has_pin:
        outputs["hmac-secret"] = True
        if "hmac-secret-mc" in inputs:
            asked = inputs.within("hmac-secret-mc")
            outputs["hmac-secret-mc"] = secrets(key, credential, asked, is_verified=is_verified)
    return outputs


def asserted_extensions(
    key: SimulatedKey, credential: Credential, inputs: Parameters, *, is_verified: bool
) -> Outputs:
    outputs: Outputs = {}
    if inputs.optional("credBlob", bool):
        outputs["credBlob"] = credential.blob
    if inputs.optional("thirdPartyPayment", bool):
        outputs["thirdPartyPayment"] = credential.third_party_payment
    if "hmac-secret" in inputs and key.profile.has_pin:
        asked = inputs.within("hmac-secret")
        outputs["hmac-secret"] = secrets(key, credential, asked, is_verified=is_verified)
    return outputs


def secrets(
    key: SimulatedKey, credential: Credential, asked: Parameters, *, is_verified: bool
) -> bytes:
    """One or two, each from a salt of 32 bytes (CTAP §12.5).

    Parameters: 1 key agreement, 2 saltEnc, 3 saltAuth, 4 protocol, or protocol one without it.
    """
    protocol = protocol_of(key, Parameters({4: 1, **asked.values}), 4)
    shared = protocol.decapsulate(asked.required(1, dict))
    encrypted = asked.required(2, bytes)
    if not protocol.verifies(shared, encrypted, asked.required(3, bytes)):
        raise CtapError(ERR.PIN_AUTH_INVALID)
    try:
        salts = protocol.decrypt(shared, encrypted)
    except ValueError:
        raise CtapError(ERR.INVALID_LENGTH) from None
    if len(salts) not in (SALT, 2 * SALT):
        raise CtapError(ERR.INVALID_LENGTH)
    random = credential.random_with_uv if is_verified else credential.random_without_uv
    each = (salts[start : start + SALT] for start in range(0, len(salts), SALT))
    return protocol.encrypt(shared, b"".join(hmac.digest(random, salt, "sha256") for salt in each))
