"""The portal as it is served: its commands as processes, what the kernel says of these, and what a
script reads of a page."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

SECONDS = 120
WARDKEY = str(Path(sys.executable).with_name("wardkey"))


@contextmanager
def running(command: str, environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([WARDKEY, command], env=environment, stdout=quiet, stderr=quiet)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(SECONDS)


def answers_at(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            sys.exit("the portal did not start")
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def milliseconds_of(pid: int) -> float:
    """Of CPU, its own and for it in the kernel, since it began: in hundredths of a second."""
    return _milliseconds(_stat(pid)[11:13])


def milliseconds_of_server(pid: int) -> float:
    """Of CPU, as above: its own, and its children's with those that are gone."""
    spent = 0.0
    for child in children_of(pid):
        with suppress(FileNotFoundError, ProcessLookupError):  # it went: below
            spent += milliseconds_of(child)
    return spent + _milliseconds(_stat(pid)[11:15])


def database_server(url: str) -> int | None:
    """The process whose children serve this database; SQLite has none."""
    if url.startswith("sqlite"):
        return None
    with psycopg.connect(url) as connection:
        return int(_stat(connection.info.backend_pid)[1])


def _stat(pid: int) -> list[str]:
    """From the third field on, as proc(5) counts them."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _milliseconds(ticks: list[str]) -> float:
    return sum(map(int, ticks)) * 1000 / os.sysconf("SC_CLK_TCK")


def challenge_on(page: str) -> dict:
    """That of the token that is chosen already, at the second step of a login."""
    [told] = re.findall(r' checked data-begun="([^"]*)"', page)
    return json.loads(b64decode(told))
