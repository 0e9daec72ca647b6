"""Other factors in people's hands: an app in software, a printed list.

with_app       a person who set up an authenticator app, and its seed
with_codes     a person who made recovery codes, and the list
otherwise      the page I don't have my token, sent
refused        it, as everything wrong is
without_keys   all that they have is removed by an administrator
"""

import re
from datetime import timedelta

import pyotp
from django.http import HttpResponse

from tests.cast import decide
from tests.doors import Browser, desk_of, expect, is_signed_in, signed_in
from tests.traces import last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.organisations.models import Organisation
from wardkey.people.models import Person

MY_FACTORS = "/me/other-factors/"
MY_APP, MY_CODES = f"{MY_FACTORS}app/", f"{MY_FACTORS}codes/"
OTHERWISE = "/sign-in/other/"


def allow(organisation: Organisation, **values: str) -> None:
    """An app and recovery codes, and what else is named."""
    decide(organisation, authenticator_app="on", recovery_codes="on", **values)


def code_of(seed: str, *, after: int = 0) -> str:
    """What the app shows so many seconds after now."""
    return pyotp.TOTP(seed).at(clock.now() + timedelta(seconds=after))


def begin_app(browser: Browser) -> str:
    """The seed, as the page shows it."""
    page = expect(200, browser.submit(MY_APP)).content.decode()
    return re.search(r'id="seed">([^<]+)<', page)[1].replace(" ", "")


def set_up_app(browser: Browser) -> str:
    """With the code of the step before, so that the one of now is still unused. In one moment, so
    that no step ends meanwhile."""
    with clock.standing_at(clock.now()):
        seed = begin_app(browser)
        expect(302, browser.submit(MY_APP, code=code_of(seed, after=-30)))
    return seed


def make_codes(browser: Browser) -> list[str]:
    page = expect(200, browser.submit(MY_CODES)).content.decode()
    return re.findall(r'<span class="wardkey-reference">([^<]+)<', page)


def with_app(person: Person) -> str:
    return set_up_app(signed_in(person))


def with_codes(person: Person) -> list[str]:
    return make_codes(signed_in(person))


def otherwise(browser: Browser, way: str, code: str, **more: str) -> HttpResponse:
    return browser.submit(OTHERWISE, way=way, code=code, **more)


def refused(browser: Browser, code: str, way: str = "app") -> None:
    with nothing_changes():
        expect(401, otherwise(browser, way, code))
    assert last_refusal() == ("sign_in.refused", "", "other_factor")
    assert not is_signed_in(browser)


def without_keys(admin: Browser, person: Person) -> None:
    for key in person.keys.exclude(state="removed"):
        expect(302, admin.submit(f"{desk_of(person)}{key.pk}/remove/", reason="broken"))
