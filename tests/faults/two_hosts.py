"""One portal on two hosts over a database on a third (tests/hosts.py), with what docs/running.md
has on each: a web process, and a worker. People come to 127.0.0.1 there, as from the front server.

    two_hosts       they, and how this process alone asks the database: by its socket
    begin           a command there; its log is log_of
    clock_of_two    the file that says by how many seconds the clock of `two` is ahead
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from tests import postgres
from tests.commands import SOURCE
from tests.doors import ORIGIN
from tests.hosts import PORT, Host, network

TURNS = 3
APART = Path(__file__).parents[1] / "apart"


@contextmanager
def two_hosts(where: Path) -> Iterator[tuple[SimpleNamespace, str]]:
    with network(hosts=3) as (database, one, two), postgres.folder_of_a_cluster() as folder:
        with (folder / "data" / "pg_hba.conf").open("a") as who_may:
            who_may.write("host all all 10.0.0.0/24 trust\n")
        options = f"{postgres.SERVER_OPTIONS} -c listen_addresses={database.address}"
        postgres.start(folder, options=options, at=database.network)
        portal = SimpleNamespace(database=database, one=one, two=two, folder=where)
        clock_of_two(portal).write_text("0")
        yield portal, postgres.url_of(folder, "postgres")


def settings_of(portal: SimpleNamespace, host: Host) -> dict[str, str]:
    """The same on each host, but for what shows where something came from."""
    return {
        "DATABASE_URL": f"postgresql://postgres@{portal.database.address}/postgres",
        "WARDKEY_ORIGINS": ORIGIN,
        "WARDKEY_LISTEN": f"127.0.0.1:{PORT}",
        "WARDKEY_STATIC_FOLDER": str(portal.folder / "assets"),
        "WARDKEY_MAIL_FOLDER": str(mail_of(portal, host)),
        "WARDKEY_WEB_WORKERS": "1",
        "WARDKEY_WEB_THREADS": str(TURNS),
        "WARDKEY_STANDSTILL_SECONDS": "3",
        "WARDKEY_DEMO": "1",  # the cast's policy spares administrators
    }


def mail_of(portal: SimpleNamespace, host: Host) -> Path:
    return portal.folder / f"mail{host.number}"


def begin(portal: SimpleNamespace, host: Host, *words: str) -> subprocess.Popen:
    more = settings_of(portal, host)
    if host is portal.two:
        more |= {"PYTHONPATH": f"{APART}:{SOURCE}", "CLOCK_APART": str(clock_of_two(portal))}
    return host.wardkey(*words, log=log_of(portal, host, words[0]), **more)


def log_of(portal: SimpleNamespace, host: Host, name: str) -> Path:
    return portal.folder / f"{name}{host.number}.log"


def clock_of_two(portal: SimpleNamespace) -> Path:
    return portal.folder / "clock"
