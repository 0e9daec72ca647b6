"""An access pass, once and instead of the key, opens the registration of one's first key."""

from datetime import timedelta

import pytest

from tests.cast import issue_pass
from tests.doors import (
    MINE,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    half_signed_in_now,
    is_signed_in,
    registered,
    signed_in,
)
from tests.softkey import SoftKey
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.people.models import Person
from wardkey.recovery.models import AccessPass


def test_a_pass_opens_the_registration_of_the_first_key_which_opens_the_rest(cast):
    eve = half_signed_in(cast.eve)
    answer = expect(302, eve.enter_pass(issue_pass(cast.eve)))
    assert answer["Location"].startswith("/me/keys/register/")
    assert not is_signed_in(eve)
    row = eve.register(MINE, SoftKey(), "My first")
    assert (row.state, row.registered_by_id) == ("active", cast.eve.pk)
    assert is_signed_in(eve)
    assert [entry.holder for entry in changes("access_pass.used")] == [str(cast.eve.pk)]
    assert attempts("sign_in.succeeded")[-1].parameters["key"] == str(row.pk)


@pytest.mark.parametrize("as_typed", [str.lower, lambda code: f" {code.replace('-', ' ')} "])
def test_a_pass_is_read_whatever_case_spaces_and_hyphens_are_typed(cast, as_typed):
    answer = half_signed_in(cast.eve).enter_pass(as_typed(issue_pass(cast.eve)))
    expect(302, answer)


def refused(browser, code):
    with nothing_changes():
        expect(401, browser.enter_pass(code))
    assert last_refusal() == ("sign_in.refused", "", "access_pass")
    assert not is_signed_in(browser)


def test_a_pass_works_once(cast):
    code = issue_pass(cast.eve)
    expect(302, half_signed_in(cast.eve).enter_pass(code))
    refused(half_signed_in(cast.eve), code)


def test_a_pass_works_for_an_hour(cast):
    codes = issue_pass(cast.eve), issue_pass(cast.cara)
    with clock.standing_at(clock.now() + timedelta(minutes=59)):
        expect(302, half_signed_in(cast.eve).enter_pass(codes[0]))
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        refused(half_signed_in(cast.cara), codes[1])


def test_ck07_before_somebodys_first_day_a_pass_is_refused_and_not_used_up(cast):
    code, eve = issue_pass(cast.eve), half_signed_in(cast.eve)
    Person.objects.filter(pk=cast.eve.pk).update(starts_at=clock.now() + timedelta(days=1))
    with nothing_changes():
        assert expect(302, eve.enter_pass(code))["Location"] == "/sign-in/"
        expect(401, Browser().enter_password(cast.eve))
    Person.objects.filter(pk=cast.eve.pk).update(starts_at=clock.now())
    expect(302, half_signed_in_now(cast.eve).enter_pass(code))
    assert AccessPass.objects.get().used_at


def test_a_new_pass_ends_the_one_before(cast):
    before, after = issue_pass(cast.eve), issue_pass(cast.eve)
    refused(half_signed_in(cast.eve), before)
    expect(302, half_signed_in(cast.eve).enter_pass(after))


def test_somebody_elses_pass_is_refused_and_not_used_up(cast):
    code = issue_pass(cast.cara)
    refused(half_signed_in(cast.eve), code)
    expect(302, half_signed_in(cast.cara).enter_pass(code))


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "\x00", "é" * 4000])
def test_what_is_no_pass_is_refused(cast, code):
    issue_pass(cast.eve)
    refused(half_signed_in(cast.eve), code)


def test_lc18_a_pass_opens_no_more_than_the_registration(cast):
    eve = half_signed_in(cast.eve)
    expect(302, eve.enter_pass(issue_pass(cast.eve)))
    expect(200, eve.get("/me/keys/register/"))
    for elsewhere in (MINE, "/sign-in/key/", "/me/moving/"):
        assert expect(302, eve.get(elsewhere))["Location"].startswith("/me/keys/register/")
    assert [entry.holder for entry in changes("access_pass.used")] == [str(cast.eve.pk)]


def test_lc19_a_pass_without_a_password_is_refused(cast):
    code = issue_pass(cast.eve)
    with nothing_changes():
        answer = expect(302, Browser().enter_pass(code))
    assert answer["Location"] == "/sign-in/"
    expect(302, half_signed_in(cast.eve).enter_pass(code))


def test_a_pass_never_replaces_a_key_in_use(cast):
    signed_in(cast.eve)
    eve = half_signed_in(cast.eve)
    assert b"Access pass" not in eve.get("/sign-in/key/").content
    refused(eve, issue_pass(cast.eve))


def test_a_pass_helps_whose_key_still_waits(cast):
    registered(signed_in(cast.cara), cast.eve)
    eve = half_signed_in(cast.eve)
    assert b"Access pass" in eve.get("/sign-in/key/").content
    expect(302, eve.enter_pass(issue_pass(cast.eve)))


def test_a_pass_helps_whose_only_key_was_removed(cast):
    signed_in(cast.eve)
    cara = signed_in(cast.cara)
    row = cast.eve.keys.get()
    expect(302, cara.submit(f"{desk_of(cast.eve)}{row.pk}/remove/"))
    expect(302, half_signed_in(cast.eve).enter_pass(issue_pass(cast.eve)))


def test_the_owner_is_told_that_the_pass_was_used(cast):
    from wardkey.notifications.models import OutboxMessage

    expect(302, half_signed_in(cast.eve).enter_pass(issue_pass(cast.eve)))
    assert OutboxMessage.objects.get(kind="access_pass_used").address == "eve@south.example"


def test_only_the_hash_of_a_pass_is_kept(cast):
    code = issue_pass(cast.eve)
    kept = str(list(AccessPass.objects.values())) + str(changes("access_pass.issued"))
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_registration_with_a_pass_ends_with_half_a_login_after_fifteen_minutes(cast):
    eve = half_signed_in(cast.eve)
    expect(302, eve.enter_pass(issue_pass(cast.eve)))
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        assert eve.get("/me/keys/register/")["Location"].startswith("/sign-in/?")
