"""Browsers of people who are logged in already: what logs in is a row, and no page.

somebody                      whom nobody met before
at_browser, half_way, proved  logged in; with the password alone; with a fresh proof for one deed
key_of                        a token of their own, made once
signed, touched               what it answers to a challenge of a portal in another process
each_from                     a form that is sent by another browser each time
"""

from collections.abc import Callable
from functools import cache
from itertools import count

from django.db import transaction

from tests.cast import hire_into
from tests.doors import MINE, Browser
from tests.served import called, submitted
from tests.softkey import SoftKey
from wardkey.keys.models import SecurityKey
from wardkey.organisations.models import Organisation
from wardkey.people.administrators import Act
from wardkey.people.deeds import Deed
from wardkey.people.models import Person
from wardkey.sessions import lifetime, step_up
from wardkey.sessions.levels import Level, Owed

AT_ONCE = 100
NUMBERS = count(1)
Send = Callable[[], int]


def somebody(organisation: Organisation) -> Person:
    """Whom nobody met before."""
    return hire_into(organisation, f"person{next(NUMBERS)}")


def at_browser(person: Person, **session: object) -> Browser:
    browser = Browser()
    session = {"level": Level.KEY, **session}
    browser.cookies["__Host-session"] = lifetime.start(person=person, **session)[1]
    return browser


def half_way(person: Person) -> Browser:
    return at_browser(person, level=Level.PASSWORD, owed=Owed.SECOND_FACTOR)


def proved(person: Person, act: Act, about: Person | Organisation) -> Browser:
    browser = at_browser(person)
    step_up.note(session=browser.session, deed=Deed(act, str(about.pk)), key_id=None)
    return browser


def each_from(begin: Callable[[], Browser], port: int, address: str, **fields: str) -> Send:
    """A browser of its own each time."""
    with transaction.atomic():
        browsers = iter([begin() for _ in range(AT_ONCE)])
    return lambda: submitted(port, next(browsers), address, **fields)


def origin(port: int) -> str:
    return f"http://localhost:{port}"


@cache
def key_of(person: Person) -> tuple[SoftKey, SecurityKey]:
    soft_key = SoftKey()
    return soft_key, at_browser(person).register(MINE, soft_key, "Own")


def signed(begun: dict, soft_key: SoftKey, port: int) -> dict:
    credential = soft_key.sign(begun["public_key"], origin(port))
    return {"ceremony_id": begun["ceremony_id"], "credential": credential}


def touched(browser: Browser, desk: str, port: int) -> str:
    """The id of a registration that only lacks its nickname."""
    begun = browser.begin(desk)
    made = SoftKey().register(begun["public_key"], origin(port))
    own = {"registration_id": begun["registration_id"]}
    assert called(port, browser, f"{desk}register/answer/", **own, credential=made) == 200
    return begun["registration_id"]
