"""Clients hear that a session ended, whatever ended it (OpenID Connect Back-Channel Logout 1.0).

    deliver_due    the worker: tell the clients, again and again until they heard

What ended is found and noted in ended.py.
"""

import logging
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from http.client import HTTPException

from django.db import transaction
from django.db.models import Min, QuerySet

from ..audit import events, log
from ..base import clock, dependencies
from . import id_tokens, telling
from .models import LogoutNotice

LEASE = timedelta(minutes=1)
ATTEMPTS = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
# Of one round; nobody else is told of a logout meanwhile.
CLIENTS_AT_ONCE, NOTICES_A_CLIENT, ROUND_SECONDS = 10, 20, 12

TO_DO = "Look at its logout address, and the certificate there; it is told again for an hour or so."

logger = logging.getLogger(__name__)


def deliver_due() -> int:
    """How many were due; none where a client did not hear, so that other chores come first.
    Several clients at once, each in one thread: one that is dead keeps no other waiting."""
    batches = [batch for batch in map(_mine, _clients_due()) if batch]
    if not batches:
        return 0
    threads = ThreadPoolExecutor(CLIENTS_AT_ONCE)
    asked = {threads.submit(_told, _addressed(batch)): batch for batch in batches}
    wait(asked, timeout=ROUND_SECONDS)
    threads.shutdown(wait=False, cancel_futures=True)
    all_heard = [_settled(batch, answered) for answered, batch in asked.items()]
    return sum(map(len, batches)) if all(all_heard) else 0


def _due() -> QuerySet[LogoutNotice]:
    return LogoutNotice.objects.filter(told_at=None, given_up_at=None, due_at__lte=clock.now())


def _clients_due() -> list[uuid.UUID]:
    """Those that wait longest."""
    waiting = _due().values("client_id").annotate(first=Min("due_at")).order_by("first")
    return [row["client_id"] for row in waiting[:CLIENTS_AT_ONCE]]


def _mine(client_id: uuid.UUID) -> list[LogoutNotice]:
    """One worker has them for a minute; if it dies, another takes them up."""
    rows = _due().filter(client_id=client_id).select_related("client", "person__home")
    until = clock.now() + LEASE
    first = list(rows.order_by("due_at")[:NOTICES_A_CLIENT])
    return [row for row in first if _due().filter(pk=row.pk).update(due_at=until)]


def _addressed(batch: list[LogoutNotice]) -> list[tuple[uuid.UUID, str, dict[str, str]]]:
    """What a thread needs: it asks no database."""
    return [(each.pk, each.client.logout_uri, {"logout_token": _signed(each)}) for each in batch]


def _signed(notice: LogoutNotice) -> str:
    return id_tokens.signed_logout_token(
        audience=str(notice.client_id),
        subject=str(notice.person.oidc_subject),
        session_id=str(notice.session_id),
    )


def _told(posts: list[tuple[uuid.UUID, str, dict[str, str]]]) -> dict[uuid.UUID, bool]:
    """Whether each heard, one after the other. Where the client does not answer at all, none of the
    others is tried; what there was no time for is not among them."""
    heard: dict[uuid.UUID, bool] = {}
    until = time.monotonic() + ROUND_SECONDS - telling.ALL_SECONDS
    for notice_id, address, fields in posts:
        if time.monotonic() > until:
            break
        try:
            heard[notice_id] = telling.tell(address, fields)
        except (OSError, HTTPException, ValueError) as error:
            logger.info("a client was not told of a logout: %s", type(error).__name__)
            return {each: heard.get(each, False) for each, _address, _fields in posts}
    return heard


def _settled(batch: list[LogoutNotice], answered: Future[dict[uuid.UUID, bool]]) -> bool:
    """Whether all heard. Whatever went wrong, each of the others waits, or is given up."""
    failed = not answered.done() or answered.cancelled() or answered.exception() is not None
    heard = {each.pk: False for each in batch} if failed else answered.result()
    for notice in batch:
        if notice.pk not in heard:
            LogoutNotice.objects.filter(pk=notice.pk).update(due_at=clock.now())
        elif heard[notice.pk]:
            _record(notice, told_at=clock.now())
        else:
            _wait_or_give_up(notice)
    name = f"application {batch[0].client_id}"
    if all(heard.values()):
        dependencies.up(name)
        return True
    dependencies.down(name, "it does not hear of logouts.", to_do=TO_DO)
    return False


def _wait_or_give_up(notice: LogoutNotice) -> None:
    tried = notice.attempts + 1
    if tried >= ATTEMPTS:
        _record(notice, given_up_at=clock.now(), attempts=tried)
        return
    pause = min(FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT)
    due_at = clock.now() + pause
    LogoutNotice.objects.filter(pk=notice.pk).update(due_at=due_at, attempts=tried)


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
