"""People at the portal's doors: real addresses, real forms, real signatures.

    Browser             what somebody does on the pages, step by step
    signed_in           wholly, by whatever their organisation asks for
    half_signed_in      the password was right, and a second factor is owed
    registered          a key that an administrator registered
    undone              whatever somebody does meanwhile

Nothing here reaches behind the doors, except for the access pass that an administrator hands out.

Where a page asks somebody to confirm that it is they, or a session rests, their browser does so,
with the key or the password that they logged in with, and goes on. With `confirms = False` it
leaves it at the page.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import cache, partial
from http.cookies import SimpleCookie
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.cast import PASSWORD, issue_pass
from tests.done_before import done_before
from tests.locks import locks_only_inside_a_transaction
from tests.role_questions import questions_about_roles_counted
from tests.softkey import SoftKey
from wardkey.base import codes
from wardkey.keys.models import SecurityKey
from wardkey.people.models import Person
from wardkey.sessions.models import Session

ORIGIN = settings.ORIGINS[0]
MINE = "/me/keys/"


def desk_of(holder: Person) -> str:
    """The address of an administrator's page about somebody's keys; one's own is `MINE`."""
    return f"/admin/people/{holder.pk}/keys/"


class Browser(Client):
    """Somebody's browser: the forms and the scripts of the pages, with CSRF checked.

    `own_key` is the key of theirs that they logged in with, and its row.
    """

    confirms = True
    own_key: tuple[SoftKey, SecurityKey] | None = None

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True, headers={"user-agent": "A browser"})
        self.cookies = copy(cookies_of_a_first_visit())

    def request(self, **request: object) -> HttpResponse:
        with locks_only_inside_a_transaction(), questions_about_roles_counted():
            return super().request(**request)

    @property
    def soft_key(self) -> SoftKey:
        return self.own_key[0]

    @property
    def csrf(self) -> str:
        return self.cookies[settings.CSRF_COOKIE_NAME].value

    @property
    def secret(self) -> str:
        return self.cookies["__Host-session"].value

    @property
    def session(self) -> Session:
        return Session.objects.get(secret_hash=codes.hashed(self.secret))

    def get(self, *where: object, **more: object) -> HttpResponse:
        return self._confirmed(lambda: super(Browser, self).get(*where, **more))

    def submit(self, address: str, **fields: object) -> HttpResponse:
        """A form."""
        return self._confirmed(
            lambda: self.post(address, {"csrfmiddlewaretoken": self.csrf, **fields})
        )

    def call(self, address: str, **fields: object) -> HttpResponse:
        """A page's script."""
        headers = {"x-csrftoken": self.csrf, "accept": "application/json"}
        return self.post(address, fields, content_type="application/json", headers=headers)

    def _confirmed(self, send: Callable[[], HttpResponse]) -> HttpResponse:
        answer = send()
        if self.confirms and is_resting(answer):
            expect(200, self.go_on())
            answer = send()
        deed = deed_asked_about(answer)
        if not deed or not self.confirms:
            return answer
        expect(200, self.prove(deed))
        return send()

    def go_on(self, **faults: object) -> HttpResponse:
        """The script of *Your login is paused*."""
        if self.own_key is None:
            return self.call("/sign-in/go-on/", password=PASSWORD)
        soft_key, _row = self.own_key
        begun = expect(200, self.call("/sign-in/go-on/challenge/")).json()
        answer = soft_key.sign(begun["public_key"], ORIGIN, **faults)
        return self.finish_going_on(begun, answer)

    def finish_going_on(self, begun: dict, answer: dict) -> HttpResponse:
        return self.call("/sign-in/go-on/", ceremony_id=begun["ceremony_id"], credential=answer)

    def prove(self, deed: dict, **faults: object) -> HttpResponse:
        """The script of *Confirm that it is you*."""
        if self.own_key is None:
            return self.call("/sign-in/again/", **deed, password=PASSWORD)
        soft_key, row = self.own_key
        begun = expect(200, self.begin_to_prove(deed, row)).json()
        answer = soft_key.sign(begun["public_key"], ORIGIN, **faults)
        return self.finish_to_prove(begun, answer)

    def begin_to_prove(self, deed: dict, key: SecurityKey) -> HttpResponse:
        return self.call("/sign-in/again/challenge/", **deed, key_id=str(key.pk))

    def finish_to_prove(self, begun: dict, answer: dict) -> HttpResponse:
        return self.call("/sign-in/again/", ceremony_id=begun["ceremony_id"], credential=answer)

    def enter_password(self, person: Person, password: str = PASSWORD, **more: str):
        return self.submit("/sign-in/", username=person.username, password=password, **more)

    def enter_pass(self, code: str) -> HttpResponse:
        return self.submit("/sign-in/access-pass/", access_pass=code)

    def choose(self, key: SecurityKey) -> dict:
        """Step 2 of signing in: the challenge for the chosen key."""
        return expect(200, self.call("/sign-in/key/challenge/", key_id=str(key.pk))).json()

    def finish(self, begun: dict, answer: dict) -> HttpResponse:
        return self.call("/sign-in/key/", ceremony_id=begun["ceremony_id"], credential=answer)

    def use(self, soft_key: SoftKey, key: SecurityKey, **faults: object) -> HttpResponse:
        begun = self.choose(key)
        self.own_key = soft_key, key
        return self.finish(begun, soft_key.sign(begun["public_key"], ORIGIN, **faults))

    def begin(self, desk: str) -> dict:
        return expect(200, self.call(f"{desk}register/challenge/")).json()

    def answer(self, desk: str, begun: dict, answer: dict) -> HttpResponse:
        registration_id = begun["registration_id"]
        address = f"{desk}register/answer/"
        return self.call(address, registration_id=registration_id, credential=answer)

    def name(self, desk: str, begun: dict, nickname: str) -> HttpResponse:
        registration_id = begun["registration_id"]
        return self.submit(f"{desk}register/", registration_id=registration_id, nickname=nickname)

    def touch(self, desk: str, soft_key: SoftKey, **faults: object) -> dict:
        """Registering as far as the key's accepted answer: only the nickname is missing."""
        begun = self.begin(desk)
        answer = soft_key.register(begun["public_key"], ORIGIN, **faults)
        expect(200, self.answer(desk, begun, answer))
        return begun

    def try_out(self, desk: str, soft_key: SoftKey, row: SecurityKey, **faults: object):
        """Try it now, with the key's holder beside the desk."""
        address = f"{desk}{row.pk}/try/"
        begun = expect(200, self.call(f"{address}challenge/")).json()
        answer = soft_key.sign(begun["public_key"], ORIGIN, **faults)
        return self.call(address, ceremony_id=begun["ceremony_id"], credential=answer)

    def register(self, desk: str, soft_key: SoftKey, nickname: str) -> SecurityKey:
        begun = self.touch(desk, soft_key)
        expect(302, self.name(desk, begun, nickname))
        return SecurityKey.objects.get(nickname=nickname)


def expect(status: int, response: HttpResponse) -> HttpResponse:
    assert response.status_code == status, response.content.decode()[:2000]
    return response


def signed_in(person: Person) -> Browser:
    """With the password alone where that is enough, otherwise with a pass and a first key."""
    act = partial(signed_in_now, person)
    return done_before(("signed in", person.pk), act, keep=Sitting.of, give=Sitting.elsewhere)


def signed_in_now(person: Person) -> Browser:
    browser = Browser()
    answer = expect(302, browser.enter_password(person))
    if answer["Location"].startswith("/sign-in/key/"):
        expect(302, browser.enter_pass(issue_pass(person)))
        soft_key = SoftKey(f"first key of {person.username}")
        browser.own_key = soft_key, browser.register(MINE, soft_key, f"First key of {person.name}")
    return browser


@dataclass(frozen=True)
class Sitting:
    """What somebody's browser has: its cookies, and their key with the id of its row."""

    cookies: SimpleCookie
    own_key: tuple[SoftKey, UUID] | None

    @classmethod
    def of(cls, browser: Browser) -> "Sitting":
        soft_key, row = browser.own_key or (None, None)
        return cls(deepcopy(browser.cookies), (soft_key.twin(), row.pk) if soft_key else None)

    @property
    def known_by(self) -> tuple:
        key = self.own_key and (self.own_key[0].name, self.own_key[0].sign_count)
        return self.cookies.output(), key

    def at(self, browser: Browser) -> Browser:
        browser.cookies = deepcopy(self.cookies)
        if self.own_key:
            browser.own_key = self.own_key[0].twin(), row_of(self.own_key[1])
        return browser

    def elsewhere(self) -> Browser:
        return self.at(Browser())


def row_of(key: UUID) -> SecurityKey:
    return SecurityKey.objects.get(pk=key)


def is_resting(answer: HttpResponse) -> bool:
    is_page = answer["Content-Type"].startswith("text/html")
    return answer.status_code == 401 and is_page and 'id="go-on"' in answer.text


@cache
def cookies_of_a_first_visit() -> SimpleCookie:
    """The page of Login is as it is for each stranger: one visit does for all of them."""
    visitor = Client()
    expect(200, visitor.get("/sign-in/"))
    return visitor.cookies


def deed_asked_about(answer: HttpResponse) -> dict:
    """What *Confirm that it is you* asks about; nothing where the answer is another page."""
    if answer.status_code != 401 or not answer["Content-Type"].startswith("text/html"):
        return {}
    return dict(re.findall(r'data-(act|about)="([^"]+)"', answer.content.decode()))


def half_signed_in(person: Person) -> Browser:
    """The password was right, and a second factor is owed."""
    act = partial(half_signed_in_now, person)
    return done_before(("half signed in", person.pk), act, keep=Sitting.of, give=Sitting.elsewhere)


def half_signed_in_now(person: Person) -> Browser:
    browser = Browser()
    answer = expect(302, browser.enter_password(person))
    assert answer["Location"].startswith("/sign-in/key/")
    return browser


def registered(admin: Browser, holder: Person, nickname: str = "Blue") -> tuple:
    """A key in software and its row: the administrator registered it for the holder."""
    return done_before(
        ("registered", Sitting.of(admin).known_by, holder.pk, nickname),
        partial(registered_now, admin, holder, nickname),
        keep=lambda made: (Sitting.of(admin), made[0].twin(), made[1].pk),
        give=lambda kept: (kept[0].at(admin), kept[1].twin(), row_of(kept[2]))[1:],
    )


def registered_now(admin: Browser, holder: Person, nickname: str) -> tuple:
    soft_key = SoftKey()
    return soft_key, admin.register(desk_of(holder), soft_key, nickname)


def is_signed_in(browser: Browser) -> bool:
    return browser.get(MINE).status_code == 200


@contextmanager
def undone(browser: Browser) -> Iterator[None]:
    """In the database, and for the browser, which may have got another session meanwhile."""
    cookies = copy(browser.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    browser.cookies = cookies
