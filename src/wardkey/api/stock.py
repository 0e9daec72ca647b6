"""The stock of an organisation: boxes received, units found, and what becomes of each.

A unit is a physical key with the serial number that is printed on it; keys.py has what people
registered on it.
"""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from ..audit.log import microseconds
from ..base import clock
from ..base.errors import Conflict
from ..inventory import custody, deliveries, losses, queries, receiving
from ..inventory.states import unit_administered
from ..inventory.unchanged import while_it_is
from ..people.administrators import Act
from ..people.reach import organisation_administered_by
from ..sessions.scopes import Scope
from .once import IdempotencyKey, Keep, answered_once
from .pages import Cursor, Limit, page_of, position_in
from .recognition import ApiToken
from .serial_numbers import Holder, holder_told
from .strictness import Day, Shape
from .tags import IfMatch, as_seen, give_tag

if TYPE_CHECKING:
    from ..inventory.models import Box as BoxRow
    from ..inventory.models import Unit as Row
    from ..people.access import Asker

router = Router(tags=["Stock"])
READ = ApiToken(Scope.STOCK_READ, Act.SEE_STOCK)
MANAGE = ApiToken(Scope.STOCK_WRITE, Act.KEEP_STOCK)
UNIT = "/units/{uuid:unit_id}"
State = Literal["in_stock", "issued", "lost", "returned", "retired"]
CODE, NUMBER = 9, 40


class Unit(Shape):
    """`holder` is null also where they belong to an organisation that is out of reach."""

    id: uuid.UUID
    serial_number: str
    maker: str
    model: str
    site: str
    state: State
    since: datetime
    organisation: str
    holder: Holder | None
    box_id: uuid.UUID


class Units(Shape):
    items: list[Unit]
    next: str | None


class Box(Shape):
    id: uuid.UUID
    organisation: str
    number: int
    first: str
    last: str


class NewBox(Shape):
    """Either `first` with `last`, or `serial_numbers`."""

    organisation: str | None = Field(None, max_length=CODE, examples=["NORTH"])
    maker: str = Field(max_length=deliveries.LONGEST["maker"], examples=["Yubico"])
    model: str = Field(max_length=deliveries.LONGEST["model"], examples=["YubiKey 5 NFC"])
    site: str = Field("", max_length=deliveries.LONGEST["site"])
    order_reference: str = Field("", max_length=deliveries.LONGEST["order_reference"])
    received_on: Day | None = None
    first: str = Field("", max_length=NUMBER, examples=["7812345"])
    last: str = Field("", max_length=NUMBER, examples=["7812394"])
    serial_numbers: list[Annotated[str, Field(max_length=NUMBER)]] = Field(
        [], max_length=deliveries.UNITS_AT_MOST
    )


class Issue(Shape):
    username: str = Field(max_length=254, examples=["ben@northside.example"])


class HandOn(Shape):
    organisation: str = Field(max_length=CODE, examples=["WARD7"])


class StepOfUnit(Shape):
    """`lost` suspends every key that is registered on it, whoever's it is."""

    step: Literal["lost", "found", "returned", "put_back", "retired"]


@router.get("/units", response=Units, auth=READ)
def list_units(
    request: HttpRequest,
    organisation: Annotated[
        str, Query(max_length=CODE, description="its code; that of the API token without it")
    ] = "",
    state: Annotated[State | None, Query(description="only those")] = None,
    model: Annotated[str, Query(max_length=100, description="only those")] = "",
    site: Annotated[str, Query(max_length=80, description="only those")] = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> dict:
    """Of one organisation, in the order of their serial numbers. Scope `stock:read`."""
    code = organisation or request.asker.organisation.code
    owner = organisation_administered_by(request.asker, code, Act.SEE_STOCK)
    by = queries.Narrowed(state=state or "", model=model, site=site)
    within = request.asker.organisations_for(Act.SEE_STOCK)
    rows = queries.seen_by(queries.stock_of(owner, by), within)
    after = _place(position_in(request, cursor))
    found = queries.page_of_stock(rows, after, at_most=limit + 1)
    items = [_told(each, is_seen=each.holder_in_sight, code=owner.code) for each in found]
    return page_of(request, items, [f"{each.serial_key} {each.pk}" for each in found], limit)


def _place(position: str) -> queries.Place | None:
    serial_key, _space, unit_id = position.rpartition(" ")
    return queries.Place(serial_key, uuid.UUID(unit_id)) if unit_id else None


@router.get(UNIT, response=Unit, auth=READ)
def get_unit(request: HttpRequest, response: HttpResponse, unit_id: uuid.UUID) -> dict:
    """One of them, also of an organisation below. Scope `stock:read`."""
    return _tagged(request, response, unit_administered(request.asker, unit_id, Act.SEE_STOCK))


@router.post("/boxes", response={201: Box}, auth=MANAGE)
def receive_box(
    request: HttpRequest, fields: NewBox, idempotency_key: IdempotencyKey = ""
) -> Status:
    """A box of units, all or none: at most 5,000. 409 names the first number that is repeated, is
    none, or is recorded already, of whomever. Scope `stock:write`."""
    asker = request.asker
    coming = _coming(fields, clock.today(asker.organisation.time_zone))

    def receive(keep: Keep) -> dict:
        if faults := deliveries.faults_in(coming):
            raise Conflict("units_refused", field=faults[0].serial_number)
        box = receiving.receive(
            asker=asker,
            code=fields.organisation or asker.organisation.code,
            coming=coming,
            also=lambda box: keep(_box_told(box)),
        )
        return _box_told(box)

    return Status(201, answered_once(request, idempotency_key, receive, status=201))


def _coming(fields: NewBox, today: date) -> deliveries.Delivery:
    return deliveries.delivery(
        maker=fields.maker,
        model=fields.model,
        site=fields.site,
        order_reference=fields.order_reference,
        received_on=fields.received_on or today,
        first=fields.first,
        last=fields.last,
        scanned="\n".join(fields.serial_numbers),
        today=today,
    )


def _box_told(box: "BoxRow") -> dict:
    return {
        "id": str(box.pk),
        "organisation": box.organisation.code,
        "number": box.number,
        "first": box.first,
        "last": box.last,
    }


@router.post(UNIT + "/issue", response=Unit, auth=MANAGE)
def issue_unit(
    request: HttpRequest,
    response: HttpResponse,
    unit_id: uuid.UUID,
    fields: Issue,
    if_match: IfMatch = "",
) -> dict:
    """Handed to somebody. Registering a key with its serial number does that too. Scope
    `stock:write`."""
    unit_administered(request.asker, unit_id, Act.KEEP_STOCK)
    holder = custody.holder_named(request.asker, fields.username)
    seen = partial(_seen, request)
    with as_seen(if_match, seen, while_it_is, unit_id, asker=request.asker, beside=holder):
        unit = custody.issue(asker=request.asker, unit_id=unit_id, holder=holder)
    return _tagged(request, response, unit)


@router.post(UNIT + "/hand-on", response=Unit, auth=MANAGE)
def hand_on_unit(
    request: HttpRequest,
    response: HttpResponse,
    unit_id: uuid.UUID,
    fields: HandOn,
    if_match: IfMatch = "",
) -> dict:
    """It belongs to another organisation within reach. Scope `stock:write`."""
    unit_administered(request.asker, unit_id, Act.KEEP_STOCK)
    seen = partial(_seen, request)
    with as_seen(if_match, seen, while_it_is, unit_id, asker=request.asker):
        unit = custody.hand_on(asker=request.asker, unit_id=unit_id, code=fields.organisation)
    return _tagged(request, response, unit)


def _lost(*, asker: "Asker", unit_id: uuid.UUID) -> "Row":
    unit, _suspended = losses.report_lost(asker=asker, unit_id=unit_id)
    return unit


STEPS: dict[str, Callable[..., "Row"]] = {
    "lost": _lost,
    "found": custody.find,
    "returned": custody.take_back,
    "put_back": custody.put_back,
    "retired": custody.retire,
}


@router.post(UNIT + "/steps", response=Unit, auth=MANAGE)
def step_unit(
    request: HttpRequest,
    response: HttpResponse,
    unit_id: uuid.UUID,
    fields: StepOfUnit,
    if_match: IfMatch = "",
) -> dict:
    """What became of it. 409 where it is in no state for that. Scope `stock:write`."""
    unit_administered(request.asker, unit_id, Act.KEEP_STOCK)
    seen = partial(_seen, request)
    with as_seen(if_match, seen, while_it_is, unit_id, asker=request.asker):
        unit = STEPS[fields.step](asker=request.asker, unit_id=unit_id)
    return _tagged(request, response, unit)


def _tagged(request: HttpRequest, response: HttpResponse, unit: "Row") -> dict:
    told = _seen(request, unit)
    give_tag(response, told)
    return told


def _seen(request: HttpRequest, unit: "Row") -> dict:
    within = request.asker.organisations_for(Act.SEE_STOCK)
    is_seen = queries.is_in_sight(unit.holder, within)
    return _told(unit, is_seen=is_seen, code=unit.organisation.code)


def _told(unit: "Row", *, is_seen: bool, code: str) -> dict:
    return {
        "id": str(unit.pk),
        "serial_number": unit.serial_number,
        "maker": unit.maker,
        "model": unit.model,
        "site": unit.site,
        "state": str(unit.state),
        "since": microseconds(unit.state_since),
        "organisation": code,
        "holder": holder_told(unit.holder) if unit.holder and is_seen else None,
        "box_id": str(unit.box_id),
    }
