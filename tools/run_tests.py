"""Run every test on SQLite, then those that touch a database once more on PostgreSQL.

Both passes run, whatever comes of the first; the exit status is 1 if either failed.
Arguments go to pytest.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from tests.postgres import private_cluster

PASSED, NOTHING_SELECTED = 0, 5


def pytest(*arguments: str, environment: Mapping[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


def on_sqlite(arguments: Sequence[str]) -> bool:
    print("== every test, on SQLite", flush=True)
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return pytest(*arguments, environment=own) == PASSED


def on_postgresql(arguments: Sequence[str]) -> bool:
    print("== what touches a database, on PostgreSQL", flush=True)
    with private_cluster() as url:
        environment = {**os.environ, "DATABASE_URL": url}
        code = pytest("--database-only", *arguments, environment=environment)
    # Somebody who asked for certain tests may have asked for none with a database.
    return code == PASSED or (bool(arguments) and code == NOTHING_SELECTED)


def main(arguments: Sequence[str]) -> None:
    # Whoever stops the run by a signal stops the cluster with it, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    passes = {"SQLite": on_sqlite, "PostgreSQL": on_postgresql}
    failed = [name for name, passed in passes.items() if not passed(arguments)]
    sys.exit(f"Tests failed on {' and '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
