"""Somebody who left is erased: who they were goes, what happened stays.

    one_to_erase     by user name
    closed_before    all who may be erased, by the day on which their accounts were closed
    erase            one, with the entry that says so; in a transaction of its own
    erase_again      one who was erased since a copy of the portal was made

Rows stay, and name nobody: an id never returns, nor a user name, nor a credential
(docs/adr/0066). What is forgotten by itself is left to that: messages, imports, ceremonies,
logins.
"""

import uuid
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import Model

from ..audit import erased as erased_entries
from ..audit import events, log
from ..base import clock
from ..base.errors import InvalidInput
from ..base.text import canonical_name
from ..keys import erased as erased_keys
from ..lifecycle.leaving import RESTORED_WITHIN
from ..lifecycle.models import Invitation, KeyTransfer
from ..people import erased
from ..people.erased import NOTHING_SAID
from ..people.models import Person, Status
from ..people.queries import locked_person, person_by_username
from ..sessions.models import ApiToken, Session

# What they typed, or their browsers told, in rows that stay.
TOLD: dict[type[Model], dict[str, str]] = {
    Session: {"device": "", "address": ""},
    ApiToken: {"name": NOTHING_SAID},
    Invitation: {"sent_to": ""},
    KeyTransfer: {"described": NOTHING_SAID},
}


def one_to_erase(username: str) -> Person:
    """Raises InvalidInput (erased, nobody, not_closed, restorable)."""
    person = person_by_username(username)
    if person is None:
        was_here = erased.which_were_erased([canonical_name(username)])
        raise InvalidInput("erased" if was_here else "nobody", field="username")
    _require_over(person)
    return person


def _require_over(person: Person) -> None:
    if person.status != Status.CLOSED or person.closes_at is None:
        raise InvalidInput("not_closed", field="username")
    if person.closes_at > clock.now() - RESTORED_WITHIN:
        raise InvalidInput("restorable", field="username")


def closed_before(day: date) -> list[uuid.UUID]:
    """In UTC, and so long ago that nobody restores them; those closed first come first."""
    before = min(datetime(day.year, day.month, day.day, tzinfo=UTC), clock.now() - RESTORED_WITHIN)
    closed = Person.objects.filter(status=Status.CLOSED, closes_at__lte=before)
    found = closed.order_by("closes_at", "pk").only("username_key")
    return [person.pk for person in found.iterator() if not person.is_erased]


@transaction.atomic
def erase(person_id: uuid.UUID) -> bool:
    """Whether they were there to be erased: somebody else may have been quicker. Raises
    InvalidInput (not_closed, restorable)."""
    keys = erased_keys.locked(person_id)
    person = locked_person(person_id)
    if person.is_erased:
        return False
    _require_over(person)
    removed = erased_keys.erase(person, keys, by=log.OPERATOR)
    log.record(
        events.PERSON_ERASED,
        actor=log.OPERATOR,
        holder_id=person.pk,
        organisation_id=person.home_id,
        keys=removed,
    )
    _forget(person)
    return True


def erase_again(person_id: uuid.UUID) -> bool:
    """In the transaction of the restoring, where what closed them was applied before. Of whom the
    copy does not have, entries of since then may tell."""
    keys = erased_keys.locked(person_id)
    person = Person.objects.filter(pk=person_id, status=Status.CLOSED).first()
    if person is None or person.is_erased:
        return bool(erased_entries.erase(person_id))
    erased_keys.erase(person, keys, by=log.OPERATOR)
    _forget(person)
    return True


def _forget(person: Person) -> None:
    for table, nothing in TOLD.items():
        table._default_manager.filter(person=person).update(**nothing)  # noqa: SLF001
    erased.erase(person)
    erased_entries.erase(person.pk)
