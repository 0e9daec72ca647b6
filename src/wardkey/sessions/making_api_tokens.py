"""API tokens are made: with a fresh proof, by somebody at a browser, and shown once.

make_own              by a person whose session a FIDO2 token opened, for themselves
make_for_application  by whoever looks after the organisation's applications
make_by_operator      on the host; those of the application before it end
make_for_station      eight hours at the token station, for whoever made its one-time code

No API token makes another one: its proof covers no such act (program_proof.py).
"""

import uuid
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock, codes
from ..base.errors import Conflict, Forbidden, InvalidInput
from ..notifications import messages
from ..people.access import Asker, require_still_allowed, use_up_proof
from ..people.administrators import Act
from ..people.names import clean_name
from ..people.notices import tell
from . import lifetime, scopes
from .api_tokens import PREFIX, api_tokens_of, api_tokens_of_application, end_all_of_application
from .applications import locked_application
from .levels import Level
from .models import ApiToken, Application, StationCode
from .scopes import Scope

SHOWN = 10
LONGEST = timedelta(days=90)
AT_MOST = 20
# At the token station: what a desk does there, and no more.
AT_STATION, STATION_LASTS = "Token station", timedelta(hours=8)
STATION_SCOPES = (Scope.PEOPLE_READ, Scope.KEYS_READ, Scope.KEYS_DESK)


def make_own(
    *, asker: Asker, name: str, wanted: Collection[str], lasts: timedelta
) -> tuple[ApiToken, str]:
    """With its secret, which nobody sees again. Raises InvalidInput (name, scopes, lasts),
    ProofRequired, Conflict (too_many_api_tokens); Forbidden (second_factor) where something else
    than a FIDO2 token opened the session."""
    fields = _checked(name, wanted, lasts)
    with transaction.atomic():
        key_id = _key_of_session(asker)
        use_up_proof(asker, Act.MAKE_API_TOKENS, asker.person)
        _require_room(api_tokens_of(asker.person))
        made, secret = _keep(
            **fields,
            person=asker.person,
            security_stamp=asker.person.security_stamp,
            key_id=key_id,
            organisation=asker.organisation,
        )
        _record(made, by=asker.actor)
        tell(messages.api_token_made, person=asker.person, api_token=made.name)
    return made, secret


def _key_of_session(asker: Asker) -> uuid.UUID | None:
    session = lifetime.require_live(asker.session_id)
    if session.level != Level.KEY or session.owed:
        raise Forbidden("second_factor")
    return session.key_id


def make_for_application(
    *, asker: Asker, application_id: uuid.UUID, name: str, lasts: timedelta
) -> tuple[ApiToken, str]:
    """As `make_own`. Raises NotFound for an application of another organisation."""
    with transaction.atomic():
        application = locked_application(asker, application_id)
        _key_of_session(asker)
        require_still_allowed(asker, Act.MANAGE_APPLICATIONS)
        return _made_for(application, name=name, lasts=lasts, by=asker.actor)


def make_by_operator(*, application: Application, name: str, lasts: timedelta) -> str:
    """Its secret."""
    with transaction.atomic():
        end_all_of_application(application, reason="replaced")
        return _made_for(application, name=name, lasts=lasts, by=log.OPERATOR)[1]


def make_for_station(*, code: StationCode) -> tuple[ApiToken, str]:
    """In the transaction that used the code up. Raises Conflict (too_many_api_tokens)."""
    person, session = code.session.person, code.session
    _require_room(api_tokens_of(person))
    made, secret = _keep(
        **_checked(AT_STATION, STATION_SCOPES, STATION_LASTS),
        person=person,
        security_stamp=person.security_stamp,
        key_id=session.key_id,
        organisation=code.organisation,
    )
    _record(made, by=log.program(person, application_id=None, name=""))
    tell(messages.api_token_made, person=person, api_token=made.name)
    return made, secret


def _made_for(
    application: Application, *, name: str, lasts: timedelta, by: log.Actor
) -> tuple[ApiToken, str]:
    fields = _checked(name, application.scopes, lasts)
    _require_room(api_tokens_of_application(application))
    made, secret = _keep(**fields, application=application, organisation=application.organisation)
    _record(made, by=by)
    return made, secret


def _checked(name: str, wanted: Collection[str], lasts: timedelta) -> dict:
    if not timedelta(0) < lasts <= LONGEST:
        raise InvalidInput("lasts", field="lasts")
    now = clock.now()
    return {
        "name": clean_name(name),
        "scopes": scopes.require_known(wanted),
        "made_at": now,
        "expires_at": now + lasts,
    }


def _require_room(there_are: QuerySet[ApiToken]) -> None:
    if there_are.count() >= AT_MOST:
        raise Conflict("too_many_api_tokens")


def _keep(**fields: object) -> tuple[ApiToken, str]:
    secret = PREFIX + codes.new_secret()
    row = ApiToken.objects.create(
        secret_hash=codes.hashed(secret), beginning=secret[:SHOWN], **fields
    )
    return row, secret


def _record(made: ApiToken, *, by: log.Actor) -> None:
    log.record(
        events.API_TOKEN_MADE,
        actor=by,
        holder_id=made.person_id,
        organisation_id=made.organisation_id or (made.person.home_id if made.person else None),
        api_token=str(made.pk),
        beginning=made.beginning,
        name=made.name,
        scopes=made.scopes,
        application=str(made.application_id or ""),
        expires_at=log.microseconds(made.expires_at),
    )
