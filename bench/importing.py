"""What an import of people costs, against what it may: 100,000 in 60 seconds, applied within 5.

The figures are for 100,000 rows; here it is 5,000 by default, and each is held to its share. Beside
the import somebody logs in again and again, and no login may fail. Seconds are CPU, of the process
that imports and of the database that serves it: whatever else the machine does meanwhile is not the
import's. How long the slowest login took is told as it passed on the clock.

    python -m bench.importing 100000     the whole, on the database of DATABASE_URL
"""

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.postgres import private_cluster

ROWS, ALL_OF_THEM = 5_000, 100_000
SECONDS, SECONDS_TO_APPLY, HELD_AT_MOST, MIB_AT_MOST = 60, 5, 0.05, 200
PASSWORD = "a password for measuring"
USERNAME = "ben@bench.example"


def run() -> list[tuple[str, float, float]]:
    """(name, ratio, limit)."""
    heads = f"{'rows':>8}{'s':>8}{'apply':>8}{'held p95':>10}{'MiB':>6}{'logins':>8}{'slowest':>9}"
    print(f"\n{'importing':12}{heads}")
    with tempfile.TemporaryDirectory() as folder:
        ratios = _measured_on(f"sqlite:///{folder}/bench.sqlite3", "sqlite")
    with private_cluster() as url:
        ratios += _measured_on(url.removesuffix("/wardkey") + "/postgres", "postgresql")
    return [(name, ratio, 1) for name, ratio in ratios]


def _measured_on(url: str, name: str) -> list[tuple[str, float]]:
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "wardkey.settings",
        "WARDKEY_SECRET_KEY": "only-for-measuring-and-of-a-length-that-the-checks-accept",
    }
    command = [sys.executable, "-m", "bench.importing", str(ROWS)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    table, ratios = done.stdout.splitlines()
    print(table)
    whole, applied, held, memory = map(float, ratios.split())
    return [
        (f"importing.all.{name}", whole),
        (f"importing.apply.{name}", applied),
        (f"importing.held.{name}", held),
        (f"importing.memory.{name}", memory),
    ]


def _prepare() -> None:
    from django.core.management import call_command

    from wardkey.audit import log
    from wardkey.base import clock
    from wardkey.organisations import tree
    from wardkey.organisations.models import PolicyValue
    from wardkey.people import accounts

    call_command("migrate", verbosity=0)
    home = tree.found(code="BENCH", name="Bench")
    PolicyValue.objects.create(
        organisation=home, name="second_factor", value="optional", starts_at=clock.now()
    )
    accounts.add_person(
        username=USERNAME,
        name="Ben Bench",
        email=USERNAME,
        organisation=home,
        by=log.SYSTEM,
        password=PASSWORD,
    )


def _file(folder: str, rows: int) -> Path:
    path = Path(folder) / "people.csv"
    with path.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("external_id", "username", "name", "email"))
        for number in range(rows):
            name = f"Given{number % 997} Family{number % 4999}"
            address = f"{name.replace(' ', '.').lower()}.{number}@bench.example"
            writer.writerow((f"E{number}", address, name, address))
    return path


@contextmanager
def _transactions_timed(held: list[float]) -> Iterator[None]:
    """Each outermost one, from its lock to its end."""
    from django.db import transaction

    begun: list[float] = []
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__

    def entered(self):
        enter(self)
        begun.append(_now())

    def left(self, *how):
        leave(self, *how)
        began = begun.pop()
        if not begun:
            held.append(_now() - began)

    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = entered, left
    try:
        yield
    finally:
        transaction.Atomic.__enter__, transaction.Atomic.__exit__ = enter, leave


def _now() -> float:
    """CPU of this process and of the database's that serves it."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return time.process_time()
    connection.ensure_connection()
    served_by = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = served_by.rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _import(path: Path) -> tuple[float, float, list[float]]:
    """Seconds for all of it, for applying it, and how long each batch held the writer."""
    from wardkey.bulk import applying, following, staging

    held: list[float] = []
    began = _now()
    people_import = staging.begin(
        organisation="BENCH", file_name=path.name, bytes_in_all=path.stat().st_size
    )
    with _transactions_timed(held), path.open("rb") as file:
        staging.stage(people_import, iter(lambda: file.read(64 * 1024), b""))
    staged = _now()
    applied = applying.apply(people_import.pk)
    if applied.state != "applied":
        sys.exit(f"the import that was to be measured is {applied.state}: {applied.fault}")
    after = _now()
    with _transactions_timed(held):
        following.follow_all(applied, stopping=lambda: False)
    return _now() - began, after - staged, sorted(held)


def _log_in_until(stop: Path) -> None:
    """In a process of its own; prints how many logins there were, and the slowest in seconds."""
    from django.test import Client

    browser, form = Client(headers={"host": "localhost"}), {"username": USERNAME}
    body = urlencode(form | {"password": PASSWORD})
    took: list[float] = []
    while not stop.exists() or len(took) < 2:
        began = time.monotonic()
        browser.cookies.clear()
        answer = browser.post("/sign-in/", body, content_type="application/x-www-form-urlencoded")
        took.append(time.monotonic() - began)
        if answer.status_code != 302:
            sys.exit(f"a login beside the import was answered with {answer.status_code}")
        time.sleep(0.1)
    print(len(took) - 1, max(took[1:]))  # the first one loads the portal


def _measure(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _prepare()
        path, stop = _file(folder, rows), Path(folder) / "stop"
        command = [sys.executable, "-m", "bench.importing", str(stop)]
        logins = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            seconds, applying, held = _import(path)
        finally:
            stop.touch()
        told, _errors = logins.communicate()
        if logins.returncode:
            sys.exit(logins.returncode)
    number, slowest = told.split()
    usual = held[len(held) * 95 // 100]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kind = os.environ["DATABASE_URL"].partition(":")[0]
    print(
        f"{kind:12}{rows:8}{seconds:8.1f}{applying:8.2f}{usual * 1000:7.0f} ms{memory:6.0f}"
        f"{number:>8}{float(slowest):7.2f} s"
    )
    share = ALL_OF_THEM / rows
    ratios = seconds * share / SECONDS, applying * share / SECONDS_TO_APPLY
    print(*ratios, usual / HELD_AT_MOST, memory / MIB_AT_MOST)


if __name__ == "__main__":
    import django

    django.setup()
    [what] = sys.argv[1:]
    _measure(int(what)) if what.isdecimal() else _log_in_until(Path(what))
