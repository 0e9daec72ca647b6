"""Somebody moves while an administrator's act waits for their row: the act finds them moved."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections, transaction

from tests.cast import Cast, decide
from tests.departures import act, again, mark_leaver, send_as_guest
from tests.doors import Browser, expect, signed_in
from tests.newcomers import added, invite
from tests.policies import day_fields, today
from tests.traces import changes
from wardkey.audit import log
from wardkey.audit.models import ChangeEntry
from wardkey.people.accounts import move_home
from wardkey.people.models import Person
from wardkey.people.queries import locked_person


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


@pytest.fixture
def priya(cast):
    decide(cast.north, keys_a_person=1)
    return signed_in(cast.priya)


def make_exception(admin: Browser, person: Person):
    form = {"choice": "keys_a_person=2", "reason": "Spare", **day_fields(today(), "until")}
    return admin.submit(f"/admin/people/{person.pk}/exceptions/make/", **form)


def while_moving(person: Person, cast: Cast, deed: Callable) -> int:
    """The status of a deed that begins before the move is committed, and has to wait for it."""
    has_to_wait = Event()

    def note(execute, sql, params, many, context):
        # The lock on the person; SQLite has one for everything, with which a transaction begins.
        if sql.startswith("BEGIN") or "FOR NO KEY UPDATE" in sql:
            has_to_wait.set()
        return execute(sql, params, many, context)

    def run():
        try:
            with connection.execute_wrapper(note):
                return deed().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            moving = locked_person(person.pk)
            move_home(person=moving, organisation=cast.south, by=log.OPERATOR)
            answer = thread.submit(run)
            assert has_to_wait.wait(timeout=20)
        return answer.result()


@pytest.mark.parametrize(
    "deed",
    [
        lambda admin, person: act(admin, person, "suspend/"),
        lambda admin, person: act(admin, person, "close/"),
        mark_leaver,
        send_as_guest,
        make_exception,
    ],
    ids=["suspend", "close", "leaver", "guest", "exception"],
)
def test_az16_nobody_acts_on_who_moved_meanwhile(cast, priya, deed):
    expect(200, priya.prove({"act": "decide_policy", "about": str(cast.ben.pk)}))
    known = list(ChangeEntry.objects.values_list("pk", flat=True))
    assert while_moving(cast.ben, cast, lambda: deed(priya, cast.ben)) == 404
    since = ChangeEntry.objects.exclude(pk__in=known)
    assert list(since.values_list("code", flat=True)) == ["person.home_moved"]
    assert again(cast.ben).standing == "here"


def test_az16_nobody_invites_who_moved_meanwhile(cast, priya):
    nia = added(priya)
    assert while_moving(nia, cast, lambda: invite(priya, nia, "slip")) == 404
    assert not changes("invitation.issued")


def test_the_same_deeds_are_done_where_nobody_moves(cast, priya):
    expect(302, make_exception(priya, cast.ben))
    expect(302, send_as_guest(priya, cast.ben))
    expect(302, mark_leaver(priya, cast.ben))
    expect(302, act(priya, cast.ben, "close/"))
    expect(302, act(priya, cast.dev, "suspend/"))
    expect(200, invite(priya, added(priya), "slip"))
