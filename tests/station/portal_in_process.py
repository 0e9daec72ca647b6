"""The portal itself, at the other end of the station's line, without a network between them.

Line     what the station asks goes to the portal's own door, or gets lost on the way
AtDesk   a desk whose station is logged in as somebody
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.doors import ORIGIN, Browser, expect, signed_in
from wardkey.people.models import Person
from wardkey.wsgi import application
from wardkey_station import portal_client

PAGE = "/admin/token-station/"
BOTH = (request_started, request_finished)


class Line:
    """`asked` holds method and path of each request, `sent` the bodies. `loses` says what is lost
    of one: the `request`, the `answer`, or by itself nothing."""

    def __init__(self) -> None:
        self.portal = httpx.WSGITransport(app=application)
        self.asked: list[str] = []
        self.sent: list[bytes] = []
        self.loses = lambda number, asked: None

    def carry(self, request: httpx.Request) -> httpx.Response:
        asked = f"{request.method} {request.url.path}"
        self.asked.append(asked)
        self.sent.append(request.content)
        lost = self.loses(len(self.asked), asked)
        if lost == "request":
            raise httpx.ConnectError("no network", request=request)
        with connection_left_open():
            answer = self.portal.handle_request(request)
            answer.read()
        if lost == "answer":
            raise httpx.ReadTimeout("no answer", request=request)
        return answer


@contextmanager
def connection_left_open() -> Iterator[None]:
    """The test's own, as Django's test client does it."""
    for each in BOTH:
        each.disconnect(close_old_connections)
    try:
        yield
    finally:
        for each in BOTH:
            each.connect(close_old_connections)


def connected(monkeypatch) -> Line:
    line = Line()
    monkeypatch.setattr(
        portal_client.Portal, "line", httpx.Client(transport=httpx.MockTransport(line.carry))
    )
    return line


def code_shown_to(browser: Browser) -> str:
    expect(200, browser.get(PAGE))
    return re.findall(r"(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}", expect(200, browser.submit(PAGE)).text)[0]


class AtDesk:
    """A desk whose station is logged in at the portal as somebody."""

    def __init__(self, desk, line: Line, person: Person) -> None:
        self.desk, self.line, self.person = desk, line, person
        self.browser = signed_in(person)
        self.api_token_file = Path(desk.home) / "api-token"

    def options(self) -> list[str]:
        return ["--portal", ORIGIN, "--api-token-file", str(self.api_token_file)]

    def logs_in(self):
        code = code_shown_to(self.browser)
        return self.desk.runs("login", "--stdin", *self.options(), stdin=f"{code}\n")

    def runs(self, *words: object, stdin: str = ""):
        """In a folder of its own, so that slips stay there."""
        self.desk.monkeypatch.chdir(self.desk.home)
        return self.desk.runs(*words, *self.options(), stdin=stdin)

    def list_of(self, *rows: str, header: str = "person") -> Path:
        file = Path(self.desk.home) / "people.csv"
        file.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        return file

    def journal(self) -> list[dict]:
        lines = (Path(self.desk.home) / "people.csv.journal").read_text().splitlines()
        return [json.loads(line) for line in lines]
