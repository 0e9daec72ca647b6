"""The id of the request being answered, for the audit trail, the log and the error page."""

import secrets
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def begin() -> str:
    request_id = secrets.token_hex(6)
    _current.set(request_id)
    return request_id


def current() -> str:
    return _current.get()
