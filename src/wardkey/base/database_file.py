"""Is the file of an SQLite database still the one with which this process began?

    remember       which one that is
    is_in_place    and where it is not, the log says what to do

Whoever moves another file over it, or takes it away, leaves open connections with a file that
nobody will ever see again, and gives the next ones the former's log beside the new file: that
damages it.
"""

import logging
from pathlib import Path

from django.db import connection

logger = logging.getLogger(__name__)

_began_with: dict[str, tuple[int, int]] = {}


def remember() -> None:
    if connection.vendor == "sqlite" and (there := _there()):
        _began_with.setdefault(_name(), there)


def is_in_place() -> bool:
    """True as well of what was never remembered, and of a server's database."""
    if connection.vendor != "sqlite" or _name() not in _began_with:
        return True
    if _there() == _began_with[_name()]:
        return True
    logger.error(
        "database.moved: %s is not the file with which this process began. Move that back; or stop"
        " `serve` and `worker`, take its -wal and -shm away, and start them on the new one",
        _name(),
    )
    return False


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _there() -> tuple[int, int] | None:
    try:
        found = Path(_name()).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
