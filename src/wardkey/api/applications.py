"""Applications to which people log in: an organisation's own, by its own programs.

A program lets people in with no less than before, and people are asked before an address that it
named learns of them (clients/by_programs.py). application_uses.py has who uses one.
"""

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from ..audit.log import microseconds
from ..clients import addresses, client_secrets, registering
from ..clients.unchanged import while_it_is
from ..people.access import require_proof
from ..people.administrators import Act
from ..sessions.scopes import Scope
from .once import IdempotencyKey, Keep, answered_once
from .pages import Cursor, Limit, page_of, position_in
from .recognition import ApiToken
from .strictness import Shape, unchanged
from .tags import IfMatch, give_tag, is_one_of

if TYPE_CHECKING:
    from ..clients.models import Client as Row
    from ..clients.models import ClientSecret

router = Router(tags=["Applications"])
READ = ApiToken(Scope.APPLICATIONS_READ, Act.SEE_APPLICATIONS)
MANAGE = ApiToken(Scope.APPLICATIONS_WRITE, Act.MANAGE_CLIENTS)
END = ApiToken(Scope.APPLICATIONS_WRITE, Act.STOP_APPLICATIONS)
ONE = "/{uuid:application_id}"
Assurance = Literal["password", "second_factor", "key", "hardware_key"]
Address = Annotated[str, Field(max_length=addresses.LONGEST)]
Addresses = Annotated[list[Address], Field(max_length=addresses.AT_MOST)]
LONGEST_NAME = 200
BACK = ["https://rota.example/oidc/back"]


class Secret(Shape):
    """Which there is; `beginning` tells two apart. `ends_at` is set once there is a newer one."""

    beginning: str
    made_at: datetime
    ends_at: datetime | None


class Application(Shape):
    """`id` is its client_id, `assurance` the least with which anybody gets in. Until a person has
    looked at what a program named, `vouched_for` is false, and everybody is asked before they are
    let in. `on_devices` is whether people may log in to it on devices without a browser, which they
    allow on its page alone."""

    id: uuid.UUID
    organisation: str
    name: str
    redirect_uris: list[str]
    logout_redirect_uris: list[str]
    logout_uri: str
    jwks: dict[str, Any] | None
    assurance: Assurance
    on_devices: bool
    registered_at: datetime
    vouched_for: bool
    secrets: list[Secret]


class Applications(Shape):
    items: list[Application]
    next: str | None


class NewApplication(Shape):
    """`jwks` are public keys of one that signs its requests (private_key_jwt)."""

    name: str = Field(max_length=LONGEST_NAME, examples=["Rota"])
    redirect_uris: Addresses = Field(examples=[BACK])
    assurance: Assurance = Field(examples=["key"])
    logout_redirect_uris: Addresses = []
    logout_uri: Address = ""
    jwks: dict[str, Any] | None = None


class ChangedApplication(Shape):
    """What is left away stays. `jwks` without keys takes them away; an `assurance` can only be
    stricter than before."""

    name: str = unchanged(max_length=LONGEST_NAME, examples=["Rota"])
    redirect_uris: Addresses = unchanged(examples=[BACK])
    assurance: Assurance = unchanged(examples=["key"])
    logout_redirect_uris: Addresses = unchanged()
    logout_uri: Address = unchanged()
    jwks: dict[str, Any] = unchanged()


class MadeSecret(Shape):
    """`secret` is told only this once."""

    secret: str = Field(examples=["wkc_…"])


@router.get("", response=Applications, auth=READ)
def list_applications(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> dict:
    """The organisation's own, the oldest first. Scope `applications:read`."""
    after = _place(position_in(request, cursor))
    found = registering.clients_page(request.asker, after, at_most=limit + 1)
    positions = [f"{each.registered_at.isoformat()} {each.pk}" for each in found]
    secrets = client_secrets.secrets_of_each(found)
    items = [_told_with(secrets[each.pk], each) for each in found]
    return page_of(request, items, positions, limit)


def _place(position: str) -> tuple[datetime, uuid.UUID] | None:
    at, _space, client_id = position.partition(" ")
    return (datetime.fromisoformat(at), uuid.UUID(client_id)) if client_id else None


@router.get(ONE, response=Application, auth=READ)
def get_application(
    request: HttpRequest, response: HttpResponse, application_id: uuid.UUID
) -> dict:
    """One of them. Scope `applications:read`."""
    return _tagged(response, registering.client_here(request.asker, application_id))


@router.post("", response={201: Application}, auth=MANAGE)
def add_application(
    request: HttpRequest,
    response: HttpResponse,
    fields: NewApplication,
    idempotency_key: IdempotencyKey = "",
) -> Status:
    """Its organisation uses it, with those below, and each of them is asked. It has no secret yet.
    Scope `applications:write`, of an application."""

    def add(keep: Keep) -> dict:
        made = registering.register_client(
            asker=request.asker,
            also=lambda made: keep(_told(made)),
            **_written(fields.model_dump()),
        )
        return _told(made)

    told = answered_once(request, idempotency_key, add, status=201)
    response["Location"] = f"{request.path}/{told['id']}"
    give_tag(response, told)
    return Status(201, told)


@router.patch(ONE, response=Application, auth=MANAGE)
def change_application(
    request: HttpRequest,
    response: HttpResponse,
    application_id: uuid.UUID,
    fields: ChangedApplication,
    if_match: IfMatch = "",
) -> dict:
    """Another name, other addresses or public keys, or stricter. Scope `applications:write`, of an
    application."""
    registering.client_here(request.asker, application_id)
    with while_it_is(request.asker, application_id, _as(if_match)) as seen:
        kept = {name: getattr(seen, name) for name in ChangedApplication.model_fields}
        changed = registering.change_client(
            asker=request.asker,
            client_id=application_id,
            on_devices=registering.YES if seen.on_devices else "",
            **_written(kept | fields.model_dump(exclude_unset=True)),
        )
        return _tagged(response, changed)


@router.delete(ONE, response={204: None}, auth=END)
def end_application(
    request: HttpRequest, application_id: uuid.UUID, if_match: IfMatch = ""
) -> Status:
    """For good: nobody logs in to it any more, and it is told of their logouts. Scope
    `applications:write`, of an application."""
    registering.client_here(request.asker, application_id)
    # On the pages stopping one takes no proof: who sits there is logged in. An API token of
    # somebody's own, which may be months old, stops none.
    require_proof(request.asker, Act.MANAGE_CLIENTS, request.asker.organisation)
    with while_it_is(request.asker, application_id, _as(if_match)):
        registering.end_client(asker=request.asker, client_id=application_id)
    return Status(204, None)


@router.post(ONE + "/secrets", response={201: MadeSecret}, auth=MANAGE)
def make_secret(
    request: HttpRequest,
    response: HttpResponse,
    application_id: uuid.UUID,
    if_match: IfMatch = "",
) -> Status:
    """The one before holds for seven days more, and any older one no longer. No answer is kept, so
    send the ETag of what you saw as If-Match: asked again, it is refused, and not made twice. Scope
    `applications:write`, of an application."""
    registering.client_here(request.asker, application_id)
    with while_it_is(request.asker, application_id, _as(if_match)):
        _client, secret = client_secrets.make_secret(asker=request.asker, client_id=application_id)
    response["Cache-Control"] = "no-store"
    return Status(201, {"secret": secret})


def _as(if_match: str) -> Callable[["Row"], bool]:
    return lambda seen: not if_match or is_one_of(if_match, _told(seen))


def _written(fields: dict) -> dict[str, str]:
    """As the flows take them, from whichever door."""
    keys = fields["jwks"]
    return {
        **fields,
        "redirect_uris": "\n".join(fields["redirect_uris"]),
        "logout_redirect_uris": "\n".join(fields["logout_redirect_uris"]),
        "jwks": "" if keys in (None, {"keys": []}) else json.dumps(keys),
    }


def _tagged(response: HttpResponse, client: "Row") -> dict:
    told = _told(client)
    give_tag(response, told)
    return told


def _told(client: "Row") -> dict:
    return _told_with(client_secrets.secrets_of(client), client)


def _told_with(secrets: list["ClientSecret"], client: "Row") -> dict:
    return {
        "id": str(client.pk),
        "organisation": client.organisation.code,
        "name": client.name,
        "redirect_uris": client.redirect_uris,
        "logout_redirect_uris": client.logout_redirect_uris,
        "logout_uri": client.logout_uri,
        "jwks": client.jwks,
        "assurance": str(client.assurance),
        "on_devices": client.on_devices,
        "registered_at": microseconds(client.registered_at),
        "vouched_for": client.unvouched_since is None,
        "secrets": [_secret_told(each) for each in secrets],
    }


def _secret_told(secret: "ClientSecret") -> dict:
    ends_at = secret.ends_at and microseconds(secret.ends_at)
    return {
        "beginning": secret.beginning,
        "made_at": microseconds(secret.made_at),
        "ends_at": ends_at,
    }
