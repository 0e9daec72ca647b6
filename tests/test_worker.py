"""The worker: what it does unasked, what it survives, how it ends."""

import signal
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections

from tests.commands import PATIENCE, database_url, eventually, running
from wardkey.base import clock
from wardkey.ceremonies import pending
from wardkey.ceremonies.models import PendingCeremony, Purpose
from wardkey.notifications import messages, outbox
from wardkey.notifications.models import OutboxMessage
from wardkey.operating import rounds, worker
from wardkey.organisations import tree
from wardkey.people.models import Person
from wardkey.reports.models import DailyCount
from wardkey.reports.overview import coverage

BEN = outbox.Addressee("ben@northside.example", "en-gb")
OUTBOX = OutboxMessage._meta.db_table


def decide():
    outbox.put(messages.access_pass_used, to=[BEN], name="Ben", when="today")


def is_sent():
    return not OutboxMessage.objects.filter(sent_at=None).exists()


def leave_challenge():
    someone = uuid.uuid4()
    pending.begin(
        purpose=Purpose.SIGN_IN,
        holder_id=someone,
        actor_id=someone,
        organisation_id=None,
        session_id=uuid.uuid4(),
        security_stamp=uuid.uuid4(),
        options_for=lambda challenge: {"challenge": challenge.hex()},
    )


@pytest.fixture
def start_worker(transactional_db, tmp_path):
    changes = {"DATABASE_URL": database_url(), "WARDKEY_MAIL_FOLDER": str(tmp_path / "mail")}
    return lambda: running("worker", log=tmp_path / "worker.log", **changes)


@pytest.fixture
def working(transactional_db, settings, tmp_path, monkeypatch):
    """The worker's loop in a thread of the tests', so that its database can be taken away."""
    settings.MAIL_FOLDER = str(tmp_path / "mail")
    monkeypatch.setattr(rounds, "AFTER_A_FAILURE", 0.1)
    stop = threading.Event()

    def work():
        worker.run(stopping=stop.is_set)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield thread
    stop.set()
    thread.join()


def rename(table, new_name):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {new_name}")


def test_the_worker_sends_counts_and_forgets(start_worker):
    tree.found(code="NORTH", name="Northside")
    with clock.standing_at(clock.now() - timedelta(days=2)):
        leave_challenge()
    leave_challenge()
    decide()
    with start_worker():
        eventually(is_sent)
        eventually(lambda: PendingCeremony.objects.count() == 1)
        eventually(DailyCount.objects.exists)
    yesterday = clock.now().date() - timedelta(days=1)
    assert set(DailyCount.objects.values_list("day", flat=True)) == {yesterday}


def test_the_worker_closes_whose_days_are_over(cast_for_threads, request):
    over, not_yet = cast_for_threads.ben, cast_for_threads.dev
    now = clock.now()
    Person.objects.filter(pk=over.pk).update(closes_at=now)
    Person.objects.filter(pk=not_yet.pk).update(closes_at=now + timedelta(hours=1))
    request.getfixturevalue("working")
    eventually(lambda: Person.objects.get(pk=over.pk).status == "closed")
    assert Person.objects.get(pk=not_yet.pk).status == "active"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_when_it_is_told_to(start_worker, tmp_path, number):
    with start_worker() as process:
        eventually(lambda: "has started" in (tmp_path / "worker.log").read_text())
        process.send_signal(number)
        assert process.wait(timeout=PATIENCE) == 0
    assert "has stopped" in (tmp_path / "worker.log").read_text()


def test_the_worker_ends_however_often_it_is_told_to(start_worker, tmp_path):
    with start_worker() as process:
        eventually(lambda: "has started" in (tmp_path / "worker.log").read_text())
        for _again in range(200):
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0


def go_round(line, until):
    """Or a thousand looks at the line: what never comes is a failure, and not a wait."""
    looks = iter(range(1000))
    rounds.go_round(line, lambda: until() or next(looks, None) is None)


def test_whoever_has_much_to_do_lets_the_others_of_its_line_go_on_between_its_portions(
    transactional_db,
):
    done = []

    def much():
        done.append("a portion")
        return done.count("a portion") < 3

    line = [
        rounds.Chore("much", much, every=worker.DAY),
        rounds.Chore("little", lambda: done.append("a link"), every=0.0),
    ]
    go_round(line, until=lambda: len(done) == 7)
    assert done == ["a portion", "a link"] * 3 + ["a link"]


def test_the_worker_stops_between_two_portions(transactional_db):
    done = []
    line = [
        rounds.Chore("endless", lambda: done.append("a portion") or True, every=worker.DAY),
        rounds.Chore("look", lambda: None, every=0.01),
    ]
    go_round(line, until=lambda: len(done) == 2)
    assert done == ["a portion"] * 2


def test_a_portion_that_keeps_people_waiting_is_followed_by_a_pause(transactional_db):
    resting = rounds.Chore("forget", lambda: True, every=worker.DAY, between=0.2)
    began = []
    busy = rounds.Chore("look", lambda: began.append(resting.told.tried_at), every=0.01)
    go_round([resting, busy], until=lambda: len(set(began)) == 3)
    first, second, third = sorted(set(began))
    assert min(second - first, third - second) >= timedelta(seconds=0.2)


def test_the_worker_outlives_an_absence_of_the_database(working, caplog):
    rename(OUTBOX, "elsewhere")
    eventually(lambda: "the database does not answer" in caplog.text)
    rename("elsewhere", OUTBOX)
    decide()
    eventually(is_sent)
    assert working.is_alive()


def test_one_faulty_message_does_not_keep_back_the_others(working, caplog):
    decide()
    eventually(is_sent)
    now = clock.now()
    OutboxMessage.objects.create(
        kind="of_another_release", address="x", parameters={}, created_at=now, due_at=now
    )
    eventually(lambda: "cannot be made" in caplog.text)
    decide()
    eventually(lambda: OutboxMessage.objects.filter(sent_at=None).count() == 1)
    assert working.is_alive()


def test_yesterday_is_counted_once_and_stays_as_it_was(db):
    tree.found(code="NORTH", name="Northside")
    coverage.count_yesterday()
    counted = list(DailyCount.objects.values())
    tree.found(code="SOUTH", name="Southside")
    coverage.count_yesterday()
    assert list(DailyCount.objects.values()) == counted
    with clock.standing_at(clock.now() + timedelta(days=1)):
        coverage.count_yesterday()
    assert DailyCount.objects.count() == 6
