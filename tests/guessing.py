"""Somebody who guesses, at the portal's doors.

guess     one sign-in with a wrong password, or another one
at        the same some seconds after a moment
block     as many failures as make a name wait
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.http import HttpResponse

from tests.doors import Browser, expect
from wardkey.base import clock
from wardkey.people import passwords

WRONG = "wrong-guess"


def guess(username: str, password: str = WRONG, *, browser: Browser | None = None) -> HttpResponse:
    return (browser or Browser()).submit("/sign-in/", username=username, password=password)


@contextmanager
def at(start: datetime, seconds: float) -> Iterator[None]:
    with clock.standing_at(start + timedelta(seconds=seconds)):
        yield


def block(username: str, failures: int = 5) -> None:
    for _ in range(failures):
        expect(401, guess(username))


def throttled(answer: HttpResponse, seconds: int) -> str:
    """The page's words; the answer says how long to wait, and no longer."""
    page = expect(429, answer).content.decode()
    assert answer["Retry-After"] == str(seconds)
    return page


def from_address(address: str, **headers: str) -> Browser:
    """A browser whose connection comes from there, with headers that it or a proxy sets."""
    browser = Browser()
    browser.defaults["REMOTE_ADDR"] = address
    browser.defaults |= headers
    return browser


@contextmanager
def no_hash_can_be_made() -> Iterator[None]:
    """Every place in the queue is taken: whatever wants a hash is refused with 503."""
    places = passwords.HASHING._places
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    try:
        yield
    finally:
        places.release(taken)
