"""The portal: filled, served, and asked over HTTP by a program and by somebody who logs in."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.served import answers_at, challenge_on, running, until
from tests.softkey import SoftKey

from .asking import Asker

PASSWORD, SIGNS, TO_ENROL = "a password for measuring", "ben@bench.example", 60
CSRF = "a" * 32


class Wardkey:
    """`waiting` are the addresses of the keys of people who have none."""

    def __init__(self, port: int, folder: str) -> None:
        secret, listed, *self.waiting = _people(folder)
        self.program = Asker(port, Authorization=f"Bearer {secret}")
        self.listed = listed
        for number in range(3):
            self._enrol(listed, SoftKey(f"listed {number}"))
        self.key = _key_of_who_signs(self.program.origin)

    def sign_in(self) -> None:
        browser = Asker(self.program.port)
        browser.cookies = SimpleCookie({"__Host-csrf": CSRF})
        _submit(browser, "/sign-in/", username=SIGNS, password=PASSWORD)
        begun = challenge_on(browser.ask("GET", "/sign-in/key/").text)
        signed = self.key.sign(begun["public_key"], browser.origin)
        answer = {"ceremony_id": begun["ceremony_id"], "credential": signed}
        done = browser.call("POST", "/sign-in/key/", answer, **_csrf(browser))
        assert done == {"next": "/"}, done

    def keys(self) -> None:
        assert len(self.program.call("GET", self.listed)["items"]) == 3

    def page(self) -> None:
        assert len(self.program.call("GET", "/api/v1/people?limit=15")["items"]) == 15

    def enrolment(self) -> None:
        self._enrol(self.waiting.pop(), SoftKey())

    def _enrol(self, address: str, key: SoftKey) -> None:
        begun = self.program.call("POST", f"{address}/registrations", {})
        answer = {
            "registration_id": begun["registration_id"],
            "credential": key.register(begun["public_key"], self.program.origin),
            "nickname": key.name,
        }
        self.program.call("POST", address, answer)


def _csrf(browser: Asker) -> dict[str, str]:
    return {"X-CSRFToken": browser.cookies["__Host-csrf"].value}


def _submit(browser: Asker, address: str, **fields: str) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    browser.ask("POST", address, urlencode(fields), **kind, **_csrf(browser))


def _people(folder: str) -> list[str]:
    """The secret of a program that looks after everybody, and addresses of people's keys."""
    from wardkey.audit import log
    from wardkey.organisations.models import Organisation
    from wardkey.people import accounts
    from wardkey.people.models import Role
    from wardkey.people.roles import grant_role
    from wardkey.sessions import applications, making_api_tokens
    from wardkey.sessions.scopes import Scope

    home = Organisation.objects.get(parent=None)
    told = {"organisation": home, "by": log.SYSTEM}
    accounts.add_person(username=SIGNS, name="Ben", email=SIGNS, password=PASSWORD, **told)
    names = [f"sam{number}@bench.example" for number in range(TO_ENROL)]
    ann, *others = [
        accounts.add_person(username=each, name="Sam", email=each, **told) for each in names
    ]
    grant_role(person=ann, role=Role.LOCAL_ADMINISTRATOR, with_those_below=True, **told)
    program = applications.register_by_operator(
        organisation=home,
        name="Bench",
        wanted=[Scope.KEYS_WRITE, Scope.PEOPLE_READ],
        acts_as=ann,
    )
    secret = making_api_tokens.make_by_operator(
        application=program, name="Bench", lasts=timedelta(days=1)
    )
    return [secret, *(f"/api/v1/people/{person.pk}/keys" for person in others)]


def _key_of_who_signs(origin: str) -> SoftKey:
    """Registered by themselves, so that it waits for nobody."""
    from wardkey.keys import registration
    from wardkey.people.access import Asker as Asking
    from wardkey.people.models import Person
    from wardkey.sessions import lifetime
    from wardkey.sessions.levels import Level
    from wardkey.sessions.step_up import SessionProof

    ben, key = Person.objects.get(username=SIGNS), SoftKey("signs")
    session, _secret = lifetime.start(person=ben, level=Level.KEY)
    proof = SessionProof(session)
    asker = Asking(person=ben, session_id=session.pk, organisation=None, proof=proof)
    ceremony, options = registration.begin_registration(asker=asker, holder=ben)
    told = {"asker": asker, "holder": ben, "registration_id": ceremony.pk}
    registration.receive_answer(**told, answer=key.register(options, origin))
    registration.finish_registration(**told, nickname="Blue")
    return key


@contextmanager
def served(folder: str, keys: int, environment: dict[str, str]) -> Iterator[tuple[Wardkey, int]]:
    """With the number of the process whose children serve."""
    people = str(keys * 2 // 3)
    filling = [sys.executable, "-m", "bench.filling", "--people", people, "--events", people]
    subprocess.run(filling, check=True, capture_output=True)
    import django

    django.setup()
    port = int(environment["WARDKEY_LISTEN"].rpartition(":")[2])
    with running("serve", environment) as process:
        until(lambda: answers_at(f"http://localhost:{port}/readyz"))
        yield Wardkey(port, folder), process.pid
