"""Standard input, output and errors, also where one is closed, full, or nobody reads on.

prepare        none is missing, and none can stop the work any more
Steady         a stream that loses what it cannot write, and knows that it did
were_lost      whether something that was said was lost
"""

import io
import os
import signal
import sys
from pathlib import Path
from typing import TextIO

NAMES = ("stdin", "stdout", "stderr")


class Steady(io.TextIOWrapper):
    """A key in the middle of a reset does not stop because nobody reads about it any more."""

    is_lost = False

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError:
            self.lose()
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError:
            self.lose()

    def lose(self) -> None:
        self.is_lost = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def prepare() -> None:
    for number, name in enumerate(NAMES):
        if getattr(sys, name) is None:
            # A file opened next would get this number, and be taken for the screen.
            setattr(sys, name, Path(os.devnull).open("w" if number else "r"))  # noqa: SIM115
    sys.stdout, sys.stderr = map(steady, (sys.stdout, sys.stderr))
    end_like_ctrl_c()


def steady(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    encoding, by_line = stream.encoding, stream.line_buffering
    return Steady(stream.detach(), encoding, "backslashreplace", line_buffering=by_line)


def end_like_ctrl_c() -> None:
    """The key is told to stop and letters are seen again, whoever ends the command."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def were_lost() -> bool:
    sys.stdout.flush()
    return isinstance(sys.stdout, Steady) and sys.stdout.is_lost
