"""How the log's lines look: plain, or JSON for programs that gather them.

Each has the time in UTC and the id of the request it belongs to, which the answer, the error page
and the audit trail have too.
"""

import json
import logging
import time
from datetime import UTC, datetime

from . import counting, request_id, tracing

# What a line begins with that somebody watches for. No other first words are counted apart.
WATCHED = (
    "clock.skew",
    "config.refused",
    "dependency.down",
    "entropy.failed",
    "proxy.bad_header",
    "security.exception",
    "the database does not answer",
)
INSTEAD = {
    "Invalid request": "a request was refused that is not one of HTTP",
    "Error handling request": "a request met a fault before the portal saw it",
}
OF_NO_ORIGIN = " Add its origin to WARDKEY_ORIGINS if people reach the portal there."
FACTS = ("method", "route", "status", "milliseconds")  # of a line that tells of a whole request


class SuspicionInOneLine(logging.Filter):
    """A foreign Host header or a body that is too large is a line in the log, without traceback.
    For the former Django advises a setting that operators do not have, and takes it for a fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = None
        if record.name == "django.security.DisallowedHost":
            told, asks, _setting = str(record.msg).partition(" You may need to add")
            record.msg = f"{told}{OF_NO_ORIGIN if asks else ''}"
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class NothingOfTheSender(logging.Filter):
    """What gunicorn cannot read it repeats, with the network address: it may hold a secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        for begins, told in INSTEAD.items():
            if record.name == "gunicorn.error" and str(record.msg).startswith(begins):
                record.msg, record.args = told, ()
        return True


class Counted(logging.Filter):
    """For /metrics, from warnings on."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            about = next((known for known in WATCHED if str(record.msg).startswith(known)), "other")
            counting.logged(level=record.levelname.lower(), about=about)
        return True


class PlainLines(logging.Formatter):
    converter = staticmethod(time.gmtime)
    default_msec_format = "%s,%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's name
        record.request_id = request_id.current() or "-"
        return super().formatMessage(record)


class JsonLines(logging.Formatter):
    """An object a line: RFC 3339 time, level, logger, message; request_id and trace_id where
    there is one; the facts of a request; a traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := request_id.current():
            told["request_id"] = name
        if trace := tracing.trace_id():
            told["trace_id"] = trace
        told |= {fact: getattr(record, fact) for fact in FACTS if hasattr(record, fact)}
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
