"""What is good for once is sent in a hundred times at once, to two processes: it counts once.

`make single-use` does so a thousand times (ROUNDS=), on SQLite and on PostgreSQL; the suite does
not. A round counts whose requests both processes answered.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from tests import good_once, good_once_for_programs
from tests.commands import SECRET, eventually
from tests.good_once_for_programs import OR_NEVER
from tests.logins import AT_ONCE
from tests.served import served
from wardkey.audit.models import AttemptEntry, ChangeEntry
from wardkey.signin.models import FailedName, Limit

ROUNDS = int(os.environ.get("ROUNDS", "1000"))
ONCE = good_once.ONCE | good_once_for_programs.ONCE


def in_two_processes(answered: Path) -> dict[str, str]:
    """Each notes in `answered` what it answered. Hours beside other work, or less: nobody is turned
    away, and nothing ended, for being slow."""
    answered.touch()
    return {
        "ANSWERED": str(answered),
        "WARDKEY_WEB_WORKERS": "2",
        "WARDKEY_WEB_THREADS": "8",
        "WARDKEY_STANDSTILL_SECONDS": "600",
        "PGOPTIONS": "-c statement_timeout=600s",
        "GUNICORN_CMD_ARGS": "--timeout 600 --worker-class tests.patient_worker.Worker",
    }


def test_a_hundred_at_once_on_two_processes_count_once(cast_for_threads, tmp_path, settings):
    settings.SECRET_KEY, answered, by_both = SECRET, tmp_path / "answered", 0
    with (
        served(tmp_path, **in_two_processes(answered)) as portal,
        ThreadPoolExecutor(AT_ONCE) as browsers,
    ):
        for thing, counted in islice(cycle(ONCE.items()), 2 * ROUNDS):
            send = thing(cast_for_threads, portal.port)
            noted, before = answered.stat().st_size, entries(counted)
            sent = [browsers.submit(send) for _ in range(AT_ONCE)]
            answers = Counter(each.result() for each in sent)
            times = answers[counted] if isinstance(counted, int) else entries(counted) - before
            assert (thing not in OR_NEVER) <= times <= 1, (thing, times, answers)
            assert max(answers) < 500, (thing, answers)
            eventually(lambda noted=noted: len(processes(answered, noted)) >= AT_ONCE)
            by_both += len(set(processes(answered, noted))) == 2
            if by_both == ROUNDS:
                break
            Limit.objects.all().delete()
            FailedName.objects.all().delete()
    assert by_both == ROUNDS


def processes(answered: Path, since: int) -> list[str]:
    """Which answered each request."""
    return answered.read_text()[since:].splitlines()


def entries(event: str | int) -> int:
    return sum(each.objects.filter(code=event).count() for each in (ChangeEntry, AttemptEntry))
