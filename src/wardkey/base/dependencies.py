"""Other machines that the portal asks: a line in the log when one is gone, and when it is back.

    down    a warning, and again each hour
    up

Each process tells what it met itself.
"""

import logging
import time

AGAIN = 3600.0  # seconds
_told_at: dict[str, float] = {}

logger = logging.getLogger(__name__)


def down(name: str, what: str, *, to_do: str) -> None:
    at = time.monotonic()
    if name in _told_at and at - _told_at[name] < AGAIN:
        return
    _told_at[name] = at
    logger.warning("dependency.down: %s: %s. %s", name, what.rstrip("."), to_do)


def up(name: str) -> None:
    if _told_at.pop(name, None) is not None:
        logger.info("dependency.up: %s", name)


def forget() -> None:
    """As when the process began."""
    _told_at.clear()
