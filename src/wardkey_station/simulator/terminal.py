"""A pseudo-terminal that libfido2's programs open as if it were a key's device file."""

import os
import termios
import time
import tty

from .frames import REPORT

NOBODY_THERE_S = 0.02


class DeviceFile:
    """Lends a key to one program after another; `path` is what they open."""

    def __init__(self) -> None:
        self._ours, theirs = os.openpty()
        tty.setraw(theirs)
        self.path = os.ttyname(theirs)
        os.close(theirs)

    def read_report(self) -> bytes:
        """Waits until a program has written one, which is its number, 0, and 64 bytes."""
        report = b""
        while len(report) < 1 + REPORT:
            try:
                report += os.read(self._ours, 1 + REPORT - len(report))
            except OSError:
                report = self._begin_anew()
        return report[1:]

    def _begin_anew(self) -> bytes:
        """Nobody has it open: what the last program left unread is not for the next one."""
        termios.tcflush(self._ours, termios.TCOFLUSH)
        time.sleep(NOBODY_THERE_S)
        return b""

    def write_report(self, report: bytes) -> None:
        os.write(self._ours, report)
