"""A code to the holder's own address confirms a handover (ten minutes, five tries, five an hour).

send          to addresses that were theirs before the key was registered
redeem        once: the tries are counted before the code is compared
forget_old    the worker: those of more than thirty days ago

The code is kept nowhere. It follows from the row's id and the portal's secret key, so neither the
database nor the outbox tells it.
"""

import hmac
import uuid
from datetime import timedelta

from django.db.models import F, QuerySet

from ..base import clock, codes
from ..notifications import messages
from ..people.contacts import own_addresses_of
from ..people.notices import tell_at
from .models import HandoverCode, SecurityKey

PURPOSE = "handover"
LIFETIME = timedelta(minutes=10)
TRIES = 5
AN_HOUR = 5
KEPT_FOR = timedelta(days=30)


def send(*, key: SecurityKey, session_id: uuid.UUID) -> bool:
    """In the transaction of the sign-in; earlier codes of the key end. False where none went out:
    no address of the holder's own, or five codes within the hour."""
    addresses = own_addresses_of(key.holder, known_before=key.registered_at)
    now = clock.now()
    codes_of_key = HandoverCode.objects.filter(key=key)
    lately = codes_of_key.filter(sent_at__gt=now - timedelta(hours=1)).count()
    if not addresses or lately >= AN_HOUR:
        return False
    codes_of_key.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    code = HandoverCode.objects.create(
        key=key, session_id=session_id, sent_at=now, expires_at=now + LIFETIME
    )
    tell_at(
        addresses,
        messages.key_handover_code,
        person=key.holder,
        nickname=key.nickname,
        by=key.registered_by.name,
        code_id=str(code.pk),
    )
    return True


def waits(session_id: uuid.UUID) -> bool:
    """Whether a code went out in this session that still holds."""
    return _open(session_id).exists()


def redeem(*, session_id: uuid.UUID, typed: str) -> bool:
    """Outside the transaction of the handover, so that a wrong code stays counted."""
    row = _open(session_id).order_by("-sent_at").first()
    if row is None or not _open(session_id).filter(pk=row.pk).update(tries=F("tries") + 1):
        return False
    digits = "".join(letter for letter in typed if letter in "0123456789")
    if not hmac.compare_digest(digits, codes.short_code_for(PURPOSE, row.pk)):
        return False
    return bool(_used_by_nobody(row.pk).update(used_at=clock.now()))


def _open(session_id: uuid.UUID) -> QuerySet[HandoverCode]:
    return HandoverCode.objects.filter(
        session_id=session_id, used_at=None, tries__lt=TRIES, expires_at__gt=clock.now()
    )


def _used_by_nobody(code_id: uuid.UUID) -> QuerySet[HandoverCode]:
    return HandoverCode.objects.filter(pk=code_id, used_at=None)


def forget_old() -> int:
    return HandoverCode.objects.filter(sent_at__lt=clock.now() - KEPT_FOR).delete()[0]
