"""What a sign-in costs besides its password hash, in process CPU of the portal.

The floor is one Argon2id hash as the portal makes it. Each round times the floor, and then a
whole sign-in over the portal's own URLs: POST /sign-in/, GET /sign-in/key/ with the challenge of
the token used last, and POST /sign-in/key/. `signin.rest` is what the sign-in costs beyond one
hash, in hashes: the median over the rounds. SQLite and PostgreSQL run as processes of their own.

    python -m bench.signin      measures on the database of DATABASE_URL
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.served import challenge_on
from tests.postgres import private_cluster

if TYPE_CHECKING:
    from django.test import Client

    from tests.softkey import SoftKey

ROUNDS, WARM_UP = 60, 5
PASSWORD, ORIGIN = "a password for measuring", "http://localhost:8000"


def run() -> list[tuple[str, float, float]]:
    """(name, ratio, limit)."""
    with tempfile.TemporaryDirectory() as folder:
        on_sqlite = _measured_on(f"sqlite:///{folder}/bench.sqlite3")
    with private_cluster() as url:
        on_postgresql = _measured_on(url.removesuffix("/wardkey") + "/postgres")
    return [("signin.rest", on_sqlite, 0.6), ("signin.rest.postgresql", on_postgresql, 0.8)]


def _measured_on(url: str) -> float:
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "wardkey.settings",
        "WARDKEY_SECRET_KEY": "only-for-measuring-and-of-a-length-that-the-checks-accept",
    }
    command = [sys.executable, "-m", "bench.signin"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    *table, ratio = done.stdout.splitlines()
    print("\n".join(table))
    return float(ratio)


def _one_sign_in(username: str, key: "SoftKey", browser: "Client") -> float:
    """Milliseconds of the portal's; the security key's own work is not counted."""
    browser.cookies.clear()
    began = time.process_time_ns()
    form = urlencode({"username": username, "password": PASSWORD})
    browser.post("/sign-in/", form, content_type="application/x-www-form-urlencoded")
    page = browser.get("/sign-in/key/").content.decode()
    challenge = challenge_on(page)
    until_key = time.process_time_ns()
    assertion = key.sign(challenge["public_key"], ORIGIN)
    after_key = time.process_time_ns()
    answer = {"ceremony_id": challenge["ceremony_id"], "credential": assertion}
    if _post_json(browser, "/sign-in/key/", answer) != {"next": "/"}:
        sys.exit("the sign-in that was to be measured was refused")
    return (until_key - began + time.process_time_ns() - after_key) / 1_000_000


def _post_json(browser, address: str, fields: dict) -> dict:
    return browser.post(address, fields, content_type="application/json").json()


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time_ns()
    work()
    return (time.process_time_ns() - began) / 1_000_000


def _prepare():
    """A person with ten keys in an organisation of forty, one of whose keys signs."""
    from django.core.management import call_command
    from django.test import Client

    from tests.softkey import SoftKey
    from wardkey.audit import log
    from wardkey.keys import registration
    from wardkey.organisations import tree
    from wardkey.people import accounts
    from wardkey.people.access import Asker
    from wardkey.sessions import lifetime
    from wardkey.sessions.levels import Level
    from wardkey.sessions.step_up import SessionProof

    call_command("migrate", verbosity=0)
    home = tree.found(code="BENCH", name="Bench")
    username = "ben@bench.example"
    ben = accounts.add_person(
        username=username,
        name="Ben Bench",
        email=username,
        organisation=home,
        by=log.SYSTEM,
        password=PASSWORD,
    )
    session, _secret = lifetime.start(person=ben, level=Level.KEY)
    asker = Asker(person=ben, session_id=session.pk, organisation=None, proof=SessionProof(session))
    keys = [SoftKey(f"bench {number}") for number in range(3)]
    for number, key in enumerate(keys):
        ceremony, options = registration.begin_registration(asker=asker, holder=ben)
        answer = key.register(options, ORIGIN)
        told = {"asker": asker, "holder": ben, "registration_id": ceremony.pk}
        registration.receive_answer(**told, answer=answer)
        registration.finish_registration(**told, nickname=f"Key {number}")
    return username, keys[0], Client(headers={"host": "localhost"})


def measure() -> None:
    from django.contrib.auth.hashers import make_password

    import wardkey.wsgi  # noqa: F401  (the portal as it is served)

    username, key, browser = _prepare()
    hashes, ratios = [], []
    for _ in range(ROUNDS + WARM_UP):
        floor = _milliseconds(lambda: make_password(PASSWORD))
        whole = _one_sign_in(username, key, browser)
        hashes.append(floor)
        ratios.append((whole - floor) / floor)
    floor = statistics.median(hashes[WARM_UP:])
    ratio = statistics.median(ratios[WARM_UP:])
    print(f"\n{'one sign-in':28}{'CPU ms':>10}")
    print(f"{'its password hash':28}{floor:10.1f}\n{'all the rest':28}{ratio * floor:10.1f}")
    print(ratio)


if __name__ == "__main__":
    measure()
