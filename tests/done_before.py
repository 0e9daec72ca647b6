"""What many tests begin with is done once in a run, and its rows are put back for those after.

Logging in with a pass and a first key takes as long as most tests do. What is done at the doors in
the same order, since the cast came in and with nothing else written in between, leaves the same
rows: they are put there again, with their times as if it were now. Anything else that writes to the
database ends that, for the rest of the test, and everything is done in earnest.

    begin        the cast is there, and nothing else
    forget       whoever writes something of their own, and the end of a test
    done_before  an act at the doors, and what comes of it

Not where the clock stands still, where somebody replaced something (`monkeypatch`), nor under other
settings than those under which it was done.
"""

import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.apps import apps
from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.db.models import Model

from wardkey.base import clock

READS = ("SELECT", "SAVEPOINT", "RELEASE", "PRAGMA", "BEGIN")
WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "?(?P<table>\w+)')
Rows = dict[Any, dict[str, Any]]  # by primary key: the values by column


@dataclass
class Left:
    """The rows that an act made, changed and took away, and the SQL that does so.

    `origin` and `ended` are when the test's cast came and when the act was done: times since the
    one move with the other.
    """

    own: dict[type[Model], Rows]
    gone: dict[type[Model], list] = field(default_factory=dict)
    origin: datetime | None = None
    ended: datetime | None = None
    inserted: list[list[Model]] = field(default_factory=list)
    changed: list[tuple[Model, list[str]]] = field(default_factory=list)
    statements: list[tuple[str, list]] = field(default_factory=list)
    result: Any = None
    acts: dict[Hashable, "Left"] = field(default_factory=dict)


@dataclass
class Course:
    """What happened in the database of this test, as far as it is known: each act, and how much
    later than when it was done."""

    path: list[tuple[Left, timedelta]] = field(default_factory=list)
    origin: datetime | None = None
    depth: int = 0
    replaced: Callable[[], bool] = bool  # anything of ours, by the test
    written: set[str] | None = None  # by an act of ours, while it is done


COURSE = Course()
BEGINNINGS: dict[int, Left] = {}


def begin(rows: list[list[Model]], *, known_by: object, replaced: Callable[[], bool]) -> None:
    """`known_by`: the same for the same rows. `replaced`: whether the test replaced anything."""
    if id(known_by) not in BEGINNINGS:
        BEGINNINGS[id(known_by)] = Left({type(each[0]): values_of(each) for each in rows})
    COURSE.path = [(BEGINNINGS[id(known_by)], timedelta())]
    COURSE.origin, COURSE.depth = clock.now(), len(connection.atomic_blocks)
    COURSE.replaced = replaced


def forget() -> None:
    COURSE.path = []


def watched(execute: Callable, sql: str, *more: Any) -> Any:
    if COURSE.path and not only_reads(sql):
        note_writing(sql)
    return execute(sql, *more)


def only_reads(sql: str) -> bool:
    return str(sql).lstrip().startswith(READS)


def note_writing(sql: str) -> None:
    writes = WRITES.match(str(sql))
    if COURSE.written is None or writes is None:
        forget()
    else:
        COURSE.written.add(writes["table"])


def watch(connection: Any, **_more: Any) -> None:
    if watched not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, watched)


connection_created.connect(watch)


def done_before(
    key: Hashable, act: Callable[[], Any], *, keep: Callable[[Any], Any], give: Callable
) -> Any:
    """`keep` makes of what the act gives what is kept of it, and `give` the other way round."""
    if COURSE.written is not None:  # it is part of another act
        return act()
    if not COURSE.path or not is_as_usual():
        forget()
        return act()
    key = (key, settings_of_the_test())
    left = COURSE.path[-1][0].acts.get(key)
    if left is None:
        return done_now(key, act, keep)
    put_back(left)
    return give(left.result)


def is_as_usual() -> bool:
    stands_still = clock._standing_at.get() is not None
    elsewhere = COURSE.depth != len(connection.atomic_blocks)
    return not (stands_still or elsewhere or COURSE.replaced())


def settings_of_the_test() -> tuple:
    layer, found = settings._wrapped, {}
    while isinstance(layer, UserSettingsHolder):
        found = {**vars(layer), **found}
        layer = layer.default_settings
    return tuple(sorted((name, repr(value)) for name, value in found.items() if name.isupper()))


def done_now(key: Hashable, act: Callable[[], Any], keep: Callable[[Any], Any]) -> Any:
    COURSE.written = set()
    try:
        result = act()
    finally:
        written, COURSE.written = COURSE.written, None
    if COURSE.path:
        left = what_is_left(written)
        left.result = keep(result)
        COURSE.path[-1][0].acts[key] = left
        COURSE.path.append((left, timedelta()))
    return result


def what_is_left(written: set[str]) -> Left:
    left = Left({}, origin=COURSE.origin, ended=clock.now())
    for model in [each for each in apps.get_models() if each._meta.db_table in written]:
        old, rows = rows_before(model), list(model.objects.all())
        new = values_of(rows)
        left.gone[model] = [pk for pk in old if pk not in new]
        left.own[model] = {pk: values for pk, values in new.items() if old.get(pk) != values}
        left.inserted.append([row for row in rows if row.pk not in old])
        for row in rows:
            if row.pk in old and old[row.pk] != new[row.pk]:
                left.changed.append((row, differing(old[row.pk], new[row.pk])))
    return left


def rows_before(model: type[Model]) -> Rows:
    rows: Rows = {}
    for left, later in COURSE.path:
        for pk in left.gone.get(model, []):
            del rows[pk]
        for pk, values in left.own.get(model, {}).items():
            rows[pk] = {name: moved(each, left, later) for name, each in values.items()}
    return rows


def values_of(rows: list[Model]) -> Rows:
    return {row.pk: {name: vars(row)[name] for name in columns_of(row)} for row in rows}


def columns_of(row: Model) -> list[str]:
    return [each.attname for each in row._meta.concrete_fields]


def differing(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [name for name in new if old[name] != new[name]]


def moved(value: Any, left: Left, later: timedelta) -> Any:
    if isinstance(value, datetime) and left.origin and value >= left.origin:
        return value + later
    return value


def put_back(left: Left) -> None:
    later, path, COURSE.path = clock.now() - left.ended, COURSE.path, []
    together = nullcontext() if connection.in_atomic_block else transaction.atomic()
    with together, connection.cursor() as cursor:
        for sql, parameters in left.statements:
            cursor.execute(sql, [as_parameter(each, later) for each in parameters])
    if not left.statements:
        write_down(left, later)
    COURSE.path, COURSE.origin = [*path, (left, later)], min(COURSE.origin, left.origin + later)


@dataclass(frozen=True)
class Moment:
    """A parameter that moves."""

    at: datetime


def as_parameter(parameter: Any, later: timedelta) -> Any:
    if isinstance(parameter, Moment):
        return connection.ops.adapt_datetimefield_value(parameter.at + later)
    if isinstance(parameter, list):
        return [as_parameter(each, later) for each in parameter]
    return parameter


def write_down(left: Left, later: timedelta) -> None:
    """By the ORM, the first time, which is noted."""
    moments = {}
    for row in [*(row for row, _names in left.changed), *chain(*left.inserted)]:
        for name in columns_of(row):
            value = vars(row)[name]
            if (now := moved(value, left, later)) != value:
                moments[as_parameter(Moment(value), later)] = Moment(value)
                setattr(row, name, now)
    with transaction.atomic(), noting(left.statements, moments):
        for model, gone in left.gone.items():
            for pk in gone:
                model.objects.filter(pk=pk)._raw_delete(connection.alias)
        for row, names in left.changed:
            row.save_base(raw=True, force_update=True, update_fields=names)
        for rows in filter(None, left.inserted):
            type(rows[0]).objects.bulk_create(rows)


@contextmanager
def noting(statements: list[tuple[str, list]], moments: dict[Any, Moment]) -> Iterator[None]:
    def marked(parameter: Any) -> Any:
        if isinstance(parameter, list):
            return [marked(each) for each in parameter]
        is_moment = isinstance(parameter, str | datetime) and parameter in moments
        return moments[parameter] if is_moment else parameter

    def note(execute: Callable, sql: str, parameters: Any, *more: Any) -> Any:
        if not only_reads(sql):
            statements.append((sql, [marked(each) for each in parameters]))
        return execute(sql, parameters, *more)

    with connection.execute_wrapper(note):
        yield
