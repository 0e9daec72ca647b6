"""An answer that goes out, until its reader has it."""

import errno
import select
import socket
from threading import BoundedSemaphore
from time import monotonic
from typing import Any

from django.conf import settings

from .arriving import LEAST_RATE, new_spool

BLOCK = 64 * 1024  # bytes
# Any page and any file that everybody may read fits; only streams are longer.
AHEAD = 4 * 1024 * 1024  # bytes
READING_SECONDS = 30

# Streams are for those who are logged in. Their readers never have all threads.
STREAMS = BoundedSemaphore(settings.WEB_THREADS)


def seconds_to_read(size: int) -> float:
    return READING_SECONDS + size / LEAST_RATE


class Unsent:
    """Bytes in their order; beyond some, on disk."""

    def __init__(self) -> None:
        self._kept = new_spool()
        self._begin = self._end = 0

    def __len__(self) -> int:
        return self._end - self._begin

    def add(self, data: bytes) -> None:
        self._kept.seek(self._end)
        self._kept.write(data)
        self._end += len(data)

    def first(self) -> bytes:
        self._kept.seek(self._begin)
        return self._kept.read(BLOCK)

    def drop(self, size: int) -> None:
        self._begin += size
        if self._begin == self._end:
            self._kept.seek(0)
            self._kept.truncate()
            self._begin = self._end = 0

    def close(self) -> None:
        self._begin = self._end = 0
        self._kept.close()


class PatientSocket(socket.socket):
    """Takes from a thread what its reader does not take yet, and never blocks it for less than
    AHEAD."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(fileno=accepted.detach())
        self.settimeout(0)
        if self.family != socket.AF_UNIX and hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            # What is not read after we are done is the system's to give up.
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, READING_SECONDS * 1000)
        self.unsent = Unsent()

    def setblocking(self, *_asked: object) -> None:
        """gunicorn asks for it in each thread, and is not obeyed."""

    def sendall(self, data: bytes, _flags: int = 0, /) -> None:  # type: ignore[override]
        """Raises ConnectionResetError where a stream's reader is too slow, and OSError where the
        disk is full."""
        sent = 0 if self.unsent else self._sent(data)
        if sent < len(data):
            self.unsent.add(data[sent:])
        if len(self.unsent) > AHEAD:
            self._wait_for_reader()

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """All of it waits at once: the file is closed, and its thread free."""
        file.seek(offset)
        left = total = count or 0
        while left and (data := file.read(min(BLOCK, left))):
            self.sendall(data)
            left -= len(data)
        return total - left

    def send_more(self) -> None:
        """As much as its reader takes now. Raises OSError."""
        while self.unsent:
            data = self.unsent.first()
            sent = self._sent(data)
            self.unsent.drop(sent)
            if sent < len(data):
                return

    def close(self) -> None:
        super().close()
        self.unsent.close()

    def _sent(self, data: bytes) -> int:
        try:
            return self.send(data)
        except BlockingIOError:
            return 0

    def _wait_for_reader(self) -> None:
        if not STREAMS.acquire(blocking=False):
            raise ConnectionResetError(errno.ECONNRESET, "too many readers are slow")
        try:
            self._send_before(monotonic() + seconds_to_read(len(self.unsent)))
        finally:
            STREAMS.release()

    def _send_before(self, deadline: float) -> None:
        poll = select.poll()
        poll.register(self, select.POLLOUT)
        while self.unsent:
            left = deadline - monotonic()
            if left <= 0:
                raise ConnectionResetError(errno.ECONNRESET, "its reader is too slow")
            poll.poll(left * 1000)
            self.send_more()
