"""How far long work is, on standard error, for whoever waits for a command.

begin      a step, in a line that says since when
counting   a step of so many things; what it returns is told of some that are done, and each tenth
           of them is a line
noting     a step that writes so many bytes, likewise
tell       what came of it

Where nobody can read it any more (a terminal that was closed, a log on a full disk) work goes on.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import IO, cast

import click

from ..base import clock

ALL = 10  # tenths: the next step tells of them
Written = Callable[[IO[bytes]], object]
Done = Callable[[int], None]


def begin(words: str) -> None:
    tell(f"{clock.now():%H:%M:%SZ} {words}")


def tell(words: str) -> None:
    with suppress(OSError):
        click.echo(words, err=True)


def counting(words: str, *, of: int) -> Done:
    begin(words)
    done = tenths = 0

    def more(some: int) -> None:
        nonlocal done, tenths
        done += some
        before, tenths = tenths, 10 * done // max(of, 1)
        if before < tenths < ALL:
            begin(f"{10 * tenths} %")

    return more


def noting(words: str, data: Written, *, size: int) -> Written:
    """`data`, which says how much of it is written."""

    def into(target: IO[bytes]) -> None:
        data(cast("IO[bytes]", _Noted(target, counting(words, of=size))))

    return into


class _Noted:
    def __init__(self, target: IO[bytes], more: Done) -> None:
        self._target, self._more = target, more

    def write(self, some: bytes) -> int:
        written = self._target.write(some)
        self._more(written)
        return written

    def flush(self) -> None:
        self._target.flush()
