"""What the browser is asked (WebAuthn L3 §5.4 and §5.5, in the JSON form of §5.1.8 and §5.1.9).

creation_options    §7.1 step 1
throwaway_options   the same for a credential that nobody keeps
request_options     §7.2 step 1
"""

import secrets
from collections.abc import Iterable
from typing import Any

from . import base64url
from .cose import OFFERED

# The ceremony's row expires after the same time.
TIMEOUT_MS = 300_000

Descriptors = Iterable[tuple[bytes, Iterable[str]]]


def creation_options(
    *,
    rp_id: str,
    rp_name: str,
    user_handle: bytes,
    user_name: str,
    display_name: str,
    challenge: bytes,
    exclude: Descriptors,
    timeout_ms: int = TIMEOUT_MS,
) -> dict[str, Any]:
    """PublicKeyCredentialCreationOptionsJSON. `exclude` holds (credential id, transports)."""
    return {
        "rp": {"id": rp_id, "name": rp_name},
        "user": {
            "id": base64url.encode(user_handle),
            "name": user_name,
            "displayName": display_name,
        },
        "challenge": base64url.encode(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in OFFERED],
        "timeout": timeout_ms,
        "excludeCredentials": [_descriptor(*each) for each in exclude],
        "authenticatorSelection": {
            "residentKey": "preferred",
            "requireResidentKey": False,
            "userVerification": "required",
        },
        "attestation": "direct",
        "extensions": {
            # Level 2: a key that was found names nobody without its PIN (CTAP 2.2 §12.1).
            "credentialProtectionPolicy": "userVerificationOptionalWithCredentialIDList",
            "enforceCredentialProtectionPolicy": False,
            "credProps": True,
            "minPinLength": True,
        },
    }


def throwaway_options(*, rp_id: str, rp_name: str, name: str, challenge: bytes) -> dict[str, Any]:
    """For nobody: under a user handle of its own, and on a key that keeps nothing of it where it
    has the choice (§5.4.6 discouraged)."""
    asked = creation_options(
        rp_id=rp_id,
        rp_name=rp_name,
        user_handle=secrets.token_bytes(64),
        user_name=name,
        display_name=name,
        challenge=challenge,
        exclude=(),
    )
    selection = asked["authenticatorSelection"]
    selection |= {"residentKey": "discouraged", "authenticatorAttachment": "cross-platform"}
    return asked


def request_options(
    *, rp_id: str, challenge: bytes, allow: Descriptors, timeout_ms: int = TIMEOUT_MS
) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON. `allow` holds (credential id, transports)."""
    return {
        "rpId": rp_id,
        "challenge": base64url.encode(challenge),
        "timeout": timeout_ms,
        "allowCredentials": [_descriptor(*each) for each in allow],
        "userVerification": "required",
    }


def _descriptor(credential_id: bytes, transports: Iterable[str]) -> dict[str, Any]:
    return {
        "type": "public-key",
        "id": base64url.encode(credential_id),
        "transports": list(transports),
    }
