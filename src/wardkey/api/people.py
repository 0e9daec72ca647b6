"""People: found, read, added, changed, moved within the organisation's branch, or taken on from
elsewhere.

Nobody is let in by that: whoever was added here is invited on the pages.
"""

import uuid
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from ..base.errors import NotFound
from ..lifecycle import changing, joining, moving, moving_within
from ..lifecycle.unchanged import while_they_are
from ..people.access import own_record, person_administered_by
from ..people.administrators import Act
from ..people.contacts import mail_shown_for, mail_shown_for_each
from ..people.queries import people_page, person_with_home
from ..sessions.scopes import Scope
from .once import IdempotencyKey, Keep, answered_once
from .pages import Cursor, Limit, page_of, position_in
from .recognition import ApiToken
from .strictness import Day, Shape, unchanged
from .tags import IfMatch, as_seen, give_tag

if TYPE_CHECKING:
    from ..people.models import Person as Row

router = Router(tags=["People"])
READ = ApiToken(Scope.PEOPLE_READ, Act.FIND_PEOPLE)
ADD = ApiToken(Scope.PEOPLE_WRITE, Act.ADD_PEOPLE)
MOVE = ApiToken(Scope.PEOPLE_WRITE, Act.LET_PEOPLE_GO)
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_CODE = 200, 254, 9


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


class NewPerson(Shape):
    """`organisation` is a code: the API token's own, or one below it. From `starts_on` on, in their
    organisation's time zone, they may log in; without it, from today on."""

    username: str = Field(max_length=LONGEST_ADDRESS, examples=["kim@northside.example"])
    name: str = Field(max_length=LONGEST_NAME, examples=["Kim Osei"])
    email: str | None = Field(
        None, max_length=LONGEST_ADDRESS, examples=["kim.osei@northside.example"]
    )
    organisation: str | None = Field(None, max_length=LONGEST_CODE, examples=["NORTH"])
    starts_on: Day | None = Field(None, examples=["2027-01-04"])


class ChangedPerson(Shape):
    """What is left away stays. A new address is for the next invitation; one that its
    owner has proved stays beside it. `starts_on` changes for whoever has not begun."""

    name: str = unchanged(max_length=LONGEST_NAME, examples=["Kim Osei-Grant"])
    email: str = unchanged(max_length=LONGEST_ADDRESS, examples=["kim.grant@northside.example"])
    starts_on: Day = unchanged(examples=["2027-01-11"])


class Destination(Shape):
    organisation: str = Field(max_length=LONGEST_CODE, examples=["WARD7"])


class TakingOn(Shape):
    """`code` is the joiner code that the person made, and gave to their new organisation."""

    code: str = Field(max_length=LONGEST_NAME, examples=["K7QM-2XTR-9WPD"])
    organisation: str | None = Field(None, max_length=LONGEST_CODE, examples=["NORTH"])


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
    return _tagged(response, person_in(request, person_id, Act.FIND_PEOPLE))


@router.post("", response={201: Person}, auth=ADD)
def add_person(
    request: HttpRequest,
    response: HttpResponse,
    fields: NewPerson,
    idempotency_key: IdempotencyKey = "",
) -> Status:
    """Somebody new, with no way in yet: their administrator invites them. Scope `people:write`."""

    def add(keep: Keep) -> dict:
        person = joining.add_person(
            asker=request.asker,
            username=fields.username,
            name=fields.name,
            email=fields.email or "",
            organisation=_place(request, fields.organisation),
            starts_on=fields.starts_on,
            also=lambda person: keep(_written(_told(person, fields.email))),
        )
        return _written(_told(person, fields.email))

    added = answered_once(request, idempotency_key, add, status=201)
    response["Location"] = f"{request.path}/{added['id']}"
    give_tag(response, added)
    return Status(201, added)


def _place(request: HttpRequest, code: str | None) -> str:
    return request.asker.organisation.code if code is None else code


def _written(told: dict) -> dict:
    """As JSON keeps it."""
    return told | {"id": str(told["id"])}


@router.patch("/{uuid:person_id}", response=Person, auth=ADD)
def change_person(
    request: HttpRequest,
    response: HttpResponse,
    person_id: uuid.UUID,
    fields: ChangedPerson,
    if_match: IfMatch = "",
) -> dict:
    """Another name, address or first day. The user name stays. Scope `people:write`."""
    person = person_in(request, person_id, Act.ADD_PEOPLE)
    with as_seen(if_match, told, while_they_are, person.pk):
        person = changing.change_person(
            asker=request.asker, person=person, **fields.model_dump(exclude_unset=True)
        )
    return _tagged(response, person)


@router.post("/{uuid:person_id}/move", response=Person, auth=MOVE)
def move_person(
    request: HttpRequest,
    response: HttpResponse,
    person_id: uuid.UUID,
    fields: Destination,
    if_match: IfMatch = "",
) -> dict:
    """To another organisation of the same branch, with their tokens. Scope `people:write`."""
    person = person_in(request, person_id, Act.LET_PEOPLE_GO)
    with as_seen(if_match, told, while_they_are, person.pk):
        person = moving_within.move_within(
            asker=request.asker, person=person, organisation=fields.organisation
        )
    return _tagged(response, person)


@router.post("/take-on", response=Person, auth=ADD)
def take_on_person(request: HttpRequest, response: HttpResponse, fields: TakingOn) -> dict:
    """From another branch: with the code of whoever moves, once their organisation has let them go.
    Scope `people:write`."""
    mover = moving.take_on(
        asker=request.asker,
        code=fields.code,
        organisation=_place(request, fields.organisation),
    )
    return _tagged(response, person_with_home(mover.person.pk) or mover.person)


def _tagged(response: HttpResponse, person: "Row") -> dict:
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
