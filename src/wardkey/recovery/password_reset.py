"""A new password without the old one: a link to an own address, or a slip that is handed over.

ask            a link, for whoever has the name, or for nobody
asked          those that the worker has to look at; `make_link` and `forget` are what it does
issue_slip     a code to be printed; earlier slips of that person end
open_with      whose code this is
redeem         once: one conditional statement
revoke         whatever was sent, printed or asked for
issued_lately  whether this person issued a slip for that one within a day

The code chooses a password and opens nothing else: no session, no second factor.
"""

import uuid
from collections.abc import Collection
from datetime import timedelta

from django.db.models import QuerySet

from ..base import clock, codes, request_id
from ..people.models import Person, Status
from .models import PasswordReset

LINK_HOLDS, SLIP_HOLDS = timedelta(hours=1), timedelta(hours=24)
LATELY = timedelta(days=1)
LINKS_A_DAY = 10
PURPOSE = "password reset"

Way = PasswordReset.Way


def ask(person: Person | None) -> None:
    """The same statement for everybody, so that its time tells nothing."""
    PasswordReset.objects.create(
        person=person, way=Way.LINK, asked_at=clock.now(), request_id=request_id.current()
    )


def asked(*, at_most: int) -> list[PasswordReset]:
    waiting = PasswordReset.objects.filter(code_hash=None, revoked_at=None)
    return list(waiting.order_by("asked_at")[:at_most])


def make_link(reset: PasswordReset) -> bool:
    """Its code is made again when the mail leaves: no table holds it. False where another worker
    was quicker."""
    code = codes.readable_code_for(PURPOSE, reset.pk)
    unsent = PasswordReset.objects.filter(pk=reset.pk, code_hash=None, revoked_at=None)
    ends = clock.now() + LINK_HOLDS
    return bool(unsent.update(code_hash=codes.hashed_readable(code), expires_at=ends))


def has_enough_links(person: Person) -> bool:
    sent = PasswordReset.objects.filter(person=person, way=Way.LINK).exclude(code_hash=None)
    return sent.filter(asked_at__gt=clock.now() - LATELY).count() >= LINKS_A_DAY


def forget(reset: PasswordReset) -> None:
    PasswordReset.objects.filter(pk=reset.pk, code_hash=None).delete()


def issue_slip(*, person: Person, issued_by_id: uuid.UUID) -> str:
    """Returns the code, which is shown once."""
    now, code = clock.now(), codes.new_readable_code()
    _unused(PasswordReset.objects.filter(person=person, way=Way.SLIP)).update(revoked_at=now)
    PasswordReset.objects.create(
        person=person,
        way=Way.SLIP,
        code_hash=codes.hashed_readable(code),
        issued_by_id=issued_by_id,
        asked_at=now,
        expires_at=now + SLIP_HOLDS,
    )
    return code


def open_with(code: str) -> PasswordReset | None:
    """With its person and their home."""
    found = _with(code).filter(expires_at__gt=clock.now(), person__status=Status.ACTIVE)
    return found.select_related("person__home").first()


def redeem(code: str, *, person: Person) -> PasswordReset | None:
    """For the one who comes first. All other ways of that person end."""
    now = clock.now()
    found = _with(code).filter(expires_at__gt=now, person=person)
    reset = found.first()
    if reset is None or not found.update(used_at=now):
        return None
    revoke(person)
    return reset


def revoke(person: Person) -> None:
    revoke_of([person.pk])


def revoke_of(person_ids: Collection[uuid.UUID]) -> None:
    """The same of many."""
    resets = _unused(PasswordReset.objects.filter(person__in=person_ids))
    resets.update(revoked_at=clock.now())


def issued_lately(*, person: Person, issued_by_id: uuid.UUID) -> bool:
    slips = PasswordReset.objects.filter(person=person, issued_by_id=issued_by_id)
    return slips.filter(asked_at__gt=clock.now() - LATELY).exists()


def _with(code: str) -> QuerySet[PasswordReset]:
    return _unused(PasswordReset.objects.filter(code_hash=codes.hashed_readable(code)))


def _unused(resets: QuerySet[PasswordReset]) -> QuerySet[PasswordReset]:
    return resets.filter(used_at=None, revoked_at=None)
