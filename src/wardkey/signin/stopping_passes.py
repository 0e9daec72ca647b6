"""Stop this: whoever was told of a pass that they did not ask for stops it, without logging in.

stop    once, with the code of the message: the pass, what it opened, what was set up with it

Whoever stops a pass says that somebody else goes for them. So all their sessions end, a key that
was registered with the pass is suspended, and an app and codes that were set up since are gone.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock, codes
from ..base.errors import SignInRefused
from ..keys import losses, queries
from ..notifications import messages
from ..people.models import Person
from ..people.notices import tell, tell_administrators
from ..people.queries import person_with_home
from ..recovery import access_pass, totp
from ..recovery import codes as recovery_codes
from ..recovery.models import AccessPass
from ..sessions import lifetime
from . import throttle
from .refusals import record_attempt
from .source import Source

WORKS_FOR = timedelta(days=7)


def stop(*, code: str, source: Source) -> None:
    """Raises SignInRefused (pass_stopped), the same for every cause; Throttled."""
    if not codes.bare(code):
        raise SignInRefused("pass_stopped")
    attempt = throttle.begin_code(code, source=source)
    found = _pass_with(code)
    if found is None:
        record_attempt(None, reason="pass_stopped")
        throttle.failed(attempt, None)
        raise SignInRefused("pass_stopped")
    with transaction.atomic():
        person = found.person
        queries.locked_own_keys_since(person, found.issued_at)
        queries.hold_keys_of(person)
        # Once more: one that was registered while this waited was not there before.
        keys = queries.locked_own_keys_since(person, found.issued_at)
        if not _unstopped().filter(pk=found.pk).update(stopped_at=clock.now()):
            raise SignInRefused("pass_stopped")
        access_pass.revoke(person)
        losses.suspend_as_precaution(holder=person, keys=keys)
        totp.remove_since(person, found.issued_at)
        recovery_codes.remove_since(person, found.issued_at)
        lifetime.end_for_person(person.pk, reason="pass_stopped")
        _announce(found, person)


def _pass_with(code: str) -> AccessPass | None:
    rows = _unstopped().filter(stop_hash=codes.hashed_readable(code))
    return rows.select_related("person__home").first()


def _unstopped() -> QuerySet[AccessPass]:
    return AccessPass.objects.filter(stopped_at=None, issued_at__gt=clock.now() - WORKS_FOR)


def _announce(stopped: AccessPass, person: Person) -> None:
    log.record(
        events.PASS_STOPPED,
        actor=log.NOBODY,
        holder_id=person.pk,
        organisation_id=person.home.pk,
        was_used=stopped.used_at is not None,
    )
    issuer = person_with_home(stopped.issued_by_id) if stopped.issued_by_id else None
    issued_by = issuer.name if issuer else ""
    tell(messages.pass_stopped, person=person)
    tell_administrators(
        messages.pass_of_another_stopped, about=person, besides=issuer, by=issued_by
    )
    if issuer:
        tell(messages.pass_of_another_stopped, person=issuer, holder=person.name, by=issued_by)
