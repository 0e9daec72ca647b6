"""Grants end, and their client hears of it (notices.py).

end_grant, end_all_of_client, end_for_person_and_client, end_where_refused
end_of_session        with those that their client gave up by itself before
end_revoked           by their client itself
"""

import uuid

from django.db import transaction
from django.db.models import Q, QuerySet

from ..base import clock
from ..base.beginnings import beginning
from ..organisations.models import Organisation
from ..people.models import Person
from .models import Client, Grant
from .notices import note_due

REVOKED = "revoked"


def end_grant(grant: Grant, *, reason: str) -> None:
    _end(Grant.objects.filter(pk=grant.pk), reason=reason)


def end_of_session(session_id: uuid.UUID) -> None:
    """In the transaction that takes note of the end."""
    of_session = Grant.objects.filter(session_id=session_id)
    note_due(of_session.filter(Q(ended_at=None) | Q(end_reason=REVOKED)))
    _ended(of_session, reason="session_ended")


def end_revoked(grant: Grant) -> None:
    """Its client may keep the person logged in, and hears when the session ends."""
    _ended(Grant.objects.filter(pk=grant.pk), reason=REVOKED)


def end_all_of_client(client: Client, *, reason: str) -> int:
    return _end(Grant.objects.filter(client=client), reason=reason)


def end_for_person_and_client(person: Person, client: Client, *, reason: str) -> int:
    return _end(Grant.objects.filter(person=person, client=client), reason=reason)


def end_where_refused(client: Client, organisation: Organisation) -> int:
    """Of those who got in for it, or for one below."""
    there = Grant.objects.filter(beginning("organisation__path", organisation.path), client=client)
    return _end(there, reason="use_refused")


def _end(grants: QuerySet[Grant], *, reason: str) -> int:
    with transaction.atomic():
        note_due(grants.filter(ended_at=None))
        return _ended(grants, reason=reason)


def _ended(grants: QuerySet[Grant], *, reason: str) -> int:
    return grants.filter(ended_at=None).update(ended_at=clock.now(), end_reason=reason)
