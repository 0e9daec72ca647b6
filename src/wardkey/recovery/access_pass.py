"""Passes that somebody else issues after an identity check. Only their hashes are kept.

issue          a new pass; earlier ones of that person end, and what they opened
keep_pass      the same, with all that was proved before; also for a day
redeem         an access pass, once: one conditional statement
open_passes_of what may still let somebody in
was_issued     a pass of this person, spent or not: no guess
use_day_pass   as often as its holder logs in, until it ends
revoke         whatever passes a person has, or were asked for
issued_lately  whether this person issued one for that one within a day

An access pass opens, instead of the second factor, the registration of one's first key. A day pass
is a second factor until the shift ends.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock, codes
from ..people.models import Person
from ..sessions.lifetime import end_for_pass
from .models import AccessPass, PassKind, PassRequest

LIFETIME, LATELY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`identity_check` is how whoever issues the pass made sure who asks, empty on the host;
    `vouched_by_id` the colleague whose key proved it, `approved_by_id` the second administrator."""

    kind: str = PassKind.ACCESS
    lifetime: timedelta = LIFETIME
    identity_check: str = ""
    vouched_by_id: uuid.UUID | None = None
    approved_by_id: uuid.UUID | None = None


def issue(
    *, person: Person, by: log.Actor, organisation_id: int, lifetime: timedelta = LIFETIME
) -> str:
    """An access pass, which is shown once: only its hash is kept."""
    terms = Terms(lifetime=lifetime)
    return keep_pass(person=person, by=by, organisation_id=organisation_id, terms=terms)[1]


def keep_pass(
    *,
    person: Person,
    by: log.Actor,
    organisation_id: int,
    terms: Terms,
    issued_by_id: uuid.UUID | None = None,
) -> tuple[AccessPass, str]:
    code, id, now = codes.new_readable_code(), uuid.uuid4(), clock.now()
    with transaction.atomic():
        if revoke(person):
            log.record(
                events.PASS_REVOKED, actor=by, holder_id=person.pk, organisation_id=organisation_id
            )
        end_for_pass(person.pk)
        row = AccessPass.objects.create(
            id=id,
            person=person,
            kind=terms.kind,
            code_hash=codes.hashed_readable(code),
            stop_hash=codes.hashed_readable(codes.readable_code_for("stop_pass", id)),
            issued_by_id=issued_by_id,
            issued_at=now,
            expires_at=now + terms.lifetime,
        )
        log.record(
            events.PASS_ISSUED,
            actor=by,
            holder_id=person.pk,
            organisation_id=organisation_id,
            kind=terms.kind,
            identity_check=terms.identity_check,
            vouched_by=str(terms.vouched_by_id or ""),
            approved_by=str(terms.approved_by_id or ""),
        )
    return row, code


def redeem(*, person: Person, code: str) -> bool:
    """True for the one who comes first with a pass that holds."""
    usable = usable_passes().filter(person=person, code_hash=codes.hashed_readable(code))
    return bool(usable.update(used_at=clock.now()))


def usable_passes() -> QuerySet[AccessPass]:
    """Access passes of anybody: neither used, nor revoked, nor run out."""
    return AccessPass.objects.filter(
        kind=PassKind.ACCESS, used_at=None, revoked_at=None, expires_at__gt=clock.now()
    )


def usable_day_passes() -> QuerySet[AccessPass]:
    """Of anybody: neither revoked nor run out. One is used as often as its holder logs in."""
    return AccessPass.objects.filter(kind=PassKind.DAY, revoked_at=None, expires_at__gt=clock.now())


def open_passes_of(person: Person) -> list[AccessPass]:
    """What may still let them in, the oldest first; without its code, which nobody has."""
    held = usable_passes() | usable_day_passes()
    return list(held.filter(person=person).order_by("issued_at", "pk"))


def was_issued(*, person: Person, code: str) -> bool:
    """Also where it was used, replaced or has run out: whoever types it had it in hand."""
    passes = AccessPass.objects.filter(person=person, code_hash=codes.hashed_readable(code))
    return passes.exists()


def revoke(person: Person) -> bool:
    """Whether there was one that could still be used. One that waits for approval, or to be shown,
    is made no more."""
    return revoke_of([person.pk])


def revoke_of(person_ids: Collection[uuid.UUID]) -> bool:
    """The same of many."""
    now = clock.now()
    PassRequest.objects.filter(person__in=person_ids, done_at=None).update(done_at=now)
    access = usable_passes().filter(person__in=person_ids).update(revoked_at=now)
    return bool(usable_day_passes().filter(person__in=person_ids).update(revoked_at=now) or access)


def issued_lately(*, person: Person, issued_by_id: uuid.UUID) -> bool:
    passes = AccessPass.objects.filter(person=person, issued_by_id=issued_by_id)
    return passes.filter(issued_at__gt=clock.now() - LATELY).exists()


def ends_of_day_pass(person: Person) -> datetime | None:
    """None where the person has none that holds."""
    return usable_day_passes().filter(person=person).values_list("expires_at", flat=True).first()


def use_day_pass(person: Person, code: str) -> bool:
    held = usable_day_passes().filter(person=person, code_hash=codes.hashed_readable(code))
    return bool(held.update(used_at=clock.now()))
