"""The data of a backup: a copy of the whole database as one moment had it.

    taking       while it is open, everything that is read is of that one moment; hands out `copy`
    run_tool     one of PostgreSQL's client programs
    fed          the same, which is given what it reads

SQLite has its online backup; PostgreSQL has pg_dump, which is given our own snapshot. Neither
makes anybody who writes wait. A copy goes through a `Pour`, which may encrypt it: pg_dump writes
into a pipe, and SQLite, which cannot, into a file beside the database for as long as it takes.
"""

import fcntl
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NoReturn

from django.db import connection, transaction

from .encrypting import Pour

# Into this file, which is there and empty; without a `Pour`, as it is. Says what made it.
Copy = Callable[[Path, Pour | None], str]

NAMES = {"sqlite": "portal.sqlite3", "postgresql": "portal.dump"}
BESIDE = ".wardkey-backup-"


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


def _copy_sqlite(target: Path, pour: Pour | None) -> str:
    if pour is None:
        _copy_pages(target)
    else:
        _copy_sqlite_through(pour, target)
    return f"SQLite {sqlite3.sqlite_version}"


def _copy_sqlite_through(pour: Pour, target: Path) -> None:
    """Beside the database nobody sees more in a copy than there is already; where backups lie,
    others may."""
    own = Path(connection.settings_dict["NAME"]).resolve().parent
    with tempfile.NamedTemporaryFile(dir=own, prefix=BESIDE) as beside:
        fcntl.flock(beside, fcntl.LOCK_EX)
        _take_away_what_was_killed(own)
        _copy_pages(Path(beside.name))
        with target.open("wb") as backup:
            pour(beside, backup)


def _take_away_what_was_killed(folder: Path) -> None:
    """Whoever still works on a copy holds it."""
    for path in folder.glob(f"{BESIDE}????????"):
        with path.open("rb") as left, suppress(BlockingIOError):
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
            path.with_name(f"{path.name}-journal").unlink(missing_ok=True)


def _copy_pages(target: Path) -> None:
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


@contextmanager
def _of_postgresql() -> Iterator[Copy]:
    made_with = require_tool("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()

        def copy(target: Path, pour: Pour | None) -> str:
            into = pour or shutil.copyfileobj
            with target.open("wb") as backup:
                run_tool(
                    "pg_dump",
                    "--format=custom",
                    f"--snapshot={snapshot}",
                    reads=lambda dump: into(dump, backup),
                )
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


def run_tool(name: str, *words: str, reads: Callable[[IO[bytes]], object]) -> None:
    """`reads` takes what it writes. Raises OSError with what it said."""
    with _running(name, words, stdout=subprocess.PIPE) as tool:
        reads(tool.stdout)


def fed(name: str, *words: str, writes: Callable[[IO[bytes]], object]) -> None:
    """`writes` gives it what it reads. Raises OSError with what it said."""
    with _running(name, words, stdin=subprocess.PIPE) as tool:
        writes(tool.stdin)


@contextmanager
def _running(
    name: str, words: tuple[str, ...], *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[Any]:
    """A subprocess.Popen."""
    with tempfile.TemporaryFile() as said:
        # What is not there is told by name; what is, was found on the operator's own PATH.
        tool = subprocess.Popen(
            [name, "--no-password", *words],
            env={**os.environ, **_connection_in_words()},
            stdin=stdin,
            stdout=stdout,
            stderr=said,
        )
        try:
            yield tool
        except BaseException:
            tool.kill()  # half of what it was to read is not all of it
            if _ended(tool) > 0:
                _raise_what_it_said(name, tool.returncode, said)
            raise
        if _ended(tool):
            _raise_what_it_said(name, tool.returncode, said)


def _ended(tool: subprocess.Popen) -> int:
    for pipe in (tool.stdin, tool.stdout):
        if pipe is not None:
            with suppress(OSError):  # it gave up before it had read all, and says why
                pipe.close()
    return tool.wait()


def _raise_what_it_said(name: str, status: int, said: IO[bytes]) -> NoReturn:
    said.seek(0)
    line = said.read().decode(errors="replace").strip().partition("\n")[0]
    raise OSError(f"{name} gave up: {line or f'status {status}'}")


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
