"""The CTAP commands (CTAP §6), each with its number and its module."""

from collections.abc import Callable, Generator
from typing import Any

from fido2 import cbor
from fido2.ctap import STATUS, CtapError

from .client_pin import client_pin
from .information import MAX_MESSAGE, information
from .key import SimulatedKey, Waiting, Work
from .parameters import Parameters, read
from .presence import selection
from .reset import reset

ERR = CtapError.ERR
Answer = dict[int, Any]
Waited = Generator[STATUS, None, Answer]
SUCCESS = b"\0"

COMMANDS: dict[int, Callable[[SimulatedKey, Parameters], Answer | Waited | Waiting]] = {
    0x04: information,
    0x06: client_pin,
    0x07: reset,
    0x0B: selection,
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
    answer = command(key, read(request[1:]))
    if isinstance(answer, Generator):
        return (yield from answer)
    return answer
