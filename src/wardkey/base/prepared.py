"""What every request asks, adds or changes, written down as SQL once in each thread.

Prepared          a question
PreparedInsert    a new row
PreparedUpdate    some fields of a row
planned_cursor    for SQL that is written down anyhow

For the ORM to write a query down takes several times as long as a database takes to answer it, and
for PostgreSQL to plan it as well. A sign-in asks seven such questions, adds five such rows and
changes three (docs/adr/0023-questions-written-down-once.md).
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from threading import local
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model, Q, QuerySet
from django.db.models.expressions import DatabaseDefault, RawSQL
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.transaction import TransactionManagementError

Choose = Callable[..., QuerySet]
Places = list[tuple[int, int]]


def planned_cursor(connection: Any) -> Any:
    """Django's cursor; in PostgreSQL one whose statements are planned once in each connection."""
    is_postgresql = connection.vendor == "postgresql"
    return connection.planned_cursor() if is_postgresql else connection.cursor()


class Prepared:
    """The rows of a query in which the fields named in `by` have the values that it is called with.
    Where that is not all that is asked, `chosen` chooses the rows: it is called with all of them
    and with what stands for each value, of which it may make use more than once.

    One that locks is asked in a transaction alone, as Django sees to when a query is written down.
    """

    def __init__(self, rows: QuerySet, *by: str, chosen: Choose | None = None) -> None:
        self._rows, self._by, self._chosen = rows, by, chosen or partial(_with_the_same, by)
        self._of_this_thread = local()  # as its connection is

    def __call__(self, *values: object) -> list[Any]:
        here = self._of_this_thread
        if not hasattr(here, "written"):
            here.written = _Written(
                self._rows, self._by, self._chosen, connections[DEFAULT_DB_ALIAS]
            )
        return list(here.written.rows_with(values))


class _Written:
    """What Django's ModelIterable finds out anew for each query."""

    def __init__(
        self, rows: QuerySet, by: Sequence[str], chosen: Choose, connection: BaseDatabaseWrapper
    ) -> None:
        marks = [object() for _name in by]
        asked = chosen(rows, *(RawSQL("%s", [mark]) for mark in marks))
        compiler = asked.query.get_compiler(connection=connection)
        self._sql, self._parameters = compiler.as_sql()
        self._fields = [_field(rows, name) for name in by]
        self._places = _places_of(marks, self._parameters)
        columns = [column for column, _sql, _alias in compiler.select]
        own = compiler.klass_info["select_fields"]
        self._own = slice(own[0], own[-1] + 1)
        self._names = [column.target.attname for column in columns[self._own]]
        self._related = get_related_populators(  # type: ignore[call-arg]  # stubs of a later Django
            compiler.klass_info, compiler.select, connection.alias
        )
        self._converters = compiler.get_converters(columns)
        self._compiler, self._model = compiler, rows.model
        self._locks = rows.query.select_for_update

    def rows_with(self, values: Sequence[object]) -> Iterator[Model]:
        # Not the one by which it was written down: a thread may have another one by now.
        connection: Any = connections[DEFAULT_DB_ALIAS]
        if self._locks and connection.get_autocommit():
            raise TransactionManagementError("what is locked here would be let go at once")
        with planned_cursor(connection) as cursor:
            cursor.execute(self._sql, self._with_values(values, connection))
            found = cursor.fetchall()
        for row in self._compiler.apply_converters(found, self._converters):
            each = self._model.from_db(connection.alias, self._names, row[self._own])
            for related in self._related:
                related.populate(row, each)
            yield each

    def _with_values(
        self, values: Sequence[object], connection: BaseDatabaseWrapper
    ) -> list[object]:
        prepared = [
            field.get_db_prep_value(value, connection)
            for field, value in zip(self._fields, values, strict=True)
        ]
        return _in_places(self._parameters, self._places, prepared)


def _with_the_same(by: Sequence[str], rows: QuerySet, *marks: RawSQL) -> QuerySet:
    return rows.filter(**dict(zip(by, marks, strict=True)))


def _field(rows: QuerySet, name: str) -> Field:
    field: Any = rows.query.get_meta().get_field(name)
    return field.target_field if field.is_relation else field


class PreparedInsert:
    """Adds the row that it is called with, as `save(force_insert=True)` would, without signals."""

    def __init__(self, model: type[Model]) -> None:
        own = model._meta.local_concrete_fields  # noqa: SLF001
        self._defaults = {each.attname: each.db_default for each in own if each.has_db_default()}
        self._model, self._of_this_thread = model, local()

    def __call__(self, row: Model) -> None:
        connection: Any = connections[DEFAULT_DB_ALIAS]
        for name, default in self._defaults.items():
            if isinstance(getattr(row, name), DatabaseDefault):
                setattr(row, name, default)
        here = self._of_this_thread
        if not hasattr(here, "written"):
            here.written = _WrittenInsert(self._model, row, connection)
        with transaction.mark_for_rollback_on_error(connection.alias):
            here.written.add(row, connection)


class _WrittenInsert:
    def __init__(self, model: type[Model], row: Model, connection: BaseDatabaseWrapper) -> None:
        meta = model._meta  # noqa: SLF001
        self._told = [meta.auto_field] if meta.auto_field else []
        self._fields = [field for field in meta.local_concrete_fields if field not in self._told]
        query = InsertQuery(model)
        query.insert_values(self._fields, [row])
        compiler: Any = query.get_compiler(connection=connection)
        compiler.returning_fields = self._told
        [(self._sql, _values)] = compiler.as_sql()

    def add(self, row: Model, connection: BaseDatabaseWrapper) -> None:
        values = [
            field.get_db_prep_save(field.pre_save(row, add=True), connection)
            for field in self._fields
        ]
        with planned_cursor(connection) as cursor:
            cursor.execute(self._sql, values)
            told = cursor.fetchone() if self._told else ()
        for field, value in zip(self._told, told, strict=True):
            setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001


class PreparedUpdate:
    """Writes the named fields of the row that it is called with, as `save(update_fields=…)` would,
    without signals; where the database has it as `only_if` says. Whether it was there: then the row
    has of its fields in `told` what the database has."""

    def __init__(
        self,
        model: type[Model],
        *names: str,
        only_if: Q | None = None,
        told: Sequence[Field] = (),
    ) -> None:
        fields = [model._meta.pk, *map(model._meta.get_field, names)]  # noqa: SLF001
        self._model, self._fields = model, cast("list[Field]", fields)
        self._only_if, self._told, self._of_this_thread = only_if or Q(), told, local()

    def __call__(self, row: Model) -> bool:
        connection: Any = connections[DEFAULT_DB_ALIAS]
        here = self._of_this_thread
        if not hasattr(here, "written"):
            rows = self._model._default_manager.filter(self._only_if)  # noqa: SLF001
            here.written = _WrittenUpdate(rows, self._fields, self._told, connection)
        with transaction.mark_for_rollback_on_error(connection.alias):
            return here.written.change(row, connection)


class _WrittenUpdate:
    def __init__(
        self,
        rows: QuerySet,
        fields: Sequence[Field],
        told: Sequence[Field],
        connection: BaseDatabaseWrapper,
    ) -> None:
        marks = [object() for _field in fields]
        [its_key, *new] = [RawSQL("%s", [mark]) for mark in marks]
        query: Any = rows.filter(pk=its_key).query.chain(UpdateQuery)
        query.add_update_values(
            {field.name: mark for field, mark in zip(fields[1:], new, strict=True)}
        )
        self._compiler: Any = query.get_compiler(connection=connection)
        self._sql, self._parameters = self._compiler.as_sql()
        self._places, self._fields, self._told = _places_of(marks, self._parameters), fields, told
        columns = [field.get_col(rows.model._meta.db_table) for field in told]  # noqa: SLF001
        self._converters = self._compiler.get_converters(columns)
        if told:
            quoted = (connection.ops.quote_name(str(field.column)) for field in told)
            self._sql += f" RETURNING {', '.join(quoted)}"

    def change(self, row: Model, connection: BaseDatabaseWrapper) -> bool:
        values = [
            field.get_db_prep_save(getattr(row, field.attname), connection)
            for field in self._fields
        ]
        with planned_cursor(connection) as cursor:
            cursor.execute(self._sql, _in_places(self._parameters, self._places, values))
            if not self._told:
                return bool(cursor.rowcount)
            # To the end: until then SQLite has not committed it.
            found = list(self._compiler.apply_converters(cursor.fetchall(), self._converters))
        for told in found:
            for field, value in zip(self._told, told, strict=True):
                setattr(row, field.attname, value)
            row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001
        return bool(found)


def _places_of(marks: Sequence[object], parameters: Sequence[object]) -> Places:
    return [(at, marks.index(each)) for at, each in enumerate(parameters) if each in marks]


def _in_places(
    parameters: Sequence[object], places: Places, values: Sequence[object]
) -> list[object]:
    """Of the marks."""
    filled = list(parameters)
    for place, nth in places:
        filled[place] = values[nth]
    return filled
