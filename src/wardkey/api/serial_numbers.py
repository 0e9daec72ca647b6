"""A key was found: whose is it, by the number that is printed on it?"""

import uuid
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest
from ninja import Path, Router

from ..base.errors import NotFound
from ..inventory.finding import found_by_serial_number
from ..people.administrators import Act
from ..sessions.scopes import Scope
from .recognition import ApiToken
from .strictness import Shape

if TYPE_CHECKING:
    from ..inventory.finding import Found
    from ..keys.models import SecurityKey
    from ..people.models import Person

router = Router(tags=["Serial numbers"])


class Holder(Shape):
    id: uuid.UUID
    username: str
    name: str


class KeyFound(Shape):
    id: uuid.UUID
    nickname: str
    state: Literal["waiting", "active", "suspended"]


class UnitFound(Shape):
    """`maker` and `state` are null where no stock has it, and somebody typed the number when the
    key was registered. `organisation` is the code of whose it is; `holder`, to whom it was issued;
    `keys` are what is registered with it, of whomever."""

    serial_number: str
    model: str | None
    maker: str | None
    state: Literal["in_stock", "issued", "lost", "returned", "retired"] | None
    organisation: str
    holder: Holder | None
    keys: list[KeyFound]


class UnitsFound(Shape):
    """More than one where makers number alike."""

    items: list[UnitFound]
    next: str | None


@router.get(
    "/{path:serial_number}", response=UnitsFound, auth=ApiToken(Scope.PEOPLE_READ, Act.FIND_PEOPLE)
)
def find_serial_number(
    request: HttpRequest,
    serial_number: Annotated[str, Path(description="exactly as it is printed, in either case")],
) -> dict:
    """Whose key it is, within the organisation and those below it. 404 where nobody there has it,
    whether or not anybody elsewhere does. Scope `people:read`."""
    within = request.asker.organisations_for(Act.FIND_PEOPLE)
    found = found_by_serial_number(serial_number, within)
    if not found:
        raise NotFound("serial_number")
    return {"items": [_told(each) for each in found], "next": None}


def _told(found: "Found") -> dict:
    unit, holder = found.unit, found.holder
    return {
        "serial_number": found.serial_number,
        "model": unit.model if unit else _model_of(found.keys),
        "maker": unit.maker if unit else None,
        "state": str(unit.state) if unit else None,
        "organisation": found.organisation.code,
        "holder": holder and holder_told(holder),
        "keys": [_key_told(key) for key in found.keys],
    }


def holder_told(holder: "Person") -> dict:
    return {"id": str(holder.pk), "username": holder.username, "name": holder.name}


def _model_of(keys: "list[SecurityKey]") -> str | None:
    return next((key.model for key in keys if key.model), None)


def _key_told(key: "SecurityKey") -> dict:
    return {"id": key.pk, "nickname": key.nickname, "state": str(key.state)}
