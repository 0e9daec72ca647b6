"""HTTP, as a browser or a program asks: one connection for each request, as both close theirs."""

import json
import sys
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from types import SimpleNamespace

SECONDS = 600


class Asker:
    """Its cookies, and what else goes with each request."""

    def __init__(self, port: int, **headers: str) -> None:
        self.port = port
        self.origin = f"http://localhost:{port}"
        self.headers = {"Origin": self.origin} | headers
        self.cookies = SimpleCookie()

    def ask(self, method: str, address: str, body: str | None = None, **more: str):
        """`status`, `text`. Ends the run where it was refused."""
        sent = {"Cookie": "; ".join(f"{each.key}={each.value}" for each in self.cookies.values())}
        connection = HTTPConnection("localhost", self.port, timeout=SECONDS)
        try:
            connection.request(method, address, body, self.headers | more | sent)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(line)
        if answer.status >= 400:
            sys.exit(f"{method} {address} was refused: {answer.status} {text[:500]}")
        return SimpleNamespace(status=answer.status, text=text)

    def call(self, method: str, address: str, fields: object = None, **more: str):
        """JSON there, JSON back."""
        if fields is None:
            return json.loads(self.ask(method, address, **more).text)
        kind = {"Content-Type": "application/json"}
        return json.loads(self.ask(method, address, json.dumps(fields), **kind, **more).text)
