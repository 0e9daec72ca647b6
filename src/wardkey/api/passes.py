"""Passes: who has one that may still let them in, and their end. No program issues one: somebody
checks first who asks for it."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from ..lifecycle.unchanged import while_they_are
from ..people.administrators import Act
from ..recovery.access_pass import open_passes_of
from ..sessions.scopes import Scope
from ..signin import ending_passes
from .people import person_in
from .recognition import ApiToken
from .strictness import Shape
from .tags import IfMatch, as_seen, give_tag

if TYPE_CHECKING:
    from ..people.models import Person

router = Router(tags=["Passes"])


class Pass(Shape):
    """Its code was shown once, to whoever issued it. A day pass is used more than once."""

    kind: Literal["access", "day"]
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None


class Passes(Shape):
    items: list[Pass]
    next: None


@router.get(
    "/{uuid:person_id}/passes",
    response=Passes,
    auth=ApiToken(Scope.PASSES_READ, Act.ISSUE_PASSES),
)
def list_passes(request: HttpRequest, response: HttpResponse, person_id: uuid.UUID) -> dict:
    """Those of the person that may still be used, the oldest first. Scope `passes:read`."""
    passes = _told(person_in(request, person_id, Act.ISSUE_PASSES))
    give_tag(response, passes)
    return passes


@router.delete(
    "/{uuid:person_id}/passes",
    response={204: None},
    auth=ApiToken(Scope.PASSES_WRITE, Act.END_SESSIONS),
)
def end_passes(request: HttpRequest, person_id: uuid.UUID, if_match: IfMatch = "") -> Status:
    """All that the person has, with the logins that they opened. Scope `passes:write`."""
    person = person_in(request, person_id, Act.END_SESSIONS)
    with as_seen(if_match, _told, while_they_are, person.pk):
        ending_passes.end_passes(asker=request.asker, person=person)
    return Status(204, None)


def _told(person: "Person") -> dict:
    items = [
        {
            "kind": each.kind,
            "issued_at": each.issued_at,
            "expires_at": each.expires_at,
            "used_at": each.used_at,
        }
        for each in open_passes_of(person)
    ]
    return {"items": items, "next": None}
