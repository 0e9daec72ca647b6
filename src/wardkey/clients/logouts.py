"""Clients hear that a session ended, whatever ended it (OpenID Connect Back-Channel Logout 1.0).

    note_ended     sessions that ended, or whose person was stopped: grants end, notices are due
    deliver_due    the worker: tell the clients, again and again until they heard

A session through which somebody logged in to a client owes its logout (`Session.owes_logout`), from
the grant on: whatever ends it only ends it, in its own transaction, and nothing is lost in a crash.
"""

import logging
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from ..audit import events, log
from ..base import clock
from ..organisations.models import Status as OrganisationStatus
from ..people.models import Status
from ..sessions import lifetime
from ..sessions.models import Session
from . import id_tokens
from .models import Grant, LogoutNotice

LEASE = timedelta(minutes=1)
ATTEMPTS = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
TIMEOUT_SECONDS = 5

logger = logging.getLogger(__name__)


def note_ended(*, at_most: int = 100) -> int:
    """How many sessions there were."""
    ended = _that_ended().values_list("pk", flat=True)[:at_most]
    return sum(_noted(session_id) for session_id in list(ended))


def _that_ended() -> QuerySet[Session]:
    """By themselves, by whoever ended them, or since their person may not be here any more."""
    now = clock.now()
    over = Q(started_at__lte=now - lifetime.AT_MOST) | Q(ends_at__lte=now)
    stopped = ~Q(person__status=Status.ACTIVE) | Q(person__closes_at__lte=now)
    changed = ~Q(security_stamp=F("person__security_stamp"))
    kept_out = ~Q(person__home__status=OrganisationStatus.ACTIVE)
    is_over = Q(ended_at__isnull=False) | over | stopped | changed | kept_out
    return Session.objects.filter(is_over, owes_logout=True)


def _noted(session_id: uuid.UUID) -> bool:
    """By one worker: the flag is taken by one statement."""
    with transaction.atomic():
        owing = Session.objects.filter(pk=session_id, owes_logout=True)
        if not owing.update(owes_logout=False):
            return False
        live = Grant.objects.filter(session_id=session_id)
        told = live.exclude(client__logout_uri="").order_by("client_id", "pk")
        by_client = {grant.client_id: grant for grant in told.select_related("person")}
        LogoutNotice.objects.bulk_create(_notice(grant) for grant in by_client.values())
        live.filter(ended_at=None).update(ended_at=clock.now(), end_reason="session_ended")
    return True


def _notice(grant: Grant) -> LogoutNotice:
    return LogoutNotice(
        client_id=grant.client_id,
        person_id=grant.person_id,
        session_id=grant.session_id,
        due_at=clock.now(),
    )


def deliver_due(*, at_most: int = 20) -> int:
    """How many were tried."""
    due = LogoutNotice.objects.filter(told_at=None, given_up_at=None, due_at__lte=clock.now())
    rows = due.select_related("client", "person__home").order_by("due_at")[:at_most]
    return sum(_deliver(row) for row in rows)


def _deliver(notice: LogoutNotice) -> bool:
    """One worker has it for a minute; if it dies, another takes it up."""
    now = clock.now()
    mine = LogoutNotice.objects.filter(pk=notice.pk, told_at=None, due_at__lte=now)
    if not mine.update(due_at=now + LEASE, attempts=F("attempts") + 1):
        return False
    try:
        _tell(notice)
    except OSError as error:
        logger.warning("logout of client %s not told: %s", notice.client_id, type(error).__name__)
        _wait_or_give_up(notice)
    else:
        _record(notice, told_at=clock.now())
    return True


def _tell(notice: LogoutNotice) -> None:
    """Raises OSError unless the client says that it heard. It is followed nowhere else."""
    signed = id_tokens.signed_logout_token(
        audience=str(notice.client_id),
        subject=str(notice.person.oidc_subject),
        session_id=str(notice.session_id),
    )
    body = urllib.parse.urlencode({"logout_token": signed}).encode()
    headers = {"User-Agent": settings.SERVICE_NAME, "Accept": "*/*"}
    asked = urllib.request.Request(notice.client.logout_uri, body, headers)  # noqa: S310
    with _OPENER.open(asked, timeout=TIMEOUT_SECONDS) as answer:
        if answer.status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
            raise OSError(answer.status)


class _Nowhere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *asked: Any, **more: Any) -> None:
        return None


# No proxy of the environment's: the address is one that an administrator registered.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Nowhere)


def _wait_or_give_up(notice: LogoutNotice) -> None:
    tried = notice.attempts + 1
    if tried >= ATTEMPTS:
        _record(notice, given_up_at=clock.now())
        return
    wait = min(FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT)
    LogoutNotice.objects.filter(pk=notice.pk).update(due_at=clock.now() + wait)


def _record(notice: LogoutNotice, **outcome: object) -> None:
    with transaction.atomic():
        LogoutNotice.objects.filter(pk=notice.pk).update(**outcome)
        log.record(
            events.CLIENT_LOGGED_OUT,
            actor=log.SYSTEM,
            holder_id=notice.person_id,
            organisation_id=notice.person.home_id,
            client=str(notice.client_id),
            name=notice.client.name,
            heard="told_at" in outcome,
        )
