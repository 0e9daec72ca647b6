"""A session that rested goes on (docs/adr/0021-sessions-that-rest.md).

key_to_resume_with    the key that opened it, while it is in use
begin_resuming        that key gets a challenge
finish_resuming       its answer is taken, and judged as at a sign-in
resume_by_password    instead of it, only where the password alone opened the session

It is no proof for any deed, and makes the session no younger. Before its time is over a session
goes on in the same way, so that the page need not know which it is.
"""

import uuid

from django.db import transaction

from ..audit import events, log
from ..base.errors import NotFound, NotSignedIn
from ..ceremonies.models import PendingCeremony, Purpose
from ..keys import queries
from ..keys.models import SecurityKey, State
from ..sessions import lifetime
from ..sessions.levels import Level
from ..sessions.models import Session
from . import key_ceremony, throttle
from .models import Kind
from .opening import about
from .source import Source
from .step_up import answered, require_password


def key_to_resume_with(session: Session) -> SecurityKey | None:
    if session.key_id is None:
        return None
    try:
        key = queries.key_to_ask_of(session.person, session.key_id)
    except NotFound:
        return None
    return key if key.state == State.ACTIVE else None


def begin_resuming(*, session: Session, source: Source) -> tuple[PendingCeremony, dict]:
    """Raises NotSignedIn where that key opens nothing any more; Throttled."""
    throttle.begin(Kind.KEY, username=session.person.username_key, source=source)
    key = key_to_resume_with(session)
    if key is None:
        raise NotSignedIn
    return key_ceremony.begin(purpose=Purpose.RESUME, session=session, key=key)


def finish_resuming(
    *, session: Session, ceremony_id: uuid.UUID, answer: dict, source: Source
) -> str:
    """The session's new secret. Raises SignInCeremonyInvalid, the same for every cause."""
    with answered(Purpose.RESUME, session, ceremony_id, answer, source) as (_ceremony, key):
        return _resumed(session, key)


def resume_by_password(*, session: Session, password: str, source: Source) -> str:
    """The session's new secret. Raises SignInRefused; Forbidden where a key opened it."""
    attempt = require_password(session, password, source)
    with transaction.atomic():
        throttle.succeeded(attempt)
        return _resumed(session, None)


def _resumed(session: Session, key: SecurityKey | None) -> str:
    log.record(
        events.SESSION_RESUMED,
        **about(session.person),
        level=Level.KEY if key else Level.PASSWORD,
        key=str(key.pk) if key else "",
        nickname=key.nickname if key else "",
    )
    return lifetime.wake(lifetime.require_live(session.pk))
