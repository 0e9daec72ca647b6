"""Side by side with privacyIDEA, the nearest peer, where it does the same work, in one run.

    make bench ONLY=peer     installs it into .peer (requirements/peer.txt), which takes minutes

Both keep 10,000 tokens, and then 100,000, on SQLite and on PostgreSQL, and are served by two
processes of gunicorn; the same keys in software log in, are listed and are registered over HTTP, by
turns. What is compared is the CPU of those who serve (their processes, as the kernel counts), the
median of the rounds' ratios, and p95 of what the asker waits. Either has a PostgreSQL of its own,
which waits for no disk, and all of whose processes count.

- sign-in: a PIN or a password, and a WebAuthn token: two requests there, three here. Either hashes
  as it does by default.
- keys: one person's tokens, by the API of either.
- page: the first 15 of the list from which an administrator starts, by the API of either: tokens
  there, people here.
- enrolment: a token is registered, by the API of either: two requests.

privacyIDEA is licensed under the AGPL. It is asked over HTTP and by its own command, and the copies
of its tokens are made by SQL: nothing of it is here, and nothing here is loaded with it.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from bench.served import free_port
from tests.postgres import OWNER, private_cluster

from . import installing

SIZES = (10_000, 100_000)


def run() -> list[tuple[str, float, float]]:
    """(name, ratio, 1)."""
    installing.require_installed()
    return [each for size in SIZES for each in (*_on_sqlite(size), *_on_postgresql(size))]


def _on_sqlite(keys: int) -> list[tuple[str, float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        mine, theirs = (f"sqlite:///{folder}/{each}.sqlite3" for each in ("wardkey", "peer"))
        return _measured(f"peer.{keys}", keys, folder, mine, theirs)


def _on_postgresql(keys: int) -> list[tuple[str, float, float]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        private_cluster() as mine,
        private_cluster() as theirs,
    ):
        # SQLAlchemy reads no folder where a host stands, and the peer's command wants a host there.
        theirs = f"postgresql://{OWNER}@localhost/postgres?host={conninfo_to_dict(theirs)['host']}"
        mine = mine.removesuffix("/wardkey") + "/postgres"
        return _measured(f"peer.{keys}.postgresql", keys, folder, mine, theirs)


def _measured(
    name: str, keys: int, folder: str, mine: str, theirs: str
) -> list[tuple[str, float, float]]:
    command = [sys.executable, "-m", "bench.peer.measuring", str(keys), folder, theirs]
    environment = _environment(folder) | {"DATABASE_URL": mine}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    *table, ratios = done.stdout.splitlines()
    print("\n".join(table), flush=True)
    named = [each.split("=") for each in ratios.split()]
    return [(f"{name}.{each}", float(ratio), 1.0) for each, ratio in named]


def _environment(folder: str) -> dict[str, str]:
    listen = f"127.0.0.1:{free_port()}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "wardkey.settings",
        "WARDKEY_SECRET_KEY": secrets.token_urlsafe(48),
        "WARDKEY_STATIC_FOLDER": str(Path(folder, "assets")),
        "WARDKEY_LISTEN": listen,
        "WARDKEY_ORIGINS": f"http://localhost:{listen.rpartition(':')[2]}",
        "WARDKEY_MAIL_FOLDER": str(Path(folder, "mail")),
        "WARDKEY_WEB_WORKERS": "2",
    }
