"""Ten recovery codes, printed: each logs in once, for an hour, and everybody is told."""

import re
from datetime import timedelta

import pytest

from tests.cast import decide
from tests.doors import MINE, Browser, desk_of, expect, half_signed_in, is_signed_in, signed_in
from tests.factors import (
    MY_CODES,
    MY_FACTORS,
    OTHERWISE,
    allow,
    make_codes,
    otherwise,
    with_codes,
    without_keys,
)
from tests.softkey import SoftKey
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.notifications.models import OutboxMessage
from wardkey.recovery.models import RecoveryCode
from wardkey.sessions.models import Session

NO_CODE = "AAAA-AAAA-AAAA-AAAA"


@pytest.fixture
def codes(cast):
    """Of Eve, who has no token any more."""
    allow(cast.south)
    codes = with_codes(cast.eve)
    without_keys(signed_in(cast.cara), cast.eve)
    return codes


def refused(browser, code):
    with nothing_changes():
        expect(401, otherwise(browser, "recovery", code))
    assert last_refusal() == ("sign_in.refused", "", "other_factor")
    assert not is_signed_in(browser)


def test_there_are_ten_of_eighty_random_bits_and_only_hashes_are_kept(cast, codes):
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", code) for code in codes)
    kept = str(list(RecoveryCode.objects.values())) + str(list(OutboxMessage.objects.values()))
    kept += str(changes("recovery_codes.made"))
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


def test_lc24_one_logs_in_once_at_a_level_of_its_own_and_all_are_told(cast, codes):
    eve = half_signed_in(cast.eve)
    answer = expect(302, otherwise(eve, "recovery", codes[0].lower()))
    assert answer["Location"] == MINE  # where a token is registered
    page = eve.get(MINE).text
    assert "Register one now" in page
    assert "logged in for one hour" in page
    [entry] = changes("recovery_code.used")
    assert (entry.holder, entry.parameters["left"]) == (str(cast.eve.pk), 9)
    assert attempts("sign_in.succeeded")[-1].parameters["level"] == "recovery"
    told = set(OutboxMessage.objects.values_list("kind", "address"))
    assert {
        ("recovery_code_used", "eve@south.example"),
        ("recovery_code_of_another_used", "cara@south.example"),
    } <= told
    refused(half_signed_in(cast.eve), codes[0])
    assert "9 codes left" in eve.get(MY_FACTORS).text


def test_lc24_it_ends_after_an_hour_in_which_a_token_is_registered(cast, codes):
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "recovery", codes[0]))
    soft_key = SoftKey()
    row = eve.register(MINE, soft_key, "New")
    with clock.standing_at(clock.now() + timedelta(minutes=50)):
        expect(200, eve.get(MINE))
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        assert not is_signed_in(eve)
        expect(200, half_signed_in(cast.eve).use(soft_key, row))


def test_lc19_a_code_without_the_password_is_refused(cast, codes):
    with nothing_changes():
        answer = expect(302, otherwise(Browser(), "recovery", codes[0]))
    assert answer["Location"].startswith("/sign-in/")
    expect(302, otherwise(half_signed_in(cast.eve), "recovery", codes[0]))


def test_lc26_two_codes_replace_no_password(cast, codes):
    browser = Browser()
    with nothing_changes():
        expect(401, browser.enter_password(cast.eve, password=codes[0]))
        expect(302, otherwise(browser, "recovery", codes[1]))
    assert not is_signed_in(browser)
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "recovery", codes[1]))
    with nothing_changes():
        expect(409, otherwise(eve, "recovery", codes[2]))
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


def test_new_ones_replace_the_list(cast, codes):
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "recovery", codes[0]))
    new = make_codes(eve)
    refused(half_signed_in(cast.eve), codes[1])
    expect(302, otherwise(half_signed_in(cast.eve), "recovery", new[0]))
    assert len(changes("recovery_codes.made")) == 2


@pytest.mark.parametrize("way", ["replaced", "removed"])
def test_what_a_code_opened_elsewhere_ends_with_its_list(cast, way):
    allow(cast.south, other_factors_beside_key="offered")
    eve = signed_in(cast.eve)
    codes, thief = make_codes(eve), half_signed_in(cast.eve)
    cara = signed_in(cast.cara)
    expect(302, otherwise(thief, "recovery", codes[0]))
    expect(302, cara.submit(f"{desk_of(cast.eve)}{cast.eve.keys.get().pk}/resume/"))
    soft_key, row = eve.own_key
    eve = half_signed_in(cast.eve)
    expect(200, eve.use(soft_key, row))
    if way == "replaced":
        make_codes(eve)
    else:
        expect(302, eve.submit(f"{MY_CODES}remove/"))
    assert is_signed_in(eve)
    assert not is_signed_in(thief)


def test_somebody_elses_code_is_refused_and_not_used_up(cast, codes):
    refused(half_signed_in(cast.cara), codes[0])
    expect(302, otherwise(half_signed_in(cast.eve), "recovery", codes[0]))


def test_none_beside_a_token_in_use_and_none_where_policy_switches_them_off(cast, codes):
    decide(cast.south, recovery_codes="off")
    refused(half_signed_in(cast.eve), codes[0])
    assert "Recovery code" not in half_signed_in(cast.eve).get(OTHERWISE).text
    decide(cast.south, recovery_codes="on")
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "recovery", codes[0]))
    eve.register(MINE, SoftKey(), "New")
    refused(half_signed_in(cast.eve), codes[1])


def test_where_policy_allows_none_none_are_made(cast):
    eve = signed_in(cast.eve)
    assert "does not allow it" in eve.get(MY_CODES).text
    with nothing_changes():
        expect(403, eve.submit(MY_CODES))
    assert last_refusal() == ("act.refused", "", "factor_not_allowed")


def test_making_them_needs_a_factor_that_is_there_and_a_fresh_proof(cast):
    allow(cast.north)
    allow(cast.south)
    dev, eve = signed_in(cast.dev), signed_in(cast.eve)
    eve.confirms = False
    with nothing_changes():
        assert expect(302, dev.submit(MY_CODES))["Location"].startswith("/sign-in/key/")
        with clock.standing_at(clock.now() + timedelta(minutes=6)):
            expect(401, eve.submit(MY_CODES))
    assert len(make_codes(eve)) == 10


def test_they_are_removed_and_not_as_the_last_way_in(cast, codes):
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "recovery", codes[0]))
    with nothing_changes():
        expect(409, eve.submit(f"{MY_CODES}remove/"))
    eve.register(MINE, SoftKey(), "New")
    expect(302, eve.submit(f"{MY_CODES}remove/"))
    assert not RecoveryCode.objects.exists()
    assert len(changes("recovery_codes.removed")) == 1


def test_bf05_the_third_wrong_code_ends_half_the_login_and_makes_the_account_wait(cast, codes):
    start = clock.now()
    with clock.standing_at(start):
        for _ in range(2):
            expect(401, otherwise(half_signed_in(cast.eve), "recovery", NO_CODE))
        eve = half_signed_in(cast.eve)
        page = expect(401, otherwise(eve, "recovery", NO_CODE)).text
        assert "Log in with your password again" in page
        assert expect(302, eve.get("/sign-in/key/"))["Location"] == "/sign-in/"
        assert Session.objects.filter(end_reason="throttled").count() == 1
        again = half_signed_in(cast.eve)
        with nothing_changes():
            assert expect(429, otherwise(again, "recovery", codes[0]))["Retry-After"] == "30"
    with clock.standing_at(start + timedelta(seconds=31)):
        expect(302, otherwise(half_signed_in(cast.eve), "recovery", codes[0]))


def test_bf05_ten_an_hour_are_the_most_whatever_browser_asks(cast, codes):
    start, tried = clock.now(), 0
    known = half_signed_in(cast.eve)
    expect(302, otherwise(known, "recovery", codes[0]))
    for minute in range(60):
        with clock.standing_at(start + timedelta(minutes=minute)):
            for _ in range(1 if minute else 4):
                known.enter_password(cast.eve)
                tried += otherwise(known, "recovery", NO_CODE).status_code == 401
    assert 8 <= tried <= 10
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


def test_a_code_that_was_used_is_no_guess(cast, codes):
    expect(302, otherwise(half_signed_in(cast.eve), "recovery", codes[0]))
    for _ in range(4):
        expect(401, otherwise(half_signed_in(cast.eve), "recovery", codes[0]))
    expect(302, otherwise(half_signed_in(cast.eve), "recovery", codes[1]))
