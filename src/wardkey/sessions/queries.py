"""Reading sessions: what a key opened, and where somebody is signed in."""

import uuid
from datetime import datetime

from ..base import clock
from ..people.models import Person
from . import lifetime
from .models import Session

AT_MOST = 100


def opened_with(key_id: uuid.UUID, *, since: datetime) -> list[Session]:
    """The newest first, the first hundred."""
    opened = Session.objects.filter(key_id=key_id, started_at__gte=since)
    return list(opened.order_by("-started_at")[:AT_MOST])


def live_sessions_of(person: Person) -> list[Session]:
    """Those that still open something, the last used first."""
    live = Session.objects.filter(
        person=person,
        security_stamp=person.security_stamp,
        ended_at=None,
        started_at__gt=clock.now() - lifetime.AT_MOST,
    )
    newest = live.order_by("-last_seen_at", "-started_at")[:AT_MOST]
    return [session for session in newest if not lifetime.ran_out(session)]
