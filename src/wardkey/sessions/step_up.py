"""Proofs that it is still they who signed in, each for one deed (docs/adr/0014-step-up.md).

note             a proof was given
is_to_be_told    one was refused: whether its person is to hear of it
SessionProof     what of a session's proofs counts for a deed: `covers`, `use_up`
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet

from ..base import clock
from ..base.errors import NotSignedIn
from ..people.administrators import Act, Freshness
from ..people.deeds import Deed
from . import desk_session, lifetime
from .levels import Owed
from .models import Session, StepUp

FRESH = timedelta(minutes=5)
TOLD_EVERY = timedelta(hours=1)


def note(*, session: Session, deed: Deed, key_id: uuid.UUID | None) -> None:
    """`key_id` is the key that answered; none where it was the password."""
    StepUp.objects.create(session=session, deed=str(deed), key_id=key_id, proven_at=clock.now())


def is_to_be_told(session: Session) -> bool:
    """Once an hour a session; one statement, so that of many at once one is told."""
    now = clock.now()
    not_lately = Q(refusal_told_at=None) | Q(refusal_told_at__lte=now - TOLD_EVERY)
    return bool(Session.objects.filter(not_lately, pk=session.pk).update(refusal_told_at=now))


@dataclass(frozen=True, slots=True)
class SessionProof:
    """What somebody at a browser proved; people/deeds.py says what is asked of it."""

    session: Session

    def covers(self, deed: Deed, *, without: uuid.UUID | None = None) -> bool:
        if deed.asks_for is Freshness.NONE:
            return True
        if deed.asks_for is Freshness.RECENTLY and _began_lately(self.session, without):
            return True
        if _is_for_desk(deed) and desk_session.has_place(self.session, uuid.UUID(deed.about)):
            return True
        return _proofs(self.session, deed, without).exists()

    def use_up(self, deed: Deed) -> bool:
        """Raises NotSignedIn where the session ended since the request came in. What is used up
        comes back where the transaction is undone: one proof is for one deed that was done."""
        if not lifetime.still_holds(self.session.pk):
            raise NotSignedIn
        if _is_for_desk(deed) and desk_session.take_place(self.session, uuid.UUID(deed.about)):
            return True
        if deed.asks_for is not Freshness.ONE_BY_ONE:
            return self.covers(deed)
        return bool(_proofs(self.session, deed).update(used_at=clock.now()))


def _is_for_desk(deed: Deed) -> bool:
    """A desk session covers registrations, and that their holders try them out there and then."""
    return deed.act in {Act.REGISTER_KEYS, Act.TRY_KEYS}


def _began_lately(session: Session, without: uuid.UUID | None) -> bool:
    """By password and key, by the password where it is enough, or by a pass, which opens one
    registration and is its own proof."""
    if without is not None and session.key_id in {None, without}:
        return False
    return session.owed == Owed.FIRST_KEY or clock.now() - session.started_at < FRESH


def _proofs(session: Session, deed: Deed, without: uuid.UUID | None = None) -> QuerySet[StepUp]:
    proofs = StepUp.objects.filter(
        session=session, deed=str(deed), used_at=None, proven_at__gt=clock.now() - FRESH
    )
    if without is None:
        return proofs
    return proofs.exclude(key_id=without).exclude(key_id=None)
