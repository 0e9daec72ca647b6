"""What a program costs that reads somebody's keys, in process CPU of the portal.

Each round asks `GET /api/v1/people/{id}/keys` over the portal's own URLs with an API token, of a
person with three keys in an organisation of a thousand. The limits are 4 ms on SQLite and 6 ms on
PostgreSQL (privacyIDEA, asked for a person's keys: 95 to 120 ms); each database runs in a process
of its own.

    python -m bench.api      measures on the database of DATABASE_URL
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta

from tests.postgres import private_cluster

ROUNDS, WARM_UP, PEOPLE, KEYS = 300, 20, 1000, 3
MILLISECONDS_ON_SQLITE, MILLISECONDS_ON_POSTGRESQL = 4.0, 6.0
ORIGIN = "http://localhost:8000"


def run() -> list[tuple[str, float, float]]:
    """(name, ratio to the milliseconds above, 1)."""
    with tempfile.TemporaryDirectory() as folder:
        on_sqlite = _measured_on(f"sqlite:///{folder}/bench.sqlite3")
    with private_cluster() as url:
        on_postgresql = _measured_on(url.removesuffix("/wardkey") + "/postgres")
    print(f"\n{'one list of keys':28}{'CPU ms':>10}")
    print(f"{'SQLite':28}{on_sqlite:10.2f}\n{'PostgreSQL':28}{on_postgresql:10.2f}")
    return [
        ("api.keys", on_sqlite / MILLISECONDS_ON_SQLITE, 1),
        ("api.keys.postgresql", on_postgresql / MILLISECONDS_ON_POSTGRESQL, 1),
    ]


def _measured_on(url: str) -> float:
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "wardkey.settings",
        "WARDKEY_SECRET_KEY": "only-for-measuring-and-of-a-length-that-the-checks-accept",
    }
    command = [sys.executable, "-m", "bench.api"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def _prepare() -> tuple[str, str]:
    """The API token, and the address."""
    from django.core.management import call_command

    from tests.softkey import SoftKey
    from wardkey.organisations import tree

    call_command("migrate", verbosity=0)
    secret, [address, *_others] = program_in(tree.found(code="BENCH", name="Bench"), people=PEOPLE)
    for number in range(KEYS):
        register(secret, address, SoftKey(f"bench {number}"), f"Key {number}")
    return secret, address


def program_in(home, *, people: int) -> tuple[str, list[str]]:
    """An API token of an application of `home`; the addresses of the keys of new people there."""
    from wardkey.audit import log
    from wardkey.people import accounts
    from wardkey.people.models import Role
    from wardkey.people.roles import grant_role
    from wardkey.sessions import applications, making_api_tokens
    from wardkey.sessions.scopes import Scope

    names = [f"sam{number}@bench.example" for number in range(people)]
    ann, *others = [
        accounts.add_person(username=each, name="Sam", email=each, organisation=home, by=log.SYSTEM)
        for each in names
    ]
    grant_role(
        person=ann,
        role=Role.LOCAL_ADMINISTRATOR,
        organisation=home,
        with_those_below=True,
        by=log.SYSTEM,
    )
    application = applications.register_by_operator(
        organisation=home, name="Bench", wanted=[Scope.KEYS_WRITE], acts_as=ann
    )
    secret = making_api_tokens.make_by_operator(
        application=application, name="Bench", lasts=timedelta(days=1)
    )
    return secret, [f"/api/v1/people/{person.pk}/keys" for person in others]


def register(secret: str, address: str, key, nickname: str) -> None:
    """A key of `SoftKey`."""
    browser = _program(secret)
    begun = browser.post(
        f"{address}/registrations", content_type="application/json", data=""
    ).json()
    answer = {
        "registration_id": begun["registration_id"],
        "credential": key.register(begun["public_key"], ORIGIN),
        "nickname": nickname,
    }
    if browser.post(address, answer, content_type="application/json").status_code != 201:
        sys.exit("a key that was to be registered was refused")


def _program(secret: str):
    from django.test import Client

    return Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})


def measure() -> None:
    import wardkey.wsgi  # noqa: F401  (the portal as it is served)

    secret, address = _prepare()
    browser, took = _program(secret), []
    for _ in range(ROUNDS + WARM_UP):
        began = time.process_time_ns()
        answer = browser.get(address)
        took.append((time.process_time_ns() - began) / 1_000_000)
        if len(answer.json()["items"]) != KEYS:
            sys.exit("the keys that were to be listed were not")
    print(statistics.median(took[WARM_UP:]))


if __name__ == "__main__":
    measure()
