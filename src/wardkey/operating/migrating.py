"""Bringing the database up to this release, by one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

OURS = 0x7761_7264_6B65_79  # "wardkey": PostgreSQL knows its advisory locks by a number


def migrate() -> None:
    """What is left of a migration, where another process was killed in it. One that goes on is
    waited for; so is the last statement of one that was killed."""
    with _alone():
        call_command("migrate", interactive=False)


@contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield  # in SQLite whoever writes is alone
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [OURS])
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [OURS])
