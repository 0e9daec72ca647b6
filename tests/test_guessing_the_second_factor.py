"""Whoever has a right password, and guesses at what comes next."""

import pytest

from tests.cast import PASSWORD, issue_pass
from tests.doors import Browser, expect, half_signed_in, registered, signed_in
from tests.guessing import at, throttled
from tests.softkey import SoftKey
from tests.traces import attempts, nothing_changes
from wardkey.base import clock
from wardkey.ceremonies.models import PendingCeremony
from wardkey.people.models import Person
from wardkey.signin.models import Limit

NO_PASS = "AAAA-AAAA-AAAA-AAAA"


@pytest.fixture
def blue(cast):
    return registered(signed_in(cast.asha), cast.ben)


def answer_wrongly(cast, blue, times=10):
    """Each in a session of its own, with a signature over something else."""
    soft_key, row = blue
    for _ in range(times):
        answer = half_signed_in(cast.ben).use(
            soft_key, row, signature=lambda good: good[:-1] + bytes([good[-1] ^ 1])
        )
        expect(401, answer)


def challenge(browser, row):
    return browser.call("/sign-in/key/challenge/", key_id=str(row.pk))


def test_bf04_wrong_answers_count_for_the_account_and_not_for_the_session(cast, blue):
    soft_key, row = blue
    waiting = half_signed_in(cast.ben)
    begun = waiting.choose(row)
    answer_wrongly(cast, blue)
    problem = expect(429, challenge(half_signed_in(cast.ben), row))
    assert problem["Retry-After"] == "30"
    assert problem.json()["code"] == "too_many_attempts"
    # An answer to a challenge from before waits too, right as it is.
    right = soft_key.sign(begun["public_key"], "http://localhost:8000")
    with nothing_changes():
        expect(429, waiting.finish(begun, right))
    [limited] = attempts("sign_in.limited")
    assert (limited.parameters["limit"], limited.holder) == ("key", str(cast.ben.pk))


def test_bf04_after_the_wait_the_right_token_starts_anew(cast, blue):
    start = clock.now()
    with at(start, 0):
        answer_wrongly(cast, blue)
    with at(start, 30):
        expect(200, half_signed_in(cast.ben).use(*blue))
    assert not Limit.objects.filter(kind="key").exists()


def test_bf04_the_right_password_forgives_no_wrong_answers(cast, blue):
    answer_wrongly(cast, blue, times=9)
    half_signed_in(cast.ben)
    answer_wrongly(cast, blue, times=1)
    expect(429, challenge(half_signed_in(cast.ben), blue[1]))


def test_bf03_a_stranger_with_the_password_cannot_hold_up_a_known_browser(cast, blue):
    bens = half_signed_in(cast.ben)
    expect(200, bens.use(*blue))
    answer_wrongly(cast, blue)
    expect(429, challenge(half_signed_in(cast.ben), blue[1]))
    bens.enter_password(cast.ben)
    expect(200, bens.use(*blue))


def test_an_answer_that_comes_twice_is_nobodys_guess(cast, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    begun = ben.choose(row)
    answer = soft_key.sign(begun["public_key"], "http://localhost:8000")
    other = half_signed_in(cast.ben)
    expect(200, ben.finish(begun, answer))
    for _ in range(12):
        expect(401, other.finish(begun, answer))
    expect(200, other.use(soft_key, row))


def test_bf13_ten_thousand_challenges_are_five(cast, blue):
    ben = half_signed_in(cast.ben)
    begun = [ben.choose(blue[1]) for _ in range(20)]
    assert PendingCeremony.objects.filter(holder_id=cast.ben.pk, taken_at=None).count() <= 5
    answer = blue[0].sign(begun[0]["public_key"], "http://localhost:8000")
    expect(401, ben.finish(begun[0], answer))
    expect(200, ben.use(*blue))


def test_bf06_wrong_passes_count_for_the_account(cast):
    code = issue_pass(cast.eve)
    for _ in range(5):
        expect(401, half_signed_in(cast.eve).enter_pass(NO_PASS))
    eve = half_signed_in(cast.eve)
    with nothing_changes():
        page = throttled(eve.enter_pass(code), 30)
    assert "Wait 30 seconds" in page
    start = clock.now()
    with at(start, 30):
        expect(302, eve.enter_pass(code))


def test_bf06_a_pass_has_eighty_random_bits(cast):
    codes = {issue_pass(cast.eve) for _ in range(50)}
    assert len(codes) == 50
    assert {len(code.replace("-", "")) for code in codes} == {16}
    assert len(set("".join(codes)) - {"-"}) == 32


def test_a_pass_that_was_used_or_replaced_is_no_guess(cast):
    spent = issue_pass(cast.eve)
    code = issue_pass(cast.eve)
    eve = half_signed_in(cast.eve)
    for _ in range(6):
        expect(401, eve.enter_pass(spent))
    expect(302, eve.enter_pass(code))
    eve.register("/me/keys/", SoftKey(), "First")


def test_bf06_passes_tried_at_many_accounts_count_for_the_address(cast, settings):
    settings.NAMES_AN_ADDRESS = 2
    for person in (cast.eve, cast.cara, cast.root):
        expect(401, half_signed_in(person).enter_pass(NO_PASS))
    expect(429, Browser().enter_password(cast.eve))


@pytest.mark.parametrize("door", ["/stop-pass/", "/sign-in/new-password/", "/join/"])
def test_a_user_name_typed_as_a_code_makes_nobody_wait(cast, door):
    Person.objects.filter(pk=cast.eve.pk).update(username="eve", username_key="eve")
    eve, code = Person.objects.get(pk=cast.eve.pk), issue_pass(cast.eve)
    for _ in range(6):
        Browser().submit(door, code="EVE", password=PASSWORD)
    expect(302, half_signed_in(eve).enter_pass(code))
