"""The authenticator data: what the key itself says (WebAuthn L3 §6.1), byte by byte.

Both ceremonies ask the same of it under different numbers; the caller names its step.
"""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from . import strict_cbor
from .cose import load
from .refusal import Refused

USER_PRESENT = 0x01
USER_VERIFIED = 0x04
BACKUP_ELIGIBLE = 0x08
BACKUP_STATE = 0x10
ATTESTED_CREDENTIAL_DATA = 0x40
EXTENSION_DATA = 0x80

# rpIdHash 32, flags 1, signCount 4; then, if flagged: AAGUID 16, length 2, credential id, COSE key
_HEAD = 37
_CREDENTIAL_HEAD = _HEAD + 18


@dataclass
class AuthenticatorData:
    """`raw` is all of it, as signed. `aaguid` has 16 bytes.

    `aaguid`, `credential_id` and `public_key` are None in an assertion. `public_key` holds the
    COSE key's bytes exactly as they stand, `cose` the same as a map. Not frozen, which would take
    as long as all of `parse`.
    """

    raw: bytes
    rp_id_hash: bytes
    flags: int
    sign_count: int
    aaguid: bytes | None
    credential_id: bytes | None
    public_key: bytes | None
    cose: strict_cbor.Map
    extensions: strict_cbor.Map

    @property
    def user_present(self) -> bool:
        return bool(self.flags & USER_PRESENT)

    @property
    def user_verified(self) -> bool:
        return bool(self.flags & USER_VERIFIED)

    @property
    def backup_eligible(self) -> bool:
        return bool(self.flags & BACKUP_ELIGIBLE)

    @property
    def backup_state(self) -> bool:
        return bool(self.flags & BACKUP_STATE)

    @cached_property
    def credential_key(self) -> tuple[Any, int]:
        """The public key of `cryptography` and its algorithm; raises `Refused` (§7.1 step 20).

        Loaded once: the statement is often signed with it.
        """
        return load(self.cose, step="7.1.20")


def parse(raw: bytes, *, step: str = "parse") -> AuthenticatorData:
    """Refuses, as malformed, bytes that do not end exactly where flags and lengths say."""
    if len(raw) < _HEAD:
        raise Refused(step=step, reason="malformed")
    flags, end = raw[32], _HEAD
    aaguid = credential_id = public_key = None
    cose: strict_cbor.Map = {}
    extensions: strict_cbor.Map = {}
    if flags & ATTESTED_CREDENTIAL_DATA:
        aaguid, credential_id, start = _read_credential_id(raw)
        cose, end = _read_map(raw, start, step)
        public_key = raw[start:end]
    if flags & EXTENSION_DATA:
        extensions, end = _read_map(raw, end, step)
    if end != len(raw):
        raise Refused(step=step, reason="malformed")
    sign_count = int.from_bytes(raw[33:37])
    return AuthenticatorData(
        raw, raw[:32], flags, sign_count, aaguid, credential_id, public_key, cose, extensions
    )


def _read_credential_id(raw: bytes) -> tuple[bytes, bytes, int]:
    """AAGUID, credential id, and where the public key starts.

    Where a length points past the end, so does that start, and no key is found there.
    """
    end = _CREDENTIAL_HEAD + int.from_bytes(raw[_CREDENTIAL_HEAD - 2 : _CREDENTIAL_HEAD])
    return raw[_HEAD : _HEAD + 16], raw[_CREDENTIAL_HEAD:end], end


def _read_map(raw: bytes, start: int, step: str) -> tuple[strict_cbor.Map, int]:
    value, end = strict_cbor.read_first(raw, start, step=step)
    if type(value) is not dict:
        raise Refused(step=step, reason="malformed")
    return value, end


def require_rp_id(data: AuthenticatorData, rp_id: str, *, step: str) -> None:
    expected = hashlib.sha256(rp_id.encode("utf-8")).digest()
    if not hmac.compare_digest(data.rp_id_hash, expected):
        raise Refused(step=step, reason="rp_id_hash")


def require_user_present(data: AuthenticatorData, *, step: str) -> None:
    if not data.user_present:
        raise Refused(step=step, reason="user_presence")


def require_user_verified(data: AuthenticatorData, *, step: str) -> None:
    if not data.user_verified:
        raise Refused(step=step, reason="user_verification")


def require_consistent_backup(data: AuthenticatorData, *, step: str) -> None:
    # What cannot be backed up has not been (§6.1.3).
    if data.backup_state and not data.backup_eligible:
        raise Refused(step=step, reason="backup_flags")
