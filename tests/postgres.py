"""A PostgreSQL cluster of the tests' own: made, used and thrown away.

It listens on a Unix socket in its own folder and nowhere else, so that any number of them can run
beside each other and beside the machine's own server. PostgreSQL refuses to run as root; there it
runs as `postgres`, the user that its package makes.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

OWNER = "postgres"
# Nothing here outlives the tests, so nothing waits for the disk.
SERVER_OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
)


def program(name: str) -> str:
    """The newest installed `initdb` or `pg_ctl`; Debian keeps them off PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(installed[-1]) if installed else None)
    if found is None:
        raise FileNotFoundError(f"PostgreSQL's {name} is not installed")
    return found


def run(*command: str, folder: Path) -> None:
    drop = ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups"]
    as_owner = drop if os.geteuid() == 0 else []
    subprocess.run([*as_owner, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def start(folder: Path) -> None:
    data, log = str(folder / "data"), str(folder / "log")
    locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
    trust = ["--auth=trust", f"--username={OWNER}", "--no-sync"]
    run(program("initdb"), *locale, *trust, f"--pgdata={data}", folder=folder)
    options = f"{SERVER_OPTIONS} -c unix_socket_directories='{folder}'"
    control = [program("pg_ctl"), "start", "--wait", f"--pgdata={data}", f"--log={log}"]
    run(*control, f"--options={options}", folder=folder)


def stop(folder: Path) -> None:
    if (folder / "data" / "postmaster.pid").exists():
        data = f"--pgdata={folder / 'data'}"
        run(program("pg_ctl"), "stop", "--mode=immediate", "--wait", data, folder=folder)


@contextmanager
def private_cluster() -> Iterator[str]:
    """A running cluster's DATABASE_URL."""
    # A socket's path may have 107 bytes: /tmp, whatever TMPDIR says.
    folder = Path(tempfile.mkdtemp(prefix="wardkey-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER, OWNER)
        start(folder)
        yield f"postgresql://{OWNER}@{quote(str(folder), safe='')}/wardkey"
    finally:
        stop(folder)
        shutil.rmtree(folder)
