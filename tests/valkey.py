"""A cache of the tests' own: Valkey, or Redis, which speaks the same language.

serving     one on a Unix socket in its own folder, and nowhere else
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from valkey import Valkey
from valkey.exceptions import ConnectionError

from tests.commands import eventually

# What Debian's packages of servers hold, and what its packages of tools hold under another name.
SERVERS = ("valkey-server", "redis-server", "valkey-check-rdb", "redis-check-rdb")


def program() -> str:
    found = next(filter(None, map(shutil.which, SERVERS)), None)
    assert found, "neither Valkey nor Redis is installed"
    return found


@contextmanager
def serving(folder: Path, *more: str) -> Iterator[str]:
    """Its address. Nothing of it is written anywhere."""
    socket = folder / "valkey.sock"
    words = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder), *more]
    name = program().replace("check-rdb", "server")
    process = subprocess.Popen([name, *words], executable=program(), stdout=subprocess.DEVNULL)
    try:
        with Valkey(unix_socket_path=str(socket)) as cache:
            eventually(lambda: answers(cache))
        yield f"unix://{socket}"
    finally:
        process.kill()
        process.wait()


def answers(cache: Valkey) -> bool:
    with suppress(ConnectionError):
        return cache.ping()
    return False
