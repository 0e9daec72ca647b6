"""Challenges in flight.

begin          a row that binds the challenge to all that its answer will be held against
take           the row, once: one conditional statement, before anything is judged
keep_answer    a judged registration waits 15 minutes for its nickname, and a check for who adds it
forget_answer  it waits for nothing any more
waiting        that answer, to be looked at
take_answered  that answer, once
"""

import hashlib
import logging
import secrets
import uuid
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet, UUIDField

from ..base import clock
from ..base.errors import Unavailable
from ..base.prepared import PreparedInsert, PreparedUpdate, planned_cursor
from .models import PendingCeremony, Purpose
from .refusal import Refused

logger = logging.getLogger(__name__)

LIFETIME = timedelta(seconds=300)
ANSWER_KEPT = timedelta(minutes=15)
# Of two machines. A challenge from further ahead would live longer than it may.
CLOCKS_APART = timedelta(seconds=60)
AT_MOST_A_SESSION = 5
CHECKS = frozenset({Purpose.CHECK_REGISTER, Purpose.CHECK_SIGN_IN})
REGISTRATIONS = frozenset({Purpose.REGISTER, Purpose.CHECK_REGISTER})
TAKE = PreparedUpdate(
    PendingCeremony,
    "taken_at",
    only_if=Q(taken_at=None),
    told=PendingCeremony._meta.concrete_fields,  # noqa: SLF001
)
BEGUN_BY = "SELECT COUNT(*) FROM ceremonies_pendingceremony WHERE session_id = %s"
ADD = PreparedInsert(PendingCeremony)


def begin(
    *,
    purpose: Purpose,
    holder_id: uuid.UUID,
    actor_id: uuid.UUID,
    organisation_id: int | None,
    session_id: uuid.UUID,
    security_stamp: uuid.UUID,
    options_for: Callable[[bytes], dict],
    key_id: uuid.UUID | None = None,
    sign_count: int = 0,
    deed: str = "",
    answer: dict | None = None,
) -> tuple[PendingCeremony, dict]:
    """Returns the row and the options for the browser. `options_for` gets the challenge's bytes.
    `answer` is what the first half of a check left for the second."""
    _drop_oldest(session_id)
    challenge = _random()
    options = options_for(challenge)
    now = clock.now()
    ceremony = PendingCeremony(
        purpose=purpose,
        holder_id=holder_id,
        actor_id=actor_id,
        organisation_id=organisation_id,
        session_id=session_id,
        security_stamp=security_stamp,
        challenge_sha256=hashlib.sha256(challenge).digest(),
        options={name: value for name, value in options.items() if name != "challenge"},
        key_id=key_id,
        sign_count=sign_count,
        deed=deed,
        answer=answer,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    ADD(ceremony)
    return ceremony, options


def _random() -> bytes:
    """From the system's source alone: without it there is no challenge."""
    try:
        return secrets.token_bytes(32)
    except (OSError, NotImplementedError) as failed:
        logger.critical("entropy.failed: this machine gives no random numbers")
        raise Unavailable from failed


def _drop_oldest(session_id: uuid.UUID) -> None:
    """A session has five in flight at most, untaken or with an answer that waits for its nickname,
    so that the table cannot be filled. One that is being judged is left alone."""
    if _begun_by(session_id) < AT_MOST_A_SESSION:
        return
    in_flight = Q(taken_at=None) | Q(answer__isnull=False)
    mine = PendingCeremony.objects.filter(in_flight, session_id=session_id)
    oldest = mine.order_by("-created_at").values_list("pk", flat=True)[AT_MOST_A_SESSION - 1 :]
    if too_many := list(oldest):
        PendingCeremony.objects.filter(pk__in=too_many).delete()


def _begun_by(session_id: uuid.UUID) -> int:
    """However they ended. Asked in every sign-in, which has few: the ORM would take longer to write
    the question below than the rest of this function takes."""
    with planned_cursor(connection) as cursor:
        cursor.execute(BEGUN_BY, [UUIDField().get_db_prep_value(session_id, connection)])
        [count] = cursor.fetchone()
    return count


def take(
    ceremony_id: uuid.UUID,
    *,
    purpose: Purpose,
    holder_id: uuid.UUID,
    actor_id: uuid.UUID,
    organisation_id: int | None,
    session_id: uuid.UUID,
) -> PendingCeremony:
    """Raises Refused (§7.1 step 8, §7.2 step 11). What does not fit is used up all the same."""
    step = "7.1.8" if purpose in REGISTRATIONS else "7.2.11"
    ceremony = _taken(ceremony_id)
    if ceremony is None:
        raise Refused(step=step, reason="unknown_or_used")
    bound = {
        "purpose": purpose,
        "session_id": session_id,
        "actor_id": actor_id,
        "holder_id": holder_id,
        "organisation_id": organisation_id,
    }
    for name, value in bound.items():
        if getattr(ceremony, name) != value:
            raise Refused(step=step, reason=f"{name.removesuffix('_id')}_mismatch")
    now = clock.now()
    if ceremony.expires_at <= now or ceremony.created_at > now + CLOCKS_APART:
        raise Refused(step=step, reason="expired")
    return ceremony


def _taken(ceremony_id: uuid.UUID) -> PendingCeremony | None:
    """None where there is none, or it was taken before."""
    ceremony = PendingCeremony(pk=ceremony_id, taken_at=clock.now())
    return ceremony if TAKE(ceremony) else None


def chosen_key_id(ceremony: PendingCeremony) -> uuid.UUID:
    """Of a sign-in. Raises Refused where the ceremony was begun for no key."""
    if ceremony.key_id is None:
        raise Refused(step="7.2.5", reason="not_in_allow_list")
    return ceremony.key_id


def keep_answer(ceremony: PendingCeremony, answer: dict) -> None:
    PendingCeremony.objects.filter(pk=ceremony.pk).update(
        answer=answer, answer_kept_until=clock.now() + ANSWER_KEPT
    )


def forget_answer(ceremony: PendingCeremony) -> None:
    PendingCeremony.objects.filter(pk=ceremony.pk).update(answer=None, answer_kept_until=None)


def take_answered(
    ceremony_id: uuid.UUID,
    *,
    holder_id: uuid.UUID,
    actor_id: uuid.UUID,
    organisation_id: int | None,
    session_id: uuid.UUID,
    purposes: Collection[Purpose] = (Purpose.REGISTER,),
) -> PendingCeremony:
    """Returned with its answer, which the row then forgets.

    Inside the transaction that keeps the key, so that a name that is taken undoes it.
    """
    waits = _waiting(
        ceremony_id,
        purpose__in=purposes,
        holder_id=holder_id,
        actor_id=actor_id,
        organisation_id=organisation_id,
        session_id=session_id,
    )
    if not waits.update(finished_at=clock.now()):
        raise Refused(step="7.1.8", reason="no_answer_waiting")
    ceremony = PendingCeremony.objects.get(pk=ceremony_id)
    forget_answer(ceremony)
    return ceremony


def waiting(ceremony_id: uuid.UUID, **bound: object) -> dict | None:
    """The answer that `take_answered` would return, left where it is; None where there is none."""
    return _waiting(ceremony_id, **bound).values_list("answer", flat=True).first()


def _waiting(ceremony_id: uuid.UUID, **bound: object) -> QuerySet[PendingCeremony]:
    return PendingCeremony.objects.filter(
        pk=ceremony_id, answer_kept_until__gt=clock.now(), finished_at=None, **bound
    )


def begun_since(
    moment: datetime, *, purpose: Purpose, session_id: uuid.UUID
) -> QuerySet[PendingCeremony]:
    return PendingCeremony.objects.filter(
        session_id=session_id, purpose=purpose, created_at__gt=moment
    )


def forget_old(*, before_hours: int = 24) -> int:
    """The worker's: rows of yesterday's ceremonies, and what checks left that nobody finished."""
    now = clock.now()
    is_over = Q(taken_at=None, expires_at__lt=now) | Q(answer_kept_until__lt=now)
    PendingCeremony.objects.filter(is_over, purpose__in=CHECKS).update(answer=None)
    old = PendingCeremony.objects.filter(expires_at__lt=now - timedelta(hours=before_hours))
    return old.delete()[0]
