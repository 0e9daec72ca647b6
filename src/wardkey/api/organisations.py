"""Organisations: the one in view and those below it; added and changed by an application that acts
as a platform administrator. Closing one, which moves people, is done on the pages.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from ..organisations.queries import organisations_page
from ..organisations.unchanged import while_it_is
from ..people import organisations
from ..people.administrators import Act
from ..people.reach import organisation_administered_by
from ..sessions.scopes import Scope
from .once import IdempotencyKey, Keep, answered_once
from .pages import Cursor, Limit, page_of, position_in
from .recognition import ApiToken
from .strictness import Shape, unchanged
from .tags import IfMatch, as_seen, give_tag

if TYPE_CHECKING:
    from ..organisations.models import Organisation as Row

router = Router(tags=["Organisations"])
READ = ApiToken(Scope.ORGANISATIONS_READ, Act.SEE_ORGANISATIONS)
MANAGE = ApiToken(Scope.ORGANISATIONS_WRITE, Act.MANAGE_ORGANISATIONS)
LONGEST_CODE, LONGEST_NAME = 9, 200


class Organisation(Shape):
    """`parent` is the code of the one above it; null for the root of the tree."""

    code: str
    name: str
    status: Literal["active", "suspended", "closed"]
    parent: str | None


class Organisations(Shape):
    items: list[Organisation]
    next: str | None


class NewOrganisation(Shape):
    """`code` has 1 to 9 letters and digits."""

    code: str = Field(max_length=LONGEST_CODE, examples=["WARD9"])
    name: str = Field(max_length=LONGEST_NAME, examples=["Northside Ward 9"])


class ChangedOrganisation(Shape):
    """What is left away stays."""

    code: str = unchanged(max_length=LONGEST_CODE, examples=["WARD9"])
    name: str = unchanged(max_length=LONGEST_NAME, examples=["Northside Ward 9"])


@router.get("", response=Organisations, auth=READ)
def list_organisations(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> dict:
    """The organisation and those below it. Scope `organisations:read`."""
    within = request.asker.organisations_for(Act.SEE_ORGANISATIONS)
    after = int(position_in(request, cursor) or 0)
    found = organisations_page(within=within, after=after, at_most=limit + 1)
    return page_of(
        request, [_told(each) for each in found], [str(each.pk) for each in found], limit
    )


@router.get("/{str:code}", response=Organisation, auth=READ)
def get_organisation(request: HttpRequest, response: HttpResponse, code: str) -> dict:
    """One of them. Scope `organisations:read`."""
    found = organisation_administered_by(request.asker, code, Act.SEE_ORGANISATIONS)
    return _tagged(response, found)


@router.post("/{str:code}/organisations", response={201: Organisation}, auth=MANAGE)
def add_organisation(
    request: HttpRequest,
    response: HttpResponse,
    code: str,
    fields: NewOrganisation,
    idempotency_key: IdempotencyKey = "",
) -> Status:
    """Below the one of the address. Scope `organisations:write`, of an application."""
    parent = organisation_administered_by(request.asker, code, Act.MANAGE_ORGANISATIONS)

    def add(keep: Keep) -> dict:
        founded = organisations.found(
            asker=request.asker,
            parent=parent,
            code=fields.code,
            name=fields.name,
            also=lambda founded: keep(_told(founded)),
        )
        return _told(founded)

    told = answered_once(request, idempotency_key, add, status=201)
    response["Location"] = f"{request.path.rsplit('/', 2)[0]}/{told['code']}"
    give_tag(response, told)
    return Status(201, told)


@router.patch("/{str:code}", response=Organisation, auth=MANAGE)
def rename_organisation(
    request: HttpRequest,
    response: HttpResponse,
    code: str,
    fields: ChangedOrganisation,
    if_match: IfMatch = "",
) -> dict:
    """Another name or code. Scope `organisations:write`, of an application."""
    found = organisation_administered_by(request.asker, code, Act.MANAGE_ORGANISATIONS)
    with as_seen(if_match, _told, while_it_is, found):
        kept = {"code": found.code, "name": found.name}
        changed = organisations.rename(
            asker=request.asker,
            organisation=found,
            **kept | fields.model_dump(exclude_unset=True),
        )
    return _tagged(response, changed)


@router.post("/{str:code}/suspend", response=Organisation, auth=MANAGE)
def suspend_organisation(
    request: HttpRequest, response: HttpResponse, code: str, if_match: IfMatch = ""
) -> dict:
    """Its people are logged out and stay out. Scope `organisations:write`, of an application."""
    return _stepped(request, response, code, if_match, organisations.suspend)


@router.post("/{str:code}/resume", response=Organisation, auth=MANAGE)
def resume_organisation(
    request: HttpRequest, response: HttpResponse, code: str, if_match: IfMatch = ""
) -> dict:
    """Its people may log in again. Scope `organisations:write`, of an application."""
    return _stepped(request, response, code, if_match, organisations.resume)


def _stepped(
    request: HttpRequest,
    response: HttpResponse,
    code: str,
    if_match: str,
    step: Callable[..., None],
) -> dict:
    found = organisation_administered_by(request.asker, code, Act.MANAGE_ORGANISATIONS)
    with as_seen(if_match, _told, while_it_is, found):
        step(asker=request.asker, organisation=found)
    found.refresh_from_db(fields=["status"])
    return _tagged(response, found)


def _tagged(response: HttpResponse, organisation: "Row") -> dict:
    told = _told(organisation)
    give_tag(response, told)
    return told


def _told(organisation: "Row") -> dict:
    parent = organisation.parent
    return {
        "code": organisation.code,
        "name": organisation.name,
        "status": str(organisation.status),
        "parent": parent.code if parent else None,
    }
