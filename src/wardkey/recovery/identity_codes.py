"""A code to somebody's own address, which they read out to whoever checks who they are.

send      to verified addresses of theirs: ten minutes, five tries, five an hour
redeem    once: the tries are counted before the code is compared
"""

import hmac
import uuid
from datetime import timedelta

from django.db.models import F, QuerySet

from ..base import clock, codes
from ..notifications import messages
from ..people.contacts import own_addresses_of
from ..people.models import Person
from ..people.notices import tell_at
from .models import IdentityCode

PURPOSE = "identity"
LIFETIME = timedelta(minutes=10)
TRIES = 5
AN_HOUR = 5


def send(*, person: Person, asked_by: Person) -> bool:
    """`person` is locked; earlier codes end. False where none went out: no address of their own,
    or five codes within the hour."""
    now = clock.now()
    addresses = own_addresses_of(person, known_before=now)
    theirs = IdentityCode.objects.filter(person=person)
    lately = theirs.filter(sent_at__gt=now - timedelta(hours=1)).count()
    if not addresses or lately >= AN_HOUR:
        return False
    theirs.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    row = IdentityCode.objects.create(
        person=person, asked_by_id=asked_by.pk, sent_at=now, expires_at=now + LIFETIME
    )
    tell_at(addresses, messages.identity_code, person=person, by=asked_by.name, code_id=str(row.pk))
    return True


def redeem(*, person: Person, asked_by: Person, typed: str) -> bool:
    """Outside the transaction of what it is for, so that a wrong code stays counted."""
    digits = "".join(letter for letter in typed if letter in "0123456789")
    row = _open(person, asked_by.pk).order_by("-sent_at").first()
    if not digits or row is None:
        return False
    if not _open(person, asked_by.pk).filter(pk=row.pk).update(tries=F("tries") + 1):
        return False
    if not hmac.compare_digest(digits, codes.short_code_for(PURPOSE, row.pk)):
        return False
    unused = IdentityCode.objects.filter(pk=row.pk, used_at=None)
    return bool(unused.update(used_at=clock.now()))


def _open(person: Person, asked_by_id: uuid.UUID) -> QuerySet[IdentityCode]:
    return IdentityCode.objects.filter(
        person=person,
        asked_by_id=asked_by_id,
        used_at=None,
        tries__lt=TRIES,
        expires_at__gt=clock.now(),
    )
