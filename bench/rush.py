"""Two hundred people sign in at once, by HTTP, at the portal as `wardkey serve` serves it.

Each opens the page, sends user name and password, answers the challenge that comes with the page of
the one key, and opens the first page. Everybody begins at the same moment; an answer that is not
the one that was expected ends the bench. `rush.signin` is the processor time that one sign-in takes
of the portal and its database together, in password hashes as they cost in this run, two at once:
40 a second on two cores leave 50 ms for each where a hash takes 26, whatever they take here. Of
five rushes, each with a hash before and after it, that in the middle is told.
`rush.memory` is what the largest of the portal's processes has afterwards, over MIB_AT_MOST.

    make bench ONLY=rush     in an empty portal on either database
    python -m bench.rush     measures on the database of DATABASE_URL, which may be a filled one
"""

import http.client
import json
import os
import secrets
import select
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from bench.memory import mebibytes
from bench.served import (
    answers_at,
    challenge_on,
    children_of,
    database_server,
    free_port,
    milliseconds_of,
    milliseconds_of_server,
    running,
    until,
)
from tests.postgres import private_cluster

if TYPE_CHECKING:
    from tests.softkey import SoftKey

AT_ONCE, WARM_UP, SECONDS = 200, 20, 600
RUSHES = 5
# Forty a second on two cores, in hashes of 26 ms, which wardkey.people.passwords names.
HASHES_AT_MOST = 50 / 26
MIB_AT_MOST, HASHES = 150, 30
PASSWORD, CSRF = "a password for measuring", "a" * 32


def run() -> list[tuple[str, float, float]]:
    """(name, ratio, limit)."""
    print(f"\n{AT_ONCE} sign-ins at once")
    with tempfile.TemporaryDirectory() as folder:
        on_sqlite = _measured_on("sqlite", f"sqlite:///{folder}/bench.sqlite3")
    with private_cluster() as url:
        postgresql = url.removesuffix("/wardkey") + "/postgres"
        return on_sqlite + _measured_on("postgresql", postgresql)


def _measured_on(name: str, url: str) -> list[tuple[str, float, float]]:
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "wardkey.settings",
        "WARDKEY_SECRET_KEY": secrets.token_urlsafe(48),
    }
    command = [sys.executable, "-m", "bench.rush"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    print(f"{name}\n{done.stdout}", end="")
    each, largest, a_hash = (float(line.split()[-1]) for line in done.stdout.splitlines()[:3])
    return [
        (f"rush.signin.{name}", each / a_hash, HASHES_AT_MOST),
        (f"rush.memory.{name}", largest / MIB_AT_MOST, 1),
    ]


def _measure() -> None:
    from django.db import connection

    port = free_port()
    people = _people()
    database = database_server(os.environ["DATABASE_URL"])
    connection.close()
    with (
        tempfile.TemporaryDirectory() as folder,
        running("serve", _environment(folder, port)) as (process),
    ):
        until(lambda: answers_at(f"http://localhost:{port}/readyz"))
        _all_at_once(port, people[:WARM_UP])
        processes = [process.pid, *children_of(process.pid)]
        rested = max(map(mebibytes, processes))
        rushes = [_a_rush(port, people[WARM_UP:], processes, database) for _ in range(RUSHES)]
        largest = max(map(mebibytes, processes))
    _tell(sorted(rushes, key=Rush.in_hashes)[RUSHES // 2], rested, largest)


def _a_rush(
    port: int, people: "list[tuple[str, SoftKey]]", processes: list[int], database: int | None
) -> "Rush":
    """A machine's speed changes within minutes: a hash is measured right before and after."""
    hash_before, before = _two_at_once(), _spent(processes, database)
    took = _all_at_once(port, people)
    after, hash_after = _spent(processes, database), _two_at_once()
    portal, database_too = ((b - a) / AT_ONCE for a, b in zip(before, after, strict=True))
    return Rush(portal, database_too, statistics.mean([hash_before, hash_after]), max(took))


class Rush(NamedTuple):
    """Milliseconds of processor time for each sign-in; the last was in after so many seconds."""

    portal: float
    database: float
    a_hash: float
    seconds: float

    def each(self) -> float:
        return self.portal + self.database

    def in_hashes(self) -> float:
        return self.each() / self.a_hash


def _tell(rush: Rush, rested: float, largest: float) -> None:
    print(f"  {'processor time of one, ms':40}{rush.each():10.1f}")
    print(f"  {'the largest process afterwards, MiB':40}{largest:10.0f}")
    print(f"  {'a hash alone, ms':40}{rush.a_hash:10.1f}")
    print(f"  {'that process before, MiB':40}{rested:10.0f}")
    print(f"  {'of which the portal itself, ms':40}{rush.portal:10.1f}")
    print(f"  {'and its database, ms':40}{rush.database:10.1f}")
    print(f"  {'a second on two cores':40}{2000 / rush.each():10.1f}")
    print(f"  {'seconds until the last was in':40}{rush.seconds:10.1f}")


def _two_at_once() -> float:
    """Milliseconds that a hash takes while the other core hashes too, as it does in a rush."""
    with ProcessPoolExecutor(2) as cores:
        return statistics.mean(cores.map(_of_a_hash, range(2)))


def _of_a_hash(_core: int) -> float:
    from django.contrib.auth.hashers import make_password

    for _ in range(3):  # until the process keeps their memory
        make_password(PASSWORD)
    began = time.process_time()
    for _ in range(HASHES):
        make_password(PASSWORD)
    return (time.process_time() - began) * 1000 / HASHES


def _environment(folder: str, port: int) -> dict[str, str]:
    return os.environ | {
        "WARDKEY_STATIC_FOLDER": f"{folder}/assets",
        "WARDKEY_LISTEN": f"127.0.0.1:{port}",
        "WARDKEY_ORIGINS": f"http://localhost:{port}",
        "WARDKEY_MAIL_FOLDER": folder,
    }


def _people() -> "list[tuple[str, SoftKey]]":
    """User name and key of each; one hash serves them all."""
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from wardkey.organisations import tree
    from wardkey.organisations.models import Organisation
    from wardkey.people.models import Person

    call_command("migrate", verbosity=0)
    above = Organisation.objects.filter(parent=None).first()
    code = f"R{secrets.token_hex(4)}".upper()
    home = tree.found(code=code, name="Rush", parent=above)
    known = make_password(PASSWORD)
    people = [
        _person(home, f"rush{number}@{code.lower()}.example") for number in range(AT_ONCE + WARM_UP)
    ]
    Person.objects.filter(home=home).update(password=known)
    return people


def _person(home, username: str) -> "tuple[str, SoftKey]":
    from tests.softkey import SoftKey
    from wardkey.audit import log
    from wardkey.keys import registration
    from wardkey.people import accounts
    from wardkey.people.access import Asker
    from wardkey.sessions import lifetime
    from wardkey.sessions.levels import Level
    from wardkey.sessions.step_up import SessionProof

    person = accounts.add_person(
        username=username, name="Ben Rush", email=username, organisation=home, by=log.SYSTEM
    )
    session, _secret = lifetime.start(person=person, level=Level.KEY)
    asker = Asker(
        person=person, session_id=session.pk, organisation=None, proof=SessionProof(session)
    )
    key = SoftKey(username)
    ceremony, options = registration.begin_registration(asker=asker, holder=person)
    told = {"asker": asker, "holder": person, "registration_id": ceremony.pk}
    registration.receive_answer(**told, answer=key.register(options, "http://localhost:8000"))
    registration.finish_registration(**told, nickname="Blue")
    return username, key


def _spent(processes: list[int], database: int | None) -> tuple[float, float]:
    """Milliseconds of CPU: of the portal, and of the database with those who served and went."""
    own = sum(map(milliseconds_of, processes))
    return own, milliseconds_of_server(database) if database else 0.0


def _all_at_once(port: int, people: "list[tuple[str, SoftKey]]") -> list[float]:
    everybody = threading.Barrier(len(people))

    def sign_in(who: "tuple[str, SoftKey]") -> float:
        everybody.wait()
        began = time.monotonic()
        Visitor(port).sign_in(*who)
        return time.monotonic() - began

    with ThreadPoolExecutor(len(people)) as visitors:
        return list(visitors.map(sign_in, people))


class Visitor:
    """A browser as far as a sign-in needs one. It keeps its connection, as browsers do, and opens
    another where the portal closed it meanwhile."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, {"__Host-csrf": CSRF}
        self._kept = http.client.HTTPConnection("localhost", port, timeout=SECONDS)

    def sign_in(self, username: str, key: "SoftKey") -> None:
        with closing(self._kept):
            self._signs_in(username, key)

    def _signs_in(self, username: str, key: "SoftKey") -> None:
        self._asked("GET", "/sign-in/")
        form = urlencode({"username": username, "password": PASSWORD})
        self._asked("POST", "/sign-in/", form, "application/x-www-form-urlencoded", expected=302)
        challenge = challenge_on(self._asked("GET", "/sign-in/key/"))
        answer = key.sign(challenge["public_key"], f"http://localhost:{self.port}")
        told = {"ceremony_id": challenge["ceremony_id"], "credential": answer}
        self._asked("GET", self._posted("/sign-in/key/", told)["next"])

    def _posted(self, address: str, fields: dict) -> dict:
        return json.loads(self._asked("POST", address, json.dumps(fields), "application/json"))

    def _asked(
        self,
        method: str,
        address: str,
        body: str = "",
        kind: str = "text/plain",
        *,
        expected: int = 200,
    ) -> str:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies["__Host-csrf"],
            "Origin": f"http://localhost:{self.port}",
            "Content-Type": kind,
        }
        connection = self._connection()
        connection.request(method, address, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status != expected:
            raise SystemExit(f"{method} {address} answered {answer.status}, not {expected}")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return text

    def _connection(self) -> http.client.HTTPConnection:
        """Nothing comes unasked but its end."""
        if self._kept.sock and select.select([self._kept.sock], [], [], 0)[0]:
            self._kept.close()
        return self._kept


if __name__ == "__main__":
    import django

    django.setup()
    _measure()
