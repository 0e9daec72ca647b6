"""Organisations: the one in view and those below it."""

from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ..organisations.queries import organisations_page
from ..people.administrators import Act
from ..people.reach import organisation_administered_by
from ..sessions.scopes import Scope
from .pages import Cursor, Limit, page_of, position_in
from .recognition import ApiToken
from .strictness import Shape
from .tags import give_tag

if TYPE_CHECKING:
    from ..organisations.models import Organisation as Row

router = Router(tags=["Organisations"])
READ = ApiToken(Scope.ORGANISATIONS_READ, Act.SEE_ORGANISATIONS)


class Organisation(Shape):
    """`parent` is the code of the one above it; null for the root of the tree."""

    code: str
    name: str
    status: Literal["active", "suspended", "closed"]
    parent: str | None


class Organisations(Shape):
    items: list[Organisation]
    next: str | None


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
    told = _told(organisation_administered_by(request.asker, code, Act.SEE_ORGANISATIONS))
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
