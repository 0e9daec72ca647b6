"""A PostgreSQL cluster of the tests' own: made, used and thrown away.

It listens on a Unix socket in its own folder and nowhere else, so that any number of them can run
beside each other and beside the machine's own server. PostgreSQL refuses to run as root; there it
runs as `postgres`, the user that its package makes.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
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


def run(*command: str, folder: Path, at: Sequence[str] = ()) -> None:
    """`at` is a host of hosts.py, by how one enters its network."""
    drop = ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups"]
    as_owner = drop if os.geteuid() == 0 else []
    whole = [*at, *as_owner, *command]
    subprocess.run(whole, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def make(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER, OWNER)
    locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
    trust = ["--auth=trust", f"--username={OWNER}", "--no-sync"]
    run(program("initdb"), *locale, *trust, f"--pgdata={folder / 'data'}", folder=folder)


def start(folder: Path, *, options: str = SERVER_OPTIONS, at: Sequence[str] = ()) -> None:
    control = [program("pg_ctl"), "start", "--wait", f"--pgdata={folder / 'data'}"]
    options = f"{options} -c unix_socket_directories='{folder}'"
    run(*control, f"--log={folder / 'log'}", f"--options={options}", folder=folder, at=at)


def kill(folder: Path) -> None:
    """As the power would, each process of it."""
    named_in = folder / "data" / "postmaster.pid"
    postmaster = int(named_in.read_text().split()[0])
    os.kill(postmaster, signal.SIGSTOP)  # it begins no other
    own = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    killed = [postmaster, *map(int, own)]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    while any(map(runs, killed)):
        os.sched_yield()
    # After a power cut no process has that number; here there may be one that nobody waited for.
    for each in (named_in, *folder.glob(".s.PGSQL.*.lock")):
        each.unlink()


def runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def stop(folder: Path) -> None:
    if (folder / "data" / "postmaster.pid").exists():
        data = f"--pgdata={folder / 'data'}"
        run(program("pg_ctl"), "stop", "--mode=immediate", "--wait", data, folder=folder)


@contextmanager
def folder_of_a_cluster() -> Iterator[Path]:
    """Where one is made, and whatever of it runs at the end is stopped."""
    # A socket's path may have 107 bytes: /tmp, whatever TMPDIR says.
    folder = Path(tempfile.mkdtemp(prefix="wardkey-pg-", dir="/tmp"))
    try:
        make(folder)
        yield folder
    finally:
        stop(folder)
        shutil.rmtree(folder)


def url_of(folder: Path, database: str) -> str:
    return f"postgresql://{OWNER}@{quote(str(folder), safe='')}/{database}"


@contextmanager
def private_cluster() -> Iterator[str]:
    """A running cluster's DATABASE_URL."""
    with folder_of_a_cluster() as folder:
        start(folder)
        yield url_of(folder, "wardkey")
