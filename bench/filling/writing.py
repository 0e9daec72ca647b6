"""Millions of rows into a table: COPY on PostgreSQL, executemany on SQLite.

as_fast_as_it_goes   SQLite waits for no disk, and neither database checks what names what
write                rows of one table, whose indexes and constraints are made again afterwards,
                     by the words that the database itself has for them
count_all_anew       both databases plan by what they believe there is

A row has a value for each field that is named: text, numbers, bytes; moments, UUIDs and JSON as
text.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

ROWS_AT_A_TIME = 10_000

INDEXES_OF_SQLITE = "SELECT name, sql FROM sqlite_master WHERE tbl_name = %s AND type = 'index'"
# What belongs to a constraint goes and comes with it; keys that others name stay.
INDEXES_OF_POSTGRESQL = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = %s::regclass
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""
CONSTRAINTS_OF_POSTGRESQL = """
    SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype IN ('f', 'u')
"""


@contextmanager
def as_fast_as_it_goes() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("PRAGMA cache_size = -1048576")
        yield
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def write(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    meta = model._meta  # noqa: SLF001  Django's documented way
    table = meta.db_table
    columns = ", ".join(f'"{meta.get_field(name).column}"' for name in names)
    with transaction.atomic():
        again = _laid_aside(table)
        if connection.vendor == "sqlite":
            _execute_many(table, columns, len(names), rows)
        else:
            _copy(table, columns, rows)
        with connection.cursor() as cursor:
            for statement in again:
                cursor.execute(statement)


def moment(at: datetime) -> str:
    """In UTC, as both databases take it."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def uuid_from(number: int) -> str:
    """A UUID of version 4 in hexadecimals, of 128 bits by chance."""
    return UUID(int=number, version=4).hex


def count_all_anew() -> None:
    with connection.cursor() as cursor:
        # The visibility map too: what an index knows alone, PostgreSQL then asks nowhere else.
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _execute_many(table: str, columns: str, width: int, rows: Iterable[Sequence[object]]) -> None:
    marks = ", ".join(["%s"] * width)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
    waiting = iter(rows)
    with connection.cursor() as cursor:
        while some := list(islice(waiting, ROWS_AT_A_TIME)):
            cursor.executemany(statement, some)


def _copy(table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _laid_aside(table: str) -> list[str]:
    """Indexes and constraints are dropped. The statements that make them again."""
    if connection.vendor == "sqlite":
        indexes = [each for each in _asked(INDEXES_OF_SQLITE, table) if each[1]]
        _run(f'DROP INDEX "{name}"' for name, _sql in indexes)
        return [sql for _name, sql in indexes]
    constraints = _asked(CONSTRAINTS_OF_POSTGRESQL, table)
    indexes = _asked(INDEXES_OF_POSTGRESQL, table)
    _run(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for name, _sql in constraints)
    _run(f"DROP INDEX {name}" for name, _sql in indexes)
    made = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {sql}" for name, sql in constraints]
    return [sql for _name, sql in indexes] + made


def _asked(statement: str, table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [table])
        return cursor.fetchall()


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
