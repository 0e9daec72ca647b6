"""What a web process counts for /metrics, by labels of which there are only so many.

    answered    a request, by its route, and how long it took
    happened    an event of the audit trail, once its transaction is committed
    logged      a line of the log, by its level and what it is about
    all_processes   what every process of `wardkey serve` counted, added up

No name, address or id is a label. With several processes each counts into files of one folder
(prometheus_client's multiprocess mode, which operating/serving.py switches on); otherwise, as in
the worker and in commands, in memory.
"""

import os
import re

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # as the library calls it, and reads it when it is imported

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
# Causes are words of the code: whatever else one may hold is not counted apart.
CAUSE = re.compile(r"[a-z][a-z_]{0,40}")
STEP = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2}){0,3}|")

OURS = CollectorRegistry()

REQUESTS = Histogram(
    "wardkey_request_seconds",
    "How long requests took, by route and by the first digit of the answer's status.",
    ("route", "status"),
    buckets=SECONDS,
    registry=OURS,
)
EVENTS = Counter(
    "wardkey_events",
    "Events of the audit trail that web processes recorded.",
    ("event",),
    registry=OURS,
)
REFUSALS = Counter(
    "wardkey_refusals",
    "Refused logins, ceremonies and acts, by their cause and the step of the standard.",
    ("event", "reason", "step"),
    registry=OURS,
)
LINES = Counter(
    "wardkey_log_lines",
    "Lines of the log from warning on, by level and what they are about.",
    ("level", "about"),
    registry=OURS,
)


def answered(*, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(route, f"{status // 100}xx").observe(seconds)


def happened(code: str, *, reason: object, step: object) -> None:
    EVENTS.labels(code).inc()
    if code.endswith("refused"):
        cause = str(reason or "").partition(" ")[0]
        known_cause = cause if CAUSE.fullmatch(cause) else "other"
        known_step = str(step or "")
        REFUSALS.labels(code, known_cause, known_step if STEP.fullmatch(known_step) else "").inc()


def logged(*, level: str, about: str) -> None:
    LINES.labels(level, about).inc()


def all_processes() -> CollectorRegistry:
    if FOLDER not in os.environ:
        return OURS
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return together
