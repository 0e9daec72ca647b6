"""A process that imports is killed: nobody is there by halves, and the same file brings everybody.

Real processes, killed as the power would: while they read the file, and while they apply it.
"""

from django.db import connection

from tests.commands import database_url, eventually, running, wardkey
from tests.imports import csv_of, file_of
from tests.traces import nothing_changes
from wardkey.bulk import following, forgetting
from wardkey.bulk.models import PeopleImport, StagedRow
from wardkey.people.models import Person, SearchWord

MANY = 3000


def is_in(state):
    return PeopleImport.objects.filter(state=state, forgotten_at=None).exists


def is_reading():
    return PeopleImport.objects.filter(state="staging", bytes_read__gt=0).exists()


def newcomers():
    return Person.objects.filter(username__startswith="many")


def test_bk07_killed_while_reading_or_applying_and_run_again(cast_for_threads, tmp_path):
    rows = [
        {"external_id": f"N{n}", "username": f"many{n}@n.example", "name": f"Many {n}"}
        for n in range(MANY)
    ]
    path = file_of(tmp_path, csv_of(*rows))
    words = ("import-people", str(path), "--organisation", "NORTH")
    where = {"DATABASE_URL": database_url()}

    with nothing_changes(), running(*words, log=tmp_path / "first.log", **where):
        eventually(is_reading)
    assert StagedRow.objects.exists()
    with running(*words, log=tmp_path / "second.log", **where) as process:
        eventually(lambda: is_in("ready")() or process.poll() is not None)
    connection.close()  # a new one sees what the killed one left
    assert newcomers().count() in (0, MANY)

    again = wardkey(*words, **where)
    assert again.returncode == 0, again.stdout + again.stderr
    assert newcomers().count() == MANY
    for chore in (lambda: following.follow_next(stopping=lambda: False), forgetting.forget_some):
        while chore():
            pass
    found = SearchWord.objects.filter(person__in=newcomers(), word="many")
    assert found.count() == MANY
    assert not StagedRow.objects.exists()
