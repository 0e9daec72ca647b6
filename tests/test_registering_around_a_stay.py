"""A token is registered for who is here or will be: it lies ready on their first day. For whoever
is out none is, and nobody touches one to learn that."""

import pytest

from tests.departures import DAY, act, at_noon, today
from tests.doors import ORIGIN, Browser, desk_of, expect, signed_in
from tests.newcomers import NEW_PASSWORD, added, join, slip_for
from tests.programs import V1, program, refused
from tests.softkey import SoftKey
from tests.traces import nothing_changes
from wardkey.keys.models import SecurityKey

OUT = "suspended or closed: no token is registered for it"


@pytest.fixture
def priya(cast):
    return signed_in(cast.priya)


def test_before_the_first_day_a_token_is_registered_and_opens_the_account_then(cast, priya):
    monday = today() + 3 * DAY
    nia = added(priya, "nia@north.example", starts=monday)
    page = expect(200, priya.get(desk_of(nia))).text
    assert ("Register New Token" in page, "Issue an access pass" in page) == (True, False)
    soft_key = SoftKey()
    key = priya.register(desk_of(nia), soft_key, "Blue")
    page = expect(200, priya.get(desk_of(nia))).text
    assert ("Blue" in page, "Try it now" in page) == (True, False)
    with nothing_changes():
        expect(409, priya.call(f"{desk_of(nia)}{key.pk}/try/challenge/"))
    slip = slip_for(priya, nia)
    with at_noon(monday):
        expect(302, join(slip, NEW_PASSWORD))
        browser = Browser()
        expect(302, browser.enter_password(nia, NEW_PASSWORD))
        expect(200, browser.use(soft_key, key))


@pytest.mark.parametrize("what", ["suspend/", "close/"])
def test_for_whoever_is_out_no_token_is_touched(cast, priya, what):
    expect(302, act(priya, cast.ben, what))
    page = expect(200, priya.get(desk_of(cast.ben))).text
    assert OUT in page
    assert "Register New Token" not in page
    assert "Issue an access pass" not in page
    sync = program(cast.north, cast.priya, "keys:write")
    with nothing_changes():
        answer = expect(409, priya.call(f"{desk_of(cast.ben)}register/challenge/"))
        assert OUT in answer.json()["detail"]
        keys = f"{V1}/people/{cast.ben.pk}/keys/registrations"
        told = refused(409, "conflict", sync.send("post", keys))
    assert "suspended or closed" in told["title"]


def test_whoever_is_closed_between_touch_and_nickname_gets_none(cast, priya):
    begun = priya.begin(desk_of(cast.ben))
    answer = SoftKey().register(begun["public_key"], ORIGIN)
    expect(200, priya.answer(desk_of(cast.ben), begun, answer))
    expect(302, act(signed_in(cast.asha), cast.ben, "suspend/"))
    expect(400, priya.name(desk_of(cast.ben), begun, "Blue"))
    assert not SecurityKey.objects.filter(holder=cast.ben).exists()
