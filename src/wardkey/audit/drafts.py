"""Entries made beforehand, for many changes that happen at one later moment.

draft    all of an entry of changes but its time, which nobody knows yet
keep     the drafts, with the time: by one statement, in the transaction of the changes

The canonical bytes are those that log.py would write then: their time stands at one place, and the
draft has what is behind it. What is before it is the same for everything that one actor did.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, models
from django.db.models import F, QuerySet, Value

from ..base import copying
from . import log
from .events import Event
from .models import ChangeEntry

LATER = datetime(2000, 1, 1, tzinfo=UTC)
BEFORE_THE_TIME = b'"at":"'
WRITTEN_LATER = log.microseconds(LATER).encode()


@dataclass(slots=True, kw_only=True)
class Draft:
    """`tail` is what comes behind the time in the canonical bytes; `at` stands in for it."""

    uid: uuid.UUID
    at: datetime
    code: str
    version: int
    holder_id: uuid.UUID | None
    organisation_id: int | None
    request_id: str
    clear: dict
    tail: bytes


def draft(
    event: Event,
    *,
    request: str,
    holder_id: uuid.UUID,
    organisation_id: int,
    old: dict | None = None,
    new: dict | None = None,
    **parameters: object,
) -> Draft:
    """As `log.record` takes it; who acts is known when it is kept."""
    told = {"parameters": parameters, "old": old or {}, "new": new or {}}
    values, clear = log.sealed(told, event)
    made = Draft(
        uid=uuid.uuid4(),
        at=LATER,
        code=event.code,
        version=event.version,
        holder_id=holder_id,
        organisation_id=organisation_id,
        request_id=request,
        clear=clear,
        tail=b"",
    )
    _head, made.tail = _around_the_time(log.canonical_bytes(made, log.SYSTEM, values))
    return made


def keep(drafts: QuerySet, *, actor: log.Actor, request: str, at: datetime) -> int:
    """`drafts` are rows with the fields of a `Draft`. How many there were."""
    return copying.copy_rows(
        drafts,
        into=ChangeEntry,
        columns={
            "uid": F("uid"),
            "at": Value(at, output_field=models.DateTimeField()),
            "code": F("code"),
            "version": F("version"),
            "actor_kind": Value(actor.kind),
            "actor_id": Value(actor.id),
            "holder_id": F("holder_id"),
            "organisation_id": F("organisation_id"),
            "request_id": Value(request),
            "clear": _clear(actor),
            "canonical": _canonical(actor, at),
        },
    )


def _canonical(actor: log.Actor, at: datetime) -> models.Expression:
    head = Value(_head_for(actor) + log.microseconds(at).encode(), models.BinaryField())
    joined = "CAST(%(expressions)s AS BLOB)" if connection.vendor == "sqlite" else "%(expressions)s"
    return models.Func(
        head, F("tail"), template=joined, arg_joiner=" || ", output_field=models.BinaryField()
    )


def _clear(actor: log.Actor) -> models.Expression | F:
    name = actor.clear()
    if not name:
        return F("clear")
    merged = "json_patch(%(expressions)s)" if connection.vendor == "sqlite" else "%(expressions)s"
    return models.Func(
        F("clear"),
        Value(name, models.JSONField()),
        template=merged,
        arg_joiner=", " if connection.vendor == "sqlite" else " || ",
        output_field=models.JSONField(),
    )


def _head_for(actor: log.Actor) -> bytes:
    entry = ChangeEntry(at=LATER)
    head, _tail = _around_the_time(log.canonical_bytes(entry, actor, {}))
    return head


def _around_the_time(canonical: bytes) -> tuple[bytes, bytes]:
    """Names are sorted: before the time there is only who acted."""
    before, _mark, behind = canonical.partition(BEFORE_THE_TIME)
    return before + BEFORE_THE_TIME, behind[len(WRITTEN_LATER) :]
