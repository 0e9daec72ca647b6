"""Backups as an operator makes them, and people who go on working meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result
from django.db import connections

from tests.commands import eventually
from tests.doors import MINE, Browser, expect
from wardkey import cli


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words])


def back_up(folder: Path) -> Result:
    done = run("backup", folder)
    assert done.exit_code == 0, done.output
    return done


@contextmanager
def working(browser: Browser, key_id: object) -> Iterator[list[str]]:
    """Somebody renames their key without end. Hands out the names, as they were answered."""
    given: list[str] = []
    stopped = threading.Event()

    def work() -> None:
        while not stopped.is_set():
            name = f"Key {len(given)}"
            expect(302, browser.submit(f"{MINE}{key_id}/edit/", nickname=name))
            given.append(name)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        eventually(lambda: len(given) > 2)
        yield given
    finally:
        stopped.set()
        thread.join()
