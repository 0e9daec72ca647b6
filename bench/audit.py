"""The audit trail on PostgreSQL: how many entries are sealed in a second beside somebody who
writes, and how long a million takes to verify: told by a hundred thousand, of which the start of
the processes that verify is counted once.

Each entry has two personal values, as most have: the name of who did it, and that of a token. The
writer is a thread of the same process, and its own wait is told too. The limits are 5,000 entries a
second, and 20 seconds for a million.
"""

import os
import subprocess
import sys
import threading
import time
import uuid

from tests.postgres import private_cluster

ENTRIES, WIDE = 100_000, 5_000
SEALED_A_SECOND, SECONDS_A_MILLION = 5_000, 20


def run() -> list[tuple[str, float, float]]:
    """(name, ratio, limit)."""
    with private_cluster() as url:
        environment = {
            "DATABASE_URL": f"{url.rpartition('/')[0]}/postgres",
            "DJANGO_SETTINGS_MODULE": "wardkey.settings",
            "WARDKEY_SECRET_KEY": "only-for-measuring-and-of-a-length-that-the-checks-accept",
        }
        told = subprocess.run(
            [sys.executable, "-m", "bench.audit"],
            env=os.environ | environment,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        ).stdout
    rate, wait, seconds = map(float, told.split()[-3:])
    print(
        f"\n{rate:.0f} entries sealed a second; who writes meanwhile waits {wait:.1f} ms (median)"
    )
    print(f"a million entries verified in {seconds:.1f} s")
    return [
        ("audit.sealing", SEALED_A_SECOND / rate, 1.0),
        ("audit.verifying", seconds / SECONDS_A_MILLION, 1.0),
    ]


def measure() -> tuple[float, float, float]:
    import django

    django.setup()
    from django.core.management import call_command

    from wardkey.audit import checkpoints, verifying
    from wardkey.audit.events import CHANGE
    from wardkey.base.side_by_side import done_side_by_side

    call_command("migrate", interactive=False, verbosity=0)
    fill()
    rate, wait = sealed_beside_a_writer()
    checkpoints.make(CHANGE)
    began = time.monotonic()
    list(done_side_by_side(abs, range(ENTRIES // WIDE)))
    ready = time.monotonic()
    if list(verifying.faults([])):
        raise SystemExit("what was just sealed is damaged")
    start, whole = ready - began, time.monotonic() - ready
    return rate, wait, start + (whole - start) / ENTRIES * 1_000_000


def fill() -> None:
    from wardkey.audit import events, log
    from wardkey.audit.models import ChangeEntry
    from wardkey.base import clock

    for first in range(0, ENTRIES, WIDE):
        entries = [
            log.written(
                events.KEY_SUSPENDED,
                actor=log.Actor("person", str(uuid.uuid4()), name="Asha Rao"),
                at=clock.now(),
                request="0123456789ab",
                holder_id=uuid.uuid4(),
                organisation_id=number % 500,
                told={"parameters": {"nickname": "Blue", "reason": "lost"}, "old": {}, "new": {}},
            )
            for number in range(first, first + WIDE)
        ]
        ChangeEntry.objects.bulk_create(entries)


def sealed_beside_a_writer() -> tuple[float, float]:
    """Entries a second, and the writer's median wait in milliseconds."""
    from django.db import connections

    from wardkey.audit import events, log, sealer
    from wardkey.audit.events import CHANGE

    waits: list[float] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            began = time.monotonic()
            log.record(events.PASSWORD_CHANGED, actor=log.SYSTEM)
            waits.append(time.monotonic() - began)
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    began = time.monotonic()
    for _turn in range(ENTRIES // sealer.AT_A_TIME):
        sealer.seal_some(CHANGE)
    seconds = time.monotonic() - began
    stop.set()
    writer.join()
    while sealer.seal_some(CHANGE):
        pass
    return ENTRIES / seconds, sorted(waits)[len(waits) // 2] * 1000


if __name__ == "__main__":
    print(*measure())
