"""The security keys of a person: seen, registered on their behalf, renamed, stopped, removed.

A key comes by a ceremony alone: begun here, done by a real key, and answered here. Nothing takes a
public key as it is.
"""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field, StrictBool

from ..audit.log import microseconds
from ..inventory.linking import shared_unit, taken_from_stock
from ..inventory.registered import require_at_hand
from ..keys import losses, queries, registration, upkeep
from ..keys.reasons import Reason
from ..keys.registration_at_once import register_at_once
from ..keys.unchanged import while_it_is
from ..people.administrators import Act
from ..sessions.scopes import Scope
from .once import IdempotencyKey, Keep, answered_once
from .pages import Cursor, Limit, page_of, position_in
from .people import person_in
from .recognition import ApiToken
from .strictness import Moment, Shape
from .tags import IfMatch, as_seen, give_tag

if TYPE_CHECKING:
    from ..keys.models import SecurityKey

router = Router(tags=["Keys"])
KEYS = "/{uuid:person_id}/keys"
KEY = KEYS + "/{uuid:key_id}"
READ = ApiToken(Scope.KEYS_READ, Act.SEE_KEYS)
REGISTER = ApiToken(Scope.KEYS_DESK, Act.REGISTER_KEYS)
MANAGE = ApiToken(Scope.KEYS_WRITE, Act.MANAGE_KEYS)
SUSPEND = ApiToken(Scope.KEYS_WRITE, Act.SUSPEND_KEYS)
RESUME = ApiToken(Scope.KEYS_WRITE, Act.RESUME_KEYS)


class Key(Shape):
    """`model` is the name that its attestation proved, or null; without one, `aaguid` is only what
    it says of itself. `registered_by` is the id of a person; `serial_number` was told, not read."""

    id: uuid.UUID
    nickname: str
    model: str | None
    aaguid: uuid.UUID
    state: Literal["waiting", "active", "suspended"]
    created_at: datetime
    registered_by: uuid.UUID
    last_used_at: datetime | None
    serial_number: str | None


class Keys(Shape):
    items: list[Key]
    next: str | None


class Registration(Shape):
    """`public_key` is PublicKeyCredentialCreationOptionsJSON (WebAuthn L3 §5.1.8)."""

    registration_id: uuid.UUID
    expires_at: datetime
    public_key: dict


class NewKey(Shape):
    """`credential` is RegistrationResponseJSON (WebAuthn L3 §5.1.8). With `shared`, a key in stock
    that was issued to somebody else serves both; without it, that is refused (`conflict`)."""

    registration_id: uuid.UUID
    credential: dict
    nickname: str = Field(max_length=200, examples=["Blue"])
    serial_number: str | None = Field(None, max_length=40, examples=["7812345"])
    shared: StrictBool = False


class NewName(Shape):
    nickname: str = Field(max_length=200, examples=["Spare"])


class Suspension(Shape):
    reason: Literal["lost", "precaution"] = "precaution"


RemovedFor = Literal["returned", "lost", "stolen", "broken", "mistake"]


@router.get(KEYS, response=Keys, auth=READ)
def list_keys(
    request: HttpRequest, person_id: uuid.UUID, cursor: Cursor = "", limit: Limit = 20
) -> dict:
    """All but the removed ones, the oldest first. Scope `keys:read`."""
    holder = person_in(request, person_id, Act.SEE_KEYS)
    after = position_in(request, cursor)
    keys = [key for key in queries.keys_read_of(holder) if _position(key) > after]
    items = [_told(key) for key in keys]
    return page_of(request, items, [_position(key) for key in keys], limit)


def _position(key: "SecurityKey") -> str:
    """A holder has few keys, so they are cut here."""
    return f"{microseconds(key.registered_at)} {key.pk}"


@router.get(KEY, response=Key, auth=READ)
def get_key(
    request: HttpRequest, response: HttpResponse, person_id: uuid.UUID, key_id: uuid.UUID
) -> dict:
    """One of them, with its ETag. Scope `keys:read`."""
    holder = person_in(request, person_id, Act.SEE_KEYS)
    return _tagged(response, queries.key_of(holder, key_id))


@router.post(KEYS + "/registrations", response={201: Registration}, auth=REGISTER)
def begin_registration(request: HttpRequest, person_id: uuid.UUID) -> Status:
    """The challenge for a key that is registered for this person, for five minutes. Scope
    `keys:write` or `keys:desk`."""
    holder = person_in(request, person_id, Act.REGISTER_KEYS)
    ceremony, options = registration.begin_registration(asker=request.asker, holder=holder)
    told = {
        "registration_id": ceremony.pk,
        "expires_at": ceremony.expires_at,
        "public_key": options,
    }
    return Status(201, told)


@router.post(KEYS, response={201: Key}, auth=REGISTER)
def register_key(
    request: HttpRequest,
    response: HttpResponse,
    person_id: uuid.UUID,
    fields: NewKey,
    idempotency_key: IdempotencyKey = "",
) -> Status:
    """The key's answer, with the nickname that the key is to have. It waits for its holder, as the
    policy says. After `nickname_taken` the same answer may come again with another nickname, for 15
    minutes; and so after a `conflict` about the serial number, which a key from stock is issued by.
    Scope `keys:write` or `keys:desk`."""
    holder = person_in(request, person_id, Act.REGISTER_KEYS)
    linked = shared_unit if fields.shared else taken_from_stock
    link = linked(asker=request.asker, holder=holder)

    def register(keep: Keep) -> dict:
        def link_and_keep(key: "SecurityKey") -> None:
            link(key)
            keep(_told(key))

        key = register_at_once(
            asker=request.asker,
            holder=holder,
            registration_id=fields.registration_id,
            answer=fields.credential,
            nickname=fields.nickname,
            serial_number=fields.serial_number or "",
            also=link_and_keep,
        )
        return _told(key)

    told = answered_once(request, idempotency_key, register, status=201)
    response["Location"] = f"{request.path}/{told['id']}"
    give_tag(response, told)
    return Status(201, told)


@router.patch(KEY, response=Key, auth=MANAGE)
def rename_key(
    request: HttpRequest,
    response: HttpResponse,
    person_id: uuid.UUID,
    key_id: uuid.UUID,
    fields: NewName,
    if_match: IfMatch = "",
) -> dict:
    """Another nickname. Scope `keys:write`."""
    holder = person_in(request, person_id, Act.MANAGE_KEYS)
    with as_seen(if_match, _told, while_it_is, holder, key_id):
        key = upkeep.rename_key(
            asker=request.asker, holder=holder, key_id=key_id, nickname=fields.nickname
        )
    return _tagged(response, key)


@router.delete(KEY, response={204: None}, auth=MANAGE)
def remove_key(
    request: HttpRequest,
    person_id: uuid.UUID,
    key_id: uuid.UUID,
    reason: RemovedFor = "returned",
    stolen_since: Annotated[
        Moment | None, Query(description="where the reason is `stolen`, and only there")
    ] = None,
    if_match: IfMatch = "",
) -> Status:
    """Removed, and its sessions end. The removal can be undone on the pages for 24 hours, unless it
    was stolen. Scope `keys:write`."""
    holder = person_in(request, person_id, Act.MANAGE_KEYS)
    with as_seen(if_match, _told, while_it_is, holder, key_id):
        upkeep.remove_key(
            asker=request.asker,
            holder=holder,
            key_id=key_id,
            reason=Reason(reason),
            stolen_since=stolen_since,
        )
    return Status(204, None)


@router.post(KEY + "/suspend", response=Key, auth=SUSPEND)
def suspend_key(
    request: HttpRequest,
    response: HttpResponse,
    person_id: uuid.UUID,
    key_id: uuid.UUID,
    fields: Suspension = Suspension(),  # noqa: B008  it is never changed
    if_match: IfMatch = "",
) -> dict:
    """It opens nothing until somebody resumes it. Scope `keys:write`."""
    holder = person_in(request, person_id, Act.SUSPEND_KEYS)
    with as_seen(if_match, _told, while_it_is, holder, key_id):
        key = losses.suspend_key(
            asker=request.asker, holder=holder, key_id=key_id, reason=Reason(fields.reason)
        )
    return _tagged(response, key)


@router.post(KEY + "/resume", response=Key, auth=RESUME)
def resume_key(
    request: HttpRequest,
    response: HttpResponse,
    person_id: uuid.UUID,
    key_id: uuid.UUID,
    if_match: IfMatch = "",
) -> dict:
    """It works again, unless its unit is lost. Scope `keys:write`."""
    holder = person_in(request, person_id, Act.RESUME_KEYS)
    with as_seen(if_match, _told, while_it_is, holder, key_id):
        key = losses.resume_key(
            asker=request.asker, holder=holder, key_id=key_id, also_require=require_at_hand
        )
    return _tagged(response, key)


def _tagged(response: HttpResponse, key: "SecurityKey") -> dict:
    told = _told(key)
    give_tag(response, told)
    return told


def _told(key: "SecurityKey") -> dict:
    return {
        "id": str(key.pk),
        "nickname": key.nickname,
        "model": key.model or None,
        "aaguid": str(key.aaguid),
        "state": str(key.state),
        "created_at": microseconds(key.registered_at),
        "registered_by": str(key.registered_by_id),
        "last_used_at": microseconds(key.last_used_at) if key.last_used_at else None,
        "serial_number": key.serial_number or None,
    }
