"""The id of the request being answered, for the audit trail, the log and the error page."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def begin() -> str:
    request_id = _fresh()
    _current.set(request_id)
    return request_id


def _fresh() -> str:
    """No secret: a machine that gives no random numbers can still say so, under an id."""
    try:
        return secrets.token_hex(6)
    except (OSError, NotImplementedError):
        return f"{time.time_ns() % 16**12:012x}"


def end() -> None:
    """Of the next request of this thread there is none yet."""
    _current.set("")


def current() -> str:
    return _current.get()


@contextmanager
def following(request_id: str) -> Iterator[None]:
    """The worker does what a request decided: its lines in the log have that request's id."""
    before = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(before)
