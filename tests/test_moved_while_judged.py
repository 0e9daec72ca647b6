"""Somebody moves while an administrator's act waits for their row: the act finds them moved. And an
administrator's role goes while their act waits for it: the act finds it gone."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from time import monotonic

import pytest
from django.db import connection, connections, transaction

from tests.cast import Cast, decide
from tests.departures import act, again, mark_leaver, send_as_guest
from tests.doors import Browser, desk_of, expect, registered, signed_in
from tests.forgetful import print_slip
from tests.newcomers import added, invite
from tests.policies import day_fields, today
from tests.softkey import SoftKey
from tests.traces import changes
from wardkey.audit import log
from wardkey.audit.models import ChangeEntry
from wardkey.base import clock
from wardkey.keys.handing_on import locked_keys_of
from wardkey.keys.models import SecurityKey
from wardkey.people.accounts import move_home
from wardkey.people.models import Person
from wardkey.people.queries import locked_person
from wardkey.recovery.models import AccessPass, PasswordReset


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


@pytest.fixture
def priya(cast):
    decide(cast.north, keys_a_person=1)
    return signed_in(cast.priya)


LOCKS = re.compile(r'FROM "(people_person|keys_securitykey)".* FOR (NO KEY )?UPDATE')


def make_exception(admin: Browser, person: Person):
    form = {"choice": "keys_a_person=2", "reason": "Spare", **day_fields(today(), "until")}
    return admin.submit(f"/admin/people/{person.pk}/exceptions/make/", **form)


def while_changing(change: Callable, deed: Callable, locks: re.Pattern = LOCKS) -> int:
    """The status of a deed that begins before the change is committed, and has to wait for it."""
    has_to_wait = Event()

    def note(execute, sql, params, many, context):
        # SQLite has one lock for everything, with which a transaction begins.
        if sql.startswith("BEGIN") or locks.search(sql):
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
            change()
            answer = thread.submit(run)
            assert has_to_wait.wait(timeout=20)
            until_somebody_waits()
        return answer.result()


def until_somebody_waits() -> None:
    """The lock was asked for a moment ago; what is tested is the wait for it."""
    until = monotonic() + 20
    while connection.vendor == "postgresql" and monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return


def while_moving(person: Person, cast: Cast, deed: Callable) -> int:
    def move():
        locked_keys_of(person.pk)
        moving = locked_person(person.pk)
        move_home(person=moving, organisation=cast.south, by=log.OPERATOR)

    return while_changing(move, deed)


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


def change_key(what: str, **form: str) -> Callable:
    def deed(admin: Browser, person: Person):
        return admin.submit(f"{desk_of(person)}{person.keys.get().pk}/{what}/", **form)

    return deed


@pytest.mark.parametrize(
    "deed",
    [
        change_key("edit", nickname="Other"),
        change_key("remove", reason="returned"),
        change_key("suspend"),
    ],
    ids=["rename", "remove", "suspend"],
)
def test_az16_nobody_changes_a_key_of_who_moved_meanwhile(cast, priya, deed):
    before = SecurityKey.objects.values().get(pk=registered(priya, cast.ben)[1].pk)
    assert while_moving(cast.ben, cast, lambda: deed(priya, cast.ben)) == 404
    assert SecurityKey.objects.values().get() == before


def test_az16_nobody_registers_a_key_for_who_moved_meanwhile(cast, priya):
    begun = priya.touch(desk_of(cast.ben), SoftKey())
    named = while_moving(cast.ben, cast, lambda: priya.name(desk_of(cast.ben), begun, "Blue"))
    assert named == 404
    assert not SecurityKey.objects.exists()


def test_az16_nobody_lets_in_who_moved_meanwhile(cast, priya):
    decide(cast.north, second_factor="everyone")
    priya = signed_in(cast.priya)
    expect(200, priya.prove({"act": "issue_passes", "about": str(cast.ben.pk)}))
    address = f"/admin/people/{cast.ben.pk}/access-pass/"
    known = AccessPass.objects.count()
    form = {"checked": "in_person"}
    assert while_moving(cast.ben, cast, lambda: priya.submit(address, **form)) == 404
    assert AccessPass.objects.count() == known


def test_az16_nobody_prints_a_slip_for_who_moved_meanwhile(cast, priya):
    expect(200, priya.prove({"act": "reset_passwords", "about": str(cast.ben.pk)}))
    assert while_moving(cast.ben, cast, lambda: print_slip(priya, cast.ben)) == 404
    assert not PasswordReset.objects.exists()


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
    expect(200, print_slip(priya, cast.hal))


TAKES_ROLES = re.compile(r'FROM "people_rolegrant".* FOR NO KEY UPDATE')


@pytest.mark.parametrize("gone", ["ends_at", "asleep_since"])
def test_rc16_nobody_acts_by_a_role_that_went_meanwhile(cast, priya, gone):
    """The role alone, without the end of the session that comes with it: the last line holds."""
    key = registered(priya, cast.ben)[1]
    edit, mine = f"{desk_of(cast.ben)}{key.pk}/edit/", cast.priya.role_grants

    def rename():
        return priya.submit(edit, nickname="Other")

    changed = partial(mine.update, **{gone: clock.now()})
    assert while_changing(changed, rename, TAKES_ROLES) == 404
    assert SecurityKey.objects.get(pk=key.pk).nickname == key.nickname
    mine.update(**{gone: None})
    assert while_changing(partial(mine.update, asleep_reason="-"), rename, TAKES_ROLES) == 302
