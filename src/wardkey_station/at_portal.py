"""What the station asks the portal once somebody is logged in there.

Counter     the portal's API, asked with an API token
Declined    a refusal of the portal's, with the code that programs read
LoggedOut   the API token opens nothing any more
require_same_language   neither is too old for the other
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from .errors import Exit, Refused
from .portal_client import Portal, Unreachable, body_of
from .screen import visible
from .words import _

# What this station says and expects, as the portal's /api/v1/station numbers it.
SPEAKS, OLDEST_PORTAL = 1, 1
ENDED = {"authentication_required", "step_up_required"}
Fields = dict[str, Any]


class Declined(Exception):
    """Its text is the portal's own: what happened, and what to do next. Nothing was changed."""

    def __init__(self, problem: Fields, *, status: int) -> None:
        self.code = str(problem.get("code", ""))
        self.status = status
        self.retry_after = 0
        said = str(problem.get("detail") or problem.get("title") or f"HTTP {status}")
        reference = problem.get("reference")
        super().__init__(visible(f"{said} ({reference})" if reference else said))


class LoggedOut(Declined):
    pass


def require_same_language(portal: Portal) -> None:
    """CL38. A portal from before there was anything to ask does not know the address."""
    told = portal.answer_to("/api/v1/station") or {}
    speaks, oldest = told.get("speaks"), told.get("oldest_station")
    if told.get("name") != "wardkey" or not isinstance(speaks, int) or speaks < OLDEST_PORTAL:
        said = _(
            "{address} is older than this station, or is no Wardkey. Check the address; ask "
            "whoever runs the portal to upgrade it, or install the station of its version."
        )
        raise refusal(said.format(address=portal.address))
    if not isinstance(oldest, int) or oldest > SPEAKS:
        said = _(
            "This station is too old for {address}. Install the one of the portal's version: "
            "pip install --upgrade 'wardkey[station]'. Nothing was changed."
        )
        raise refusal(said.format(address=portal.address))


@dataclass(frozen=True)
class Person:
    id: str
    username: str
    name: str
    email: str = ""


@dataclass
class Counter:
    """`log_in_again` is asked where the API token has ended; it raises where nobody can."""

    portal: Portal
    api_token: str
    log_in_again: Callable[[], str]

    def people(self, words: str, *, at_most: int) -> list[Person]:
        """Whom the words find."""
        told = self.get(f"/people?q={quote(words)}&limit={at_most}")
        return [person_from(each) for each in listed(told)]

    def person(self, id_: str) -> Person | None:
        try:
            return person_from(self.get(f"/people/{quote(id_)}"))
        except Declined as declined:
            if declined.status == httpx.codes.NOT_FOUND:
                return None
            raise

    def keys_of(self, person: Person) -> list[Fields]:
        return listed(self.get(f"/people/{person.id}/keys?limit=100"))

    def begin_registration(self, person: Person) -> Fields:
        return self.send("POST", f"/people/{person.id}/keys/registrations")

    def register(self, person: Person, fields: Fields, *, once: str) -> Fields:
        """`once` is the Idempotency-Key: asked again, it is answered again."""
        return self.send("POST", f"/people/{person.id}/keys", fields=fields, once=once)

    def whose(self, serial_number: str) -> list[Fields]:
        """None of them where the portal tells of nobody."""
        try:
            return listed(self.get(f"/serial-numbers/{quote(serial_number, safe='')}"))
        except Declined as declined:
            if declined.status == httpx.codes.NOT_FOUND:
                return []
            raise

    def get(self, path: str) -> Fields:
        return self.send("GET", path)

    def send(
        self, method: str, path: str, *, fields: Fields | None = None, once: str | None = None
    ) -> Fields:
        """Raises Declined, Unreachable."""
        try:
            return self.sent(method, path, fields, once)
        except LoggedOut:
            self.api_token = self.log_in_again()
            return self.sent(method, path, fields, once)

    def sent(self, method: str, path: str, fields: Fields | None, once: str | None) -> Fields:
        headers = {"Authorization": f"Bearer {self.api_token}"}
        if once:
            headers["Idempotency-Key"] = once
        answer = self.portal.request(method, f"/api/v1{path}", fields=fields, headers=headers)
        return told_by(answer)


def told_by(answer: httpx.Response) -> Fields:
    """Raises Declined, LoggedOut; Unreachable where the portal asks to wait."""
    if answer.status_code == httpx.codes.NO_CONTENT:
        return {}
    told = body_of(answer)
    if told is None:
        raise strange()
    if answer.is_success:
        return told
    if told.get("code") == "in_progress" or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise Unreachable(visible(str(told.get("detail", ""))))
    kind = LoggedOut if told.get("code") in ENDED else Declined
    raise kind(told, status=answer.status_code)


def listed(told: Fields) -> list[Fields]:
    items = told.get("items")
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise strange()
    return items


def person_from(told: Fields) -> Person:
    try:
        email = str(told.get("email") or "")
        return Person(str(told["id"]), str(told["username"]), str(told["name"]), email)
    except KeyError as error:
        raise strange() from error


def strange() -> Refused:
    return refusal(
        _("The portal answered something that this station does not know. Check its address.")
    )


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.PORTAL)
