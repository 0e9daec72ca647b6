"""The CTAP commands (CTAP §6), each with its number and its module."""

from collections.abc import Callable, Generator
from typing import Any

from fido2 import cbor
from fido2.ctap import STATUS, CtapError

from .client_pin import client_pin
from .configuration import configuration
from .credential_management import credential_management
from .get_assertion import get_assertion, get_next_assertion
from .information import MAX_MESSAGE, information
from .key import SimulatedKey, Waiting, Work
from .large_blobs import large_blobs
from .make_credential import make_credential
from .parameters import Parameters, read
from .presence import selection
from .reset import reset

ERR = CtapError.ERR
Answer = dict[int, Any]
Waited = Generator[STATUS, None, Answer]
SUCCESS = b"\0"
NEXT_ASSERTION, CREDENTIAL_MANAGEMENT = 0x08, (0x0A, 0x41)

COMMANDS: dict[int, Callable[[SimulatedKey, Parameters], Answer | Waited | Waiting]] = {
    0x01: make_credential,
    0x02: get_assertion,
    0x04: information,
    0x06: client_pin,
    0x07: reset,
    NEXT_ASSERTION: get_next_assertion,
    0x0A: credential_management,
    0x0B: selection,
    0x0C: large_blobs,
    0x0D: configuration,
    0x41: credential_management,
}


def answered(key: SimulatedKey, request: bytes) -> Work:
    """A status byte, and CBOR behind it; before that, what the key waits for."""
    key.memory.cancelled = False
    try:
        answer = yield from _answer(key, request)
    except CtapError as refused:
        return bytes([refused.code])
    return SUCCESS + (cbor.encode(answer) if answer else b"")


def _answer(key: SimulatedKey, request: bytes) -> Generator[STATUS, None, Answer | None]:
    if len(request) > MAX_MESSAGE:
        raise CtapError(ERR.REQUEST_TOO_LARGE)
    if not request:
        raise CtapError(ERR.INVALID_LENGTH)
    command = COMMANDS.get(request[0])
    if command is None:
        raise CtapError(ERR.INVALID_COMMAND)
    end_what_others_began(key, request[0])
    answer = command(key, read(request[1:]))
    if isinstance(answer, Generator):
        return (yield from answer)
    return answer


def end_what_others_began(key: SimulatedKey, number: int) -> None:
    """An enumeration is gone on with at once, or not at all (CTAP §6, stateful commands)."""
    if number != NEXT_ASSERTION:
        key.memory.assertions = None
    if number not in CREDENTIAL_MANAGEMENT:
        key.memory.enumerated = []
