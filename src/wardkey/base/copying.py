"""Many rows at once, as the ORM has no word for it.

copy_rows     rows of one table into another, by one statement inside the database
run, exists   statements about what belongs to one id
insert_rows   what is in memory: written down before the database is asked, so that a
              transaction has nothing to wait for
short_transaction    one of many in a row, after which others get their turn
count_rows_anew  PostgreSQL plans by how many rows it believes there are
room_for_many_rows
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    Field,
    IntegerField,
    Model,
    QuerySet,
    UUIDField,
)

# What every database takes.
AS_THEY_ARE = (BooleanField, CharField, IntegerField)
SHORTEST_TURN, LONGEST_TURN = 0.005, 0.1  # seconds


def copy_rows(rows: QuerySet, *, into: type[Model], columns: dict[str, Any]) -> int:
    """`columns` has an expression over `rows` for each field of the other table that is not left
    empty. How many there were."""
    named = {f"c{number}": value for number, value in enumerate(columns.values())}
    wanted = rows.annotate(**named).values_list(*named)
    sql, parameters = wanted.query.sql_with_params()
    meta, quote = into._meta, connection.ops.quote_name  # noqa: SLF001  Django's documented way
    names = ", ".join(quote(_column(into, name)) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(meta.db_table)} ({names}) {sql}", parameters)
        return cursor.rowcount


def _column(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]  # noqa: SLF001


def run(*statements: str, about: uuid.UUID, more: Sequence[int] = ()) -> int:
    """Each has the id for its first parameter. How many rows the last one found or changed."""
    key = UUIDField().get_db_prep_value(about, connection)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, [key, *more])
        return cursor.rowcount


def exists(statement: str, *, about: uuid.UUID) -> bool:
    key = UUIDField().get_db_prep_value(about, connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        return cursor.fetchone() is not None


def insert_rows(
    rows: Sequence[object], *, into: type[Model], same: Mapping[str, object]
) -> Callable[[], None]:
    """What keeps them, once it is called. They have an attribute for each column of the table but
    those in `same`, whose value is every row's. Rows of a model would cost twice as much."""
    if not rows:
        return lambda: None
    meta, quote = into._meta, connection.ops.quote_name  # noqa: SLF001  Django's documented way
    fields = [each for each in meta.concrete_fields if not isinstance(each, AutoField)]
    names = ", ".join(quote(str(each.column)) for each in fields)
    table = quote(meta.db_table)
    values = list(zip(*(_column_of(rows, each, same) for each in fields), strict=True))
    marks = ", ".join(["%s"] * len(fields))

    def insert() -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608
                return
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)

    return insert


def _column_of(rows: Sequence[object], field: Field, same: Mapping[str, object]) -> list[object]:
    """As the database takes it."""
    database = connections[DEFAULT_DB_ALIAS]  # and not the name for it, which looks it up each time
    name = field.attname
    if name in same:
        return [field.get_db_prep_save(same[name], database)] * len(rows)
    values = list(map(attrgetter(name), rows))
    if isinstance(field, AS_THEY_ARE):
        return values
    prepared = field.get_db_prep_save
    return [None if value is None else prepared(value, database) for value in values]


@contextmanager
def short_transaction() -> Iterator[None]:
    """SQLite does not queue those who wait for its writer: they look again now and then, and
    whoever takes it over and over keeps them out. So it is left alone as long as it was held."""
    began = time.monotonic()
    with transaction.atomic():
        yield
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        held = time.monotonic() - began
        time.sleep(min(max(held, SHORTEST_TURN), LONGEST_TURN))


def count_rows_anew(model: type[Model]) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")  # noqa: SLF001


@contextmanager
def room_for_many_rows() -> Iterator[None]:
    """SQLite's 2 MiB of pages are read and written again and again by so many rows: 64 MiB."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        [usual] = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute("PRAGMA cache_size = -65536")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {int(usual)}")
