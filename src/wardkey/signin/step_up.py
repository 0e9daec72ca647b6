"""Somebody who is signed in proves that it is still they, for one deed (docs/adr/0014-step-up.md).

keys_to_prove_with    those that have proved to be in their holder's hands
begin_step_up         the chosen key gets a challenge that is bound to the deed
finish_step_up        its answer is taken, judged as at a sign-in, noted for the deed
prove_by_app          instead of it, only where the app opened the session
prove_by_password     instead of it, only where the password alone opened the session
answered              what finishing has in common with going on after a rest (resuming.py)
require_password      likewise, for the password

Failures count with those of signing in (throttle.py), and the session's person is told of them.
Each proof gives the session another secret: whoever copied the old one is left behind.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from ..audit import events, log
from ..base.errors import Forbidden, NotFound, SignInRefused
from ..ceremonies.models import PendingCeremony, Purpose
from ..keys import proving, queries
from ..keys.models import SecurityKey, State
from ..people import passwords
from ..people.deeds import Deed, deed_named
from ..recovery import totp
from ..sessions import lifetime, step_up
from ..sessions.levels import Level
from ..sessions.models import Session
from . import key_ceremony, throttle
from .models import Kind
from .refusals import owner_told, record_step_up_refused, step_ups_recorded, tell_owner
from .source import Source


def keys_to_prove_with(session: Session, *, without: str = "") -> list[SecurityKey]:
    """`without` is the id of a key that the deed is about, or empty."""
    usable = queries.usable_keys_of(session.person)
    return [key for key in usable if key.state == State.ACTIVE and str(key.pk) != without]


def begin_step_up(
    *, session: Session, deed: Deed, key_id: uuid.UUID, source: Source
) -> tuple[PendingCeremony, dict]:
    """Raises NotFound where the key is not the person's, or not in use; Throttled."""
    throttle.begin(Kind.KEY, username=session.person.username_key, source=source)
    key = queries.key_to_ask_of(session.person, key_id)
    if key.state != State.ACTIVE:
        raise NotFound("key_gone")
    return key_ceremony.begin(purpose=Purpose.STEP_UP, session=session, key=key, deed=str(deed))


def finish_step_up(
    *, session: Session, ceremony_id: uuid.UUID, answer: dict, source: Source
) -> str:
    """The session's new secret. Raises SignInCeremonyInvalid, the same for every cause."""
    with answered(Purpose.STEP_UP, session, ceremony_id, answer, source) as (ceremony, key):
        return _noted(session, deed_named(ceremony.deed), key, Level.KEY)


@contextmanager
def answered(
    purpose: Purpose, session: Session, ceremony_id: uuid.UUID, answer: dict, source: Source
) -> Iterator[tuple[PendingCeremony, SecurityKey]]:
    """Stands around what follows the accepted answer, in its transaction."""
    person = session.person
    attempt = throttle.attempt_of(Kind.KEY, username=person.username_key, source=source)
    with step_ups_recorded(person):
        ceremony = key_ceremony.take(ceremony_id, purpose=purpose, session=session)
        counted = throttle.counted(attempt, person)
        told = owner_told(session)
        with counted, told, proving.copies_told(person, ceremony), transaction.atomic():
            key, proof = key_ceremony.judged(ceremony, answer, person)
            lifetime.require_live(session.pk)
            throttle.succeeded(attempt)
            proving.note_use(key, proof)
            yield ceremony, key


def prove_by_app(*, session: Session, deed: Deed, code: str, source: Source) -> str:
    """The session's new secret. Raises SignInRefused; Forbidden where it was not the app that
    opened the session."""
    if session.level != Level.APP:
        raise Forbidden("second_factor")
    person = session.person
    attempt = throttle.begin(Kind.APP, username=person.username_key, source=source)
    with transaction.atomic():
        if totp.use(person, code):
            throttle.succeeded(attempt)
            lifetime.require_live(session.pk)
            return _noted(session, deed, None, Level.APP)
    record_step_up_refused(person, reason="other_factor")
    tell_owner(session)
    throttle.failed(attempt, person)
    raise SignInRefused("app_again")


def prove_by_password(*, session: Session, deed: Deed, password: str, source: Source) -> str:
    """The session's new secret."""
    attempt = require_password(session, password, source)
    with transaction.atomic():
        throttle.succeeded(attempt)
        lifetime.require_live(session.pk)
        return _noted(session, deed, None, Level.PASSWORD)


def require_password(session: Session, password: str, source: Source) -> throttle.Attempt:
    """The attempt, which is to be counted as succeeded. Raises SignInRefused; Forbidden where more
    than the password opened the session, which then asks for as much again."""
    if session.level != Level.PASSWORD:
        raise Forbidden("second_factor")
    attempt = throttle.begin(Kind.PASSWORD, username=session.person.username_key, source=source)
    if not passwords.password_is_right(session.person, password):
        record_step_up_refused(session.person, reason="password")
        tell_owner(session)
        throttle.failed(attempt, session.person)
        raise SignInRefused("password_again")
    return attempt


def _noted(session: Session, deed: Deed, key: SecurityKey | None, level: Level) -> str:
    step_up.note(session=session, deed=deed, key_id=key.pk if key else None)
    log.record(
        events.STEPPED_UP,
        actor=log.person(session.person),
        holder_id=session.person.pk,
        organisation_id=session.person.home.pk,
        act=deed.act.value,
        about=deed.about,
        level=level,
        key=str(key.pk) if key else "",
        nickname=key.nickname if key else "",
    )
    return lifetime.renew_secret(session)
