"""How the portal itself is: what an operator watches, by a few queries that nobody's number of
people makes longer.

    standing    all of it; raises DatabaseError where the database does not answer
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min
from django.db.models.functions import Now

from ..audit import checkpoints
from ..audit.models import TABLES
from ..base import clock
from ..bulk.models import UNDER_WAY, PeopleImport, State
from ..clients import signing_keys
from ..keymodels.refresh import Freshness, freshness
from ..notifications.models import OutboxMessage
from . import chores
from .models import ChoreRun

FOR_THE_WORKER = {State.WAITING, State.STAGING, State.APPLYING}
COUNTED_UP_TO = 10_000  # entries that wait for a seal: more is as bad


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`messages` wait, the oldest since `oldest_message`; `unsealed` entries of the audit trail, in
    each stream 10,000 at most, the oldest since `oldest_unsealed`; `imports` wait for the worker.
    `clock_apart` is from the database's, and `migrations` are how many it lacks."""

    at: datetime
    clock_apart: timedelta
    migrations: int
    chores: list[ChoreRun]
    messages: int
    oldest_message: datetime | None
    unsealed: int
    oldest_unsealed: datetime | None
    sealing: checkpoints.Standing
    imports: int
    metadata: Freshness
    signing: signing_keys.Rotation | None


def standing() -> Standing:
    there, applied = _of_the_database()
    at = clock.now()
    messages = _messages_waiting()
    unsealed = [_unsealed(table.objects.all()) for table in TABLES.values()]
    return Standing(
        at=at,
        clock_apart=abs(at - (there or at)),
        migrations=len(_known_migrations() - applied),
        chores=chores.all_told(),
        messages=messages["waiting"],
        oldest_message=messages["oldest"],
        unsealed=sum(each["waiting"] for each in unsealed),
        oldest_unsealed=min((e["oldest"] for e in unsealed if e["oldest"]), default=None),
        sealing=checkpoints.standing(),
        imports=_imports_waiting(),
        metadata=freshness(),
        signing=signing_keys.rotation(),
    )


def _of_the_database() -> tuple[datetime | None, set[tuple[str, str]]]:
    rows = list(
        MigrationRecorder.Migration.objects.annotate(there=Now()).values_list(
            "app", "name", "there"
        )
    )
    return (rows[0][2] if rows else None), {(app, name) for app, name, _there in rows}


@lru_cache(maxsize=1)
def _known_migrations() -> set[tuple[str, str]]:
    """Those of this release, read from its files once."""
    return set(MigrationLoader(None).disk_migrations)


def _messages_waiting() -> dict:
    waiting = OutboxMessage.objects.filter(sent_at=None, given_up_at=None)
    return waiting.aggregate(waiting=Count("pk"), oldest=Min("created_at"))


def _unsealed(entries: models.QuerySet) -> dict:
    first = entries.filter(leaf_index=None).order_by("pk").only("at")[:COUNTED_UP_TO]
    return first.aggregate(waiting=Count("pk"), oldest=Min("at"))


def _imports_waiting() -> int:
    states = PeopleImport.objects.filter(state__in=UNDER_WAY).values_list("state", flat=True)
    return sum(state in FOR_THE_WORKER for state in states)
