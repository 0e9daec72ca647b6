"""The token station: how it is let in, and what it reports; and whether it and the portal
understand each other."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from ..base.errors import InvalidInput
from ..keys import resets
from ..people.administrators import Act
from ..sessions import api_tokens, station_codes
from ..sessions.scopes import Scope
from ..signin import browser, throttle
from .people import Person
from .people import told as told_of_person
from .recognition import ApiToken, anybody
from .serial_numbers import Holder
from .strictness import Shape

if TYPE_CHECKING:
    from ..keys.models import SecurityKey

router = Router(tags=["Token station"])

# Raised where a station of before would go wrong; the oldest one that still does not.
SPEAKS, OLDEST = 1, 1


class Speech(Shape):
    """Numbers of what a station says and expects. One that speaks less than `oldest_station` is
    replaced; one that needs more than `speaks` waits until the portal is upgraded."""

    name: Literal["wardkey"]
    speaks: int
    oldest_station: int


class Code(Shape):
    """From the portal's page, as it was typed."""

    code: str = Field(max_length=100, examples=["7KQ2-M9XA-PD4T-HW6R"])


class StationLogin(Shape):
    """`api_token` is told this once. It acts as `person`, in `organisation` (a code)."""

    api_token: str
    expires_at: datetime
    person: Person
    organisation: str


class Reset(Shape):
    """As the token told them over USB before it was erased."""

    serial_number: str = Field(min_length=1, max_length=40, examples=["7812345"])
    aaguid: uuid.UUID


class Orphan(Shape):
    """A key that its token has lost. It is suspended, and nobody resumes it; that of somebody with
    a role, where policy has two remove it or nobody else, is suspended as a precaution."""

    id: uuid.UUID
    nickname: str
    holder: Holder


class Orphans(Shape):
    """`skipped`: how many more, which a higher role than the asker's has to see to."""

    items: list[Orphan]
    skipped: int
    next: str | None


@router.get("", response=Speech)
def station_speech(request: HttpRequest) -> dict:
    """Asked before anything else. Public."""
    return {"name": "wardkey", "speaks": SPEAKS, "oldest_station": OLDEST}


@router.post("/resets", response=Orphans, auth=ApiToken(Scope.KEYS_DESK, Act.REPORT_RESETS))
def report_reset(request: HttpRequest, fields: Reset) -> dict:
    """A token was reset: what is registered with it, of anybody within reach, opens nothing any
    more, and is marked so. Told again, it changes nothing. Scope `keys:desk`."""
    stopped = resets.report_reset(
        asker=request.asker, serial_number=fields.serial_number, aaguid=fields.aaguid
    )
    items = [_told(key) for key in stopped.keys]
    return {"items": items, "skipped": stopped.skipped, "next": None}


def _told(key: "SecurityKey") -> dict:
    holder = key.holder
    whose = {"id": holder.pk, "username": holder.username, "name": holder.name}
    return {"id": key.pk, "nickname": key.nickname, "holder": whose}


@router.post("/api-tokens", response={201: StationLogin}, auth=anybody)
def log_station_in(request: HttpRequest, fields: Code) -> Status:
    """The one-time code of an administrator, for an API token that holds for eight hours and does
    what the station does, and no more. Wrong codes make the next one wait."""
    attempt = throttle.begin_code(fields.code, source=browser.source_of(request))
    try:
        made, secret = station_codes.redeem(fields.code, also=lambda: throttle.succeeded(attempt))
    except InvalidInput:
        throttle.failed(attempt, None)
        raise
    told = {
        "api_token": secret,
        "expires_at": made.expires_at,
        "person": told_of_person(api_tokens.owner_of(made)),
        "organisation": made.organisation.code if made.organisation else "",
    }
    return Status(201, told)


@router.delete(
    "/api-token", response={204: None}, auth=ApiToken(Scope.KEYS_DESK, Act.CONNECT_STATION)
)
def log_station_out(request: HttpRequest) -> Status:
    """The API token that asks ends. Scope `keys:desk`; one of a person's own."""
    api_tokens.end_itself(asker=request.asker)
    return Status(204, None)
