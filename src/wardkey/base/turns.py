"""Work in turns, so that threads do not pile up.

Turns           costly work: a few at once, a bounded queue behind them, a refusal beyond it
MovingTurns     whatever may stand still: whoever comes waits while others get on
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Condition
from time import monotonic

from .errors import Unavailable

COME_AGAIN = 2  # seconds


class Turns:
    """Of the threads of this process; `at_once` bounds memory, `waiting` how long anybody waits."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._turns = BoundedSemaphore(at_once)
        self._places = BoundedSemaphore(at_once + waiting)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises Unavailable (`busy`) at once where the queue is full."""
        if not self._places.acquire(blocking=False):
            raise Unavailable("busy", retry_after=COME_AGAIN)
        try:
            with self._turns:
                yield
        finally:
            self._places.release()


class MovingTurns:
    """Of the threads of this process. A rush moves, and everybody in it waits; where none of those
    who have a turn gives it back for `still` seconds, no more threads are to pile up behind them.
    """

    def __init__(self, *, at_once: int, still: float) -> None:
        self._free, self._still = at_once, still
        self._moved_at = monotonic()
        self._changes = Condition()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises Unavailable (`standstill`) where nothing moves."""
        self._take()
        try:
            yield
        finally:
            self._give_back()

    def _take(self) -> None:
        with self._changes:
            while not self._free:
                left = self._moved_at + self._still - monotonic()
                if left <= 0:
                    raise Unavailable("standstill", retry_after=COME_AGAIN)
                self._changes.wait(left)
            self._free -= 1
            self._moved_at = monotonic()

    def _give_back(self) -> None:
        with self._changes:
            self._free += 1
            self._moved_at = monotonic()
            self._changes.notify()
