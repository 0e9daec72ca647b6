"""A terminal in which a command runs, one of the station's or another, and somebody who types.

Terminal     a pseudo-terminal of its own; what it shows is waited for by words, never by time
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
PATIENCE = 180  # seconds; nothing is expected to take so long
CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
STATION = [sys.executable, "-m", "wardkey_station.cli"]


def environment(home: Path, **changes: str) -> dict[str, str]:
    """Nothing of whoever runs the tests, but where their programs are."""
    ours = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCE),
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
    }
    return {**ours, **changes}


class Terminal:
    def __init__(
        self,
        *words: object,
        home: Path,
        program: Sequence[str] = STATION,
        columns: int = 80,
        **changes: str,
    ) -> None:
        self.screen, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.process = subprocess.Popen(
            [*program, *map(str, words)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment(home, **changes),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self.shown = b""
        self.read_up_to = 0

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.screen)

    @property
    def text(self) -> str:
        return CONTROLS.sub("", self.shown.decode(errors="replace"))

    def reads(self, words: str) -> str:
        """Waits until the words are shown, after those that were waited for before. A blank may
        be the end of a line."""
        wanted = re.compile(r"\s+".join(map(re.escape, words.split(" "))))
        deadline = time.monotonic() + PATIENCE
        while not (found := wanted.search(self.text, self.read_up_to)):
            if not self.shows_more(deadline):
                raise AssertionError(f"{words!r} never came; there was\n{self.text}")
        before, self.read_up_to = self.read_up_to, found.end()
        return self.text[before : self.read_up_to]

    def shows_more(self, deadline: float) -> bool:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.screen], [], [], left)[0]:
            return False
        try:
            more = os.read(self.screen, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            return False
        self.shown += more
        return bool(more)

    def types(self, line: str) -> None:
        os.write(self.screen, line.encode() + b"\n")

    def interrupts(self) -> None:
        os.write(self.screen, b"\x03")

    def presses_ctrl_d(self) -> None:
        os.write(self.screen, b"\x04")

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.screen)[3] & termios.ECHO)

    def ends(self) -> int:
        """The exit status, once it has ended."""
        deadline = time.monotonic() + PATIENCE
        while self.shows_more(deadline):
            pass
        return self.process.wait(timeout=max(0.1, deadline - time.monotonic()))


def station(*words: object, home: Path, stdin: str = "", **changes: str):
    """The command without a terminal."""
    return subprocess.run(
        [*STATION, *map(str, words)],
        input=stdin.encode(),
        env=environment(home, **changes),
        capture_output=True,
        timeout=PATIENCE,
        start_new_session=True,
    )
