"""Logins and API tokens that are long over are forgotten. That they were there is in the audit
trail, and their last moment stays (`LastTime`): reviews of roles and evidence ask for it.

sessions_over        that began so long ago, the oldest first
forget_sessions      those, with all that hangs on them here; clients/forgetting.py calls it
forget_api_tokens    the worker: a portion; whether there may be more
keep_last            the latest moment of each person in some rows
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import DateTimeField, F, Max, QuerySet, UUIDField
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from ..base import clock
from ..base.copying import short_transaction
from .levels import Owed
from .models import ApiToken, LastTime, Session

Kind = LastTime.Kind
# From when they began: none lasts longer than twelve hours.
SESSIONS_KEPT = timedelta(days=30)
# From when they would have ended: whoever still asks with one is told that it is over.
API_TOKENS_KEPT = timedelta(days=365)
ROWS_AT_A_TIME = 500
KEEP = (
    "INSERT INTO sessions_lasttime (person_id, kind, at) VALUES (%s, %s, %s)"
    " ON CONFLICT (person_id, kind) DO UPDATE SET at = excluded.at"
    " WHERE excluded.at > sessions_lasttime.at"
)


def kept_since() -> datetime:
    """No session that began before is looked for any more."""
    return clock.now() - SESSIONS_KEPT


def sessions_over() -> QuerySet[Session]:
    """But for those whose end applications have still to be told."""
    over = Session.objects.filter(started_at__lt=kept_since(), owes_logout=False)
    return over.order_by("started_at")


def forget_sessions(ids: Collection[uuid.UUID]) -> None:
    sessions = Session.objects.filter(pk__in=ids)
    keep_last(Kind.SEEN, sessions.filter(owed=Owed.NOTHING), F("last_seen_at"))
    keep_last(Kind.SESSION, sessions, Coalesce("ended_at", "last_seen_at"))
    sessions.delete()


def forget_api_tokens() -> bool:
    over = ApiToken.objects.filter(expires_at__lt=clock.now() - API_TOKENS_KEPT)
    ids = list(over.order_by("expires_at").values_list("pk", flat=True)[:ROWS_AT_A_TIME])
    api_tokens = ApiToken.objects.filter(pk__in=ids)
    with short_transaction():
        own = api_tokens.filter(person__isnull=False)
        keep_last(Kind.API_TOKEN, own, Coalesce("ended_at", "expires_at"))
        api_tokens.delete()
    return len(ids) == ROWS_AT_A_TIME


def keep_last(kind: LastTime.Kind, rows: QuerySet, moment: Combinable) -> None:
    """In the order of ids, so that two workers wait for each other. One statement judges which is
    the latest."""
    latest = rows.order_by("person_id").values_list("person_id").annotate(last=Max(moment))
    database_id, database_time = UUIDField().get_db_prep_value, DateTimeField().get_db_prep_value
    kept = [
        (database_id(person_id, connection), str(kind), database_time(at, connection))
        for person_id, at in latest
    ]
    if kept:
        with connection.cursor() as cursor:
            cursor.executemany(KEEP, kept)
