"""People: found, and read."""

import uuid
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from ..base.errors import NotFound
from ..people.access import own_record, person_administered_by
from ..people.administrators import Act
from ..people.contacts import mail_shown_for, mail_shown_for_each
from ..people.queries import people_page
from ..sessions.scopes import Scope
from .pages import Cursor, Limit, page_of, position_in
from .recognition import ApiToken
from .strictness import Shape
from .tags import give_tag

if TYPE_CHECKING:
    from ..people.models import Person as Row

router = Router(tags=["People"])
READ = ApiToken(Scope.PEOPLE_READ, Act.FIND_PEOPLE)


class Person(Shape):
    """`organisation` is the code of their home; `email` is null where there is none."""

    id: uuid.UUID
    username: str
    name: str
    email: str | None
    organisation: str


class People(Shape):
    items: list[Person]
    next: str | None


@router.get("", response=People, auth=READ)
def list_people(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200, description="words that names begin with")] = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> dict:
    """Everybody in the organisation and those below it, or whom words find: each word begins a part
    of the name, the user name or the e-mail address. Scope `people:read`."""
    after = position_in(request, cursor)
    found = people_page(
        words=q,
        within=request.asker.organisations_for(Act.FIND_PEOPLE),
        after=uuid.UUID(after) if after else None,
        at_most=limit + 1,
    )
    mails = mail_shown_for_each(found)
    items = [_told(person, mails.get(person.pk)) for person in found]
    return page_of(request, items, [str(person.pk) for person in found], limit)


@router.get("/{uuid:person_id}", response=Person, auth=READ)
def get_person(request: HttpRequest, response: HttpResponse, person_id: uuid.UUID) -> dict:
    """One of them. Scope `people:read`."""
    person = person_in(request, person_id, Act.FIND_PEOPLE)
    found = told(person)
    give_tag(response, found)
    return found


def person_in(request: HttpRequest, person_id: uuid.UUID, act: Act) -> "Row":
    """Of the address. Unknown and out of scope: NotFound. In scope: Forbidden."""
    asker = request.asker
    if asker.organisation is not None:
        return person_administered_by(asker, person_id, act)
    if person_id != asker.person.pk:
        raise NotFound
    return own_record(asker)


def told(person: "Row") -> dict:
    return _told(person, mail_shown_for(person))


def _told(person: "Row", mail: str | None) -> dict:
    return {
        "id": person.pk,
        "username": person.username,
        "name": person.name,
        "email": mail or None,
        "organisation": person.home.code,
    }
