"""A rush of sign-ins: it takes its time, loses nothing, and takes a bounded amount of memory."""

import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import close_old_connections, connection

from tests.cast import PASSWORD
from tests.commands import children_of, database_url, environment, eventually
from tests.doors import Browser, expect
from tests.guessing import guess, no_hash_can_be_made
from tests.served import SECONDS, served, sign_in
from wardkey.audit.models import AttemptEntry
from wardkey.base import clock
from wardkey.base.errors import Unavailable
from wardkey.base.turns import Turns
from wardkey.operating.serving import MEMORY_OF_HASHES
from wardkey.people import passwords
from wardkey.people.models import Person
from wardkey.sessions.models import Session
from wardkey.signin.models import Limit

RUSH, OF_ONE = 200, 40
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
    more = {"WARDKEY_WEB_THREADS": "16", "WARDKEY_HASHES_AT_ONCE": str(AT_ONCE)}
    with served(tmp_path, **more) as portal:
        yield portal


def mebibytes(pid, what):
    kibibytes = re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]
    return int(kibibytes) / 1024


def test_bf15_two_hundred_at_once_all_get_in_and_few_hash_together(crowd, portal):
    workers = children_of(portal.process)
    at_rest = {pid: mebibytes(pid, "VmRSS") for pid in workers}
    start = threading.Barrier(RUSH)

    def run(username):
        start.wait(timeout=SECONDS)
        return sign_in(portal.port, username).status

    with ThreadPoolExecutor(RUSH) as browsers:
        assert list(browsers.map(run, crowd)) == [302] * RUSH
    assert Session.objects.filter(ended_at=None).count() == RUSH
    assert AttemptEntry.objects.filter(code="sign_in.succeeded").count() == RUSH
    assert not Limit.objects.exists()
    for pid in workers:
        assert mebibytes(pid, "VmHWM") - at_rest[pid] < AT_ONCE * HASH_MIB + SLACK_MIB


def test_the_next_request_of_a_thread_has_the_connection_of_the_last(transactional_db):
    connection.close()  # one that is older than a minute is not kept
    connection.ensure_connection()
    first = connection.connection
    close_old_connections()  # as Django does after each request, and before
    assert connection.connection is first


def test_a_process_has_a_hash_made_in_the_memory_of_the_last():
    """Each that it took anew would be nine large pages, or 4,864 small ones."""
    made = "from wardkey.people.passwords import PRESENT, _made_at; _made_at(PRESENT, 'a password')"
    asked = "from resource import RUSAGE_SELF, getrusage; faults = getrusage(RUSAGE_SELF).ru_minflt"
    told = "print(getrusage(RUSAGE_SELF).ru_minflt - faults)"
    script = "\n".join(("import wardkey.wsgi", *[made] * 3, asked, *[made] * 20, told))
    memory = environment(**MEMORY_OF_HASHES)
    done = subprocess.run(
        [sys.executable, "-c", script], env=memory, stdout=subprocess.PIPE, text=True, check=True
    )
    assert int(done.stdout) < 20


def test_nobody_waits_until_what_every_page_stands_on_is_loaded(transactional_db):
    """Four threads that load it beside much other work stand still for longer than is allowed."""
    script = """
import sys, wardkey.wsgi
from django.template import engines
from django.test import Client
def loaded():
    return sorted(sys.modules), list(engines["jinja2"].env.cache)
before = loaded()
assert Client(headers={"host": "localhost:8000"}).get("/sign-in/").status_code == 200
print([sorted(set(now) - set(then)) for then, now in zip(before, loaded())])
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(DATABASE_URL=database_url(), WARDKEY_ORIGINS="http://localhost:8000"),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert done.stdout == "[[], []]\n"


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
