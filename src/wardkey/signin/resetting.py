"""Somebody forgot their password: by a link to an own address, or by a slip from the desk.

ask_for_link     whatever name is typed, the answer is the same, and so is the work
send_asked       the worker's: a link for those who can have one
issue_slip       after an identity check; shown once, its holder is told at once
require_of_use   asked by it, and by its page before anybody fills it in
person_with      whose code this is
choose           once: a new password; all sessions end, keys and second factor stay as they are

Nobody is signed in by any of this (docs/adr/0019-passwords.md).
"""

from django.db import transaction

from ..audit import events, log
from ..base import clock, request_id
from ..base.errors import Conflict, Forbidden, InvalidInput, SignInRefused
from ..notifications import messages, outbox
from ..people import contacts, passwords
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from ..people.notices import tell
from ..people.password_rules import require_good_password
from ..people.queries import locked_person, person_by_username
from ..recovery import access_pass, password_reset
from ..recovery.models import PasswordReset
from ..recovery.password_reset import Way
from ..sessions import lifetime
from . import throttle
from .models import Kind
from .opening import about
from .passes import Checked
from .refusals import record_attempt
from .source import Source

LONGEST_USERNAME = 254
# A slip is handed over, or its code read out: both need the person, and no code of their own.
CHECKS = (Checked.IN_PERSON, Checked.CALL_BACK)
AT_A_TIME = 20


def ask_for_link(*, username: str, source: Source) -> None:
    """Raises Throttled, which counts what is asked and not what fails; InvalidInput."""
    if not username.strip():
        raise InvalidInput("no_username", field="username")
    if len(username) > LONGEST_USERNAME:
        raise InvalidInput("sign_in_too_long")
    attempt = throttle.begin(Kind.RESET, username=username, source=source)
    person = person_by_username(username)
    throttle.failed(attempt, person)
    with transaction.atomic():
        password_reset.ask(person)
        log.record(
            events.PASSWORD_RESET_ASKED,
            actor=log.NOBODY,
            holder_id=person.pk if person else None,
            organisation_id=person.home.pk if person else None,
            address=source.address,
        )


def send_asked() -> int:
    """How many were looked at."""
    resets = password_reset.asked(at_most=AT_A_TIME)
    for reset in resets:
        with request_id.following(reset.request_id), transaction.atomic():
            _send(reset)
    return len(resets)


def _send(reset: PasswordReset) -> None:
    person = locked_person(reset.person_id) if reset.person_id else None
    to = _own_addresses(person) if person else []
    if not person or not to or password_reset.has_enough_links(person):
        return password_reset.forget(reset)
    if password_reset.make_link(reset):
        _record_issued(person, by=log.SYSTEM, way=Way.LINK)
        outbox.put(messages.password_link, to=to, name=person.name, reset_id=str(reset.pk))
    return None


def _own_addresses(person: Person) -> list[outbox.Addressee]:
    """None where the account has no password to forget, or is not in use."""
    if not person.may_sign_in or not person.has_usable_password():
        return []
    return contacts.own_addresses_of(person, known_before=clock.now())


def _record_issued(person: Person, *, by: log.Actor, way: Way, checked: str = "") -> None:
    log.record(
        events.PASSWORD_RESET_ISSUED,
        actor=by,
        holder_id=person.pk,
        organisation_id=person.home.pk,
        way=way,
        identity_check=checked,
    )


def issue_slip(*, asker: Asker, person: Person, checked: Checked) -> str:
    """Returns the code. Raises Forbidden and Conflict as `require_of_use`."""
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.RESET_PASSWORDS)
        require_of_use(asker, person)
        code = password_reset.issue_slip(person=person, issued_by_id=asker.person.pk)
        _record_issued(person, by=asker.actor, way=Way.SLIP, checked=checked)
        tell(messages.password_slip_printed, person=person, by=asker.name)
    return code


def require_of_use(asker: Asker, person: Person) -> None:
    """Nobody gives one and the same person a new password and an access pass: together the two are
    the whole account of somebody without a key."""
    if asker.person.pk == person.pk:
        raise Forbidden("own_password")
    if not person.may_sign_in:
        raise Conflict("not_active")
    if not person.has_usable_password():
        raise Conflict("not_joined")
    if access_pass.issued_lately(person=person, issued_by_id=asker.person.pk):
        raise Conflict("pass_by_same")


def person_with(code: str, *, source: Source) -> Person:
    """Changes nothing. Raises SignInRefused (`password_reset`); Throttled where many codes failed
    at this address."""
    attempt = throttle.begin_code(code, source=source)
    reset = password_reset.open_with(code)
    if reset is None or reset.person is None or not reset.person.may_sign_in:
        record_attempt(reset.person if reset else None, reason="password_reset")
        throttle.failed(attempt, None)
        raise SignInRefused("password_reset")
    return reset.person


def choose(*, code: str, password: str, source: Source) -> None:
    """Raises as `person_with`, and InvalidInput or Unavailable, with which the code is not used."""
    person = person_with(code, source=source)
    require_good_password(password, person=person)
    encoded = passwords.encode(password)  # outside the transaction: it takes its time
    with transaction.atomic():
        person = locked_person(person.pk)
        reset = password_reset.redeem(code, person=person)
        if reset is None or not person.may_sign_in:
            raise SignInRefused("password_reset")
        passwords.change(person, encoded)
        lifetime.end_for_person(person.pk, reason="password_reset")
        log.record(events.PASSWORD_RESET, **about(person), way=reset.way)
        tell(messages.password_was_reset, person=person)
