"""Browser of somebody who asks a served portal, at whichever host they are sent to.

Whatever doors.py does on the pages, this does by HTTP, so that a person's steps can be walked over
several hosts: `at` is the host of hosts.py that is asked next.
"""

import json

from django.http import HttpResponse

from tests.doors import ORIGIN, Browser
from tests.hosts import Host
from tests.served import asked


class Visitor(Browser):
    def __init__(self, at: Host) -> None:
        super().__init__()
        self.at = at

    def twin(self, at: Host) -> "Visitor":
        """The same cookies, in other hands."""
        other = Visitor(at)
        other.cookies.load(self.cookies.output(header=""))
        other.own_key = self.own_key
        return other

    def generic(self, method, path, data=b"", content_type="", _secure=False, **more):
        headers = {
            "User-Agent": "A browser",
            "Cookie": self.cookies.output(header="", sep=";", attrs=[]).strip(),
            "Origin": ORIGIN,
            "Content-Type": content_type,
            **(more.get("headers") or {}),
        }
        told = self.at.asks(asked, method, path, data, **headers)
        for each in told.headers.get_all("Set-Cookie", []):
            self.cookies.load(each)
        return _answer(told)


def _answer(told) -> HttpResponse:
    answer = HttpResponse(told.text, status=told.status)
    for name, value in told.headers.items():
        if name != "Set-Cookie":
            answer[name] = value
    answer.json = lambda: json.loads(told.text)
    return answer
