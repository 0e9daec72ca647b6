"""A request that comes in, until all of it is there.

What it holds is gunicorn's to judge; here is only read where it ends. gunicorn reads it from here
as from a socket, and meets its end where we saw it.
"""

import re
from enum import Enum
from tempfile import SpooledTemporaryFile
from typing import IO, cast

LARGEST_HEADER = 128 * 1024  # bytes
LARGEST_BODY = 33 * 1024 * 1024  # bytes: a file of people, with the rest of its form
IN_MEMORY = 64 * 1024  # bytes; what is longer waits on disk

HEADER_SECONDS = 10
BODY_SECONDS = 30
LEAST_RATE = 16 * 1024  # bytes a second

END = b"\r\n\r\n"
ENDS = re.compile(rb"^(?:content-length|transfer-encoding)(.*)\r$", re.IGNORECASE | re.MULTILINE)
LENGTH = re.compile(rb":[ \t]*(\d{1,15})[ \t]*")
ASKS_FIRST = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r$", re.IGNORECASE | re.MULTILINE)


def new_spool() -> IO[bytes]:
    """Whoever asked closes it."""
    return cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY))


class Stage(Enum):
    NOTHING = "nothing"
    HEADER = "header"
    BODY = "body"
    WHOLE = "whole"


class HeaderTooLarge(Exception):
    pass


class Arriving:
    """`ends` is whether the connection may go on after it: not where the body comes in chunks,
    which the portal reads nowhere, is larger than any that it takes, or has no clear length. Then
    nothing of the body is waited for."""

    def __init__(self) -> None:
        self.stage = Stage.NOTHING
        self.ends = True
        self.asks_first = False
        self.beyond = b""
        self._header = bytearray()
        self._missing = 0
        self._came = new_spool()

    @property
    def seconds(self) -> float:
        """Within which this stage has to end."""
        if self.stage is Stage.BODY:
            return BODY_SECONDS + self._missing / LEAST_RATE
        return HEADER_SECONDS

    def take(self, data: bytes) -> None:
        """Raises HeaderTooLarge, and OSError where the disk is full. Nothing is taken of what is
        WHOLE."""
        if self.stage is not Stage.BODY:
            data = self._after_header(data)
        if self.stage in {Stage.BODY, Stage.WHOLE}:
            self._take_body(data)

    def recv(self, size: int) -> bytes:
        """As of a socket, on whose other side nobody sends more."""
        return self._came.read(size)

    def close(self) -> None:
        self._came.close()

    def _after_header(self, data: bytes) -> bytes:
        """What came of the body."""
        self.stage = Stage.HEADER
        seen = max(0, len(self._header) - len(END) + 1)
        self._header += data
        end = self._header.find(END, seen)
        if max(end, 0) > LARGEST_HEADER or (end < 0 and len(self._header) > LARGEST_HEADER):
            raise HeaderTooLarge
        if end < 0:
            return b""
        end += len(END)
        rest, header = bytes(self._header[end:]), bytes(self._header[:end])
        self._begin_body(header)
        return rest

    def _begin_body(self, header: bytes) -> None:
        length = _length_of_body(header)
        self.ends = length is not None
        self._missing = length or 0
        self.asks_first = _asks_first(header)
        self.stage = Stage.BODY
        self._came.write(header)

    def _take_body(self, data: bytes) -> None:
        body, self.beyond = data[: self._missing], data[self._missing :]
        self._came.write(body)
        self._missing -= len(body)
        if not self._missing:
            self._came.seek(0)
            self.stage = Stage.WHOLE


def _asks_first(header: bytes) -> bool:
    """In HTTP/1.0 nobody waits for an answer before the answer (RFC 9110 §10.1.1)."""
    first, _end, fields = header.lstrip(b"\r\n").partition(b"\r\n")
    return first.endswith(b" HTTP/1.1") and bool(ASKS_FIRST.search(fields))


def _length_of_body(header: bytes) -> int | None:
    """In bytes."""
    match ENDS.findall(header):
        case []:
            return 0
        case [said] if (length := LENGTH.fullmatch(said)) and int(length[1]) <= LARGEST_BODY:
            return int(length[1])
    return None
