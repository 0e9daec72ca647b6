"""The second half of a sign-in with a key that somebody else registered, where policy wants it.

ask_for_code        PIN and touch were right: a code goes out, and the session owes the handover
confirmation_of     what the page says
send_another_code
confirm             the code is right: the key is its holder's, and the session is whole
"""

import uuid
from dataclasses import dataclass

from django.db import transaction

from ..audit import events, log
from ..base.errors import NotFound, SignInRefused
from ..keys import handover, handover_codes, queries
from ..keys.handover import How
from ..keys.models import SecurityKey
from ..people.contacts import own_addresses_of, shortened
from ..sessions import lifetime
from ..sessions.levels import Level, Owed
from ..sessions.models import Session
from .opening import SignedIn, about, whole_session
from .refusals import record_attempt


def ask_for_code(*, session: Session, key: SecurityKey) -> SignedIn:
    """In the transaction of the key step. The session opens nothing but the confirmation."""
    lifetime.exchange(session)
    begun, secret = lifetime.start(
        person=session.person,
        level=Level.KEY,
        owed=Owed.HANDOVER,
        key_id=key.pk,
        device=session.device,
        address=session.address,
        shared_computer=session.shared_computer,
    )
    _send(begun, key)
    return begun, secret


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`addresses` are shortened: `e…@south.example`. None where the holder has none to trust."""

    nickname: str
    registered_by: str
    addresses: list[str]
    code_is_out: bool


def confirmation_of(session: Session) -> Confirmation:
    """Raises NotFound (`key_gone`), Conflict where the key does not wait any more."""
    key = queries.key_of(session.person, _key_id(session))
    handover.require_waiting(key)
    addresses = own_addresses_of(session.person, known_before=key.registered_at)
    return Confirmation(
        nickname=key.nickname,
        registered_by=key.registered_by.name,
        addresses=[shortened(each.address) for each in addresses],
        code_is_out=handover_codes.waits(session.pk),
    )


def send_another_code(*, session: Session) -> bool:
    """False where none went out: five had within the hour, or there is no address to send it to."""
    with transaction.atomic():
        key = queries.locked_key_of(session.person, _key_id(session))
        handover.require_waiting(key)
        return _send(session, key)


def _send(session: Session, key: SecurityKey) -> bool:
    was_sent = handover_codes.send(key=key, session_id=session.pk)
    log.record(
        events.HANDOVER_ASKED,
        **about(session.person),
        key=str(key.pk),
        nickname=key.nickname,
        code_sent=was_sent,
    )
    return was_sent


def confirm(*, session: Session, code: str) -> SignedIn:
    """Raises SignInRefused; NotFound or Conflict where the key is not what it was meanwhile."""
    if not handover_codes.redeem(session_id=session.pk, typed=code):
        record_attempt(session.person, reason="handover_code")
        raise SignInRefused("handover_code")
    with transaction.atomic():
        key = queries.locked_key_of(session.person, _key_id(session))
        handover.hand_over(key=key, by=session.person, session_id=session.pk, how=How.CODE)
        lifetime.exchange(session)
        return whole_session(session.person, level=Level.KEY, seen=session, key=key)


def _key_id(session: Session) -> uuid.UUID:
    if session.key_id is None:
        raise NotFound
    return session.key_id
