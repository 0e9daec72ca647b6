import pytest
from django.db import models
from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    RemoveField,
    RemoveIndex,
    RenameField,
)

from tools.locking_migrations import faults

RELEASED = {"src/wardkey/keys/migrations/0001_initial.py"}
INDEX = models.Index(fields=["nickname"], name="nicknames")
CONSTRAINT = models.UniqueConstraint(fields=["nickname"], name="unique_nickname")
REFUSED = {
    "an index": AddIndex("key", INDEX),
    "an index taken away": RemoveIndex("key", "nicknames"),
    "a constraint": AddConstraint("key", CONSTRAINT),
    "a column that must be filled": AddField("key", "size", models.IntegerField(default=1)),
    "a changed column": AlterField("key", "size", models.TextField()),
    "a column taken away": RemoveField("key", "size"),
    "a column renamed": RenameField("key", "size", "length"),
    "a table taken away": DeleteModel("Key"),
}
LET_THROUGH = {
    "an empty column": AddField("key", "size", models.IntegerField(null=True)),
    "a column filled by the database": AddField("key", "size", models.IntegerField(db_default=1)),
    "an index of a new table": AddIndex("unit", INDEX),
    "a new table": CreateModel("Unit", []),
}


def migration(name, *operations):
    """A migration of the room `keys`, as the loader would find it."""
    module = {"__module__": f"wardkey.keys.migrations.{name}", "operations": list(operations)}
    return type("Migration", (Migration,), module)(name, "keys")


def faults_after_release(name, operation, *, files=RELEASED):
    released = migration("0001_initial", CreateModel("Key", []))
    return list(faults([released, migration(name, operation)], files=files))


@pytest.mark.parametrize("case", REFUSED)
def test_what_locks_or_breaks_the_previous_release_is_refused(case):
    assert len(faults_after_release("0002_more", REFUSED[case])) == 1


@pytest.mark.parametrize("case", LET_THROUGH)
def test_what_expands_is_let_through(case):
    assert faults_after_release("0002_more", LET_THROUGH[case]) == []


@pytest.mark.parametrize("case", REFUSED)
def test_before_the_first_release_nothing_is_refused(case):
    assert faults_after_release("0002_more", REFUSED[case], files=set()) == []


def test_a_migration_named_contract_may_take_away_but_not_lock():
    assert faults_after_release("0002_size_contract", RemoveField("key", "size")) == []
    assert faults_after_release("0002_size_contract", AddIndex("key", INDEX)) != []


def test_a_released_migration_is_not_judged_again():
    files = RELEASED | {"src/wardkey/keys/migrations/0002_more.py"}
    assert faults_after_release("0002_more", AddIndex("key", INDEX), files=files) == []
