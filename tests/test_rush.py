"""A rush of sign-ins: it takes its time, loses nothing, and takes a bounded amount of memory."""

import http.client
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from tests.cast import PASSWORD
from tests.commands import children_of, database_url, eventually, free_port, running
from tests.doors import Browser, expect
from tests.guessing import guess, no_hash_can_be_made
from wardkey.audit.models import AttemptEntry
from wardkey.base import clock
from wardkey.base.errors import Unavailable
from wardkey.base.turns import Turns
from wardkey.people import passwords
from wardkey.people.models import Person
from wardkey.sessions.models import Session
from wardkey.signin.models import Limit

RUSH, OF_ONE, SECONDS = 200, 40, 120
HASH_MIB, AT_ONCE, SLACK_MIB = 19, 2, 80


@pytest.fixture
def crowd(hashes_in_earnest, cast_for_threads):
    """User names, one of them many times; every password costs what it costs in earnest."""
    password = passwords.encode(PASSWORD)
    Person.objects.filter(pk=cast_for_threads.ben.pk).update(password=password)
    columns = {"home": cast_for_threads.north, "password": password, "created_at": clock.now()}
    names = [f"p{number}" for number in range(RUSH - OF_ONE)]
    Person.objects.bulk_create(Person(username=n, username_key=n, name=n, **columns) for n in names)
    return [*names, *[cast_for_threads.ben.username] * OF_ONE]


@pytest.fixture
def portal(transactional_db, tmp_path):
    """Two processes, with more threads than may hash."""
    port = free_port()
    settings = {
        "DATABASE_URL": database_url(),
        "WARDKEY_LISTEN": f"127.0.0.1:{port}",
        "WARDKEY_ORIGINS": f"http://localhost:{port}",
        "WARDKEY_STATIC_FOLDER": str(tmp_path / "assets"),
        "WARDKEY_WEB_THREADS": "16",
        "WARDKEY_DEMO": "1",  # the cast's policy spares administrators
        "WARDKEY_HASHES_AT_ONCE": str(AT_ONCE),
    }
    with running("serve", log=tmp_path / "log", **settings) as process:
        eventually(lambda: status_of(port) == 200)
        yield SimpleNamespace(port=port, process=process)


def status_of(port):
    try:
        return asked(port, "GET", "/readyz")
    except OSError:
        return None


def asked(port, method, address, body=None, headers=None):
    connection = http.client.HTTPConnection("localhost", port, timeout=SECONDS)
    try:
        connection.request(method, address, body, headers or {})
        return connection.getresponse().status
    finally:
        connection.close()


def sign_in(port, username):
    csrf = "a" * 32
    headers = {
        "Cookie": f"__Host-csrf={csrf}",
        "X-CSRFToken": csrf,
        "Origin": f"http://localhost:{port}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = urlencode({"username": username, "password": PASSWORD})
    return asked(port, "POST", "/sign-in/", form, headers)


def mebibytes(pid, what):
    kibibytes = re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]
    return int(kibibytes) / 1024


def test_bf15_two_hundred_at_once_all_get_in_and_few_hash_together(crowd, portal):
    workers = children_of(portal.process)
    at_rest = {pid: mebibytes(pid, "VmRSS") for pid in workers}
    start = threading.Barrier(RUSH)

    def run(username):
        start.wait(timeout=SECONDS)
        return sign_in(portal.port, username)

    with ThreadPoolExecutor(RUSH) as browsers:
        assert list(browsers.map(run, crowd)) == [302] * RUSH
    assert Session.objects.filter(ended_at=None).count() == RUSH
    assert AttemptEntry.objects.filter(code="sign_in.succeeded").count() == RUSH
    assert not Limit.objects.exists()
    for pid in workers:
        assert mebibytes(pid, "VmHWM") - at_rest[pid] < AT_ONCE * HASH_MIB + SLACK_MIB


def test_bf15_beyond_the_queue_one_is_asked_to_come_again(cast):
    browser = Browser()
    with no_hash_can_be_made():
        for username in (cast.ben.username, "nobody@north.example"):
            answer = expect(503, guess(username, PASSWORD, browser=browser))
            assert answer["Retry-After"] == "2"
            assert "Try again in 2 seconds" in answer.text
    assert not Limit.objects.exists()
    expect(302, guess(cast.ben.username, PASSWORD, browser=browser))


def test_few_work_at_once_some_wait_and_the_rest_are_refused():
    turns, working, finish = Turns(at_once=2, waiting=3), threading.Semaphore(0), threading.Event()
    together, most = [], []

    def work():
        with turns.one():
            together.append(1)
            most.append(len(together))
            working.release()
            assert finish.wait(timeout=SECONDS)
            together.pop()

    with ThreadPoolExecutor(5) as threads:
        places = [threads.submit(work) for _ in range(5)]
        assert all(working.acquire(timeout=SECONDS) for _ in range(2))
        eventually(lambda: turns._places._value == 0)
        with pytest.raises(Unavailable), turns.one():
            pass
        finish.set()
    assert [each.result() for each in places] == [None] * 5
    assert max(most) == 2
    with turns.one():
        pass


def test_a_turn_is_given_back_whatever_comes_of_it():
    turns = Turns(at_once=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"), turns.one():
            raise ValueError("broken")
    with turns.one():
        pass
