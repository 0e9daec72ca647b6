"""Costly work in turns: a few at once, a bounded queue behind them, and a refusal beyond it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

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
