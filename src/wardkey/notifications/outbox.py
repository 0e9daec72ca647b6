"""Messages leave after the transaction that decided them, once, also after a crash.

put            in the transaction: this message, to these addresses
deliver_due    the worker: send what is due, mark it sent
forget_some    the worker: what left or was given up; whether there may be more
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q
from django.utils import translation

from ..base import clock, dependencies, request_id
from ..base.copying import short_transaction
from . import mail, messages
from .models import OutboxMessage

LEASE, UNREACHABLE = timedelta(minutes=5), timedelta(minutes=1)
ATTEMPTS = 10
KEPT_FOR, ROWS_AT_A_TIME = timedelta(days=30), 500  # what waits for a server stays
TO_DO = "Messages wait for it: see the server, its certificate, and WARDKEY_SMTP_HOST."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Addressee:
    address: str
    language: str


def put(
    message: Callable[..., messages.Message], *, to: Iterable[Addressee], **parameters: str
) -> None:
    """`message` is a function of messages/; its words are made when it is sent."""
    now = clock.now()
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            kind=message.__name__,
            address=addressee.address,
            language=addressee.language,
            parameters=parameters,
            request_id=request_id.current(),
            created_at=now,
            due_at=now,
        )
        for addressee in to
    )


def deliver_due(*, at_most: int = 100) -> int:
    """Send what is due; returns how many were tried; none where there is no server."""
    due = OutboxMessage.objects.filter(
        sent_at=None, given_up_at=None, due_at__lte=clock.now()
    ).order_by("due_at")[:at_most]
    try:
        return sum(_deliver_leased(row) for row in due if _lease(row))
    except mail.Unreachable as error:
        dependencies.down("mail", str(error), to_do=TO_DO)
        return 0


def _deliver_leased(row: OutboxMessage) -> int:
    with request_id.following(row.request_id):
        _deliver(row)
    return 1


def _deliver(row: OutboxMessage) -> None:
    try:
        _send(row)
    except mail.Unreachable:
        log.info("message %s (%s) waits for a mail server", row.pk, row.kind)
        _wait_for_the_server(row)
        raise
    except OSError as error:
        told = "dependency.down: mail: message %s (%s) not sent: %s"
        log.warning(told, row.pk, row.kind, type(error).__name__)
        _give_up_or_wait(row)
    except Exception:
        # A fault of ours, or a kind that another release knows: it harms no other message.
        log.exception("message %s (%s) cannot be made", row.pk, row.kind)
        _give_up_or_wait(row)
    else:
        OutboxMessage.objects.filter(pk=row.pk).update(sent_at=clock.now())
        log.info("message %s (%s) sent", row.pk, row.kind)
        dependencies.up("mail")


def _send(row: OutboxMessage) -> None:
    with translation.override(row.language):
        message = getattr(messages, row.kind)(**row.parameters)
    mail.send(message_id=row.id, address=row.address, message=message)


def _lease(row: OutboxMessage) -> bool:
    """One worker has the message for five minutes; if it dies, another takes it up."""
    now = clock.now()
    return bool(
        OutboxMessage.objects.filter(pk=row.pk, sent_at=None, due_at__lte=now).update(
            due_at=now + LEASE, attempts=F("attempts") + 1
        )
    )


def _wait_for_the_server(row: OutboxMessage) -> None:
    """It was not tried: that counts as none of the ten."""
    OutboxMessage.objects.filter(pk=row.pk).update(
        due_at=clock.now() + UNREACHABLE, attempts=F("attempts") - 1
    )


def _give_up_or_wait(row: OutboxMessage) -> None:
    tried = row.attempts + 1
    if tried >= ATTEMPTS:
        log.error("message %s (%s) given up after %d attempts", row.pk, row.kind, tried)
        OutboxMessage.objects.filter(pk=row.pk).update(given_up_at=clock.now())
    else:
        wait = timedelta(seconds=min(30 * 2**tried, 3600))
        OutboxMessage.objects.filter(pk=row.pk).update(due_at=clock.now() + wait)


def forget_some() -> bool:
    over = Q(sent_at__isnull=False) | Q(given_up_at__isnull=False)
    old = OutboxMessage.objects.filter(over, created_at__lt=clock.now() - KEPT_FOR)
    ids = list(old.order_by("created_at").values_list("pk", flat=True)[:ROWS_AT_A_TIME])
    with short_transaction():
        OutboxMessage.objects.filter(pk__in=ids).delete()
    return len(ids) == ROWS_AT_A_TIME
