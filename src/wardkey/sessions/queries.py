"""Reading sessions: what a key opened, where somebody is signed in; what programs are called."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db.models import Max

from ..base import clock
from ..people.models import Person
from . import lifetime
from .models import Application, LastTime, Session

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


def last_seen_of(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """When each was last logged in, wholly; who never was is not in it. One query."""
    whole = Session.objects.filter(person__in=person_ids, owed="")
    known = whole.values_list("person_id").annotate(last=Max("last_seen_at")).order_by()
    kept = LastTime.objects.filter(person__in=person_ids, kind=LastTime.Kind.SEEN)
    # Of one person's two the later one comes last.
    return dict(sorted(kept.values_list("person_id", "at").union(known, all=True)))


def last_times_of(
    person_ids: Collection[uuid.UUID], kind: LastTime.Kind
) -> dict[uuid.UUID, datetime]:
    """The latest of what was forgotten (forgetting.py)."""
    kept = LastTime.objects.filter(person__in=person_ids, kind=kind)
    return dict(kept.values_list("person_id", "at"))


def application_names(ids: Collection[uuid.UUID]) -> dict[str, str]:
    """Also of those that have ended, by the text of their ids. No query where there is none."""
    found = Application.objects.filter(pk__in=ids).values_list("pk", "name") if ids else []
    return {str(pk): name for pk, name in found}
