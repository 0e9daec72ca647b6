"""Two hosts serve one portal over one PostgreSQL: what one began the other goes on with, and what
becomes of one is no harm to the other.
"""

import os
import signal
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from time import monotonic
from types import SimpleNamespace

import pytest
from django.db import connection, connections, transaction

from tests import cast as casting
from tests.commands import children_of, eventually
from tests.doors import MINE, ORIGIN, desk_of, expect
from tests.faults.test_postgresql_fails import in_the_portal
from tests.faults.two_hosts import TURNS, begin, clock_of_two, log_of, mail_of, two_hosts
from tests.served import status_of
from tests.softkey import SoftKey
from tests.test_importing_in_the_portal import upload
from tests.traces import attempts, changes
from tests.visitors import Visitor
from wardkey.audit.models import AttemptEntry, ChangeEntry
from wardkey.base import clock
from wardkey.bulk.models import PeopleImport
from wardkey.keys.models import SecurityKey
from wardkey.notifications import messages, outbox
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import Person
from wardkey.sessions.models import Session
from wardkey.settings.database import named_by

LET_GO = 30  # seconds; docs/running.md
MANY = 300


@pytest.fixture
def portal(monkeypatch, settings, tmp_path, django_db_blocker):
    """`database`, `one` and `two`; this process asks the database by its socket, as nobody else."""
    settings.DEMO = True
    monkeypatch.setattr(casting, "KEPT", {})
    with two_hosts(tmp_path) as (portal, url):
        there = connections.settings["default"] | named_by(url)
        monkeypatch.setitem(connections.settings, "default", there)
        with django_db_blocker.unblock():
            yield portal


def test_ck04_two_hosts_are_one_portal_and_one_that_fails_is_no_harm_to_the_other(portal):
    assert begin(portal, portal.one, "migrate").wait() == 0
    for host in (portal.one, portal.two):
        begin(portal, host, "serve")
        eventually(lambda host=host: host.asks(status_of) == 200)
    [scene] = in_the_portal(lambda: set_up(portal))
    for each in (goes_on_elsewhere, sends_once, killed_under_load, cut_off, clocks_apart):
        in_the_portal(lambda each=each: each(portal, scene))


def set_up(portal):
    cast = casting.gather()
    asha, dev = Visitor(portal.one), Visitor(portal.two)
    expect(302, asha.enter_password(cast.asha))
    expect(302, dev.enter_password(cast.dev))
    return SimpleNamespace(cast=cast, asha=asha, dev=dev)


def goes_on_elsewhere(portal, scene):
    """FT11: a registration, a login and what comes of it, each by turns."""
    one, two, asha, desk = portal.one, portal.two, scene.asha, desk_of(scene.cast.ben)
    soft_key, begun = SoftKey(), asha.begin(desk)
    asha.at = two
    expect(200, asha.answer(desk, begun, soft_key.register(begun["public_key"], ORIGIN)))
    asha.at = one
    expect(302, asha.name(desk, begun, "Blue"))
    scene.blue = SecurityKey.objects.get()
    at_one = Visitor(one)
    expect(302, at_one.enter_password(scene.cast.ben))
    begun = at_one.choose(scene.blue)
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    at_two, before = at_one.twin(two), len(attempts("sign_in.succeeded"))
    answers = at_once(
        lambda: at_two.finish(begun, answer).status_code,
        lambda: at_one.finish(begun, answer).status_code,
    )
    assert sorted(answers) == [200, 401]
    assert len(attempts("sign_in.succeeded")) == before + 1
    ended_elsewhere(at_one if answers[1] == 200 else at_two, portal)


def ended_elsewhere(ben, portal):
    twins = [ben.twin(host) for host in (portal.one, portal.two)]
    for each in twins:
        expect(200, each.get(MINE))
    expect(302, ben.submit("/sign-out/"))
    for each in twins:
        expect(302, each.get(MINE))


def at_once(*acts):
    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result() for each in [threads.submit(act) for act in acts]]


def sends_once(portal, scene):
    hosts = (portal.one, portal.two)
    scene.workers = [begin(portal, host, "worker") for host in hosts]
    for host in hosts:
        eventually(lambda host=host: "has started" in log_of(portal, host, "worker").read_text())
    leave_messages(40)
    eventually(all_are_sent)
    sent = [each.name for host in hosts for each in mail_of(portal, host).glob("*.eml")]
    assert len(sent) == len(set(sent)) == OutboxMessage.objects.count()
    assert not OutboxMessage.objects.filter(attempts__gt=1).exists()


def leave_messages(number):
    ben = [outbox.Addressee("ben@northside.example", "en-gb")] * number
    outbox.put(messages.access_pass_used, to=ben, name="Ben", when="today")


def all_are_sent():
    return not OutboxMessage.objects.filter(sent_at=None).exists()


def killed_under_load(portal, scene):
    """In the middle of a change and of an import, while people log in at both."""
    page = uploaded(scene.asha)
    stop(scene.workers[1])
    with many_log_in(portal, scene) as told:
        eventually(lambda: min(map(len, told.values())) > 4)
        in_the_middle_of_much(portal, scene, page)
        died, so_far = monotonic(), len(told[portal.two])
        scene.asha.at = portal.two
        eventually(lambda: rename(scene.asha, scene, "Green").status_code == 302)
        eventually(lambda: not connections_of(portal.one))
        assert monotonic() - died < LET_GO
        scene.workers[1] = begin(portal, portal.two, "worker")
        eventually(PeopleImport.objects.filter(state="applied").exists)
    assert len(told[portal.two]) > so_far
    assert set(told[portal.two]) == {302, 200}
    nothing_is_lost_or_doubled(portal, scene, told)


def in_the_middle_of_much(portal, scene, page):
    """Host one dies: a page of its waits with a row locked, and its worker with an import."""
    with transaction.atomic(), connection.cursor() as cursor, ThreadPoolExecutor(1) as people:
        cursor.execute(f"LOCK TABLE {ChangeEntry._meta.db_table} IN EXCLUSIVE MODE")
        expect(302, scene.asha.submit(f"{page}apply/"))
        eventually(lambda: waiting_at(portal.one, cursor) == 1)
        never_told = people.submit(rename, scene.asha, scene, "Red")
        eventually(lambda: waiting_at(portal.one, cursor) == 2)
        portal.one.dies()
        assert isinstance(never_told.exception(), OSError)


@contextmanager
def many_log_in(portal, scene):
    """What they were told at each host."""
    over, told = Event(), {portal.one: [], portal.two: []}
    with ThreadPoolExecutor(3) as people:
        for host in (portal.one, portal.two, portal.two):
            people.submit(log_in_and_read, host, scene.cast.wil, over, told[host])
        try:
            yield told
        finally:
            over.set()


def nothing_is_lost_or_doubled(portal, scene, told):
    scene.blue.refresh_from_db()
    assert scene.blue.nickname == "Green"
    assert len(changes("key.renamed")) == len(changes("people.imported")) == 1
    assert Person.objects.filter(username__startswith="many").count() == MANY
    wils = {"code": "sign_in.succeeded", "holder_id": scene.cast.wil.pk}
    answered = sum(each.count(302) for each in told.values())
    assert AttemptEntry.objects.filter(**wils).count() - answered in (0, 1), (
        "the last one at host one may not have been told"
    )
    eventually(lambda: not ChangeEntry.objects.filter(leaf_index=None).exists())
    assert begin(portal, portal.two, "audit", "verify").wait() == 0


def uploaded(asha):
    rows = [
        {"external_id": f"N{n}", "username": f"many{n}@n.example", "name": f"Many {n}"}
        for n in range(MANY)
    ]
    page = expect(302, upload(asha, *rows))["Location"]
    eventually(PeopleImport.objects.filter(state="ready").exists)
    return page


def stop(worker):
    """The process there, of which this one's child is told."""
    [there] = children_of(worker)
    os.kill(there, signal.SIGTERM)
    assert worker.wait() == 0


def log_in_and_read(host, person, over, told):
    while not over.wait(0.5):
        visitor = Visitor(host)
        try:
            told.append(visitor.enter_password(person).status_code)
            told.append(visitor.get(MINE).status_code)
        except (OSError, RuntimeError, CancelledError):
            return


def rename(asha, scene, nickname):
    return asha.submit(f"{desk_of(scene.cast.ben)}{scene.blue.pk}/edit/", nickname=nickname)


def waiting_at(host, cursor):
    cursor.execute(
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE NOT granted AND client_addr = %s",
        [host.address],
    )
    return cursor.fetchone()[0]


def connections_of(host):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE client_addr = %s", [host.address]
        )
        return cursor.fetchone()[0]


def cut_off(portal, scene):
    """Whoever waits is told so, and all goes on by itself."""
    two, dev = portal.two, scene.dev
    two.unplug()
    began = monotonic()
    with ThreadPoolExecutor(TURNS + 1) as people:
        waiting = [people.submit(dev.twin(two).get, MINE) for _ in range(TURNS + 1)]
        assert two.asks(status_of, "/livez") == 200
        for each in waiting:
            assert "Nothing was changed. Try again in" in expect(503, each.result()).text
    assert two.asks(status_of) == 503
    assert monotonic() - began < LET_GO
    two.plug()
    eventually(lambda: two.asks(status_of) == 200)
    expect(200, dev.get(MINE))


def clocks_apart(portal, scene):
    two, dev = portal.two, scene.dev
    over = ended_by_its_age(scene)
    expect(302, over.get(MINE))
    for seconds in (-3600, 3600):
        clock_of_two(portal).write_text(str(seconds))
        eventually(lambda: dev.get(MINE).status_code == 503)
        assert two.asks(status_of) == 503
        for each in (over, dev):
            assert "clocks of the portal" in expect(503, each.get(MINE)).text
        expect(503, Visitor(two).enter_password(scene.cast.dev))
    log = log_of(portal, two, "worker")
    eventually(lambda: "clock.skew" in log.read_text())
    leave_messages(1)
    so_far = log.read_text().count("clock.skew")
    eventually(lambda: log.read_text().count("clock.skew") > so_far)
    assert not all_are_sent()
    clock_of_two(portal).write_text("0")
    eventually(lambda: dev.get(MINE).status_code == 200)
    assert two.asks(status_of) == 200
    expect(302, over.get(MINE))
    eventually(all_are_sent)


def ended_by_its_age(scene):
    """A quarter of an hour ago, after twelve hours."""
    over = Visitor(scene.dev.at)
    expect(302, over.enter_password(scene.cast.wil))
    ago = clock.now() - timedelta(hours=12, minutes=15)
    Session.objects.filter(pk=over.session.pk).update(started_at=ago)
    return over
