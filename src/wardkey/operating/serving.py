"""The portal is served by gunicorn, which takes this process's place."""

import filecmp
import os
import resource
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections

from ..base.counting import FOLDER

MEMORY = Path("/dev/shm")  # noqa: S108  heartbeats and counts, in files that are taken away

# A hash takes 19 MiB, which a process keeps for the next one: that the kernel blanks so much for
# each costs a third of the hash. What is larger goes back at once, and so does all that is free
# beyond what those who hash at once need. In large pages, of which there are few to look up.
A_HASH = 20 << 20
MEMORY_OF_HASHES = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(A_HASH),
    "MALLOC_TRIM_THRESHOLD_": str((settings.HASHES_AT_ONCE + 1) * A_HASH),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}

# No page waits for longer, whatever holds a row or a table; commands and the worker may.
PAGES_ON_POSTGRESQL = "-c statement_timeout=15s -c idle_in_transaction_session_timeout=30s"
BESIDE_THOSE_AT_WORK = 2  # threads that tell whoever comes that nothing moves

OPEN_FILES = 8192  # enough for web_workers.worker_connections; most systems allow 1024 until asked


def serve() -> NoReturn:
    """Lay the asset files out for this release, then become gunicorn. Raises OSError."""
    _lay_assets_out()
    connections.close_all()
    for name, value in MEMORY_OF_HASHES.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("PGOPTIONS", f"{settings.TOLD_TO_POSTGRESQL} {PAGES_ON_POSTGRESQL}")
    _count_together()
    _open_many_files()
    os.execv(sys.executable, gunicorn_command())  # noqa: S606  no shell is wanted


def _lay_assets_out() -> None:
    try:
        _take_away_what_differs()
        call_command("collectstatic", interactive=False, verbosity=0)
    except OSError as error:
        raise OSError(
            f"The assets cannot be laid out in {settings.STATIC_ROOT}: {error}. Make room there, or"
            " set WARDKEY_STATIC_FOLDER to a folder that the portal's user may fill."
        ) from error


def _take_away_what_differs() -> None:
    """Django looks at times alone: it would keep half a file, which one that was killed left, and
    those of a newer release from which one goes back."""
    for finder in get_finders():
        for name, storage in finder.list([]):
            laid_out = Path(settings.STATIC_ROOT, name)
            if laid_out.is_file() and not filecmp.cmp(storage.path(name), laid_out, shallow=False):
                laid_out.unlink()


def _count_together() -> None:
    """A folder in which the processes count, each in a file; web_workers.py takes it away."""
    if settings.METRICS_SECRET:
        where = MEMORY if MEMORY.is_dir() else None
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="wardkey-counts-", dir=where)


def _open_many_files() -> None:
    """As many as the system lets this process have; with fewer, fewer connections wait."""
    now, at_most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if at_most == resource.RLIM_INFINITY else min(OPEN_FILES, at_most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, at_most))


def gunicorn_command() -> list[str]:
    threads = settings.WEB_THREADS + BESIDE_THOSE_AT_WORK
    return [
        *(sys.executable, "-m", "gunicorn", "wardkey.wsgi:application"),
        *("--config", "python:wardkey.operating.web_workers"),
        *("--bind", settings.LISTEN),
        *("--workers", str(settings.WEB_WORKERS), "--threads", str(threads)),
        *("--forwarded-allow-ips", ",".join(settings.TRUSTED_PROXIES)),
        *("--preload", "--no-control-socket"),
        # A heartbeat on a slow disk would make gunicorn end workers that are well.
        *(("--worker-tmp-dir", str(MEMORY)) if MEMORY.is_dir() else ()),
    ]
