"""The power is cut: what somebody was told was done is there afterwards."""

import sqlite3
from contextlib import closing

import pytest

from wardkey.settings.database import named_by

FULL = 2  # https://sqlite.org/pragma.html#pragma_synchronous


@pytest.mark.looks_only  # of SQLite, whichever database the tests have
def test_each_change_is_on_the_disk_before_anybody_is_told(tmp_path):
    """PostgreSQL waits for it by itself, unless somebody tells it otherwise."""
    file = tmp_path / "portal.sqlite3"
    opened_with = named_by(f"sqlite:///{file}")["OPTIONS"]["init_command"]
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(opened_with)
        assert connection.execute("PRAGMA synchronous").fetchone() == (FULL,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
