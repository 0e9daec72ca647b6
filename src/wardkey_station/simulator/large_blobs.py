"""authenticatorLargeBlobs (CTAP §6.10): one array of bytes, read and written in fragments.

Parameters: 1 get, 2 set, 3 offset, 4 length, 5 pinUvAuthParam, 6 protocol.
"""

from hashlib import sha256
from typing import Any

from fido2.ctap import CtapError

from .information import MAX_LARGE_BLOBS, MAX_MESSAGE
from .key import SimulatedKey
from .parameters import Parameters
from .pin_uv_auth import Permission, protocol_of, require

ERR = CtapError.ERR
Answer = dict[int, Any]
MAX_FRAGMENT = MAX_MESSAGE - 64
CHECKED, SHORTEST = 16, 17
FILLED = b"\xff" * 32 + b"\x0c\x00"


def large_blobs(key: SimulatedKey, parameters: Parameters) -> Answer:
    offset = parameters.optional(3, int)
    if offset is None or offset < 0 or (1 in parameters) == (2 in parameters):
        raise CtapError(ERR.INVALID_PARAMETER)
    if 1 in parameters:
        return fragment(key, parameters, offset)
    return write(key, parameters, offset, parameters.required(2, bytes))


def fragment(key: SimulatedKey, parameters: Parameters, offset: int) -> Answer:
    count = parameters.required(1, int)
    stored = key.storage.large_blobs
    if {4, 5, 6} & set(parameters.values) or count < 0 or offset > len(stored):
        raise CtapError(ERR.INVALID_PARAMETER)
    if count > MAX_FRAGMENT:
        raise CtapError(ERR.INVALID_LENGTH)
    return {1: stored[offset : offset + count]}


def write(key: SimulatedKey, parameters: Parameters, offset: int, written: bytes) -> Answer:
    if len(written) > MAX_FRAGMENT:
        raise CtapError(ERR.INVALID_LENGTH)
    memory = key.memory
    if offset == 0:
        memory.large_blobs = bytearray()
        memory.large_blobs_length = announced(parameters)
    elif 4 in parameters:
        raise CtapError(ERR.INVALID_PARAMETER)
    if offset != len(memory.large_blobs):
        raise CtapError(ERR.INVALID_SEQ)
    if key.has_pin_set or key.storage.always_uv:
        require_authorised(key, parameters, offset, written)
    if offset + len(written) > memory.large_blobs_length:
        raise CtapError(ERR.INVALID_PARAMETER)
    memory.large_blobs += written
    if len(memory.large_blobs) == memory.large_blobs_length:
        complete(key)
    return {}


def announced(parameters: Parameters) -> int:
    length = parameters.optional(4, int)
    if length is None:
        raise CtapError(ERR.INVALID_PARAMETER)
    if length > MAX_LARGE_BLOBS:
        raise CtapError(ERR.LARGE_BLOB_STORAGE_FULL)
    if length < SHORTEST:
        raise CtapError(ERR.INVALID_PARAMETER)
    return length


def require_authorised(
    key: SimulatedKey, parameters: Parameters, offset: int, written: bytes
) -> None:
    if 5 not in parameters:
        raise CtapError(ERR.PUAT_REQUIRED)
    require(
        key,
        protocol=protocol_of(key, parameters, 6),
        message=FILLED + offset.to_bytes(4, "little") + sha256(written).digest(),
        parameter=parameters.required(5, bytes),
        permission=Permission.LARGE_BLOB_WRITE,
    )


def complete(key: SimulatedKey) -> None:
    written, key.memory.large_blobs = bytes(key.memory.large_blobs), bytearray()
    if sha256(written[:-CHECKED]).digest()[:CHECKED] != written[-CHECKED:]:
        raise CtapError(ERR.INTEGRITY_FAILURE)
    key.storage.large_blobs = written
    key.save()
