"""The data of a backup: a copy of the whole database as one moment had it.

    taking       while it is open, everything that is read is of that one moment; hands out `copy`
    Copied       what came of it

SQLite has its online backup; PostgreSQL has pg_dump, which is given our own snapshot. Neither
makes anybody who writes wait.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction

Copy = Callable[[Path], str]  # into this file, which is there and empty; says what made it

NAMES = {"sqlite": "portal.sqlite3", "postgresql": "portal.dump"}


def file_name() -> str:
    return NAMES[connection.vendor]


@contextmanager
def taking() -> Iterator[Copy]:
    """Raises ValueError where the tool is not there or does not fit."""
    with _of_postgresql() if connection.vendor == "postgresql" else _of_sqlite() as copy:
        yield copy


@contextmanager
def _of_sqlite() -> Iterator[Copy]:
    with connection.cursor() as cursor:
        # Deferred, unlike ours: who reads a snapshot keeps nobody from writing.
        cursor.execute("BEGIN DEFERRED")
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
        try:
            yield _copy_sqlite
        finally:
            cursor.execute("ROLLBACK")


def _copy_sqlite(target: Path) -> str:
    copy = sqlite3.connect(target)
    try:
        # All pages at once: by parts it would begin anew whenever somebody has written.
        connection.connection.backup(copy, pages=-1)
        # One file, without a log beside it, which is read also where nothing can be written.
        copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise OSError(f"SQLite gave up: {error}") from error
    finally:
        copy.close()
    return f"SQLite {sqlite3.sqlite_version}"


@contextmanager
def _of_postgresql() -> Iterator[Copy]:
    made_with = require_tool("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()

        def copy(target: Path) -> str:
            run_tool("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
            return made_with

        yield copy


def require_tool(name: str) -> str:
    """What its `--version` says. Raises ValueError."""
    if shutil.which(name) is None:
        raise ValueError(f"There is no {name} here. Install PostgreSQL's client programs.")
    told = subprocess.run([name, "--version"], capture_output=True, text=True, check=True).stdout
    major = re.search(r"(\d+)", told)
    server = connection.get_database_version()[0]
    if major is None or int(major[1]) < server:
        raise ValueError(
            f"{told.strip()} is older than the server, which is PostgreSQL {server}. Install the"
            f" client programs of PostgreSQL {server} or later."
        )
    return told.strip()


def run_tool(name: str, *words: str) -> None:
    """Raises OSError with what it said."""
    # What is not there is told by name; what is, was found on the operator's own PATH.
    done = subprocess.run(
        [name, "--no-password", *words],
        env={**os.environ, **_connection_in_words()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().partition("\n")[0] or f"status {done.returncode}"
        raise OSError(f"{name} gave up: {said}")


def _connection_in_words() -> dict[str, str]:
    """In the environment: a password among a command's words can be read by everybody here."""
    given = connection.settings_dict
    words = {
        "PGDATABASE": given["NAME"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGHOST": given["HOST"],
        "PGPORT": given["PORT"],
    }
    return {name: str(value) for name, value in words.items() if value}
