"""How far long work is, on standard error, for whoever waits for a command.

begin    a step, in a line that says since when
noting   a step that writes so many bytes: each tenth of them is a line

Where nobody can read it any more (a terminal that was closed, a log on a full disk) work goes on.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import IO, cast

import click

from ..base import clock

ALL = 10  # tenths: the next step tells of them
Written = Callable[[IO[bytes]], object]


def begin(words: str) -> None:
    with suppress(OSError):
        click.echo(f"{clock.now():%H:%M:%SZ} {words}", err=True)


def noting(words: str, data: Written, *, size: int) -> Written:
    """`data`, which says how much of it is written."""

    def into(target: IO[bytes]) -> None:
        begin(words)
        data(cast("IO[bytes]", _Noted(target, size)))

    return into


class _Noted:
    def __init__(self, target: IO[bytes], size: int) -> None:
        self._target, self._size = target, size
        self._written = self._tenths = 0

    def write(self, some: bytes) -> int:
        written = self._target.write(some)
        self._written += written
        tenths = 10 * self._written // self._size
        if self._tenths < tenths < ALL:
            begin(f"{10 * tenths} %")
        self._tenths = tenths
        return written

    def flush(self) -> None:
        self._target.flush()
