"""Every secret that passes the doors during a walk, and whatever could keep one.

Watch      notes what goes in and out at each request, and all that is logged meanwhile
    noted        the secrets: by kind, what was typed, shown or set as a cookie
    logged       every line of every logger, at DEBUG
    addresses    what was asked for and where browsers were sent, with queries
dump       every value of every table
mails      what the outbox has, as it is sent, by kind
"""

import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.http import HttpResponse

from tests.doors import Browser
from tests.newcomers import CODE
from wardkey.keys.models import SecurityKey
from wardkey.notifications import messages
from wardkey.notifications.models import OutboxMessage

TYPED = ("password", "present", "access_pass", "code")
COOKIES = {"__Host-session": "session", "__Host-csrf": "csrf"}
# What a key signed when it was registered, which is judged again with newer metadata. Its challenge
# was taken before the row was there, and is never taken twice.
SPENT = (SecurityKey, "client_data_json")
IN_PAGES = {"csrf": re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"'), "code": CODE}


class Watch(logging.Handler):
    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.noted: dict[str, set[str]] = defaultdict(set)
        self.logged: list[str] = []
        self.addresses: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.logged.append(self.format(record) + repr(record.args))

    def note_typed(self, data: object) -> None:
        for name in TYPED:
            if isinstance(data, dict) and data.get(name):
                self.noted[f"typed as {name}"].add(str(data[name]))

    def note_answer(self, answer: HttpResponse) -> None:
        self.addresses += [answer.request["PATH_INFO"], answer.request["QUERY_STRING"]]
        self.addresses.append(answer.headers.get("Location", ""))
        for name, kind in COOKIES.items():
            if name in answer.cookies and answer.cookies[name].value:
                self.noted[kind].add(answer.cookies[name].value)
        if answer["Content-Type"].startswith("application/json"):
            self._note_challenge(json.loads(answer.content))
        for kind, pattern in IN_PAGES.items():
            self.noted[f"shown {kind}"].update(pattern.findall(answer.content.decode()))

    def _note_challenge(self, told: dict) -> None:
        if challenge := told.get("public_key", {}).get("challenge"):
            self.noted["challenge"].add(challenge)


@contextmanager
def watched(monkeypatch) -> Iterator[Watch]:
    """All browsers of this test, and all loggers at DEBUG."""
    watch, send, post = Watch(), Browser.generic, Browser.post

    def noting_post(self, path, data=None, *more, **kwargs):
        watch.note_typed(data)
        return post(self, path, data, *more, **kwargs)

    def noting(self, *arguments, **kwargs):
        answer = send(self, *arguments, **kwargs)
        watch.note_answer(answer)
        return answer

    monkeypatch.setattr(Browser, "post", noting_post)
    monkeypatch.setattr(Browser, "generic", noting)
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    levels = {each: each.level for each in loggers}
    for each in loggers:
        each.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(watch)
    try:
        yield watch
    finally:
        logging.getLogger().removeHandler(watch)
        for each, level in levels.items():
            each.setLevel(level)


def dump() -> str:
    """Bytes as they are, and in hexadecimal."""
    told = []
    for model in apps.get_models():
        for row in model.objects.values():
            told += [written(value) for name, value in row.items() if (model, name) != SPENT]
    return "\n".join(told)


def written(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        return f"{raw.decode('latin-1')} {raw.hex()}"
    return str(value)


def mails() -> dict[str, str]:
    by_kind: dict[str, str] = defaultdict(str)
    for row in OutboxMessage.objects.all():
        message = getattr(messages, row.kind)(**row.parameters)
        by_kind[row.kind] += f"{message.subject}\n{message.body}\n"
    return by_kind


def forms_of(secret: str) -> set[str]:
    """As it is, and as people type it: without hyphens and spaces."""
    return {secret, re.sub(r"[- ]", "", secret)}
