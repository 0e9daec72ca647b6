"""gunicorn's worker with threads, of which none waits for a client.

A connection waits here, in one thread for all: until a request is whole, until its answer is read,
until its client has heard that it ends. Each wait has its end, and when there are too many the
oldest ends first.
"""

import errno
import socket
import struct
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ, EVENT_WRITE
from time import monotonic
from typing import Any

from gunicorn import http, util
from gunicorn.workers.gthread import TConn, ThreadWorker

from .arriving import IN_MEMORY, Arriving, HeaderTooLarge, Stage
from .leaving import BLOCK, PatientSocket, seconds_to_read

LEAVING_SECONDS = 2
HELD_AT_MOST = 256 * 1024 * 1024  # bytes of requests and answers in each process, most on disk
TELLS_EVERY = 60  # seconds
AT_ONCE = struct.pack("ii", 1, 0)
NOBODY = {errno.EAGAIN, errno.ECONNABORTED}
NO_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class Connection(TConn):
    def __init__(self, cfg: Any, accepted: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, PatientSocket(accepted), client, server)
        self.initialized = True  # no thread has to wait for its first byte
        self.arriving = Arriving()
        self.goes_on = False
        self.has_ended = False
        self.held = 0  # bytes
        self.deadline = 0.0
        self.when_late: Callable[[Connection], None]

    def next_request(self) -> bytes:
        """What came of it already."""
        beyond = self.arriving.beyond
        self.arriving.close()
        self.arriving = Arriving()
        return beyond

    def close(self, **_how: object) -> None:
        util.close(self.arriving)  # where the disk is full, it says so again
        util.close(self.sock)


class Worker(ThreadWorker):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: dict[Connection, None] = {}  # the oldest first
        self.held = 0
        self.tells_from = 0.0

    def accept(self, listener: socket.socket) -> None:
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno in NO_ROOM:
                self._give_up_oldest()
            elif error.errno not in NOBODY:
                raise
            return
        self.nr_conns += 1
        conn = Connection(self.cfg, accepted, client, listener.getsockname())
        self._wait_for_request(conn, seconds=conn.arriving.seconds)
        if self.nr_conns >= self.worker_connections:
            self._give_up_oldest()

    # A request comes in.

    def _wait_for_request(self, conn: Connection, *, seconds: float) -> None:
        self._wait(conn, EVENT_READ, self._more_came, seconds=seconds, when_late=self._tell_late)

    def _more_came(self, conn: Connection) -> None:
        if data := self._received(conn):
            self._take(conn, data)

    def _take(self, conn: Connection, data: bytes) -> None:
        stage = conn.arriving.stage
        try:
            conn.arriving.take(data)
        except HeaderTooLarge:
            self._refuse(conn, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        except OSError:
            self.log.exception("there is no room for a request that comes in")
            self._refuse(conn, HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._hold(conn, len(data))
            self._taken(conn, since=stage)

    def _taken(self, conn: Connection, *, since: Stage) -> None:
        stage = conn.arriving.stage
        if conn.has_ended:
            return
        if stage is Stage.WHOLE:
            self._end_wait(conn)
            conn.parser = http.get_parser(self.cfg, conn.arriving, conn.client)
            self.enqueue_req(conn)
        elif stage is not since:
            conn.deadline = monotonic() + conn.arriving.seconds
            if stage is Stage.BODY and conn.arriving.asks_first:
                conn.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _tell_late(self, conn: Connection) -> None:
        if conn.arriving.stage is Stage.NOTHING:
            self._end(conn)
        else:
            self._refuse(conn, HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, conn: Connection, status: HTTPStatus) -> None:
        self._release(conn)
        util.write_error(conn.sock, status.value, status.phrase, status.description)
        self._end_wait(conn)
        conn.goes_on = False
        self._send(conn)

    # An answer goes out.

    def _keepalive_after(self, _conn: Connection, keepalive: object) -> bool:
        """What nobody read of a body ends with its request."""
        return bool(keepalive)

    def finish_request(self, conn: Connection, fs: Future) -> None:
        self._release(conn)
        conn.goes_on = not fs.cancelled() and bool(fs.result())
        self._alone(conn, self._send)

    def _send(self, conn: Connection) -> None:
        if not (size := len(conn.sock.unsent)):
            self._answered(conn)
            return
        self._wait(
            conn,
            EVENT_WRITE,
            self._more_goes,
            seconds=seconds_to_read(size),
            when_late=self._cut_off,
        )
        self._hold(conn, size)

    def _more_goes(self, conn: Connection) -> None:
        conn.sock.send_more()
        if not conn.sock.unsent:
            self._end_wait(conn)
            self._answered(conn)

    def _answered(self, conn: Connection) -> None:
        self._release(conn)
        if not conn.goes_on:
            self._leave(conn)
            return
        came = conn.next_request()
        self._wait_for_request(conn, seconds=self.cfg.keepalive)
        if came:
            self._take(conn, came)

    def _leave(self, conn: Connection) -> None:
        """Whoever still sends would lose the answer if all ended at once (RFC 9112 §9.6)."""
        conn.sock.shutdown(socket.SHUT_WR)
        self._wait(conn, EVENT_READ, self._received, seconds=LEAVING_SECONDS, when_late=self._end)

    # Whoever waits.

    def _received(self, conn: Connection) -> bytes:
        """Empty where nothing came; then nobody may be there any more."""
        try:
            data = conn.sock.recv(BLOCK)
        except BlockingIOError:
            return b""
        if not data:
            self._end(conn)
        return data

    def _wait(
        self,
        conn: Connection,
        event: int,
        come: Callable[[Connection], object],
        *,
        seconds: float,
        when_late: Callable[[Connection], None],
    ) -> None:
        conn.deadline, conn.when_late = monotonic() + seconds, when_late
        self.poller.register(conn.sock, event, partial(self._come, conn, come))
        self.waiting[conn] = None

    def _come(self, conn: Connection, come: Callable[[Connection], object], _sock: object) -> None:
        if conn in self.waiting:  # it may have been given up in this very moment
            self._alone(conn, come)

    def _alone(self, conn: Connection, deed: Callable[[Connection], object]) -> None:
        """What network and disk have against one client ends its connection, and no more."""
        try:
            deed(conn)
        except OSError:
            self._end(conn)

    def _end_wait(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        del self.waiting[conn]

    def _end(self, conn: Connection) -> None:
        if conn.has_ended:
            return
        if conn in self.waiting:
            self._end_wait(conn)
        self._release(conn)
        self.nr_conns -= 1
        conn.has_ended = True
        conn.close()

    def _cut_off(self, conn: Connection) -> None:
        """The system would go on for minutes to offer what is not read."""
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._end(conn)

    def _hold(self, conn: Connection, size: int) -> None:
        conn.held += size
        self.held += size
        if self.held > HELD_AT_MOST:
            self._give_up_oldest(with_at_least=IN_MEMORY + 1)  # what is small always passes

    def _release(self, conn: Connection) -> None:
        self.held -= conn.held
        conn.held = 0

    def _give_up_oldest(self, *, with_at_least: int = 0) -> None:
        """Whoever is as fast as others is not the oldest, however much it sends."""
        if oldest := next((conn for conn in self.waiting if conn.held >= with_at_least), None):
            self._give_up(oldest)

    def _give_up(self, conn: Connection) -> None:
        self._cut_off(conn)
        if monotonic() >= self.tells_from:
            self.tells_from = monotonic() + TELLS_EVERY
            self.log.warning("too many clients are slow, or send too much: some are given up")

    def murder_pending(self) -> None:
        now = monotonic()
        for conn in [conn for conn in self.waiting if conn.deadline <= now]:
            self._alone(conn, conn.when_late)

    def _cap_keepalive(self, deadline: float) -> None:
        """A worker that stops waits for requests that have begun."""
        for conn in self.waiting:
            if conn.arriving.stage is Stage.NOTHING:
                conn.deadline = min(conn.deadline, deadline)
