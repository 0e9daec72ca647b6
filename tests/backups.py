"""Backups as an operator makes and restores them, and people who go on working meanwhile.

run           a command in this process
back_up       of the test's own database
export        the whole trail since a backup
blank         a database with nothing in it, made and thrown away; its DATABASE_URL
looking_at    another database is the portal's, for the requests and commands of this process
working       somebody works without end
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from click.testing import CliRunner, Result
from django.db import connection, connections

from tests.commands import database_url, eventually
from tests.doors import MINE, Browser, expect
from wardkey import cli


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words])


def back_up(folder: Path, *more: object) -> Result:
    done = run("backup", folder, *more)
    assert done.exit_code == 0, done.output
    return done


def export(folder: Path, *more: object) -> Path:
    """What came after a backup."""
    done = run("audit", "export", "--all", "--since", folder, *more)
    assert done.exit_code == 0, done.output
    target = folder.with_suffix(".jsonl")
    target.write_text(done.stdout)
    return target


@contextmanager
def blank(folder: Path, name: str, *, encoding: str = "") -> Iterator[str]:
    """`encoding` in PostgreSQL's words, where it is not that of the tests."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    named = f"{connection.settings_dict['NAME']}_{name}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {named} TEMPLATE template0{encoding}")
    try:
        yield urlsplit(database_url())._replace(path=f"/{named}").geturl()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {named} WITH (FORCE)")


@contextmanager
def looking_at(url: str) -> Iterator[None]:
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = urlsplit(url).path.removeprefix("/")
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


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
