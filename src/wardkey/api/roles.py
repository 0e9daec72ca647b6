"""Roles: who has which. No program gives or takes one."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest
from ninja import Router

from ..people.access import role_holder
from ..people.administrators import Act
from ..people.role_queries import roles_page, roles_shown
from ..sessions.scopes import Scope
from .pages import Cursor, Limit, page_of, position_in
from .recognition import ApiToken
from .strictness import Shape

if TYPE_CHECKING:
    from ..people.models import RoleGrant

router = Router(tags=["Roles"])
READ = ApiToken(Scope.ROLES_READ, Act.SEE_ROLES)


class RoleHeld(Shape):
    """`organisation` is a code. Only `active` ones give rights: others wait for their holder's
    second key, or sleep. `until` is the first moment after."""

    person_id: uuid.UUID
    name: str
    role: Literal[
        "helpdesk",
        "auditor",
        "local_administrator",
        "primary_local_administrator",
        "platform_administrator",
    ]
    organisation: str
    with_those_below: bool
    since: datetime
    until: datetime | None
    state: Literal["active", "waiting", "asleep"]


class RolesHeld(Shape):
    items: list[RoleHeld]
    next: str | None


@router.get("/roles", response=RolesHeld, auth=READ)
def list_roles(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> dict:
    """Who has a role on the organisation, also from elsewhere. Scope `roles:read`."""
    after = int(position_in(request, cursor) or 0)
    found = roles_page(request.asker.organisation, after=after, at_most=limit + 1)
    return page_of(
        request, [_told(each) for each in found], [str(each.pk) for each in found], limit
    )


@router.get("/people/{uuid:person_id}/roles", response=RolesHeld, auth=READ)
def list_roles_of_person(request: HttpRequest, person_id: uuid.UUID) -> dict:
    """The roles of a person, as far as the asker looks after them. Scope `roles:read`."""
    holder = role_holder(request.asker, person_id, Act.SEE_ROLES)
    shown = roles_shown(request.asker, holder)
    return {"items": [_told(each.grant) for each in shown], "next": None}


def _told(grant: "RoleGrant") -> dict:
    state = "waiting" if grant.waiting_since else "asleep" if grant.asleep_since else "active"
    return {
        "person_id": grant.person_id,
        "name": grant.person.name,
        "role": str(grant.role),
        "organisation": grant.organisation.code,
        "with_those_below": grant.with_those_below,
        "since": grant.starts_at,
        "until": grant.ends_at,
        "state": state,
    }
