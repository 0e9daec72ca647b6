"""Refuse migrations that would lock a table, or break the previous release while it still serves.

A migration that a release already holds has run; only later ones are looked at, and of these only
the operations on tables that a release holds: a new table is used by nobody yet. The last release
is the newest tag v…; before the first there is nothing to lock.

What it knows (docs/adr on expanding, then contracting, says why):

    AddIndex, AddConstraint     lock out writers: AddIndexConcurrently, AddConstraintNotValid
    RemoveIndex                 locks out readers too, and waits for them: RemoveIndexConcurrently
    AddField                    the previous release does not fill it: null=True or db_default
    AlterField                  may rewrite the table: expand with a new column
    RemoveField, DeleteModel,   the previous release still reads it: contract one release later,
    Rename…                     in a migration whose name ends in _contract
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator

import django
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
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
    RenameModel,
)
from django.db.migrations.operations.base import Operation

OURS = "wardkey."
LOCKS = {
    AddIndex: "locks out writers; AddIndexConcurrently does not",
    AddConstraint: "locks out writers; AddConstraintNotValid does not",
    RemoveIndex: "locks out readers and waits for them; RemoveIndexConcurrently does not",
    AlterField: "may rewrite the table; add a column beside it",
}
CONTRACTS = (RemoveField, DeleteModel, RenameField, RenameModel)


def git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.split() if done.returncode == 0 else []


def released_files() -> set[str]:
    """Paths of the migrations that the newest tag v… holds; none before the first release."""
    tags = git("tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname")
    return set(git("ls-tree", "-r", "--name-only", tags[0], "src")) if tags else set()


def is_released(migration: Migration, *, files: set[str]) -> bool:
    return f"src/{type(migration).__module__.replace('.', '/')}.py" in files


def table(migration: Migration, operation: Operation) -> tuple[str, str]:
    model = getattr(operation, "model_name", None) or getattr(operation, "name", "")
    return migration.app_label, str(model).lower()


def released_tables(released: Iterable[Migration]) -> set[tuple[str, str]]:
    return {
        table(migration, operation)
        for migration in released
        for operation in migration.operations
        if isinstance(operation, CreateModel)
    }


def fault(migration: Migration, operation: Operation) -> str | None:
    """Why this operation on a table in use must not run, or None."""
    if isinstance(operation, CONTRACTS):
        contracting = migration.name.endswith("_contract")
        return None if contracting else "the previous release still uses it; contract it later"
    if isinstance(operation, AddField):
        field = operation.field
        filled = field.null or field.many_to_many or field.has_db_default()
        return None if filled else "the previous release does not fill it; null or db_default"
    return LOCKS.get(type(operation))


def faults(migrations: Iterable[Migration], *, files: set[str]) -> Iterator[str]:
    ours = [one for one in migrations if type(one).__module__.startswith(OURS)]
    tables = released_tables(one for one in ours if is_released(one, files=files))
    for migration in ours:
        if is_released(migration, files=files):
            continue
        for operation in migration.operations:
            reason = fault(migration, operation) if table(migration, operation) in tables else None
            if reason:
                yield f"{migration.app_label} {migration.name}: {operation.describe()}: {reason}"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardkey.settings")
    django.setup()
    loader = MigrationLoader(None, ignore_no_migrations=True)
    found = list(faults(loader.disk_migrations.values(), files=released_files()))
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
