"""Passes: who has one that may still let them in. No program issues one: somebody checks first."""

import uuid
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router

from ..people.administrators import Act
from ..recovery.access_pass import open_passes_of
from ..sessions.scopes import Scope
from .people import person_in
from .recognition import ApiToken
from .strictness import Shape

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
def list_passes(request: HttpRequest, person_id: uuid.UUID) -> dict:
    """Those of the person that may still be used, the oldest first. Scope `passes:read`."""
    person = person_in(request, person_id, Act.ISSUE_PASSES)
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
