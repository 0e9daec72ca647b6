"""Requests that wait until their person has done what is owed.

keep          a request that came from a client
waiting       it again, while it holds: within fifteen minutes, and not yet answered
note_chosen, note_agreed    its person said as whom to go on; that they agree
use_up        it is answered, once
forget_old    the worker
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from django.db.models import QuerySet

from ..base import clock
from ..base.errors import NotFound
from ..sessions.models import Session
from .asked import known_fields
from .models import Client, PendingRequest

HOLDS = timedelta(minutes=15)


def keep(client: Client, fields: Mapping[str, str]) -> PendingRequest:
    known = known_fields(fields)
    return PendingRequest.objects.create(client=client, asked=known, asked_at=clock.now())


def waiting(request_id: uuid.UUID) -> PendingRequest:
    """With its client. Raises NotFound (client_request), also where its address was taken out of
    the client's since."""
    found = _waiting(request_id).select_related("client__organisation").first()
    if found is None or found.client.ended_at:
        raise NotFound("client_request")
    if found.asked["redirect_uri"] not in found.client.redirect_uris:
        raise NotFound("client_request")
    return found


def _waiting(request_id: uuid.UUID) -> QuerySet[PendingRequest]:
    since = clock.now() - HOLDS
    return PendingRequest.objects.filter(pk=request_id, used_at=None, asked_at__gt=since)


def note_chosen(request_id: uuid.UUID, *, session: Session) -> None:
    _waiting(request_id).update(chosen_at=clock.now(), session_id=session.pk)


def note_agreed(request_id: uuid.UUID, *, session: Session) -> None:
    _waiting(request_id).update(agreed_at=clock.now(), session_id=session.pk)


def use_up(request_id: uuid.UUID) -> None:
    """Raises NotFound where another window was first."""
    if not _waiting(request_id).update(used_at=clock.now()):
        raise NotFound("client_request")


def forget_old() -> int:
    old = PendingRequest.objects.filter(asked_at__lt=clock.now() - 2 * HOLDS)
    return old.delete()[0]
