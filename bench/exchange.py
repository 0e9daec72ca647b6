"""What an application pays to fetch what somebody's login granted it, in CPU of the portal.

`exchange.rest` is a request to `/oidc/token` with a code, over the portal's own URLs, without its
RS256 signature, against 10 ms: the median over the rounds, each of which times one signature too.
`exchange.served` is what one costs the two processes that serve the portal, signature and HTTP and
all, against the 20 ms with which two cores do 100 a second. How many a second there were is shown
and not judged: it hangs on what else the machine does.

    python -m bench.exchange      measures on the database of DATABASE_URL
"""

import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from base64 import b64encode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from bench.served import (
    SECONDS,
    answers_at,
    children_of,
    free_port,
    milliseconds_of,
    running,
    until,
)
from tests.postgres import private_cluster

ROUNDS, WARM_UP, SERVED, AT_ONCE = 100, 10, 200, 8
MILLISECONDS, MILLISECONDS_SERVED = 10.0, 20.0
BACK = "https://app.example/back"
VERIFIER = "a-verifier-of-43-characters-or-more-0123456789"
OK = HTTPStatus.OK
FORM = "application/x-www-form-urlencoded"


def run() -> list[tuple[str, float, float]]:
    """(name, ratio to the milliseconds above, 1)."""
    with tempfile.TemporaryDirectory() as folder:
        on_sqlite = _measured_on(f"sqlite:///{folder}/bench.sqlite3")
    with private_cluster() as url:
        on_postgresql = _measured_on(url.removesuffix("/wardkey") + "/postgres")
    return [
        ("exchange.rest", on_sqlite[0] / MILLISECONDS, 1),
        ("exchange.served", on_sqlite[1] / MILLISECONDS_SERVED, 1),
        ("exchange.rest.postgresql", on_postgresql[0] / MILLISECONDS, 1),
        ("exchange.served.postgresql", on_postgresql[1] / MILLISECONDS_SERVED, 1),
    ]


def _measured_on(url: str) -> tuple[float, float]:
    listen = f"127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "wardkey.settings",
            "WARDKEY_SECRET_KEY": secrets.token_urlsafe(48),
            "WARDKEY_STATIC_FOLDER": folder,
            "WARDKEY_LISTEN": listen,
            "WARDKEY_ORIGINS": f"http://localhost:{listen.rpartition(':')[2]}",
            "WARDKEY_MAIL_FOLDER": folder,
            "WARDKEY_WEB_WORKERS": "2",
        }
        command = [sys.executable, "-m", "bench.exchange"]
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
    *table, rest, served = done.stdout.splitlines()
    print("\n".join(table))
    return float(rest), float(served)


def _prepare():
    """A client, its secret, and a browser in which somebody has logged in."""
    from django.core.management import call_command
    from django.test import Client

    from wardkey.audit import log
    from wardkey.clients import registering
    from wardkey.clients.client_secrets import secret_made
    from wardkey.organisations import tree
    from wardkey.people import accounts
    from wardkey.sessions import lifetime
    from wardkey.sessions.levels import Level
    from wardkey.signin import browser as browsers

    call_command("migrate", verbosity=0)
    home = tree.found(code="BENCH", name="Bench")
    name = "ben@bench.example"
    ben = accounts.add_person(
        username=name, name="Ben Bench", email=name, organisation=home, by=log.SYSTEM
    )
    client = registering.register_by_operator(
        organisation=home, name="Rota", redirect_uris=BACK, assurance="password"
    )
    _session, secret = lifetime.start(person=ben, level=Level.KEY)
    browser = Client(headers={"host": "localhost"})
    browser.cookies[browsers.COOKIE] = secret
    return str(client.pk), secret_made(client, by=log.OPERATOR), browser


def _asked(client_id: str, browser) -> bytes:
    """The form with which the client fetches, once somebody has logged in to it."""
    challenge = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": client_id,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid profile email roles offline_access",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    answer = browser.get("/oidc/authorize", asked)
    page = answer.get("Location") or answer.content.decode()
    found = re.search(r"[?]code=([A-Za-z0-9_-]+)", page)
    if found is None:
        sys.exit("nobody was let in, so that there was nothing to fetch")
    fetch = {"grant_type": "authorization_code", "code": found[1], "redirect_uri": BACK}
    return urlencode(fetch | {"code_verifier": VERIFIER}).encode()


def _exchanged(forms: list[bytes], browser, basic: str) -> tuple[float, float]:
    """Milliseconds of a signature, and of an exchange without one."""
    from wardkey.clients.signing_keys import signing_key

    key, floors, rests = signing_key().private_key, [], []
    for form in forms:
        began = time.process_time_ns()
        key.sign(form, PKCS1v15(), SHA256())
        signed = time.process_time_ns()
        answer = browser.post("/oidc/token", form, FORM, headers={"authorization": basic})
        rests.append((time.process_time_ns() - signed - (signed - began)) / 1_000_000)
        floors.append((signed - began) / 1_000_000)
        if answer.status_code != OK:
            sys.exit("the exchange that was to be measured was refused")
    return statistics.median(floors[WARM_UP:]), statistics.median(rests[WARM_UP:])


def _served(forms: list[bytes], basic: str) -> tuple[float, float]:
    """Milliseconds of the serving processes for one, and how many there were a second."""
    address = os.environ["WARDKEY_ORIGINS"]

    def fetch(form: bytes) -> int:
        asked = urllib.request.Request(
            f"{address}/oidc/token", form, {"Authorization": basic, "Content-Type": FORM}
        )
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            return answer.status

    with running("serve", dict(os.environ)) as portal, ThreadPoolExecutor(AT_ONCE) as clients:
        until(lambda: answers_at(f"{address}/readyz"))
        warm, rest = forms[:WARM_UP], forms[WARM_UP:]
        list(clients.map(fetch, warm))
        children = children_of(portal.pid)
        before, began = sum(map(milliseconds_of, children)), time.monotonic()
        if set(clients.map(fetch, rest)) != {OK}:
            sys.exit("an exchange that was to be measured was refused")
        took = time.monotonic() - began
        spent = sum(map(milliseconds_of, children)) - before
    return spent / len(rest), len(rest) / took


def measure() -> None:
    import wardkey.wsgi  # noqa: F401  (the portal as it is served)

    client_id, secret, browser = _prepare()
    basic = "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()
    floor, rest = _exchanged(
        [_asked(client_id, browser) for _ in range(ROUNDS + WARM_UP)], browser, basic
    )
    served, rate = _served([_asked(client_id, browser) for _ in range(SERVED + WARM_UP)], basic)
    print(f"\n{'one code exchanged':28}{'CPU ms':>10}")
    print(f"{'its signature':28}{floor:10.2f}\n{'all the rest':28}{rest:10.2f}")
    print(f"{'served, of all processes':28}{served:10.2f}\n{'served a second':28}{rate:10.0f}")
    print(rest)
    print(served)


if __name__ == "__main__":
    measure()
