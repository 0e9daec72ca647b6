"""Which organisations use an application to which people log in, and how their people get in."""

import uuid
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from ..clients import registering, uses
from ..clients.unchanged import while_it_is
from ..people.administrators import Act
from ..people.reach import organisation_administered_by
from .applications import MANAGE, ONE, READ
from .pages import Cursor, Limit, page_of, position_in
from .strictness import Shape
from .tags import IfMatch, give_tag, is_one_of

if TYPE_CHECKING:
    from ..clients.models import Client, ClientUse
    from ..organisations.models import Organisation

router = Router(tags=["Applications"])
Decision = Literal["password", "second_factor", "key", "hardware_key", "refused"]


class Use(Shape):
    """`organisation` is a code; what it decided counts for all below it."""

    organisation: str
    decision: Decision


class Uses(Shape):
    items: list[Use]
    next: str | None


class Decided(Shape):
    """How its people get in at least, or that they do not."""

    decision: Decision = Field(examples=["key"])


@router.get(ONE + "/uses", response=Uses, auth=READ)
def list_uses(
    request: HttpRequest, application_id: uuid.UUID, cursor: Cursor = "", limit: Limit = 20
) -> dict:
    """What the organisation and those below it decided, also about an application of one above that
    they may use. Scope `applications:read`."""
    client = registering.client_seen_from(request.asker, application_id)
    after = position_in(request, cursor)
    found = uses.uses_page(request.asker, client, after=after, at_most=limit + 1)
    positions = [each.organisation.path for each in found]
    return page_of(request, [_told(each) for each in found], positions, limit)


@router.put(ONE + "/uses/{str:code}", response=Use, auth=MANAGE)
def decide_use(
    request: HttpRequest,
    response: HttpResponse,
    application_id: uuid.UUID,
    code: str,
    fields: Decided,
    if_match: IfMatch = "",
) -> dict:
    """For the organisation of the address, with those below: for the first time, or stricter than
    before. Scope `applications:write`, of an application."""
    registering.client_seen_from(request.asker, application_id)
    organisation = organisation_administered_by(request.asker, code, Act.MANAGE_CLIENTS)

    def as_seen(client: "Client") -> bool:
        return not if_match or _is_one_of(if_match, client, organisation)

    with while_it_is(request.asker, application_id, as_seen):
        use = uses.decide_use(
            asker=request.asker,
            client_id=application_id,
            code=organisation.code,
            decision=fields.decision,
        )
    told = _told(use)
    give_tag(response, told)
    return told


def _is_one_of(if_match: str, client: "Client", organisation: "Organisation") -> bool:
    use = uses.decision_of(client, organisation)
    return use is not None and is_one_of(if_match, _told(use))


def _told(use: "ClientUse") -> dict:
    return {"organisation": use.organisation.code, "decision": str(use.decision)}
