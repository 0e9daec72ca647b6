"""Whoever sits at somebody's open session guesses no faster than at the login page."""

from tests.doors import expect, signed_in
from tests.guessing import WRONG, at, guess, no_hash_can_be_made
from tests.traces import attempts, nothing_changes
from wardkey.base import clock


def confirm(browser, about, password):
    deed = {"act": "manage_keys", "about": str(about.pk)}
    return browser.call("/sign-in/again/", **deed, password=password)


def test_bf04_passwords_tried_at_an_open_session_count_with_those_of_the_login_page(cast):
    start, asha = clock.now(), signed_in(cast.asha)
    asha.cookies.pop("__Host-known")
    with at(start, 0):
        for _ in range(2):
            expect(401, guess(cast.asha.username))
        for _ in range(3):
            expect(401, confirm(asha, cast.ben, WRONG))
        with nothing_changes(), no_hash_can_be_made():
            problem = expect(429, confirm(asha, cast.ben, "wardkey-demo-only"))
        assert (problem["Retry-After"], problem.json()["code"]) == ("30", "too_many_attempts")
        assert guess(cast.asha.username).status_code == 429
    with at(start, 30):
        expect(200, confirm(asha, cast.ben, "wardkey-demo-only"))
    assert attempts("sign_in.limited")[0].holder == str(cast.asha.pk)


def test_bf04_false_answers_of_a_key_count_there_too(cast):
    cara = signed_in(cast.cara)
    _soft_key, own = cara.own_key
    deed = {"act": "manage_keys", "about": str(cast.eve.pk)}
    for _ in range(10):
        expect(401, cara.prove(deed, signature=lambda good: good[::-1]))
    assert expect(429, cara.begin_to_prove(deed, own))["Retry-After"] == "30"
