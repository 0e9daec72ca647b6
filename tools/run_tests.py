"""Run every test in four passes at the same time: on SQLite in two halves, on SQLite in a browser,
and on PostgreSQL what it could answer otherwise (docs/adr/0036-what-postgresql-sees.md).

Together they keep two processors busy: while one waits, another has work. What the later ones print
comes when those before are done; each runs to its end, whatever comes of the others, and the exit
status is 1 if any failed. Arguments go to pytest.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO

from tests.postgres import private_cluster

PASSED, NOTHING_SELECTED = 0, 5
ON_POSTGRESQL = "PostgreSQL"
PASSES = {
    "SQLite, one half": ["--without-browser", "--half=one"],
    "SQLite, the other half": ["--without-browser", "--half=other"],
    "SQLite, in a browser": ["--browser-only"],
    ON_POSTGRESQL: ["--database-only"],
}


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
    with private_cluster() as url, ExitStack() as stack:
        passes: dict[str, tuple[subprocess.Popen, IO | None]] = {}
        for name, options in PASSES.items():
            database = {"DATABASE_URL": url} if name == ON_POSTGRESQL else {}
            output = stack.enter_context(tempfile.TemporaryFile("w+")) if passes else None
            passing = pytest(*options, *arguments, output=output, **database)
            passes[name] = stack.enter_context(ended(passing)), output
        return {name: held(name, *passing, arguments) for name, passing in passes.items()}


def held(name: str, passing: subprocess.Popen, output: IO | None, arguments: Sequence[str]) -> bool:
    """Waits for it, and shows what it printed meanwhile."""
    print(f"== on {name}", flush=True)
    passing.wait()
    if output:
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout)
    if passing.returncode < 0:
        by = signal.Signals(-passing.returncode).name
        print(f"This pass was ended by {by} before it was done: run it again.", flush=True)
    # Somebody who asked for certain tests may have asked for none of this pass.
    none_asked_for = bool(arguments) and passing.returncode == NOTHING_SELECTED
    return passing.returncode == PASSED or none_asked_for


def main(arguments: Sequence[str]) -> None:
    # Whoever stops the run by a signal stops the cluster with it, as Ctrl-C does; and the passes
    # listen to Ctrl-C also where a shell has the run begin without it, in the background.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.default_int_handler)
    failed = [name for name, held in run(arguments).items() if not held]
    sys.exit(f"Tests failed on {'; on '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
