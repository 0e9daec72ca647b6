"""A new SQLite database as `wardkey migrate` leaves it: made once, and copied from then on.

To migrate takes as long as fifty tests do, in each pass and in each run of a single file. What was
made is kept beside what pytest keeps, until a migration or Django is another one; what migrations
import is for rows, of which a new database has none. On PostgreSQL each run migrates.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from tests.commands import SOURCE, wardkey

STEPS = "wardkey/*/migrations/*.py"


def copy_to(target: Path, *, kept_in: Path) -> None:
    """Whoever comes first makes it; passes that begin at the same time wait for it."""
    made = kept_in / f"{fingerprint(sorted(SOURCE.glob(STEPS)))}.sqlite3"
    with alone(kept_in / "lock"):
        if not made.exists():
            make(made)
        shutil.copyfile(made, target)


def fingerprint(files: Iterable[Path]) -> str:
    read = hashlib.sha256(django.__version__.encode())
    for each in files:
        read.update(hashlib.sha256(each.name.encode()).digest())
        read.update(hashlib.sha256(each.read_bytes()).digest())
    return read.hexdigest()


def make(database: Path) -> None:
    """In place of others; under another name until it is whole."""
    for other in database.parent.glob("*.sqlite3*"):
        other.unlink()
    begun = database.with_suffix(".sqlite3-begun")
    done = wardkey("migrate", DATABASE_URL=f"sqlite:///{begun}")
    assert done.returncode == 0, done.stdout + done.stderr
    begun.replace(database)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
