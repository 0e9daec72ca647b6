"""What gunicorn is told beyond its command line: a configuration in Python, which it imports."""

import os
import resource
import shutil
import signal
from typing import Any

from gunicorn import glogging

from .. import settings
from ..base import cache, request_id, tracing
from ..base.counting import FOLDER

worker_class = "wardkey.operating.slow_clients.worker.Worker"

# Of the files that a process may open, each connection has up to three: itself, what came, and
# what is to go. The others are for databases, assets and logs.
FILES_OF_OTHERS = 200
worker_connections = min(
    2000, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - FILES_OF_OTHERS) // 3
)

# A worker that hangs is ended sooner than whoever stops the portal loses patience with it all.
graceful_timeout = 8  # seconds

# From a trusted proxy gunicorn would take another path in SCRIPT_NAME or PATH_INFO; but a proxy may
# pass on what a client sent, and then rules of its own, such as one for /metrics, hold nothing.
forwarder_headers = ""


class Log(glogging.Logger):
    def access(self, *_request: object) -> None:
        """web/requests.py says it. gunicorn would put a line together that nobody reads."""


logger_class = Log

# Its lines look like ours, and tell nothing of what somebody sent (base/log_lines.py).
logconfig_dict = settings.LOGGING


def post_worker_init(_worker: object) -> None:
    """Leave Ctrl-C to the master, which tells its workers once.

    A terminal sends it to them as well, and gunicorn's handler, interrupted by itself, waits for
    ever for a lock that it holds.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tracing.begin()
    cache.answers()  # its library is loaded before anybody waits for it


def pre_request(_worker: object, request: Any) -> None:
    """What came beyond a request whose end nobody knows is read by nobody; whoever waits to be
    asked for a body was asked, where we want it."""
    request._expected_100_continue = False  # noqa: SLF001  gunicorn's own has no other name
    if not request.unreader.sock.ends:
        request.force_close()


def post_request(_worker: object, _request: object, _environ: object, _answer: object) -> None:
    """Its answer was made to the end. What cannot be read as the next one has no id."""
    request_id.end()


def worker_exit(_master: object, _worker: object) -> None:
    tracing.end()


def on_exit(_master: object) -> None:
    """Nobody needs what was counted any more."""
    if folder := os.environ.get(FOLDER):
        shutil.rmtree(folder, ignore_errors=True)
