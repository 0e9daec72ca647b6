"""The worker finds what ended, whatever ended it: grants end, and notices are due (notices.py).

    note_ended         every two seconds: by what changed lately, at the cost of what changed
    note_overlooked    every five minutes: by what holds of each session and grant that is alive

A session through which somebody logged in to a client owes its logout (`Session.owes_logout`), from
the grant on: whatever ends it only ends it, in its own transaction, and nothing is lost in a crash.
What changes while no worker runs, or is written long before its commit, is found by the second; and
who speaks no more for an organisation that is not their home, while their session goes on.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ..base import clock
from ..keys.models import SecurityKey, State
from ..organisations.models import Status as OrganisationStatus
from ..people.models import Status
from ..sessions import lifetime
from ..sessions.models import Session
from . import endings, grants
from .models import Grant
from .uses import speaks_for

LATELY = timedelta(minutes=10)
AT_MOST, KEYS_AT_ONCE = 500, 500


def note_ended() -> int:
    """How many sessions and grants ended or were looked at; at most `AT_MOST` of each kind."""
    return _note_due() + _note(_of_changed_people()) + _end_of_stopped_keys()


def note_overlooked() -> int:
    """How many sessions and grants there were."""
    ended = _note(_that_ended()[:AT_MOST]) + _end_of_keys(Q(key_id__isnull=False))
    return ended + _end_of_visits()


def _note_due() -> int:
    """Those that were ended, or may have come to their end by themselves."""
    owing = Session.objects.filter(owes_logout=True, may_end_at__lte=clock.now())
    due = list(owing.select_related("person__home").order_by("may_end_at")[:AT_MOST])
    for session in due:
        if grants.session_stands(session, session.person):
            _look_again(session)
        else:
            _noted(session.pk)
    return len(due)


def _look_again(session: Session) -> None:
    """Unless it was ended at this moment."""
    unchanged = Session.objects.filter(pk=session.pk, ended_at=None, may_end_at=session.may_end_at)
    unchanged.update(may_end_at=_may_end_at(session))


def _may_end_at(session: Session) -> datetime:
    ends, closes = lifetime.runs_out_at(session), session.person.closes_at
    return min(ends, closes) if closes else ends


def _of_changed_people() -> list[Session]:
    """Sessions of people who were stamped anew since, or whose last day is over."""
    now = clock.now()
    owing = Session.objects.filter(owes_logout=True)
    stamped = owing.filter(person__stamped_at__gte=now - LATELY)
    closing = owing.filter(person__closes_at__lte=now, person__closes_at__isnull=False)
    return [
        *stamped.exclude(security_stamp=F("person__security_stamp"))[:AT_MOST],
        *closing.exclude(person__status=Status.CLOSED)[:AT_MOST],
    ]


def _that_ended() -> QuerySet[Session]:
    """By themselves, by whoever ended them, or since their person may not be here any more."""
    now = clock.now()
    over = Q(started_at__lte=now - lifetime.AT_MOST) | Q(ends_at__lte=now)
    stopped = ~Q(person__status=Status.ACTIVE) | Q(person__closes_at__lte=now)
    changed = ~Q(security_stamp=F("person__security_stamp"))
    kept_out = ~Q(person__home__status=OrganisationStatus.ACTIVE)
    left = Q(shared_computer=True, last_seen_at__lte=now - lifetime.IDLE_AT_A_SHARED_COMPUTER)
    is_over = Q(ended_at__isnull=False) | over | left | stopped | changed | kept_out
    return Session.objects.filter(is_over, owes_logout=True)


def _note(over: Iterable[Session]) -> int:
    return sum(_noted(session.pk) for session in list(over))


def _noted(session_id: uuid.UUID) -> bool:
    """By one worker: the flag is taken by one statement."""
    with transaction.atomic():
        owing = Session.objects.filter(pk=session_id, owes_logout=True)
        if not owing.update(owes_logout=False):
            return False
        endings.end_of_session(session_id)
    return True


def _end_of_stopped_keys() -> int:
    """Those that changed lately first, so that no database begins with all that is alive."""
    lately = SecurityKey.objects.filter(state_since__gte=clock.now() - LATELY)
    ids = list(lately.values_list("pk", flat=True))
    starts = range(0, len(ids), KEYS_AT_ONCE)
    return sum(_end_of_keys(Q(key_id__in=ids[start : start + KEYS_AT_ONCE])) for start in starts)


def _end_of_keys(which: Q) -> int:
    """Of sessions that go on: they were opened in another way, and the key was shown in them. It
    is in use no more, or again."""
    stopped = ~Q(state=State.ACTIVE) | Q(state_since__gt=OuterRef("made_at"))
    since = SecurityKey.objects.filter(stopped, pk=OuterRef("key_id"))
    found = list(Grant.objects.filter(which, Exists(since), ended_at=None)[:AT_MOST])
    for grant in found:
        endings.end_grant(grant, reason="key_stopped")
    return len(found)


def _end_of_visits() -> int:
    """Of guests whose visit is over, and of roles elsewhere that ran out."""
    elsewhere = Grant.objects.filter(ended_at=None).exclude(organisation=F("person__home"))
    rows = elsewhere.select_related("person__home", "organisation")
    left = [grant for grant in rows if not speaks_for(grant.person, grant.organisation)]
    for grant in left:
        endings.end_grant(grant, reason="visit_over")
    return len(left)
