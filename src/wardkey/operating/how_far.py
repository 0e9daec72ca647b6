"""How far long work is, on standard error, for whoever waits for a command.

begin    a step, in a line that says since when
noting   a step that writes so many bytes: on a terminal a bar says how many
"""

import sys
from collections.abc import Callable
from typing import IO, cast

import click

from ..base import clock

Written = Callable[[IO[bytes]], object]


def begin(words: str) -> None:
    click.echo(_since_now(words), err=True)


def noting(words: str, data: Written, *, size: int) -> Written:
    """`data`, which says how much of it is written."""

    def into(target: IO[bytes]) -> None:
        label = _since_now(words)
        with click.progressbar(
            length=size, label=label, file=sys.stderr, update_min_steps=size // 200 + 1
        ) as bar:
            data(cast("IO[bytes]", _Noted(target, bar.update)))

    return into


def _since_now(words: str) -> str:
    return f"{clock.now():%H:%M:%SZ} {words}"


class _Noted:
    def __init__(self, target: IO[bytes], note: Callable[[int], object]) -> None:
        self._target, self._note = target, note

    def write(self, some: bytes) -> int:
        written = self._target.write(some)
        self._note(written)
        return written

    def flush(self) -> None:
        self._target.flush()
