"""The token station is let in: a one-time code from the portal's page, exchanged for an API token.

make_code    by an administrator at a browser, with a fresh proof; the session's codes before it end
redeem       by the station, once, within ten minutes, while that session holds
end_itself   the station gives its API token back (api_tokens.py)

The code has 80 bits and is kept as a hash. What the API token may do is that of its scopes and of
its owner's roles at each request.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from ..audit import events, log
from ..base import clock, codes
from ..base.errors import InvalidInput
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from ..people.reach import organisation_in_view
from . import lifetime
from .making_api_tokens import make_for_station
from .models import ApiToken, Session, StationCode

LASTS = timedelta(minutes=10)


def make_code(*, asker: Asker, session: Session) -> tuple[StationCode, str]:
    """With the code, which nobody sees again. Raises ProofRequired, Forbidden."""
    organisation = organisation_in_view(asker)
    now, code = clock.now(), codes.new_readable_code()
    with transaction.atomic():
        require_still_allowed(asker, Act.CONNECT_STATION)
        lifetime.require_live(session.pk)
        _end_those_of(session)
        row = StationCode.objects.create(
            secret_hash=codes.hashed_readable(code),
            session=session,
            organisation=organisation,
            made_at=now,
            expires_at=now + LASTS,
        )
        log.record(
            events.STATION_CODE_MADE,
            actor=asker.actor,
            holder_id=asker.person.pk,
            organisation_id=organisation.pk,
            expires_at=log.microseconds(row.expires_at),
        )
    return row, code


def _end_those_of(session: Session) -> None:
    StationCode.objects.filter(session=session, used_at=None).update(expires_at=clock.now())


def redeem(code: str, *, also: Callable[[], None]) -> tuple[ApiToken, str]:
    """With its secret; `also` is done with it or not at all. Raises InvalidInput (station_code),
    whatever was the matter; Conflict (too_many_api_tokens), after which the code may be tried
    again, as after whatever `also` raises."""
    rows = StationCode.objects.select_related("session__person__home", "organisation")
    row = rows.filter(secret_hash=codes.hashed_readable(code)).first()
    if row is not None and lifetime.still_holds(row.session_id):
        with transaction.atomic():
            if _was_used_up(row):
                made = make_for_station(code=row)
                also()
                return made
    raise _refusal(row)


def _was_used_up(row: StationCode) -> bool:
    """By one statement: of two stations with one code, one is let in."""
    now = clock.now()
    fresh = StationCode.objects.filter(pk=row.pk, used_at=None, expires_at__gt=now)
    return bool(fresh.update(used_at=now))


def _refusal(row: StationCode | None) -> InvalidInput:
    person = row.session.person if row else None
    log.record(
        events.STATION_REFUSED,
        actor=log.NOBODY,
        holder_id=person.pk if person else None,
        organisation_id=row.organisation_id if row else None,
        reason="station_code_over" if row else "station_code_unknown",
    )
    return InvalidInput("station_code", field="code")
