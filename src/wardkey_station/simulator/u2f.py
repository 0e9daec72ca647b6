"""U2F raw messages, version 1.2, and what CTAP §7.2 and §7.3 say of the two together.

    0x01 register    0x02 authenticate    0x03 version

A key that waits for its touch answers at once that it does; the platform asks again.
"""

import os

from .authenticator_data import PRESENT
from .credentials import WITH_UV, keep, next_made
from .key import SimulatedKey
from .presence import PATIENCE_S
from .signing import ES256, new_private_key, sign, uncompressed_point
from .state import Credential

REGISTER, AUTHENTICATE, VERSION = 0x01, 0x02, 0x03
CHECK_ONLY, ENFORCE_PRESENCE, WITHOUT_PRESENCE = 0x07, 0x03, 0x08
HASH = 32
ASKED_AGAIN_AFTER_S = 0.25


class Status(Exception):
    """Of ISO 7816, in two bytes."""


DONE = b"\x90\0"
NOT_SATISFIED, WRONG_DATA, WRONG_LENGTH = b"\x69\x85", b"\x6a\x80", b"\x67\0"
UNKNOWN_CLASS, UNKNOWN_INSTRUCTION = b"\x6e\0", b"\x6d\0"


def answered(key: SimulatedKey, apdu: bytes) -> bytes:
    try:
        return _answer(key, apdu) + DONE
    except Status as refused:
        return refused.args[0]


def _answer(key: SimulatedKey, apdu: bytes) -> bytes:
    if len(apdu) < 4:
        raise Status(WRONG_LENGTH)
    kind, instruction, mode, _unused = apdu[:4]
    if kind != 0:
        raise Status(UNKNOWN_CLASS)
    data = data_of(apdu)
    if instruction == VERSION and not data:
        return b"U2F_V2"
    if instruction == REGISTER:
        return register(key, data)
    if instruction == AUTHENTICATE:
        return authenticate(key, mode, data)
    raise Status(WRONG_LENGTH if instruction == VERSION else UNKNOWN_INSTRUCTION)


def data_of(apdu: bytes) -> bytes:
    """Lengths have one byte, or three of which the first is 0 (ISO 7816-4)."""
    rest = apdu[4:]
    if len(rest) <= 3:
        return b""
    start, length = 1, rest[0]
    if rest[0] == 0:
        start, length = 3, int.from_bytes(rest[1:3], "big")
    if not start + length <= len(rest) <= start + length + 2:
        raise Status(WRONG_LENGTH)
    return rest[start : start + length]


def register(key: SimulatedKey, data: bytes) -> bytes:
    if len(data) != 2 * HASH:
        raise Status(WRONG_LENGTH)
    require_touched(key)
    challenge, application = data[:HASH], data[HASH:]
    credential = Credential(
        credential_id=os.urandom(HASH),
        algorithm=ES256,
        private_key=new_private_key(ES256),
        rp_id_hash=application,
        made=next_made(key),
        random_with_uv=os.urandom(HASH),
        random_without_uv=os.urandom(HASH),
    )
    keep(key, credential)
    batch, handle = key.state.attestation, credential.credential_id
    public = uncompressed_point(credential.private_key)
    signed = b"\0" + application + challenge + handle + public
    signature = sign(ES256, batch.private_key, signed)
    return b"\x05" + public + bytes([len(handle)]) + handle + batch.certificate + signature


def authenticate(key: SimulatedKey, mode: int, data: bytes) -> bytes:
    challenge, application, rest = data[:HASH], data[HASH : 2 * HASH], data[2 * HASH :]
    if not rest or rest[0] != len(rest) - 1:
        raise Status(WRONG_LENGTH)
    credential = known(key, application, rest[1:])
    if mode == CHECK_ONLY:
        raise Status(NOT_SATISFIED)
    if mode not in (ENFORCE_PRESENCE, WITHOUT_PRESENCE):
        raise Status(WRONG_DATA)
    if mode == ENFORCE_PRESENCE:
        require_touched(key)
    presence = PRESENT if mode == ENFORCE_PRESENCE else 0
    counted = bytes([presence]) + key.next_sign_count().to_bytes(4, "big")
    return counted + sign(ES256, credential.private_key, application + counted + challenge)


def known(key: SimulatedKey, application: bytes, handle: bytes) -> Credential:
    """U2F verifies no user, so that a credential which asks for that stays hidden."""
    for each in key.storage.credentials:
        found = (each.credential_id, each.rp_id_hash, each.algorithm)
        if found == (handle, application, ES256) and each.protection < WITH_UV:
            return each
    raise Status(WRONG_DATA)


def require_touched(key: SimulatedKey) -> None:
    memory, now = key.memory, key.clock.now()
    if memory.u2f_touch is None or now - memory.u2f_waits_since > PATIENCE_S:
        memory.u2f_touch, memory.u2f_waits_since = key.next_touch(), now
    touch, waited = memory.u2f_touch, key.clock.now() - memory.u2f_waits_since
    if touch.after_s is None or touch.declined or waited < touch.after_s:
        key.clock.skip(ASKED_AGAIN_AFTER_S)
        raise Status(NOT_SATISFIED)
    memory.u2f_touch = None
