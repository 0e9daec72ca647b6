"""Wardkey's commands as an operator runs them: processes of their own.

wardkey       one that ends by itself
running       one that goes on; it is killed with the test at the latest
children_of   its own processes, oldest first
eventually    what a process brings about, waited for
"""

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

SOURCE = Path(__file__).resolve().parents[1] / "src"
SECRET = hashlib.sha256(b"the secret of these tests").hexdigest()
PATIENCE = int(os.environ.get("PATIENCE", "180"))  # seconds; more beside much other work


def database_url() -> str:
    """The tests' own database, as another process names it."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()


def environment(**changes: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("WARDKEY_")}
    ours = {
        "PYTHONPATH": str(SOURCE),
        "WARDKEY_SECRET_KEY": SECRET,
        "WARDKEY_METADATA_URL": "",  # a worker would look for it on the network
    }
    return {**own, **ours, **changes}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "wardkey.cli", *words]


def wardkey(*words: str, stdin: str = "", **changes: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(*words),
        input=stdin,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        # Without a terminal, a password is read from standard input.
        start_new_session=True,
    )


@contextmanager
def running(*words: str, log: Path, **changes: str) -> Iterator[subprocess.Popen]:
    """Leader of a process group of its own, as a terminal would start it."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command(*words),
            env=environment(**changes),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def children_of(process: subprocess.Popen) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


def eventually(condition: Callable[[], object], *, within: float = PATIENCE) -> object:
    """What the condition answers once that is true; fails after so many seconds."""
    deadline = time.monotonic() + within
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.02)
    return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
