"""Run every test on SQLite and, at the same time, those that touch a database on PostgreSQL.

Each pass keeps a processor busy. What the second one prints comes when the first is done; both run
to their end, whatever comes of the other, and the exit status is 1 if either failed. Arguments go
to pytest.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from tests.postgres import private_cluster

PASSED, NOTHING_SELECTED = 0, 5


def pytest(*arguments: str, output: IO | None = None, **environment: str) -> subprocess.Popen:
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        env={**own, **environment},
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
    )


@contextmanager
def ended(passing: subprocess.Popen) -> Iterator[subprocess.Popen]:
    """Whoever stops the run stops its passes: pytest ends its own processes on Ctrl-C."""
    try:
        yield passing
    except BaseException:
        passing.send_signal(signal.SIGINT)
        raise
    finally:
        passing.wait()


def run(arguments: Sequence[str]) -> dict[str, bool]:
    """Which passes held."""
    with private_cluster() as url, tempfile.TemporaryFile("w+") as output:
        second = pytest("--database-only", *arguments, output=output, DATABASE_URL=url)
        with ended(second), ended(pytest(*arguments)) as first:
            print("== every test, on SQLite", flush=True)
            first.wait()
            second.wait()
        print("== what touches a database, on PostgreSQL", flush=True)
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout)
    # Somebody who asked for certain tests may have asked for none with a database.
    none_asked_for = bool(arguments) and second.returncode == NOTHING_SELECTED
    return {
        "SQLite": first.returncode == PASSED,
        "PostgreSQL": second.returncode == PASSED or none_asked_for,
    }


def main(arguments: Sequence[str]) -> None:
    # Whoever stops the run by a signal stops the cluster with it, as Ctrl-C does; and the passes
    # listen to Ctrl-C also where a shell has the run begin without it, in the background.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.default_int_handler)
    failed = [name for name, held in run(arguments).items() if not held]
    sys.exit(f"Tests failed on {' and '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
