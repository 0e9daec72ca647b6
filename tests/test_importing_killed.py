"""A process that imports is killed: nobody is there by halves, and the same file brings everybody.

Real processes, killed as the power would: while they read the file, and while they apply it.
The command's, and the portal's worker.
"""

from datetime import timedelta

from django.db import connection

from tests.commands import SECRET, database_url, eventually, running, wardkey
from tests.doors import expect, signed_in_now
from tests.imports import csv_of, file_of
from tests.test_importing_in_the_portal import upload
from tests.traces import nothing_changes
from wardkey.base import clock
from wardkey.bulk import following, forgetting
from wardkey.bulk.models import PeopleImport, Piece, StagedRow
from wardkey.organisations.models import PolicyValue
from wardkey.people.models import Person, SearchWord

MANY = 3000


def is_in(state):
    return PeopleImport.objects.filter(state=state, forgotten_at=None).exists


def is_reading():
    return PeopleImport.objects.filter(state="staging", bytes_read__gt=0).exists()


def rows_of_many():
    return [
        {"external_id": f"N{n}", "username": f"many{n}@n.example", "name": f"Many {n}"}
        for n in range(MANY)
    ]


def newcomers():
    return Person.objects.filter(username__startswith="many")


def test_bk07_killed_while_reading_or_applying_and_run_again(cast_for_threads, tmp_path):
    path = file_of(tmp_path, csv_of(*rows_of_many()))
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


def test_bk07_the_portals_worker_is_killed_and_the_next_one_goes_on(
    cast_for_threads, settings, tmp_path
):
    settings.SECRET_KEY = SECRET  # as the worker, to which the file is sealed
    # Where anybody logs in with a password alone, only a demo has a worker.
    PolicyValue.objects.filter(name="second_factor").update(value="administrators")
    asha = signed_in_now(cast_for_threads.asha)
    where = {"DATABASE_URL": database_url()}
    page = expect(302, upload(asha, *rows_of_many()))["Location"]
    with running("worker", log=tmp_path / "first.log", **where):
        eventually(is_reading)
    connection.close()
    assert "So far" in expect(200, asha.get(page)).content.decode()
    # The next worker waits until the killed one has been silent for long.
    PeopleImport.objects.update(alive_at=clock.now() - timedelta(hours=1))
    with running("worker", log=tmp_path / "second.log", **where):
        eventually(is_in("ready"))
        eventually(lambda: not Piece.objects.exists())
    expect(302, asha.submit(f"{page}apply/"))
    assert (StagedRow.objects.count(), newcomers().count()) == (MANY, 0)
    log = tmp_path / "third.log"
    with running("worker", log=log, **where):
        eventually(lambda: "has started" in log.read_text())  # and begins with what is asked for
    connection.close()
    assert newcomers().count() in (0, MANY)
    with running("worker", log=tmp_path / "fourth.log", **where):
        eventually(is_in("applied"))
    assert newcomers().count() == MANY
    for log in tmp_path.glob("*.log"):
        assert "many7" not in log.read_text().casefold()
