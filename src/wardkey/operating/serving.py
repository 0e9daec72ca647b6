"""The portal is served by gunicorn, which takes this process's place."""

import os
import sys
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.core.management import call_command
from django.db import connections

MEMORY = Path("/dev/shm")  # noqa: S108  heartbeats only, in files that gunicorn unlinks


def serve() -> NoReturn:
    """Lay the asset files out for this release, then become gunicorn. Raises OSError."""
    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    # Otherwise each thread keeps the 19 MiB of the password that it hashed last.
    os.environ.setdefault("MALLOC_ARENA_MAX", "1")
    os.execv(sys.executable, gunicorn_command())  # noqa: S606  no shell is wanted


def gunicorn_command() -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "wardkey.wsgi:application"),
        *("--config", "python:wardkey.operating.web_workers"),
        *("--bind", settings.LISTEN),
        *("--workers", str(settings.WEB_WORKERS), "--threads", str(settings.WEB_THREADS)),
        *("--forwarded-allow-ips", ",".join(settings.TRUSTED_PROXIES)),
        *("--preload", "--no-control-socket"),
        # A heartbeat on a slow disk would make gunicorn end workers that are well.
        *(("--worker-tmp-dir", str(MEMORY)) if MEMORY.is_dir() else ()),
    ]
