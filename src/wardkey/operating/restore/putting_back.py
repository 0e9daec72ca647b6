"""A copy becomes the database again: only where there is nothing yet.

    require_blank     raises ValueError
    put_back          the data of a backup; until `finish`, the portal refuses to start on it
    is_unfinished     what `wardkey check` asks

The mark of what is not finished is a table: with SQLite it is in the file before that becomes the
database, with PostgreSQL it is there before the first row.
"""

import sqlite3
from functools import partial
from pathlib import Path
from typing import IO
from urllib.parse import quote

from django.db import connection

from .. import how_far
from ..backup import copies
from ..how_far import Written

MARK = "wardkey_restore_unfinished"


def require_blank() -> None:
    if is_unfinished():
        raise ValueError(
            "A restore into this database was begun and never finished. Delete its file, or make it"
            " anew (`dropdb`, `createdb`), and restore again."
        )
    if connection.introspection.table_names():
        raise ValueError(
            "The database is not empty, and a restore overwrites nothing. Give DATABASE_URL a new"
            " one: another file, or what `createdb` makes."
        )


def require_tools() -> None:
    if connection.vendor == "postgresql":
        copies.require_tool("pg_restore")


def put_back(data: Written) -> None:
    """`data` writes a backup's into an open file or a pipe."""
    if connection.vendor == "postgresql":
        _into_postgresql(data)
    else:
        _into_sqlite(data)


def _into_sqlite(data: Written) -> None:
    connection.close()
    target = Path(connection.settings_dict["NAME"])
    part = target.with_name(f"{target.name}.part")
    # One that was killed may have left it: SQLite would undo with it what is written here.
    part.with_name(f"{part.name}-journal").unlink(missing_ok=True)
    part.touch()
    part.chmod(0o600)
    try:
        _copied_into(part, data)
    except BaseException:
        part.unlink()  # it would keep the room that is wanted
        raise
    for ending in ("-wal", "-shm"):
        target.with_name(f"{target.name}{ending}").unlink(missing_ok=True)
    part.replace(target)


def _copied_into(part: Path, data: Written) -> None:
    with part.open("wb") as file:
        data(file)
    copy = sqlite3.connect(part)
    try:
        copy.execute(f"CREATE TABLE {MARK} (begun INTEGER)")
        copy.commit()
    except sqlite3.Error as error:
        raise OSError(f"SQLite gave up: {error}") from error
    finally:
        copy.close()


def _into_postgresql(data: Written) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {MARK} (begun integer)")
    name = quote(str(connection.settings_dict["NAME"]), safe="")
    try:
        copies.fed(
            "pg_restore",
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            f"--dbname=postgresql:///{name}",
            writes=partial(_fed_with, data),
        )
    except OSError:
        finish()  # nothing of it is there
        raise


def _fed_with(data: Written, pipe: IO[bytes]) -> None:
    data(pipe)
    how_far.begin("Making its indexes.")


def finish() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {MARK}")


def is_unfinished() -> bool:
    return MARK in connection.introspection.table_names()
