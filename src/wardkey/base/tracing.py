"""Traces, where the operator named a collector by OpenTelemetry's own variables.

begin, end    of a process that answers or works
chore         what the worker does, as a span
trace_id      of what is being done, for the log

Where none is named, nothing of the library is loaded, and nothing here does anything.
"""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

from django.conf import settings

logger = logging.getLogger(__name__)

_trace_id: ContextVar[str] = ContextVar("trace_id", default="")


def begin() -> None:
    """A portal whose traces are wrongly set still serves. gunicorn calls it after it has forked:
    the thread that sends is of one process."""
    if not settings.TRACES:
        return
    from . import spans

    try:
        spans.send_to_the_collector()
    except Exception as error:  # noqa: BLE001  what the library makes of its variables
        logger.warning("dependency.down: traces: none is sent: %s", error)


def end() -> None:
    """What waits is sent, for two seconds at most."""
    if settings.TRACES:
        from . import spans

        spans.send_the_last()


def chore(name: str) -> AbstractContextManager[object]:
    if not settings.TRACES:
        return nullcontext()
    from . import spans

    return spans.of_chore(name)


def trace_id() -> str:
    """W3C Trace Context: 32 hex digits. Empty outside of a span."""
    return _trace_id.get()


@contextmanager
def known_as(trace_id: str) -> Iterator[None]:
    before = _trace_id.set(trace_id)
    try:
        yield
    finally:
        _trace_id.reset(before)
