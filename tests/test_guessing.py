"""Guessing passwords: failures in a row make an account wait, whoever guesses from wherever."""

import pytest
from django.db import connection

from tests.cast import PASSWORD
from tests.doors import Browser, expect, half_signed_in, is_signed_in, signed_in
from tests.guessing import at, block, guess, no_hash_can_be_made, throttled
from tests.test_races import at_once
from tests.traces import attempts, nothing_changes
from wardkey.base import clock
from wardkey.signin.models import FailedName, Limit

# After the fifth failure, the sixth, …: seconds, and how the page tells them.
WAITS = {
    "30 seconds": 30,
    "60 seconds": 60,
    "2 minutes": 120,
    "4 minutes": 240,
    "8 minutes": 480,
    "15 minutes": 900,
}
NAMES = ["ben@north.example", "nobody@north.example"]


@pytest.mark.parametrize("username", NAMES)
def test_en07_five_failures_are_free_then_each_doubles_the_wait(cast, username):
    start, moment = clock.now(), 0
    block(username, failures=4)
    for words, wait in [*WAITS.items(), ("15 minutes", 900)]:
        with at(start, moment):
            expect(401, guess(username))
            assert f"Wait {words}, then try" in throttled(guess(username), wait)
        with at(start, moment + wait - 0.5):
            throttled(guess(username), 1)
        moment += wait


def test_en07_who_has_to_wait_reads_the_same_whether_the_account_exists(cast):
    start, pages = clock.now(), set()
    for username in NAMES:
        with at(start, 0):
            block(username)
            browser = Browser()
            answer = guess(username, browser=browser)
        page = answer.content.decode().replace(username, "NAME")
        page = page.replace(page.split('name="csrfmiddlewaretoken" value="')[1][:64], "")
        pages.add((answer.status_code, answer["Retry-After"], page))
    assert len(pages) == 1


def test_who_waits_costs_no_hash_and_changes_nothing(cast):
    block(cast.ben.username)
    with no_hash_can_be_made(), nothing_changes():
        expect(503, guess(cast.dev.username))
        assert guess(cast.ben.username).status_code == 429


def test_the_right_password_waits_too_and_then_starts_anew(cast):
    start = clock.now()
    with at(start, 0):
        block(cast.ben.username)
        throttled(guess(cast.ben.username, PASSWORD), 30)
    with at(start, 30):
        expect(302, guess(cast.ben.username, PASSWORD))
        block(cast.ben.username)
        throttled(guess(cast.ben.username), 30)


def test_four_slips_and_the_right_password_leave_no_count_behind(cast):
    for _ in range(4):
        block(cast.ben.username, failures=4)
        expect(302, guess(cast.ben.username, PASSWORD))
    assert not Limit.objects.exists()
    assert not FailedName.objects.exists()


def test_one_account_that_waits_holds_up_no_other(cast):
    block(cast.ben.username)
    expect(302, guess(cast.dev.username, PASSWORD))


@pytest.mark.parametrize("typed", [" BEN@north.example ", "ｂｅｎ@north.example"])
def test_one_account_has_one_count_however_its_name_is_typed(cast, typed):
    block(cast.ben.username, failures=4)
    expect(401, guess(typed))
    assert guess(cast.ben.username).status_code == 429


def test_suspended_ones_are_counted_as_everybody(cast):
    type(cast.dev).objects.filter(pk=cast.dev.pk).update(status="suspended")
    for _ in range(5):
        expect(401, guess(cast.dev.username, PASSWORD))
    assert guess(cast.dev.username, PASSWORD).status_code == 429


def test_bf16_other_cookies_sessions_and_browsers_change_nothing(cast):
    browser = Browser()
    for _ in range(5):
        expect(401, guess(cast.ben.username, browser=browser))
        browser.cookies.pop("__Host-known", None)
    browser.cookies.clear()
    browser.get("/sign-in/")
    assert guess(cast.ben.username, browser=browser).status_code == 429
    assert guess(cast.ben.username, browser=signed_in(cast.dev)).status_code == 429
    assert guess(cast.ben.username, browser=half_signed_in(cast.eve)).status_code == 429


def test_bf03_a_browser_that_the_person_used_before_still_gets_in(cast):
    bens, strangers = signed_in(cast.ben), Browser()
    bens.submit("/sign-out/")
    block(cast.ben.username)
    assert guess(cast.ben.username, PASSWORD, browser=strangers).status_code == 429
    expect(302, guess(cast.ben.username, PASSWORD, browser=bens))
    assert is_signed_in(bens)
    # … which forgives the stranger nothing.
    assert guess(cast.ben.username, PASSWORD, browser=strangers).status_code == 429


def test_bf03_a_known_browser_has_a_small_count_of_its_own(cast):
    bens = signed_in(cast.ben)
    for _ in range(5):
        expect(401, guess(cast.ben.username, browser=bens))
    throttled(guess(cast.ben.username, PASSWORD, browser=bens), 30)
    expect(302, guess(cast.ben.username, PASSWORD))


def test_bf03_a_browser_is_known_to_its_own_people_alone(cast):
    shared = signed_in(cast.dev)
    block(cast.ben.username)
    assert guess(cast.ben.username, PASSWORD, browser=shared).status_code == 429
    stolen = signed_in(cast.dev).cookies["__Host-known"].value.split(".")
    for cookie in ("x", "." * 9, f"{stolen[0]}.{'0' * 32}", f"{'é' * 22}.{stolen[1]}"):
        forged = Browser()
        forged.cookies["__Host-known"] = cookie
        assert guess(cast.ben.username, PASSWORD, browser=forged).status_code == 429


def test_several_people_share_a_browser_and_the_last_four_are_known(cast):
    shared = Browser()
    people = [cast.ben, cast.dev, cast.olu, cast.hal, cast.asha]
    for person in people:
        expect(302, guess(person.username, PASSWORD, browser=shared))
    for person in people:
        block(person.username)
    codes = [guess(each.username, PASSWORD, browser=shared).status_code for each in people]
    assert codes == [429, 302, 302, 302, 302]


def test_what_a_known_browser_keeps_is_bound_to_the_host_and_names_nobody(cast):
    cookie = signed_in(cast.ben).cookies["__Host-known"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert str(cast.ben.pk) not in cookie.value
    assert "ben" not in cookie.value


@pytest.mark.parametrize("who", ["ben", "eve"])
def test_half_a_login_makes_no_browser_known(cast, who):
    browser = Browser()
    browser.enter_password(getattr(cast, who))
    assert ("__Host-known" in browser.cookies) == (who == "ben")


def test_au11_limits_that_are_reached_are_recorded_without_what_was_typed(cast):
    for username in NAMES:
        block(username)
    of_ben, of_nobody = attempts("sign_in.limited")
    assert of_ben.parameters | {"address": ""} == {
        "limit": "password",
        "failures": 5,
        "seconds": 30,
        "address": "",
    }
    assert of_ben.parameters["address"].startswith("sha256:")
    assert (of_ben.holder, of_nobody.holder) == (str(cast.ben.pk), "")
    assert "nobody" not in str(of_nobody)
    assert "nobody" not in str(list(Limit.objects.values()) + list(FailedName.objects.values()))


def test_bf10_without_its_tables_the_limiter_refuses(cast):
    browser = Browser()
    browser.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signin_limit RENAME TO signin_limit_away")
    answer = browser.enter_password(cast.ben)
    assert answer.status_code == 503
    assert "__Host-session" not in browser.cookies


def test_many_guesses_at_once_learn_no_more_than_five_in_turn(cast_for_threads):
    cast = cast_for_threads
    browsers = [Browser() for _ in range(16)]
    codes = at_once(
        *(lambda each=each: guess(cast.ben.username, browser=each) for each in browsers)
    )
    assert codes == [401] * 5 + [429] * 11
    assert Limit.objects.get().failures == 5


def test_right_passwords_at_once_are_not_held_up(cast_for_threads):
    browsers = [Browser() for _ in range(12)]
    ben = cast_for_threads.ben
    assert at_once(*(lambda each=each: each.enter_password(ben) for each in browsers)) == [302] * 12
