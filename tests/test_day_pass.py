"""A day pass: a second factor until the shift ends, where policy allows it."""

from datetime import timedelta

import pytest

from tests.cast import decide
from tests.doors import MINE, Browser, expect, half_signed_in, is_signed_in, signed_in
from tests.factors import MY_APP, allow, otherwise
from tests.passes import asked, issued, proved, stop_code, told
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.recovery.models import AccessPass
from wardkey.sessions.models import Session


@pytest.fixture
def cara(cast):
    decide(cast.south, day_pass="on")
    return signed_in(cast.cara)


@pytest.fixture
def code(cast, cara):
    """For four hours."""
    return issued(cara, cast.eve, "in_person", kind="day", hours="4")


def refused(browser, code):
    with nothing_changes():
        expect(401, otherwise(browser, "day_pass", code))
    assert not is_signed_in(browser)


def test_it_logs_in_as_often_as_its_holder_likes_at_the_lowest_level(cast, code):
    for _ in range(2):
        eve = half_signed_in(cast.eve)
        expect(302, otherwise(eve, "day_pass", code.lower()))
        assert is_signed_in(eve)
    assert attempts("sign_in.succeeded")[-1].parameters["level"] == "day_pass"
    entry = changes("access_pass.issued")[-1].parameters
    assert (entry["kind"], entry["identity_check"]) == ("day", "in_person")
    assert told("day_pass_issued") == ["eve@south.example"]


def test_it_ends_with_the_shift_and_so_does_what_it_opened(cast, code):
    start = clock.now()
    with clock.standing_at(start + timedelta(hours=3, minutes=45)):
        late = half_signed_in(cast.eve)
        expect(302, otherwise(late, "day_pass", code))
    with clock.standing_at(start + timedelta(hours=4, minutes=1)):
        assert not is_signed_in(late)
        refused(half_signed_in(cast.eve), code)


@pytest.mark.parametrize("hours", ["", "0", "13", "-1", "1.5", "٣", "abc", "999999"])
def test_it_lasts_twelve_hours_at_most(cast, cara, hours):
    before = AccessPass.objects.count()
    page = expect(400, asked(cara, cast.eve, kind="day", hours=hours)).text
    assert "from 1 to 12" in page
    assert AccessPass.objects.count() == before
    issued(cara, cast.eve, kind="day", hours="12")


def test_policy_has_to_allow_it_when_it_is_issued_and_when_it_is_used(cast):
    cara = proved(signed_in(cast.cara), cast.eve)
    with nothing_changes():
        expect(403, asked(cara, cast.eve, kind="day", hours="4"))
    assert last_refusal() == ("act.refused", "", "factor_not_allowed")
    decide(cast.south, day_pass="on")
    code = issued(cara, cast.eve, kind="day", hours="4")
    decide(cast.south, day_pass="off")
    refused(half_signed_in(cast.eve), code)


def test_nobody_issues_one_to_themselves_and_none_beside_a_token_in_use(cast, cara):
    signed_in(cast.eve)
    proved(cara, cast.cara, cast.eve)
    with nothing_changes():
        expect(403, asked(cara, cast.cara, kind="day", hours="4"))
        expect(409, asked(cara, cast.eve, kind="day", hours="4"))


def test_it_registers_no_token_and_sets_up_nothing_that_lasts(cast, code):
    allow(cast.south)
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "day_pass", code))
    with nothing_changes():
        for address in (f"{MINE}register/", MY_APP):
            assert expect(302, eve.get(address))["Location"].startswith("/sign-in/key/")
        expect(401, eve.call(f"{MINE}register/challenge/"))


def test_it_is_no_access_pass_and_an_access_pass_is_none(cast, cara, code):
    eve = half_signed_in(cast.eve)
    with nothing_changes():
        expect(401, eve.enter_pass(code))
    access_pass = issued(cara, cast.eve)
    refused(half_signed_in(cast.eve), access_pass)


def test_another_pass_and_stopping_it_end_it_and_its_sessions(cast, cara, code):
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "day_pass", code))
    second = issued(cara, cast.eve, kind="day", hours="2")
    assert not is_signed_in(eve)
    refused(half_signed_in(cast.eve), code)
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "day_pass", second))
    expect(200, Browser().submit("/stop-pass/", code=stop_code()))
    assert not is_signed_in(eve)
    refused(half_signed_in(cast.eve), second)


def test_three_wrong_ones_make_the_account_wait(cast, code):
    for _ in range(3):
        expect(401, otherwise(half_signed_in(cast.eve), "day_pass", "AAAA-AAAA-AAAA-AAAA"))
    expect(429, otherwise(half_signed_in(cast.eve), "day_pass", code))


def test_only_its_hash_is_kept_and_the_person_s_page_says_that_it_is_out(cast, cara, code):
    assert code not in str(list(AccessPass.objects.values()))
    assert "With the day pass" in cara.get(f"/admin/people/{cast.eve.pk}/").text
    assert not Session.objects.filter(level="day_pass").exists()
