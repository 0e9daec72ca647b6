"""People at the portal's doors: real addresses, real forms, real signatures.

    Browser             what somebody does on the pages, step by step
    signed_in           wholly, by whatever their organisation asks for
    half_signed_in      the password was right, and a second factor is owed
    registered          a key that an administrator registered

Nothing here reaches behind the doors, except for the access pass that an administrator hands out.
"""

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.cast import PASSWORD, issue_pass
from tests.softkey import SoftKey
from wardkey.keys.models import SecurityKey
from wardkey.people.models import Person

ORIGIN = settings.ORIGINS[0]
MINE = "/me/keys/"


def desk_of(holder: Person) -> str:
    """The address of an administrator's page about somebody's keys; one's own is `MINE`."""
    return f"/admin/people/{holder.pk}/keys/"


class Browser(Client):
    """Somebody's browser: the forms and the scripts of the pages, with CSRF checked."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True, headers={"user-agent": "A browser"})
        self.get("/sign-in/")

    @property
    def csrf(self) -> str:
        return self.cookies[settings.CSRF_COOKIE_NAME].value

    @property
    def secret(self) -> str:
        return self.cookies["__Host-session"].value

    def submit(self, address: str, **fields: object) -> HttpResponse:
        """A form."""
        return self.post(address, {"csrfmiddlewaretoken": self.csrf, **fields})

    def call(self, address: str, **fields: object) -> HttpResponse:
        """A page's script."""
        headers = {"x-csrftoken": self.csrf, "accept": "application/json"}
        return self.post(address, fields, content_type="application/json", headers=headers)

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

    def register(self, desk: str, soft_key: SoftKey, nickname: str) -> SecurityKey:
        begun = self.touch(desk, soft_key)
        expect(302, self.name(desk, begun, nickname))
        return SecurityKey.objects.get(nickname=nickname)


def expect(status: int, response: HttpResponse) -> HttpResponse:
    assert response.status_code == status, response.content.decode()[:2000]
    return response


def signed_in(person: Person) -> Browser:
    """With the password alone where that is enough, otherwise with a pass and a first key."""
    browser = Browser()
    answer = expect(302, browser.enter_password(person))
    if answer["Location"].startswith("/sign-in/key/"):
        expect(302, browser.enter_pass(issue_pass(person)))
        browser.soft_key = SoftKey(f"first key of {person.username}")
        browser.register(MINE, browser.soft_key, f"First key of {person.name}")
    return browser


def half_signed_in(person: Person) -> Browser:
    """The password was right, and a second factor is owed."""
    browser = Browser()
    answer = expect(302, browser.enter_password(person))
    assert answer["Location"].startswith("/sign-in/key/")
    return browser


def registered(admin: Browser, holder: Person, nickname: str = "Blue") -> tuple:
    """A key in software and its row: the administrator registered it for the holder."""
    soft_key = SoftKey()
    return soft_key, admin.register(desk_of(holder), soft_key, nickname)


def is_signed_in(browser: Browser) -> bool:
    return browser.get(MINE).status_code == 200
