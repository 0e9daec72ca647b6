"""What a key signs (WebAuthn L3 §6.1): whose, how sure, how often, and what else was asked."""

from typing import Any

from fido2 import cbor

from .signing import public_key
from .state import Credential

PRESENT, VERIFIED, ATTESTED, EXTENDED = 0x01, 0x04, 0x40, 0x80


def flags_of(*, is_present: bool, is_verified: bool) -> int:
    return PRESENT * is_present | VERIFIED * is_verified


def authenticator_data(
    rp_id_hash: bytes,
    *,
    flags: int,
    sign_count: int,
    extensions: dict[str, Any],
    attested: bytes = b"",
) -> bytes:
    if attested:
        flags |= ATTESTED
    if extensions:
        flags |= EXTENDED
    head = rp_id_hash + bytes([flags]) + sign_count.to_bytes(4, "big") + attested
    return head + (cbor.encode(extensions) if extensions else b"")


def attested_credential_data(aaguid: bytes, credential: Credential) -> bytes:
    length = len(credential.credential_id).to_bytes(2, "big")
    cose = cbor.encode(public_key(credential.algorithm, credential.private_key))
    return aaguid + length + credential.credential_id + cose
