"""`wardkey migrate`: by one process at a time, into a database that takes every name."""

import sqlite3

import pytest
from click import ClickException
from django.conf import settings
from django.db import connection

from tests.backups import back_up, blank
from tests.commands import PATIENCE, running, wardkey
from wardkey import settings as operators
from wardkey.operating import checks
from wardkey.operating.in_words import refusals_in_words
from wardkey.people.models import UnpairedWord


def test_two_that_migrate_take_turns(transactional_db, tmp_path):
    with blank(tmp_path, "new") as url:
        own = {"DATABASE_URL": url}
        logs = [tmp_path / "one", tmp_path / "other"]
        one, other = (running("migrate", log=log, **own) for log in logs)
        with one as first, other as second:
            ended = [each.wait(timeout=PATIENCE) for each in (first, second)]
        assert ended == [0, 0], [log.read_text() for log in logs]
        told = sorted(log.read_text().count("Applying") for log in logs)
        assert (told[0], told[1] > 0) == (0, True)
        assert wardkey("check", **own).stdout == "Nothing is wrong.\n"


def test_why_the_database_refused_is_told():
    refused = wardkey("migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert (refused.returncode, "Connection refused" in refused.stderr) == (1, True)
    assert "Look at it, and at DATABASE_URL" in refused.stderr


def test_what_it_says_of_a_row_is_not_told(db):
    """It may be a name."""
    with pytest.raises(ClickException) as told, refusals_in_words():
        UnpairedWord.objects.bulk_create([UnpairedWord(word="ann"), UnpairedWord(word="ann")])
    assert told.value.message == "The database refused: ask `wardkey check`."


@pytest.mark.parametrize(("found", "faults"), [((3, 34, 1), 1), ((3, 35, 0), 0)])
def test_a_sqlite_that_cannot_tell_what_it_changed_is_refused(db, monkeypatch, found, faults):
    """As that of some distributions that are looked after still. PostgreSQL can anyhow."""
    monkeypatch.setattr(operators, "DEMO", True)
    monkeypatch.setattr(sqlite3.dbapi2, "sqlite_version_info", found)
    told = list(checks.faults_of_database())
    assert len(told) == (faults if connection.vendor == "sqlite" else 0)
    assert all(fault.startswith("SQLite is 3.34.1 here, and 3.35 is needed.") for fault in told)


def test_a_database_that_cannot_write_every_name_is_refused(cast_for_threads, tmp_path):
    """What `createdb` makes where the machine has no locale. SQLite knows Unicode alone."""
    is_refused = connection.vendor == "postgresql"
    back_up(tmp_path / "copy")
    encoding = " ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    with blank(tmp_path, "bare", encoding=encoding) as url:
        own = {"DATABASE_URL": url, "WARDKEY_SECRET_KEY": settings.SECRET_KEY}
        for words in (["restore", str(tmp_path / "copy")], ["migrate"]):
            done = wardkey(*words, **own)
            assert (done.returncode, "--encoding=UTF8" in done.stderr) == (is_refused, is_refused)
        assert ("--encoding=UTF8" in wardkey("check", **own).stderr) == is_refused
