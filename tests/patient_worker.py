"""A web process of gunicorn whose hashes cost as little as those of the tests (conftest.py), and
which waits for SQLite for as long as it takes beside much other work. It notes each answer."""

import os
from pathlib import Path
from typing import Any

from django.db import connections

from wardkey.operating.slow_clients.worker import Worker as PortalsWorker

PATIENCE = 600  # seconds


class Worker(PortalsWorker):
    def init_process(self) -> None:
        from wardkey.people.passwords import Argon2id

        Argon2id.memory_cost, Argon2id.time_cost = 8, 1
        database = connections.settings["default"]
        if database["ENGINE"].endswith("sqlite3"):
            database["OPTIONS"]["timeout"] = PATIENCE
        super().init_process()

    def finish_request(self, conn: Any, fs: Any) -> None:
        with Path(os.environ["ANSWERED"]).open("a") as answered:
            answered.write(f"{os.getpid()}\n")
        super().finish_request(conn, fs)
