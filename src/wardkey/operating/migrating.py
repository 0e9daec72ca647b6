"""Bringing the database up to this release, by one process at a time.

migrate      raises ValueError, where the database is none for a portal
why_unfit    a sentence about that
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection

TELLS_WHAT_IT_CHANGED = (3, 35)  # SQLite's RETURNING
OURS = 0x7761_7264_6B65_79  # "wardkey": PostgreSQL knows its advisory locks by a number


def migrate() -> None:
    """What is left of a migration, where another process was killed in it. One that goes on is
    waited for; so is the last statement of one that was killed."""
    if fault := why_unfit():
        raise ValueError(fault)
    with _alone_on_postgresql() if connection.vendor == "postgresql" else _alone_on_sqlite():
        call_command("migrate", interactive=False)


def why_unfit() -> str:
    """Empty where it fits. SQLite knows Unicode alone; how old PostgreSQL may be, Django says."""
    return _fault_of_encoding() if connection.vendor == "postgresql" else _fault_of_age()


def _fault_of_age() -> str:
    found = connection.get_database_version()
    if found >= TELLS_WHAT_IT_CHANGED:
        return ""
    here = ".".join(map(str, found))
    return f"SQLite is {here} here, and 3.35 is needed. Take a Python that has it, or PostgreSQL."


def _fault_of_encoding() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        (encoding,) = cursor.fetchone()
    if encoding == "UTF8":
        return ""
    return (
        f"The database keeps text as {encoding}, which cannot write every name. Make it anew:"
        " `createdb --encoding=UTF8 --template=template0`."
    )


@contextmanager
def _alone_on_postgresql() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [OURS])
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [OURS])


@contextmanager
def _alone_on_sqlite() -> Iterator[None]:
    """Whoever writes is alone, but two would choose the same migrations. The lock is of the folder:
    a file that is opened and closed beside SQLite takes its own locks away."""
    folder = os.open(Path(connection.settings_dict["NAME"]).resolve().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
