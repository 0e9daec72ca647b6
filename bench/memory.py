"""What a process of the portal holds at rest: a web worker after many logins, and the worker.

Resident memory as the kernel counts it, shared pages included; the limit is 90 MiB for the worker.
A web worker has 40 more: it keeps the memory of a hash for the next one.
"""

import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.served import SECONDS, WARDKEY, answers_at, children_of, free_port, running, until

MIB_AT_MOST, OF_A_HASH, LOGINS, BROWSERS = 90, 40, 120, 8


def run() -> list[tuple[str, float, float]]:
    """(name, ratio to the limit, 1)."""
    with tempfile.TemporaryDirectory() as folder:
        listen = f"127.0.0.1:{free_port()}"
        environment = _environment(folder, listen)
        subprocess.run([WARDKEY, "migrate"], env=environment, check=True, capture_output=True)
        web = _web_worker(environment, listen)
        worker = _worker(environment)
    print(f"\n{'at rest':28}{'MiB':>10}")
    print(f"{'a web worker':28}{web:10.0f}\n{'the worker':28}{worker:10.0f}")
    return [
        ("memory.web", web / (MIB_AT_MOST + OF_A_HASH), 1),
        ("memory.worker", worker / MIB_AT_MOST, 1),
    ]


def _environment(folder: str, listen: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "WARDKEY_SECRET_KEY": secrets.token_urlsafe(48),
        "WARDKEY_STATIC_FOLDER": f"{folder}/assets",
        "WARDKEY_LISTEN": listen,
        "WARDKEY_ORIGINS": f"http://localhost:{listen.rpartition(':')[2]}",
        "WARDKEY_MAIL_FOLDER": folder,
    }


def _web_worker(environment: dict[str, str], listen: str) -> float:
    address = f"http://localhost:{listen.rpartition(':')[2]}"
    with running("serve", environment) as process:
        until(lambda: answers_at(f"{address}/readyz"))
        with ThreadPoolExecutor(BROWSERS) as browsers:
            answers = list(browsers.map(_log_in, [address] * LOGINS, range(LOGINS)))
        if answers != [401] * LOGINS:
            sys.exit("the passwords that were to be hashed were not")
        return max(mebibytes(child) for child in children_of(process.pid))


def _worker(environment: dict[str, str]) -> float:
    with running("worker", environment) as process:
        began = time.monotonic()
        # Its first round loads what it needs.
        until(lambda: time.monotonic() - began > 3)
        return mebibytes(process.pid)


def _log_in(address: str, number: int) -> int:
    """A wrong password costs a hash as a right one does. The HTTP status."""
    secret = "a" * 32
    headers = {"Cookie": f"__Host-csrf={secret}", "X-CSRFToken": secret, "Origin": address}
    form = f"username=nobody{number}&password=wrong".encode()
    request = urllib.request.Request(f"{address}/sign-in/", form, headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            return response.status
    except urllib.error.HTTPError as refused:
        return refused.code


def mebibytes(pid: int) -> float:
    kibibytes = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]
    return int(kibibytes) / 1024
