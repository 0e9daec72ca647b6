"""A message leaves after the transaction that decided it, and once, whatever dies between."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction

from tests.commands import database_url, environment, eventually, running
from tests.smtp import mail_server
from tests.test_mistakes import what_is_logged
from wardkey.base import clock, request_id
from wardkey.notifications import messages, outbox
from wardkey.notifications.models import OutboxMessage
from wardkey.notifications.outbox import Addressee

BEN = Addressee("ben@northside.example", "en-gb")
COMMIT_AND_DIE = """
import os, signal, django
django.setup()
from django.db import transaction
from wardkey.notifications import messages, outbox
with transaction.atomic():
    ben = outbox.Addressee("ben@northside.example", "en-gb")
    outbox.put(messages.access_pass_used, to=[ben], name="Ben", when="today")
os.kill(os.getpid(), signal.SIGKILL)
"""


def decide(times=1):
    with transaction.atomic():
        outbox.put(messages.access_pass_used, to=[BEN] * times, name="Ben", when="today")


def unsent():
    return OutboxMessage.objects.filter(sent_at=None).count()


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAIL_FOLDER = str(tmp_path / "mail")
    return tmp_path / "mail"


@pytest.fixture
def smtp(settings):
    with mail_server() as server:
        settings.MAIL_FOLDER, settings.EMAIL_PORT = "", server.port
        yield server


@pytest.fixture
def start_worker(transactional_db, tmp_path):
    """A function: a worker, in a process of its own, on the tests' database."""

    @contextmanager
    def start(**changes):
        log = tmp_path / "worker.log"
        with running("worker", log=log, DATABASE_URL=database_url(), **changes) as process:
            yield process

    return start


def test_what_was_decided_before_the_process_was_killed_is_sent_once(start_worker, folder):
    own = environment(DATABASE_URL=database_url(), DJANGO_SETTINGS_MODULE="wardkey.settings")
    killed = subprocess.run([sys.executable, "-c", COMMIT_AND_DIE], env=own, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert unsent() == 1
    with start_worker(WARDKEY_MAIL_FOLDER=str(folder)):
        eventually(lambda: unsent() == 0)
        decide()  # another one, so that the worker has come round again
        eventually(lambda: unsent() == 0)
    assert len(list(folder.iterdir())) == 2


def test_a_message_whose_worker_was_killed_while_sending_goes_once(start_worker, smtp):
    decide()
    smtp.may_answer.clear()
    smtp.answer = b"451 later"
    with start_worker(WARDKEY_SMTP_PORT=str(smtp.port)) as worker:
        eventually(lambda: smtp.arrived)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    smtp.answer = b"250 accepted"
    smtp.may_answer.set()
    row = OutboxMessage.objects.get()
    assert (row.sent_at, row.attempts) == (None, 1)
    assert outbox.deliver_due() == 0  # its lease still runs
    OutboxMessage.objects.update(due_at=row.due_at - outbox.LEASE)
    with start_worker(WARDKEY_SMTP_PORT=str(smtp.port)):
        eventually(lambda: unsent() == 0)
    assert smtp.accepted == {f"<{row.pk}@localhost>": 1}


def test_two_workers_send_no_message_twice(start_worker, smtp):
    decide(times=40)
    port = str(smtp.port)
    with start_worker(WARDKEY_SMTP_PORT=port), start_worker(WARDKEY_SMTP_PORT=port):
        eventually(lambda: unsent() == 0)
    assert len(smtp.accepted) == 40
    assert set(smtp.accepted.values()) == {1}


def test_what_was_undone_is_never_sent(db, folder):
    def decide_and_fail():
        with transaction.atomic():
            decide()
            raise LookupError

    with pytest.raises(LookupError):
        decide_and_fail()
    assert outbox.deliver_due() == 0
    decide()
    assert outbox.deliver_due() == 1
    assert len(list(folder.iterdir())) == 1


def test_a_message_that_was_sent_is_not_due_again(db, folder):
    decide()
    assert outbox.deliver_due() == 1
    with clock.standing_at(clock.now() + timedelta(days=1)):
        assert outbox.deliver_due() == 0


def test_a_message_written_twice_is_one_file(db, folder):
    decide()
    outbox.deliver_due()
    OutboxMessage.objects.update(sent_at=None, due_at=clock.now())
    assert outbox.deliver_due() == 1
    assert len(list(folder.iterdir())) == 1


def test_ft17_a_message_that_was_refused_waits_and_is_tried_again(db, smtp):
    """What the log says of it has the id of the request that decided it."""
    with request_id.following("0a1b2c3d4e5f"):
        decide()
    smtp.answer = b"451 later"
    with what_is_logged() as lines:
        assert outbox.deliver_due() == 1
        assert outbox.deliver_due() == 0
        smtp.answer = b"250 accepted"
        with clock.standing_at(clock.now() + timedelta(minutes=2)):
            assert outbox.deliver_due() == 1
    assert "[0a1b2c3d4e5f] dependency.down: mail" in lines.getvalue()
    [row] = OutboxMessage.objects.all()
    assert f"[0a1b2c3d4e5f] message {row.pk} (access_pass_used) sent" in lines.getvalue()
    assert list(smtp.accepted.values()) == [1]
    assert unsent() == 0


def test_a_message_that_was_refused_ten_times_is_given_up(db, smtp):
    decide()
    smtp.answer = b"550 nobody here"
    for hours in range(12):
        with clock.standing_at(clock.now() + timedelta(hours=2 * hours)):
            outbox.deliver_due()
    row = OutboxMessage.objects.get()
    assert row.attempts == 10
    assert row.given_up_at is not None
    assert sum(smtp.arrived.values()) == 10


@pytest.mark.parametrize("broken", [{"kind": "of_no_release"}, {"parameters": {"name": "Ben"}}])
def test_a_message_that_cannot_be_made_is_given_up_and_harms_no_other(db, folder, caplog, broken):
    decide()
    OutboxMessage.objects.update(**broken)
    decide()
    assert outbox.deliver_due() == 2
    assert unsent() == 1
    for hours in range(1, 12):
        with clock.standing_at(clock.now() + timedelta(hours=2 * hours)):
            outbox.deliver_due()
    row = OutboxMessage.objects.get(sent_at=None)
    assert (row.attempts, row.given_up_at is None) == (10, False)
    assert len(list(folder.iterdir())) == 1
    assert f"message {row.pk}" in caplog.text
    assert "given up after 10 attempts" in caplog.text
    assert row.address not in caplog.text
