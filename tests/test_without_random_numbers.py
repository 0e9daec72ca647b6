"""A machine that gives no random numbers says so to everybody, and goes on once it has them."""

from django.test import Client

from tests.doors import MINE, Browser, expect, half_signed_in, signed_in


def test_a_machine_without_random_numbers_is_503_too(cast, monkeypatch):
    def fails(_count):
        raise OSError("no entropy")

    for browser, address in (
        (Client(), "/sign-in/"),
        (signed_in(cast.ben), MINE),
        (half_signed_in(cast.cara), "/sign-in/key/"),
        (at_the_ward(cast), "/admin/"),
    ):
        browser.raise_request_exception = False
        with monkeypatch.context() as patched:
            patched.setattr("os.urandom", fails)
            patched.setattr("random._urandom", fails)
            answer = expect(503, browser.get(address))
        assert b"not available at the moment" in answer.content
        expect(200, browser.get(address))


def at_the_ward(cast):
    browser = Browser()
    expect(302, browser.enter_password(cast.asha, shared_computer="yes"))
    return browser
