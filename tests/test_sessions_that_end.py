"""A session goes further once, and ends when what it rests on is no longer enough."""

from datetime import timedelta

import pytest

from tests.cast import decide, issue_pass
from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.softkey import SoftKey
from tests.test_policy import let_off
from tests.test_races import at_once, twin
from tests.traces import last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.organisations.models import PolicyValue
from wardkey.sessions.models import Session


def with_pass(person) -> Browser:
    browser = half_signed_in(person)
    expect(302, browser.enter_pass(issue_pass(person)))
    return browser


def test_a_pass_opens_one_registration_also_for_two_answers(cast):
    eve = with_pass(cast.eve)
    first, second = eve.touch(MINE, SoftKey()), eve.touch(MINE, SoftKey())
    other = twin(eve)
    expect(302, eve.name(MINE, first, "First"))
    with nothing_changes():
        assert expect(302, other.name(MINE, second, "Second"))["Location"] == "/sign-in/"
    assert is_signed_in(eve)


def test_a_pass_opens_one_registration_also_for_two_at_once(cast_for_threads):
    eve = with_pass(cast_for_threads.eve)
    begun = [eve.touch(MINE, SoftKey()) for _ in range(2)]
    windows = [twin(eve) for _ in begun]
    at_once(
        lambda: windows[0].name(MINE, begun[0], "One"),
        lambda: windows[1].name(MINE, begun[1], "Two"),
    )
    assert SecurityKey.objects.filter(holder=cast_for_threads.eve).count() == 1
    whole = Session.objects.filter(person=cast_for_threads.eve, owed="", ended_at=None)
    assert whole.count() == 1


def test_a_pass_opens_nothing_once_a_key_is_in_use(cast):
    cara = signed_in(cast.cara)
    blue = registered(cara, cast.eve)
    stranger = with_pass(cast.eve)
    begun = stranger.touch(MINE, SoftKey())
    expect(200, cara.try_out(desk_of(cast.eve), *blue))
    with nothing_changes():
        expect(403, stranger.name(MINE, begun, "Evil"))
    assert last_refusal() == ("act.refused", "", "first_key")


def test_another_pass_ends_what_the_earlier_one_opened(cast):
    stranger = with_pass(cast.eve)
    expect(200, stranger.get("/me/keys/register/"))
    issue_pass(cast.eve)
    assert expect(302, stranger.get("/me/keys/register/"))["Location"].startswith("/sign-in/")


def test_a_password_alone_is_no_longer_enough_once_a_key_is_handed_over(cast):
    with_password = signed_in(cast.ben)
    soft_key, key = registered(signed_in(cast.asha), cast.ben)
    assert is_signed_in(with_password)
    at_the_desk = half_signed_in(cast.ben)
    expect(200, at_the_desk.use(soft_key, key))
    assert (is_signed_in(with_password), is_signed_in(at_the_desk)) == (False, True)


def test_a_half_session_becomes_one_session(cast):
    soft_key, key = registered(signed_in(cast.asha), cast.ben)
    ben = half_signed_in(cast.ben)
    begun = [ben.choose(key), ben.choose(key)]
    answers = [soft_key.sign(each["public_key"], ORIGIN) for each in begun]
    other = twin(ben)
    expect(200, ben.finish(begun[0], answers[0]))
    with nothing_changes():
        expect(401, other.finish(begun[1], answers[1]))


@pytest.mark.parametrize("who", ["asha", "priya"])
def test_who_was_signed_out_meanwhile_finishes_no_registration(cast, who):
    admin = signed_in(getattr(cast, who))
    begun = admin.touch(desk_of(cast.ben), SoftKey())
    other = twin(admin)
    expect(302, admin.submit("/sign-out/"))
    with nothing_changes():
        assert expect(302, other.name(desk_of(cast.ben), begun, "Late"))["Location"] == "/sign-in/"


def test_an_own_last_token_stays_and_the_trail_says_why(cast):
    eve = signed_in(cast.eve)
    [key] = SecurityKey.objects.filter(holder=cast.eve)
    with nothing_changes():
        expect(409, eve.submit(f"{MINE}{key.pk}/remove/"))
    assert last_refusal() == ("act.refused", "", "own_last_key")


def test_the_first_page_offers_only_what_the_role_may(cast):
    assert "/admin/people/" in signed_in(cast.hal).get("/").content.decode()
    assert "/admin/people/" not in signed_in(cast.olu).get("/").content.decode()


def test_a_stricter_policy_holds_from_the_next_request_of_a_password_alone(cast):
    asha, ben = signed_in(cast.asha), signed_in(cast.ben)
    soft_key, row = registered(asha, cast.ben)
    began = clock.now()
    decide(cast.north, second_factor="administrators")
    assert is_signed_in(ben)
    assert asha.get("/admin/people/")["Location"] == "/sign-in/key/"
    decide(cast.north, second_factor="everyone")
    with clock.standing_at(began + timedelta(minutes=30)):
        problem = expect(401, ben.call("/me/keys/register/challenge/")).json()
        assert problem["code"] == "step_up_required"
        assert not is_signed_in(ben)
        expect(200, ben.use(soft_key, row))
        assert is_signed_in(ben)


def test_a_policy_that_begins_later_asks_nothing_before(cast):
    ben = signed_in(cast.ben)
    tomorrow = clock.now() + timedelta(days=1)
    PolicyValue.objects.create(
        organisation=cast.north, name="second_factor", value="everyone", starts_at=tomorrow
    )
    assert is_signed_in(ben)


def test_whoever_has_an_exception_goes_on_with_the_password(cast):
    ben = signed_in(cast.ben)
    decide(cast.north, second_factor="everyone")
    let_off(cast.ben, cast.north, cast.priya, second_factor="optional")
    assert is_signed_in(ben)
