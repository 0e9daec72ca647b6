"""The one place that asks what time it is. UTC, microseconds.

The demo and the tests stand in another moment with `standing_at`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_standing_at: ContextVar[datetime | None] = ContextVar("standing_at", default=None)


def now() -> datetime:
    return _standing_at.get() or of_this_machine()


def of_this_machine() -> datetime:
    """clocks.py holds it against the database's."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    return now().astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """Midnight in the time zone of that name."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    mark = _standing_at.set(moment)
    try:
        yield
    finally:
        _standing_at.reset(mark)
