"""Somebody who is signed in changes their password, with the one that they have.

change_password   other sessions end at once, and links and slips for a new password; this session
                  goes on with another secret
"""

from django.db import transaction

from ..audit import events, log
from ..base.errors import InvalidInput, NotSignedIn, SignInRefused
from ..notifications import messages
from ..people import passwords
from ..people.notices import tell
from ..people.password_rules import require_good_password
from ..people.queries import locked_person
from ..recovery import password_reset
from ..sessions import lifetime
from ..sessions.models import Session
from . import throttle
from .models import Kind
from .opening import about
from .refusals import tell_owner
from .source import Source


def change_password(*, session: Session, present: str, new: str, source: Source) -> str:
    """The session's new secret. Raises SignInRefused (`present_password`) and Throttled, as at a
    sign-in; InvalidInput for a new password that will not do; Unavailable."""
    attempt = throttle.begin(Kind.PASSWORD, username=session.person.username_key, source=source)
    _require_present(session, present, attempt)
    if new == present:
        raise InvalidInput("password_same", field="password")
    require_good_password(new, person=session.person)
    encoded = passwords.encode(new)  # outside the transaction: it takes its time
    with transaction.atomic():
        person = locked_person(session.person.pk)
        throttle.succeeded(attempt)
        lifetime.require_live(session.pk)
        if not person.may_sign_in:
            raise NotSignedIn
        if person.password != session.person.password:
            raise SignInRefused("present_password")  # in another window of this browser
        passwords.change(person, encoded)
        password_reset.revoke(person)
        log.record(events.PASSWORD_CHANGED, **about(person))
        tell(messages.password_changed, person=person)
        return lifetime.keep_one(session, person, reason="password_changed")


def _require_present(session: Session, present: str, attempt: throttle.Attempt) -> None:
    if passwords.password_is_right(session.person, present):
        return
    if present:  # nothing at all is no guess: a page that rested leaves it to be typed again
        log.record(events.PASSWORD_CHANGE_REFUSED, **about(session.person), reason="password")
        tell_owner(session)
        throttle.failed(attempt, session.person)
    raise SignInRefused("present_password")
