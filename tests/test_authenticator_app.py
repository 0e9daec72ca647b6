"""An authenticator app: set up with a factor that is there, used in place of a token."""

import pytest

from tests.cast import decide, issue_pass
from tests.doors import MINE, expect, half_signed_in, is_signed_in, signed_in
from tests.factors import (
    MY_APP,
    OTHERWISE,
    allow,
    code_of,
    otherwise,
    refused,
    set_up_app,
    with_app,
    without_keys,
)
from tests.guessing import at
from tests.softkey import SoftKey
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.notifications.models import OutboxMessage
from wardkey.sessions.models import Session


@pytest.fixture
def south(cast):
    allow(cast.south)
    return cast.south


@pytest.fixture
def seed(cast, south):
    """Eve has an app, and no token any more."""
    seed = with_app(cast.eve)
    without_keys(signed_in(cast.cara), cast.eve)
    return seed


def test_its_code_logs_in_at_a_level_of_its_own(cast, seed):
    eve = half_signed_in(cast.eve)
    assert "Code of the app" in expect(200, eve.get(OTHERWISE)).text
    answer = expect(302, otherwise(eve, "app", code_of(seed), next="/me/moving/"))
    assert answer["Location"] == "/me/moving/"
    assert is_signed_in(eve)
    assert attempts("sign_in.succeeded")[-1].parameters["level"] == "app"
    assert Session.objects.get(person=cast.eve, ended_at=None).level == "app"


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}-{1} "])
def test_a_code_is_read_whatever_spaces_are_typed(cast, seed, typed):
    code = code_of(seed)
    expect(302, otherwise(half_signed_in(cast.eve), "app", typed.format(code[:3], code[3:])))


def test_each_code_works_once_and_none_before_it(cast, seed):
    start = clock.now()
    with at(start, 30):
        code = code_of(seed)
        expect(302, otherwise(half_signed_in(cast.eve), "app", code))
        refused(half_signed_in(cast.eve), code)
        refused(half_signed_in(cast.eve), code_of(seed, after=-30))
    with at(start, 60):
        expect(302, otherwise(half_signed_in(cast.eve), "app", code_of(seed)))


@pytest.mark.parametrize(("after", "status"), [(-60, 401), (-30, 302), (30, 302), (60, 401)])
def test_a_clock_may_be_one_step_off(cast, seed, after, status):
    with at(clock.now(), 90):  # beyond the code it was set up with
        expect(status, otherwise(half_signed_in(cast.eve), "app", code_of(seed, after=after)))


@pytest.mark.parametrize("code", ["", "12345", "0" * 6, "é" * 6, "\x00", "1" * 4000])
def test_what_is_no_code_is_refused(cast, seed, code):
    refused(half_signed_in(cast.eve), code)


def test_somebody_elses_app_is_refused(cast, seed):
    refused(half_signed_in(cast.cara), code_of(seed))


def test_it_is_not_offered_and_not_taken_beside_a_token_in_use(cast, south):
    seed = with_app(cast.eve)
    eve = half_signed_in(cast.eve)
    page = expect(200, eve.get(OTHERWISE)).text
    assert "There is no other way" in page
    assert 'name="code"' not in page
    refused(eve, code_of(seed))
    assert not changes("key.suspended")


def test_a_token_that_is_reported_lost_stops_and_the_app_helps(cast, south):
    seed = with_app(cast.eve)
    eve = half_signed_in(cast.eve)
    expect(302, eve.submit("/sign-in/key/lost/", key=str(cast.eve.keys.get().pk)))
    expect(302, otherwise(eve, "app", code_of(seed)))
    assert is_signed_in(eve)


def test_where_policy_offers_it_beside_a_token_that_token_is_suspended_and_all_are_told(cast):
    allow(cast.south, other_factors_beside_key="offered")
    seed, eve = with_app(cast.eve), half_signed_in(cast.eve)
    assert "your token will be suspended" in eve.get(OTHERWISE).text
    expect(302, otherwise(eve, "app", code_of(seed)))
    key = cast.eve.keys.get()
    assert (key.state, key.state_reason) == ("suspended", "not_at_hand")
    told = set(OutboxMessage.objects.values_list("kind", "address"))
    assert {
        ("key_suspended", "eve@south.example"),
        ("key_to_see_to", "cara@south.example"),
    } <= told
    assert changes("key.suspended")[-1].parameters["reason"] == "not_at_hand"
    # Its holder does not start it again with what they have instead.
    expect(401, eve.call(f"{MINE}{key.pk}/resume/"))


def test_where_policy_switches_it_off_it_does_not_work(cast, seed):
    decide(cast.south, authenticator_app="off")
    refused(half_signed_in(cast.eve), code_of(seed))
    decide(cast.south, authenticator_app="on")
    expect(302, otherwise(half_signed_in(cast.eve), "app", code_of(seed)))


def test_an_app_proves_again_what_it_opened(cast, seed):
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "app", code_of(seed)))
    eve.confirms = False
    with at(clock.now(), 360):
        assert "Code of the app" in expect(401, eve.get(MY_APP)).text
        deed = {"act": "set_up_factors", "about": str(cast.eve.pk)}
        assert expect(401, eve.call("/sign-in/again/", **deed, code="000000")).json()["detail"]
        expect(200, eve.call("/sign-in/again/", **deed, code=code_of(seed)))
        expect(200, eve.get(MY_APP))
        expect(401, eve.call("/sign-in/again/", **deed, code=code_of(seed)))
    assert attempts("step_up.succeeded")[-1].parameters["level"] == "app"


def test_a_session_that_a_token_opened_is_not_proved_by_an_app(cast, south):
    eve = signed_in(cast.eve)
    seed = set_up_app(eve)
    deed = {"act": "set_up_factors", "about": str(cast.eve.pk)}
    expect(403, eve.call("/sign-in/again/", **deed, code=code_of(seed)))


def test_an_administrator_with_an_app_alone_opens_no_role(cast, south):
    seed = with_app(cast.cara)
    root = signed_in(cast.root)
    without_keys(root, cast.cara)
    cara = half_signed_in(cast.cara)
    expect(302, otherwise(cara, "app", code_of(seed)))
    assert is_signed_in(cara)
    with nothing_changes():
        for address in ("/admin/", "/admin/people/", f"/admin/people/{cast.eve.pk}/"):
            expect(403, cara.get(address))
        expect(403, cara.submit(f"/admin/people/{cast.eve.pk}/access-pass/", checked="in_person"))
        # A token registered with it would open the role.
        expect(403, cara.get(f"{MINE}register/"))
        expect(403, cara.call(f"{MINE}register/challenge/"))
    assert last_refusal() == ("act.refused", "", "role_needs_pass")
    expect(302, half_signed_in(cast.cara).enter_pass(issue_pass(cast.cara)))


def test_a_session_of_an_app_registers_a_token_and_manages_none(cast, seed):
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "app", code_of(seed)))
    row = eve.register(MINE, SoftKey(), "New")
    with nothing_changes():
        for act in ("edit", "remove"):
            answer = expect(302, eve.get(f"{MINE}{row.pk}/{act}/"))
            assert answer["Location"].startswith("/sign-in/key/")


def test_a_whole_session_logs_in_in_no_other_way(cast, south):
    eve = signed_in(cast.eve)
    seed = set_up_app(eve)
    with nothing_changes():
        expect(409, otherwise(eve, "app", code_of(seed)))


def test_an_unknown_way_is_refused(cast, south):
    eve = half_signed_in(cast.eve)
    with nothing_changes():
        expect(400, otherwise(eve, "password", "x"))
