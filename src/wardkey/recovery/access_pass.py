"""A one-time pass, instead of the second factor, that opens the registration of one's first key.

issue          a new pass; earlier ones of that person end, and what they opened
redeem         once: one conditional statement
was_issued     a pass of this person, spent or not: no guess
revoke         whatever passes a person has
issued_lately  whether this person issued one for that one within a day
"""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock, codes
from ..people.models import Person
from ..sessions.lifetime import end_for_first_key
from .models import AccessPass

LIFETIME, LATELY = timedelta(hours=1), timedelta(days=1)


def issue(
    *,
    person: Person,
    by: log.Actor,
    organisation_id: int,
    issued_by_id: uuid.UUID | None = None,
    lifetime: timedelta = LIFETIME,
    identity_check: str = "",
) -> str:
    """Returns the pass, which is shown once: only its hash is kept. `identity_check` is how whoever
    issues it made sure who asks; empty on the host."""
    code = codes.new_readable_code()
    now = clock.now()
    with transaction.atomic():
        if revoke(person):
            log.record(
                events.PASS_REVOKED, actor=by, holder_id=person.pk, organisation_id=organisation_id
            )
        end_for_first_key(person.pk)
        AccessPass.objects.create(
            person=person,
            code_hash=codes.hashed_readable(code),
            issued_by_id=issued_by_id,
            issued_at=now,
            expires_at=now + lifetime,
        )
        log.record(
            events.PASS_ISSUED,
            actor=by,
            holder_id=person.pk,
            organisation_id=organisation_id,
            identity_check=identity_check,
        )
    return code


def redeem(*, person: Person, code: str) -> bool:
    """True for the one who comes first with a pass that holds."""
    usable = usable_passes().filter(person=person, code_hash=codes.hashed_readable(code))
    return bool(usable.update(used_at=clock.now()))


def usable_passes() -> QuerySet[AccessPass]:
    """Neither used, nor revoked, nor run out."""
    now = clock.now()
    return AccessPass.objects.filter(used_at=None, revoked_at=None, expires_at__gt=now)


def was_issued(*, person: Person, code: str) -> bool:
    """Also where it was used, replaced or has run out: whoever types it had it in hand."""
    passes = AccessPass.objects.filter(person=person, code_hash=codes.hashed_readable(code))
    return passes.exists()


def revoke(person: Person) -> bool:
    """Whether there was one that could still be used."""
    return bool(usable_passes().filter(person=person).update(revoked_at=clock.now()))


def issued_lately(*, person: Person, issued_by_id: uuid.UUID) -> bool:
    passes = AccessPass.objects.filter(person=person, issued_by_id=issued_by_id)
    return passes.filter(issued_at__gt=clock.now() - LATELY).exists()
