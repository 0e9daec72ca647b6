"""Where a person stands between joining and leaving, and what changes it."""

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from ..lifecycle import leaving, suspension
from ..lifecycle.transfers import Decision, Handling
from ..lifecycle.unchanged import while_they_are
from ..people.administrators import Act
from ..people.queries import person_with_home
from ..sessions.scopes import Scope
from .people import person_in
from .recognition import ApiToken
from .strictness import Day, Shape
from .tags import IfMatch, as_seen, give_tag

if TYPE_CHECKING:
    from ..people.models import Person

router = Router(tags=["Joining and leaving"])
SUSPEND = ApiToken(Scope.PEOPLE_WRITE, Act.SUSPEND_PEOPLE)
LET_GO = ApiToken(Scope.PEOPLE_WRITE, Act.LET_PEOPLE_GO)


class Standing(Shape):
    """`to_come` until `starts_at`; `leaving` once a `last_day` is set, until `closes_at`."""

    state: Literal["to_come", "here", "leaving", "suspended", "closed"]
    starts_at: datetime | None
    last_day: date | None
    closes_at: datetime | None


class KeyOfLeaver(Shape):
    """`until` is the last day of a loan, and only of one."""

    key_id: uuid.UUID
    handling: Literal["keep", "give", "lend"]
    until: Day | None = None


class Leaver(Shape):
    """A key about which nothing is said is kept by the organisation."""

    last_day: Day = Field(examples=["2027-03-31"])
    keys: list[KeyOfLeaver] = Field([], max_length=50)


@router.get(
    "/{uuid:person_id}/standing",
    response=Standing,
    auth=ApiToken(Scope.PEOPLE_READ, Act.SEE_KEYS),
)
def get_standing(request: HttpRequest, response: HttpResponse, person_id: uuid.UUID) -> dict:
    """Where they stand at this moment. Scope `people:read`."""
    return _tagged(response, person_in(request, person_id, Act.SEE_KEYS))


@router.post("/{uuid:person_id}/suspend", response=Standing, auth=SUSPEND)
def suspend_person(
    request: HttpRequest, response: HttpResponse, person_id: uuid.UUID, if_match: IfMatch = ""
) -> dict:
    """From this moment nothing lets them in. Scope `people:write`."""
    person = person_in(request, person_id, Act.SUSPEND_PEOPLE)
    with as_seen(if_match, _told, while_they_are, person.pk):
        suspension.suspend(asker=request.asker, person=person)
    return _tagged(response, _anew(person))


@router.post("/{uuid:person_id}/resume", response=Standing, auth=SUSPEND)
def resume_person(
    request: HttpRequest, response: HttpResponse, person_id: uuid.UUID, if_match: IfMatch = ""
) -> dict:
    """They may log in again, with what they had. Scope `people:write`."""
    person = person_in(request, person_id, Act.SUSPEND_PEOPLE)
    with as_seen(if_match, _told, while_they_are, person.pk):
        suspension.resume(asker=request.asker, person=person)
    return _tagged(response, _anew(person))


@router.post("/{uuid:person_id}/leaver", response=Standing, auth=LET_GO)
def mark_leaver(
    request: HttpRequest,
    response: HttpResponse,
    person_id: uuid.UUID,
    fields: Leaver,
    if_match: IfMatch = "",
) -> dict:
    """Roles and logins end at once; the account closes 30 days after the last day. Said again, the
    day and the decisions about keys are others. Scope `people:write`."""
    person = person_in(request, person_id, Act.LET_PEOPLE_GO)
    with as_seen(if_match, _told, while_they_are, person.pk):
        leaving.mark_leaver(
            asker=request.asker,
            person=person,
            last_day=fields.last_day,
            decisions=[
                Decision(key_id=each.key_id, handling=Handling(each.handling), until=each.until)
                for each in fields.keys
            ],
        )
    return _tagged(response, _anew(person))


@router.delete("/{uuid:person_id}/leaver", response=Standing, auth=LET_GO)
def take_back_leaver_mark(
    request: HttpRequest, response: HttpResponse, person_id: uuid.UUID, if_match: IfMatch = ""
) -> dict:
    """They stay. Roles that ended do not come back. Scope `people:write`."""
    person = person_in(request, person_id, Act.LET_PEOPLE_GO)
    with as_seen(if_match, _told, while_they_are, person.pk):
        leaving.take_back_mark(asker=request.asker, person=person)
    return _tagged(response, _anew(person))


def _anew(person: "Person") -> "Person":
    return person_with_home(person.pk) or person


def _tagged(response: HttpResponse, person: "Person") -> dict:
    told = _told(person)
    give_tag(response, told)
    return told


def _told(person: "Person") -> dict:
    return {
        "state": person.standing.value,
        "starts_at": person.starts_at,
        "last_day": person.last_day,
        "closes_at": person.closes_at,
    }
