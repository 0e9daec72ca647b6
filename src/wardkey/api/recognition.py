"""Who asks: the API token in the Authorization header, and as whom it acts; or anybody.

Nothing else is looked at: no cookie, no parameter. The token's owner is asked for their roles at
each request, and the scope narrows them.
"""

import uuid
from typing import TYPE_CHECKING

from django.http import HttpRequest
from ninja.security.http import HttpAuthBase

from ..base.errors import Forbidden, NotSignedIn
from ..people.access import Asker
from ..people.administrators import Act
from ..people.grants import giving_rights, grants_of_each
from ..people.programs import Program
from ..sessions import api_tokens
from ..sessions.program_proof import ProgramProof
from ..sessions.scopes import Scope, allows
from ..signin import browser, throttle
from .strictness import read_body

if TYPE_CHECKING:
    from ..sessions.models import ApiToken as Row

SCHEME = "bearer"


class ApiToken(HttpAuthBase):
    """Lets in whoever bears one for that scope, and whose role allows the act. One that was made
    without a role is about its owner alone."""

    openapi_scheme = SCHEME

    def __init__(self, scope: Scope, act: Act) -> None:
        super().__init__()
        self.scope, self.act = scope, act

    def __call__(self, request: HttpRequest) -> Asker:
        row = _row(request)
        asker = request.asker = _asker(row, about=named_in(request).get("person_id"))
        if not allows(_scopes(row), self.scope):
            raise Forbidden("api_token_scope", scope=self.scope)
        is_about_oneself = asker.organisation is None and "person_id" in named_in(request)
        if not is_about_oneself and not asker.may(self.act):
            raise Forbidden("role")
        read_body(request)
        return asker


def anybody(request: HttpRequest) -> bool:
    """Whoever asks without an API token, to get one or before there is one."""
    read_body(request)
    return True


def _row(request: HttpRequest) -> "Row":
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not secret:
        raise NotSignedIn("api_token_missing")
    try:
        found = api_tokens.live_api_token(secret)
    except NotSignedIn:
        _count_failure(request, secret)
        raise
    if found is None:
        _count_failure(request, secret)
        raise NotSignedIn("api_token_unknown")
    api_tokens.note_used(found)
    return found


def _count_failure(request: HttpRequest, secret: str) -> None:
    """Raises Throttled."""
    attempt = throttle.begin_api_token(secret, source=browser.source_of(request))
    throttle.failed(attempt, None)


def _scopes(row: "Row") -> list[str]:
    """What an application may is decided with it, also for API tokens that it has already."""
    if row.application is None:
        return row.scopes
    return [scope for scope in row.scopes if scope in row.application.scopes]


def named_in(request: HttpRequest) -> dict:
    """What the address names."""
    return request.resolver_match.kwargs if request.resolver_match else {}


def _asker(row: "Row", *, about: str | None) -> Asker:
    """The roles of the person in the address are read with the asker's by one query."""
    owner, application = api_tokens.owner_of(row), row.application
    read = grants_of_each({owner.pk, uuid.UUID(about) if about else owner.pk})
    program = Program(application.pk, application.name) if application else Program()
    return Asker(
        person=owner,
        session_id=row.pk,
        organisation=row.organisation,
        grants=giving_rights(read[owner.pk]),
        read=read,
        proof=ProgramProof(row),
        program=program,
    )
