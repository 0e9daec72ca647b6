"""/metrics in Prometheus' text format, for whoever shows the secret that the operator set.

What web processes counted (base/counting.py), and how the portal is at this moment. Nothing here
names a person, a key or an organisation. A database that is away is an answer too.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from hmac import compare_digest

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ..base import counting
from ..base.errors import NotFound
from ..reports import chores
from ..reports.standing import Standing, standing
from .gate import needs_no_session

TEXT = "text/plain; version=0.0.4; charset=utf-8"


@needs_no_session
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """As unknown as any other address where no secret is set."""
    if not settings.METRICS_SECRET:
        raise NotFound
    if not _shows_the_secret(request):
        refused = HttpResponse("show WARDKEY_METRICS_SECRET as a bearer\n", "text/plain", 401)
        refused["WWW-Authenticate"] = "Bearer"
        return refused
    now = CollectorRegistry()
    now.register(Gauges())
    return HttpResponse(generate_latest(counting.all_processes()) + generate_latest(now), TEXT)


def _shows_the_secret(request: HttpRequest) -> bool:
    shown = request.headers.get("Authorization", "").encode()
    return compare_digest(shown, f"Bearer {settings.METRICS_SECRET}".encode())


class Gauges(Collector):
    """Asked for by prometheus_client, at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            told = standing()
        except DatabaseError:
            yield _gauge("database_up", "Whether the database answers.", 0)
            return
        yield _gauge("database_up", "Whether the database answers.", 1)
        yield from _of_the_installation(told)
        yield from _of_what_waits(told)
        yield from _of_the_audit_trail(told)
        yield from _of_chores(told)

    def describe(self) -> list:
        return []


def _of_the_installation(told: Standing) -> Iterator[GaugeMetricFamily]:
    yield _gauge(
        "clock_apart_seconds",
        "How far this machine's clock is from the database's.",
        told.clock_apart.total_seconds(),
    )
    yield _gauge(
        "pending_migrations",
        "Migrations that the database lacks for this release.",
        told.migrations,
    )
    yield _gauge(
        "metadata_stale",
        "Whether FIDO's metadata was never taken in, or its successor is overdue.",
        int(told.metadata.is_stale),
    )
    yield _gauge(
        "metadata_fetched_timestamp_seconds",
        "When FIDO's metadata was last taken in; 0 for never.",
        _seconds(told.metadata.fetched_at),
    )
    yield _gauge(
        "metadata_until_timestamp_seconds",
        "When its successor is due; 0 where there is none.",
        _midnight(told.metadata.next_update),
    )
    yield _gauge(
        "signing_key_until_timestamp_seconds",
        "When the key that signs for applications should have a successor; 0 where there is none.",
        _seconds(told.signing.until if told.signing else None),
    )


def _of_what_waits(told: Standing) -> Iterator[GaugeMetricFamily]:
    yield _gauge("outbox_messages", "Messages that wait to be sent.", told.messages)
    yield _gauge(
        "outbox_oldest_seconds",
        "How long the oldest of them has waited.",
        _age(told.oldest_message, told.at),
    )
    yield _gauge("imports_waiting", "Imports of people that wait for the worker.", told.imports)


def _of_the_audit_trail(told: Standing) -> Iterator[GaugeMetricFamily]:
    yield _gauge(
        "audit_unsealed_entries",
        "Entries of the audit trail without a seal; 10,000 a stream at most are counted.",
        told.unsealed,
    )
    yield _gauge(
        "audit_sealing_lag_seconds",
        "How long the oldest of them has waited.",
        _age(told.oldest_unsealed, told.at),
    )
    yield _gauge(
        "audit_sealed_entries", "Entries of the audit trail with one.", told.sealing.sealed
    )
    yield _gauge(
        "audit_checkpoint_pushed_timestamp_seconds",
        "Of when the newest checkpoint is that left this machine; 0 for none.",
        _seconds(told.sealing.pushed),
    )


def _of_chores(told: Standing) -> Iterator[GaugeMetricFamily]:
    succeeded = _of_each(
        "chore_succeeded_timestamp_seconds", "When a chore was last done; 0: never."
    )
    every = _of_each("chore_every_seconds", "How often a chore comes round.")
    seconds = _of_each("chore_last_run_seconds", "How long the last portion of its work took.")
    following = _of_each("chore_next_timestamp_seconds", "When it comes round again.")
    failures = _of_each("chore_failures", "Its failures since it was last done.")
    for chore in told.chores:
        succeeded.add_metric([chore.name], _seconds(chore.succeeded_at))
        every.add_metric([chore.name], chore.every)
        seconds.add_metric([chore.name], chore.seconds)
        following.add_metric([chore.name], chores.next_run(chore).timestamp())
        failures.add_metric([chore.name], chore.failures)
    yield from (succeeded, every, seconds, following, failures)


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"wardkey_{name}", told, value=value)


def _of_each(name: str, told: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"wardkey_{name}", told, labels=["chore"])


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _midnight(day: date | None) -> float:
    return datetime.combine(day, time.min, UTC).timestamp() if day else 0.0


def _age(since: datetime | None, at: datetime) -> float:
    return max(0.0, (at - since).total_seconds()) if since else 0.0
