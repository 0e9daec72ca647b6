"""What was created once is not created again: the first answer is given anew (Idempotency-Key).

begin        the first answer, where there is one; else the key is taken, and nobody else does it
keep         the answer, in the transaction of the creation
take_back    it came to nothing, and may be tried again

A key is its caller's own, and holds for 24 hours. Who is refused has created nothing, so the next
attempt is judged anew.
"""

import hashlib
import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction

from ..base import clock
from ..base.errors import Conflict, InvalidInput, KeyReused
from .models import FirstAnswer

HOLDS = timedelta(hours=24)
# Longer than any creation takes: who began it was stopped on the way.
GIVEN_UP_AFTER = timedelta(seconds=60)
LONGEST = 255


def begin(*, api_token_id: uuid.UUID, key: str, asked: bytes) -> FirstAnswer:
    """With an `answer` where it was given before. `asked` is all that was asked for. Raises
    InvalidInput, KeyReused; Conflict (in_progress) where it is being done at this moment."""
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise InvalidInput("idempotency_key", field="Idempotency-Key")
    of_it = FirstAnswer.objects.filter(api_token_id=api_token_id, key=key)
    of_it.filter(began_at__lt=clock.now() - HOLDS).delete()
    of_it.filter(status=None, began_at__lt=clock.now() - GIVEN_UP_AFTER).delete()
    digest = hashlib.sha256(asked).digest()
    try:
        with transaction.atomic():
            return FirstAnswer.objects.create(
                api_token_id=api_token_id, key=key, asked=digest, began_at=clock.now()
            )
    except IntegrityError:
        return _given_before(of_it.first(), digest)


def _given_before(found: FirstAnswer | None, digest: bytes) -> FirstAnswer:
    if found is not None and bytes(found.asked) != digest:
        raise KeyReused
    if found is None or found.status is None:
        raise Conflict("in_progress", retry_after=1)
    return found


def keep(first: FirstAnswer, *, status: int, answer: dict) -> None:
    FirstAnswer.objects.filter(pk=first.pk).update(status=status, answer=answer)


def take_back(first: FirstAnswer) -> None:
    FirstAnswer.objects.filter(pk=first.pk, status=None).delete()


def forget_old() -> None:
    """The worker's."""
    FirstAnswer.objects.filter(began_at__lt=clock.now() - HOLDS).delete()
