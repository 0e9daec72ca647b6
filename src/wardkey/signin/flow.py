"""A person signs in: user name and password, then the key that they chose.

begin_sign_in            name and password; the session owes a second factor where one is asked
keys_to_choose_from      only after the right password
begin_ahead              the key that they used last gets a challenge
begin_key_step           the chosen key gets a challenge
finish_key_step          its answer is taken, judged; the session is whole, or owes a confirmation
put_off_waiting_keys     a key that was never handed over locks nobody out
use_access_pass          instead of the key: opens the registration of the first one
sign_in_with_first_key   the key just registered makes the session whole
sign_out
"""

import uuid

from django.db import transaction

from ..audit import events, log
from ..base.errors import Forbidden, InvalidInput, NotFound, SignInRefused
from ..ceremonies.models import PendingCeremony, Purpose
from ..keys import handover, proving, queries
from ..keys.handover import How, hand_over
from ..keys.models import SecurityKey, State
from ..notifications import messages
from ..people import passwords
from ..people.notices import tell
from ..people.queries import person_by_username
from ..recovery import access_pass
from ..sessions import lifetime
from ..sessions.levels import Level, Owed
from ..sessions.models import Session
from . import key_ceremony, throttle
from .confirming import ask_for_code
from .models import Kind
from .opening import SignedIn, about, whole_session
from .refusals import attempts_recorded, record_attempt
from .second_factor import may_go_without, owes_second_factor
from .source import Source

# In characters; a user name's is that of its column.
LONGEST_USERNAME, LONGEST_PASSWORD = 254, 1024


def begin_sign_in(
    *, username: str, password: str, source: Source, replacing: Session | None = None
) -> SignedIn:
    """The new session and its secret. Raises SignInRefused, the same for every cause, and
    Throttled before anything is looked up or hashed."""
    _require_lengths(username, password)
    attempt = throttle.begin(Kind.PASSWORD, username=username, source=source)
    person = person_by_username(username)
    seen = passwords.looked_at(person, password)
    if person is None or not seen.is_right or not person.may_sign_in:
        record_attempt(person, reason="not_active" if seen.is_right else "password")
        throttle.failed(attempt, person)
        raise SignInRefused
    with transaction.atomic():
        throttle.succeeded(attempt)
        if seen.upgraded:
            passwords.upgrade(person, seen.upgraded)
        if replacing is not None:
            lifetime.end(replacing, reason="replaced")
        if owes_second_factor(person):
            log.record(events.PASSWORD_ACCEPTED, **about(person))
            return lifetime.start(
                person=person,
                level=Level.PASSWORD,
                owed=Owed.SECOND_FACTOR,
                device=source.device,
                address=source.address,
                shared_computer=source.shared_computer,
            )
        return whole_session(person, level=Level.PASSWORD, seen=source)


def _require_lengths(username: str, password: str) -> None:
    """By themselves, whoever it is: what is longer than any name or password costs no hash."""
    if len(username) > LONGEST_USERNAME or len(password) > LONGEST_PASSWORD:
        raise InvalidInput("sign_in_too_long")


def keys_to_choose_from(session: Session) -> list[SecurityKey]:
    return queries.usable_keys_of(session.person)


def begin_ahead(
    *, session: Session, key: SecurityKey, source: Source
) -> tuple[PendingCeremony, dict]:
    """`key` is one of `keys_to_choose_from`. Raises Throttled."""
    _begin(Kind.KEY, session, source)
    return key_ceremony.begin(purpose=Purpose.SIGN_IN, session=session, key=key)


def begin_key_step(
    *, session: Session, key_id: uuid.UUID, source: Source
) -> tuple[PendingCeremony, dict]:
    """A challenge for exactly this key. Raises NotFound (`key_gone` where it was removed), and
    Throttled, so that nobody enters a PIN in vain."""
    _begin(Kind.KEY, session, source)
    key = queries.key_to_ask_of(session.person, key_id)
    if not key.is_usable:
        raise NotFound("key_gone")
    return key_ceremony.begin(purpose=Purpose.SIGN_IN, session=session, key=key)


def finish_key_step(
    *, session: Session, ceremony_id: uuid.UUID, answer: dict, source: Source
) -> SignedIn:
    """Raises SignInCeremonyInvalid, the same for every cause; a refused answer is used up."""
    person = session.person
    # Whether the account has to wait was asked with the challenge, and is again with the outcome.
    attempt = throttle.attempt_of(Kind.KEY, username=person.username_key, source=source)
    with attempts_recorded(person):
        ceremony = key_ceremony.take(ceremony_id, purpose=Purpose.SIGN_IN, session=session)
        counted = throttle.counted(attempt, person)
        with counted, proving.copies_told(person, ceremony), transaction.atomic():
            key, proof = key_ceremony.judged(ceremony, answer, person)
            throttle.succeeded(attempt)
            if handover.needs_confirmation(key):
                proving.note_unconfirmed_use(key, proof)
                return ask_for_code(session=session, key=key)
            proving.note_use(key, proof)
            if key.state == State.WAITING:
                hand_over(key=key, by=person, session_id=session.pk, how=How.FIRST_USE)
            lifetime.exchange(session)
            return whole_session(person, level=Level.KEY, seen=session, key=key)


def put_off_waiting_keys(*, session: Session) -> SignedIn:
    """Raises Forbidden unless every key still waits and the policy asks for no second factor."""
    person = session.person
    with transaction.atomic():
        # A key that is handed over or registered at this moment comes before or after, as a whole.
        queries.hold_keys_of(person)
        if not may_go_without(person, queries.usable_keys_of(person)):
            raise Forbidden("second_factor")
        log.record(events.WAITING_KEY_PUT_OFF, **about(person))
        lifetime.exchange(session)
        return whole_session(person, level=Level.PASSWORD, seen=session)


def use_access_pass(*, session: Session, code: str, source: Source) -> SignedIn:
    """Raises SignInRefused; never instead of a key that the person already uses."""
    person = session.person
    attempt = _begin(Kind.ACCESS_PASS, session, source)
    in_use = queries.has_key_in_use(person)
    with transaction.atomic():
        accepted = not in_use and access_pass.redeem(person=person, code=code)
        if accepted:
            throttle.succeeded(attempt)
            log.record(events.PASS_USED, **about(person))
            tell(messages.access_pass_used, person=person)
            lifetime.exchange(session)
            return lifetime.start(
                person=person,
                level=Level.ACCESS_PASS,
                owed=Owed.FIRST_KEY,
                device=session.device,
                address=session.address,
                shared_computer=session.shared_computer,
            )
    record_attempt(person, reason="access_pass")
    if not access_pass.was_issued(person=person, code=code):
        throttle.failed(attempt, person)
    raise SignInRefused("access_pass")


def _begin(kind: Kind, session: Session, source: Source) -> throttle.Attempt:
    """Limits are the account's, whatever session asks."""
    return throttle.begin(kind, username=session.person.username_key, source=source)


def sign_in_with_first_key(*, session: Session, key: SecurityKey) -> SignedIn:
    """Raises NotFound (`key_gone`) where the key was removed meanwhile."""
    with transaction.atomic():
        queries.locked_key_of(session.person, key.pk)
        lifetime.exchange(session)
        return whole_session(session.person, level=Level.KEY, seen=session, key=key)


def sign_out(*, session: Session) -> None:
    with transaction.atomic():
        lifetime.end(session, reason="signed_out")
        log.record(events.SIGNED_OUT, **about(session.person))
