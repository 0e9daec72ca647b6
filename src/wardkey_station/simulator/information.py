"""authenticatorGetInfo (CTAP §6.4): what this key is, and how it stands."""

from typing import Any

from .key import SimulatedKey
from .parameters import Parameters
from .signing import ALGORITHMS

EXTENSIONS = ["credBlob", "credProtect", "largeBlobKey", "thirdPartyPayment"]
EXTENSIONS_WITH_A_PIN = ["hmac-secret", "hmac-secret-mc", "minPinLength"]
MAX_MESSAGE = 2048
MAX_CREDENTIALS_IN_LIST, MAX_CREDENTIAL_ID = 8, 128
MAX_LARGE_BLOBS, MAX_BLOB, MAX_RP_IDS = 4096, 32, 4
MAX_PIN_LENGTH = 63
PASSCODE_EXTERNAL = 0x800
UV_ATTEMPTS = 3


def information(key: SimulatedKey, parameters: Parameters) -> dict[int, Any]:
    profile, storage = key.profile, key.storage
    found: dict[int, Any] = {
        0x01: versions(key),
        0x02: sorted(EXTENSIONS + (EXTENSIONS_WITH_A_PIN if profile.has_pin else [])),
        0x03: profile.aaguid,
        0x04: options(key),
        0x05: MAX_MESSAGE,
        0x06: [2, 1] if profile.has_pin else [],
        0x07: MAX_CREDENTIALS_IN_LIST,
        0x08: MAX_CREDENTIAL_ID,
        0x09: [profile.transport],
        0x0A: [{"alg": each, "type": "public-key"} for each in ALGORITHMS],
        0x0B: MAX_LARGE_BLOBS,
        0x0C: storage.force_pin_change,
        0x0D: storage.min_pin_length,
        0x0E: profile.firmware,
        0x0F: MAX_BLOB,
        0x10: MAX_RP_IDS,
        0x11: UV_ATTEMPTS,
        0x12: PASSCODE_EXTERNAL,
        0x13: {"SIMULATED": 1},
        0x14: profile.capacity - len(key.discoverable()),
        0x16: ["packed", "none"],
        0x18: profile.long_touch_for_reset,
        0x1A: profile.transports_for_reset,
        0x1D: MAX_PIN_LENGTH,
    }
    return {name: value for name, value in found.items() if value != []}


def versions(key: SimulatedKey) -> list[str]:
    two = ["FIDO_2_0", "FIDO_2_1_PRE", "FIDO_2_1"]
    return two if key.storage.always_uv else ["U2F_V2", *two]


def options(key: SimulatedKey) -> dict[str, bool]:
    storage = key.storage
    always = {"rk": True, "up": True, "plat": False, "largeBlobs": True}
    if not key.profile.has_pin:
        return always
    configured = {"authnrCfg": True, "setMinPINLength": True}
    return {
        **always,
        **(configured if key.profile.can_be_configured else {}),
        "clientPin": key.has_pin_set,
        "pinUvAuthToken": True,
        "alwaysUv": storage.always_uv,
        "ep": storage.enterprise_attestation,
        "credMgmt": True,
        "credentialMgmtPreview": True,
        "makeCredUvNotRqd": not storage.always_uv,
    }
