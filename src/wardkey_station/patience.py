"""A connection to a key with an end to every wait, whatever the key does or fails to do.

It reads in a thread of its own, so that Ctrl-C is noticed at once on every system, drops what the
key says to other programs, and tells whoever sits there how long a touch is still waited for.

    PatientConnection   CTAPHID reports in and out (CTAP 2.1 §11.2), each read with a deadline
    PatientDevice       the key at its end, asked three times more while another program has it
"""

import struct
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread

from fido2.ctap import STATUS, CtapError
from fido2.hid import CTAPHID, TYPE_INIT, ConnectionFailure, CtapHidDevice
from fido2.hid.base import CtapHidConnection

from .ctap_words import refusal_of
from .errors import Exit, Refused
from .words import _

OPENING = TYPE_INIT | CTAPHID.INIT
KEEPALIVE, ERROR = TYPE_INIT | CTAPHID.KEEPALIVE, TYPE_INIT | CTAPHID.ERROR
GLANCE = 0.1  # seconds between two looks at the clock
SILENCE = 8.0  # seconds without a report: keys send one every 0.1 s while they work
WORK = 10.0  # seconds for anything that needs no touch
TOUCH = 25.0  # seconds for a touch
MORE_TRIES, PAUSE = 3, 0.5  # seconds, while another program has the key

Waiting = Callable[[float], None]  # told the seconds that are left for a touch


class PatientConnection(CtapHidConnection):
    def __init__(self, connection: CtapHidConnection, waiting_for_touch: Waiting) -> None:
        self.connection, self.waiting_for_touch = connection, waiting_for_touch
        self.channel, self.command, self.nonce, self.overhears = b"", 0, b"", False
        self.status: bytes | None = None
        self.asked_at = self.heard_at = time.monotonic()
        self.wanted: SimpleQueue[bool] = SimpleQueue()
        self.read: SimpleQueue[bytes | Exception] = SimpleQueue()
        Thread(target=self.read_when_wanted, daemon=True).start()

    def read_when_wanted(self) -> None:
        while self.wanted.get():
            try:
                self.read.put(self.connection.read_packet())
            except Exception as error:  # noqa: BLE001  raised again where it is waited for
                self.read.put(error)

    def write_packet(self, data: bytes) -> None:
        self.channel, self.status, self.overhears = data[:4], None, False
        if data[4] & TYPE_INIT:
            self.command, self.nonce = data[4], data[7:15]
        self.asked_at = self.heard_at = time.monotonic()
        self.connection.write_packet(data)

    def read_packet(self) -> bytes:
        while not self.is_for_us(report := self.next_report()):
            # It keeps somebody else waiting, for a touch most often.
            self.overhears = report[4:5] == bytes([KEEPALIVE])
        self.heard_at = time.monotonic()
        self.note(report)
        return report

    def is_for_us(self, report: bytes) -> bool:
        """Each program has a channel; they share one while each asks for its own, by nonce."""
        if report[:4] != self.channel:
            return False
        return self.command != OPENING or report[4] != OPENING or report[7:15] == self.nonce

    def note(self, report: bytes) -> None:
        command = report[4] if len(report) > 4 else 0
        if command == KEEPALIVE:
            self.status = report[7:8]
        elif command & TYPE_INIT and command not in {self.command, ERROR}:
            # fido2 takes it for the key's own refusal of a command.
            raise ConnectionFailure("an answer to something else")

    def next_report(self) -> bytes:
        self.wanted.put(True)  # noqa: FBT003
        while True:
            self.require_time_left()
            with suppress(Empty):
                report = self.read.get(timeout=GLANCE)
                if isinstance(report, Exception):
                    raise report
                return report

    def require_time_left(self) -> None:
        now = time.monotonic()
        if self.status == bytes([STATUS.UPNEEDED]):
            self.require_touch_in_time(TOUCH - (now - self.asked_at))
        elif now - self.asked_at > WORK:
            raise Refused(
                _("The token works without an end. Remove it, insert it and try again."),
                exit_status=Exit.DEVICE,
            )
        if now - self.heard_at > SILENCE:
            raise self.refusal_of_silence()

    def refusal_of_silence(self) -> Refused:
        if self.overhears:
            return refusal_of(CtapError(CtapError.ERR.CHANNEL_BUSY))
        return Refused(
            _("The token does not answer. Remove it, insert it and try again."),
            exit_status=Exit.DEVICE,
        )

    def require_touch_in_time(self, left: float) -> None:
        if left > 0:
            return self.waiting_for_touch(left)
        self.cancel()
        raise Refused(
            _("Nobody touched the token in time. Nothing was changed."), exit_status=Exit.NO_TOUCH
        )

    def cancel(self) -> None:
        report = self.channel + struct.pack(">B", TYPE_INIT | CTAPHID.CANCEL)
        self.connection.write_packet(report.ljust(64, b"\0"))

    def close(self) -> None:
        self.wanted.put(False)  # noqa: FBT003
        with suppress(OSError):
            self.connection.close()


class PatientDevice(CtapHidDevice):
    """fido2's own device asks for ever while another program has the key."""

    def call(
        self,
        cmd: int,
        data: bytes = b"",
        event: Event | None = None,
        on_keepalive: Callable[[STATUS], None] | None = None,
    ) -> bytes:
        for _try in range(MORE_TRIES):
            try:
                return self._do_call(cmd, data, event or Event(), on_keepalive)
            except CtapError as error:
                if error.code != CtapError.ERR.CHANNEL_BUSY:
                    raise
            time.sleep(PAUSE)
        return self._do_call(cmd, data, event or Event(), on_keepalive)
