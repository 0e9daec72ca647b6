"""Somebody's other ways to log in are taken away: their phone is lost, or the list of codes.

take_away    the app and the codes, with the sessions that they opened

A key is not touched, and whoever has nothing left is asked for a second factor all the same: an
access pass lets them register a key.
"""

from django.db import transaction

from ..audit import events, log
from ..base.errors import Conflict
from ..keys import queries
from ..notifications import messages
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from ..people.notices import tell
from ..people.queries import locked_person
from ..recovery import codes, totp
from ..sessions import lifetime


def take_away(*, asker: Asker, person: Person) -> None:
    """Raises Conflict: `oneself`, whose page is another one; `no_factor`."""
    if asker.person.pk == person.pk:
        raise Conflict("oneself")
    with transaction.atomic():
        queries.hold_keys_of(person)
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.MANAGE_KEYS)
        had_app, had_codes = totp.remove(person), codes.remove(person)
        if had_app:
            log.record(events.APP_REMOVED, **_by_and_about(asker, person))
        if had_codes:
            log.record(events.RECOVERY_CODES_REMOVED, **_by_and_about(asker, person))
        if not (had_app or had_codes):
            raise Conflict("no_factor")
        lifetime.end_for_other_factors(person.pk, reason="factor_removed")
        tell(messages.factors_taken_away, person=person, by=asker.name)


def _by_and_about(asker: Asker, person: Person) -> dict:
    return {
        "actor": asker.actor,
        "holder_id": person.pk,
        "organisation_id": person.home.pk,
    }
