"""Choose the tests that PostgreSQL need not see in the whole suite: `make both-databases`.

Every test that touches a database runs on a PostgreSQL of its own, and its statements are noted,
without their values. On PostgreSQL stays what commits (locks, races, processes), what a database
refused something in, what is about values, plans or many rows by its file's name, and beside those
as many others as it takes for every statement to be sent. The rest goes into `LIST`.
"""

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import private_cluster

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tests" / "on_sqlite_alone.txt"
STAYS = re.compile(
    r"/test_\w*(race|rush|killed|import|export|text_that_names|finding_people|fuzzed|hostile"
    r"|query_counts|by_time|worker|outbox|prepared|clocks|health|done_before|migration"
    r"|serial_number|moved_while|in_the_transaction)"
)
COMMITS = {"transactional_db", "live_server"}
SAVEPOINTS = ("SAVEPOINT", "RELEASE", "ROLLBACK")
BESIDE_STATEMENTS = 20  # what a test costs besides, in statements
REFUSED = " -- refused"

Statements = dict[str, list[str]]  # by test: each that it sent, as often as it did


class Recorder:
    """A plugin of pytest."""

    def __init__(self) -> None:
        self.test = ""
        self.sent: Statements = defaultdict(list)
        self.stays: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        from django.db.backends.signals import connection_created

        connection_created.connect(self.watch)

    def watch(self, connection: Any, **_more: Any) -> None:
        if self.note not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.note)

    def note(self, execute: Callable, sql: object, *more: Any) -> Any:
        statement = without_values(str(sql))
        try:
            return execute(sql, *more)
        except Exception:
            statement += REFUSED
            raise
        finally:
            if not statement.startswith(SAVEPOINTS):
                self.sent[self.test].append(statement)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.test = item.nodeid.split("[")[0]
        self.sent[self.test].append("")
        if COMMITS & set(getattr(item, "fixturenames", ())) or STAYS.search(self.test):
            self.stays.add(self.test)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK:
            self.sent.pop("", None)  # before the first test
            LIST.write_text("".join(f"{name}\n" for name in alone(self.sent, self.stays)))


def without_values(sql: str) -> str:
    sql = re.sub(r"'[^']*'|\b\d+\b|\bs\d+_x\d+\b", "?", sql)
    sql = re.sub(r"\((?:\s*%s\s*,?)+\)", "(..)", sql)
    return re.sub(r"\(\.\.\)(,\s*\(\.\.\))+", "(..)", sql)


def alone(sent: Statements, stays: Iterable[str]) -> list[str]:
    """Those that send nothing which no other test sends on PostgreSQL."""
    kinds = {name: set(statements) for name, statements in sent.items()}
    on_both = {*stays, *(name for name in sent if any(map(refused, kinds[name])))}
    missing = set().union(*kinds.values()) - set().union(*(kinds[name] for name in on_both))
    while missing:
        best = max(
            sorted(sent),
            key=lambda name: len(kinds[name] & missing) / (len(sent[name]) + BESIDE_STATEMENTS),
        )
        on_both.add(best)
        missing -= kinds[best]
    return sorted(set(sent) - on_both)


def refused(statement: str) -> bool:
    return statement.endswith(REFUSED)


def main() -> None:
    if os.environ.get("DATABASE_URL"):
        sys.exit(pytest.main(["--database-only", "-q", "tests"], plugins=[Recorder()]))
    with private_cluster() as url:
        environment = {**os.environ, "DATABASE_URL": url}
        command = [sys.executable, "-m", "tools.both_databases"]
        sys.exit(subprocess.call(command, env=environment, cwd=ROOT))


if __name__ == "__main__":
    main()
