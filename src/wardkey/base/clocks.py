"""Does the clock of this machine agree with the database's?

    apart            how far they are from each other, without asking each time
    require_agreement, agree    no more than a minute

Every time limit is judged by the clock of the machine that is asked, and all machines share one
database. One whose clock is apart would let expired things live on, or end what is still good.
Which of the two is wrong nobody can tell from here, so nothing is decided by either.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from . import clock
from .errors import Unavailable

APART_AT_MOST = timedelta(seconds=60)
LOOK_AGAIN = {True: 60, False: 5}  # seconds; by whether they agreed
SET_MEANWHILE = 1  # seconds

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """`ahead` is how many seconds this machine's clock was ahead of its monotonic one, on which
    the next look is due at `again_at`: nobody can set that one."""

    apart: timedelta
    ahead: float
    again_at: float


_last: list[Look] = []


def apart() -> timedelta:
    """Asks the database once a minute, and when somebody set this machine's clock meanwhile.
    Raises DatabaseError. SQLite has no clock of its own."""
    if connection.vendor == "sqlite":
        return timedelta(0)
    if not _last or _is_old(_last[0]):
        _last[:] = [_look()]
    return _last[0].apart


def agree() -> bool:
    return apart() <= APART_AT_MOST


def require_agreement() -> None:
    """Raises Unavailable (`clock`), DatabaseError."""
    if not agree():
        raise Unavailable("clock", retry_after=LOOK_AGAIN[False])


def _is_old(look: Look) -> bool:
    return time.monotonic() >= look.again_at or abs(_ahead() - look.ahead) > SET_MEANWHILE


def _ahead() -> float:
    return clock.of_this_machine().timestamp() - time.monotonic()


def _look() -> Look:
    asked = clock.of_this_machine()
    there = _there()
    answered = clock.of_this_machine()
    between = max(asked - there, there - answered, timedelta(0))
    if between > APART_AT_MOST:
        logger.error("clock.skew: %d seconds from the database's clock", between.total_seconds())
    again_at = time.monotonic() + LOOK_AGAIN[between <= APART_AT_MOST]
    return Look(apart=between, ahead=_ahead(), again_at=again_at)


def _there() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    return there
