"""The portal in processes of its own, over the tests' database, and what is asked of it by HTTP.

served      `wardkey serve`, when it is ready
asked       one request: its answer, read
sign_in     user name and password
submitted   a form of somebody whose browser is in the test: the status
called      what a page's script asks, likewise
"""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

from tests.cast import PASSWORD
from tests.commands import PATIENCE, database_url, eventually, free_port, running
from tests.doors import Browser

SECONDS = 2 * PATIENCE


@contextmanager
def served(folder: Path, **more: str) -> Iterator[SimpleNamespace]:
    """Its port and process; `log` is what it printed."""
    port, log = free_port(), folder / "log"
    settings = {
        "DATABASE_URL": database_url(),
        "WARDKEY_LISTEN": f"127.0.0.1:{port}",
        "WARDKEY_ORIGINS": f"http://localhost:{port}",
        "WARDKEY_STATIC_FOLDER": str(folder / "assets"),
        "WARDKEY_DEMO": "1",  # the cast's policy spares administrators
    }
    with running("serve", log=log, **(settings | more)) as process:
        eventually(lambda: status_of(port) == 200)
        yield SimpleNamespace(port=port, process=process, log=log)


def status_of(port: int, address: str = "/readyz") -> int | None:
    try:
        return asked(port, "GET", address).status
    except OSError:
        return None


def asked(port: int, method: str, address: str, body: str | None = None, **headers: str):
    connection = http.client.HTTPConnection("localhost", port, timeout=SECONDS)
    try:
        connection.request(method, address, body, headers)
        answer = connection.getresponse()
        return SimpleNamespace(
            status=answer.status, headers=answer.headers, text=answer.read().decode()
        )
    finally:
        connection.close()


def sign_in(port: int, username: str) -> SimpleNamespace:
    csrf = "a" * 32
    headers = {
        "Cookie": f"__Host-csrf={csrf}",
        "X-CSRFToken": csrf,
        "Origin": f"http://localhost:{port}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = urlencode({"username": username, "password": PASSWORD})
    return asked(port, "POST", "/sign-in/", form, **headers)


def submitted(port: int, browser: Browser, address: str, **fields: str) -> int:
    return _sent(port, browser, address, urlencode(fields), "application/x-www-form-urlencoded")


def called(port: int, browser: Browser, address: str, **fields: object) -> int:
    return _sent(port, browser, address, json.dumps(fields), "application/json")


def _sent(port: int, browser: Browser, address: str, body: str, kind: str) -> int:
    headers = {
        "Cookie": browser.cookies.output(header="", sep=";", attrs=[]).strip(),
        "X-CSRFToken": browser.csrf,
        "Origin": f"http://localhost:{port}",
        "Content-Type": kind,
    }
    return asked(port, "POST", address, body, **headers).status
