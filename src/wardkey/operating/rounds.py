"""Chores that come round by themselves: one after the other in a line, several lines at once.

    Chore      what is done, and how often
    go_round   one line, until it is told to stop
    beside     lines in threads of their own, while another one goes

What is much goes in portions: a chore that answers that there may be more (with anything that is
true) comes round again at once, after the others of its line. So nobody who asked for a link waits
until 25,000 organisations were told of their roles, and the worker stops after a portion.

A chore that fails, for want of a database or for a fault of ours, is logged and comes round again;
the others of its line go on.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from ..base import clocks, database_file, tracing
from ..reports import chores

SECOND = 1.0
AFTER_A_FAILURE = 10 * SECOND
LEAVING = 5 * SECOND

Stopping = Callable[[], bool]

log = logging.getLogger(__name__)


@dataclass
class Chore:
    """`every`, and `between` two portions, in seconds; `due` on the monotonic clock; `told` is how
    it went."""

    name: str
    work: Callable[[], object]
    every: float
    between: float = 0.0  # more where each portion keeps people waiting who log in
    due: float = 0.0
    told: chores.Told = field(init=False)

    def __post_init__(self) -> None:
        self.told = chores.Told(name=self.name, every=self.every)


def go_round(line: list[Chore], stopping: Stopping) -> None:
    while not stopping():
        for chore in line:
            if chore.due <= time.monotonic() and not stopping():
                _do(chore)
        time.sleep(_seconds_until_due(line))


@contextmanager
def beside(lines: Iterable[list[Chore]], stopping: Stopping) -> Iterator[None]:
    """At the end they have five seconds for what they began. What still waits for another machine
    then ends with the process, and whoever takes it up does so as after a crash."""
    threads = [Thread(target=_alone, args=(line, stopping), daemon=True) for line in lines]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        until = time.monotonic() + LEAVING
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))


def _alone(line: list[Chore], stopping: Stopping) -> None:
    try:
        go_round(line, stopping)
    finally:
        connections.close_all()


def _seconds_until_due(line: list[Chore]) -> float:
    """A second at most, so that nobody who stops the worker waits longer for it."""
    wait = min(chore.due for chore in line) - time.monotonic()
    return min(max(0.0, wait), SECOND)


def _do(chore: Chore) -> None:
    pause, began = chore.every, time.monotonic()
    try:
        close_old_connections()
        # Keys would lapse that are still good; what is done would be lost, or damage another file.
        if not database_file.is_in_place() or not clocks.agree():
            chore.due = began + AFTER_A_FAILURE
            return
        with tracing.chore(chore.name):
            is_more = chore.work()
        pause = chore.between if is_more else chore.every
        chore.told.did(time.monotonic() - began)
    except (DatabaseError, InterfaceError) as error:
        pause = max(pause, AFTER_A_FAILURE)
        chore.told.failed(time.monotonic() - began)
        log.warning("the database does not answer: %s", str(error).partition("\n")[0])
    except Exception:
        pause = max(pause, AFTER_A_FAILURE)
        chore.told.failed(time.monotonic() - began)
        log.exception("a chore failed: %s", chore.name)
    chore.due = time.monotonic() + pause
