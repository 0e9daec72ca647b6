"""The one place that asks what time it is. UTC, microseconds.

The demo and the tests stand in another moment with `standing_at`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_standing_at: ContextVar[datetime | None] = ContextVar("standing_at", default=None)


def now() -> datetime:
    return _standing_at.get() or datetime.now(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    mark = _standing_at.set(moment)
    try:
        yield
    finally:
        _standing_at.reset(mark)
