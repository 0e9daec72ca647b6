"""An upgrade as operators do it, from a release (or any other commit) to this checkout, under load.

`make upgrade-check FROM=v1.0.0` runs it; the suite does not. On PostgreSQL: the release fills a
database and serves it; this checkout migrates that; both serve; then the release serves alone.
Somebody logs in all the time. Nobody is refused, and nothing waits for a lock for a second.
"""

import json
import os
import re
import subprocess
import sys
import tarfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from shutil import copytree
from threading import Event
from types import SimpleNamespace
from urllib.parse import urlencode

import psycopg
import pytest

from tests.commands import PATIENCE, SECRET, SOURCE, eventually, free_port
from tests.imports import csv_of, file_of
from tests.postgres import folder_of_a_cluster, start, url_of
from tests.served import asked
from tests.softkey import SoftKey

FROM = os.environ.get("FROM", "")
PEOPLE, AT_ONCE = 20_000, 3
HOST, ORIGIN = "keys.hospital.example", "https://keys.hospital.example"
ADA, PASSWORD = "ada@platform.example", "violet harbour kettle"
STATIC = Path("wardkey/web/static/nhsuk")
WAITS = """
    SELECT extract(epoch FROM max(clock_timestamp() - query_start)) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock'
"""


@dataclass
class Release:
    """Its code, and the settings under which it runs."""

    source: Path
    settings: dict[str, str]

    def run(self, *words, typed=()):
        done = subprocess.run(
            [sys.executable, "-m", "wardkey.cli", *words],
            input="".join(f"{line}\n" for line in typed),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=10 * PATIENCE,
            start_new_session=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environment(self, **more):
        own = {name: value for name, value in os.environ.items() if not name.startswith("WARDKEY_")}
        return own | self.settings | {"PYTHONPATH": str(self.source)} | more

    @contextmanager
    def serving(self, folder):
        """Its port. Whoever stops it lets those finish who are at it."""
        port = free_port()
        more = {"WARDKEY_LISTEN": f"127.0.0.1:{port}", "WARDKEY_STATIC_FOLDER": str(folder)}
        with (folder.parent / f"{folder.name}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "wardkey.cli", "serve"],
                env=self.environment(**more),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            eventually(lambda: is_ready(port))
            yield port
            process.terminate()
            process.wait(timeout=PATIENCE)
        finally:
            process.kill()
            process.wait()


def is_ready(port):
    try:
        return asked(port, "GET", "/readyz", Host=HOST).status == 200
    except OSError:
        return False


@dataclass
class Visitor:
    """A browser behind the proxy, which sends each request to the process that it is told."""

    cookies: dict[str, str] = field(default_factory=lambda: {"__Host-csrf": "a" * 32})

    def send(self, port, method, address, body=None, kind="application/x-www-form-urlencoded"):
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "Origin": ORIGIN,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies["__Host-csrf"],
            "Content-Type": kind,
        }
        answer = asked(port, method, address, body, **headers)
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _is, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def submit(self, port, address, **fields):
        return self.send(port, "POST", address, urlencode(fields))

    def call(self, port, address, **fields):
        answer = self.send(port, "POST", address, json.dumps(fields), "application/json")
        assert answer.status == 200, answer.text
        return json.loads(answer.text)

    def enters_password(self, port):
        return self.submit(port, "/sign-in/", username=ADA, password=PASSWORD)

    def begins_with_key(self, port, key_id):
        assert self.enters_password(port).status == 302
        return self.call(port, "/sign-in/key/challenge/", key_id=key_id)

    def finishes_with_key(self, port, begun, soft_key):
        signed = soft_key.sign(begun["public_key"], ORIGIN)
        ceremony = begun["ceremony_id"]
        return self.call(port, "/sign-in/key/", ceremony_id=ceremony, credential=signed)

    def registers(self, port, access_pass, soft_key):
        """The id of the first token of one's own."""
        assert self.enters_password(port).status == 302
        assert self.submit(port, "/sign-in/access-pass/", access_pass=access_pass).status == 302
        begun = self.call(port, "/me/keys/register/challenge/")
        made = soft_key.register(begun["public_key"], ORIGIN)
        own = {"registration_id": begun["registration_id"]}
        self.call(port, "/me/keys/register/answer/", **own, credential=made)
        assert self.submit(port, "/me/keys/register/", **own, nickname="Blue").status == 302
        page = self.send(port, "GET", "/me/keys/").text
        return re.search(r"/me/keys/([0-9a-f-]{36})/", page)[1]


@pytest.fixture
def upgrade(tmp_path):
    if not FROM:
        pytest.exit("From which release? make upgrade-check FROM=v1.0.0, or another commit")
    with folder_of_a_cluster() as cluster:
        start(cluster)
        settings = {
            "DATABASE_URL": url_of(cluster, "postgres"),
            "WARDKEY_SECRET_KEY": SECRET,
            "WARDKEY_RP_ID": HOST,
            "WARDKEY_ORIGINS": ORIGIN,
            "WARDKEY_TRUSTED_PROXIES": "127.0.0.1",
            "WARDKEY_METADATA_URL": "",
        }
        old = Release(code_of(FROM, tmp_path), settings)
        yield SimpleNamespace(old=old, new=Release(SOURCE, settings), folder=tmp_path)


def code_of(commit, folder):
    archive = subprocess.run(["git", "archive", commit, "src"], capture_output=True, check=True)
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as file:
        file.extractall(folder, filter="data")
    copytree(SOURCE / STATIC, folder / "src" / STATIC)
    return folder / "src"


@dataclass
class Load:
    """People log in at whichever process is there: how often, and how long anything waited."""

    ports: list[int]
    database: str
    answers: Counter[int] = field(default_factory=Counter)
    waited: float = 0.0
    stopped: Event = field(default_factory=Event)

    @contextmanager
    def going_on(self):
        acts = [self.log_in_on_and_on] * AT_ONCE + [self.look_at_locks]
        with ThreadPoolExecutor(len(acts)) as threads:
            running = [threads.submit(act) for act in acts]
            try:
                yield
            finally:
                self.stopped.set()
            for each in running:
                each.result()

    def log_in_on_and_on(self):
        while not self.stopped.is_set():
            for port in list(self.ports):
                self.look_in(port)

    def look_in(self, port):
        try:
            self.answers[Visitor().enters_password(port).status] += 1
            self.answers[asked(port, "GET", "/sign-in/", Host=HOST).status] += 1
        except ConnectionError:
            if port in self.ports:  # nobody is sent any more to one that is being stopped
                raise

    def look_at_locks(self):
        with psycopg.connect(self.database) as connection:
            while not self.stopped.wait(0.05):
                [waited] = connection.execute(WAITS).fetchone()
                self.waited = max(self.waited, float(waited or 0))


def test_ft12_ft15_both_releases_serve_and_the_previous_one_goes_on_after_the_migration(upgrade):
    old, new = upgrade.old, upgrade.new
    old.run("migrate")
    typed = [ADA, "Ada Winterbourne", ADA, "PLATFORM", "Platform", PASSWORD, PASSWORD]
    access_pass = old.run("create-administrator", typed=typed).strip().rpartition(" ")[2]
    rows = (
        {"external_id": f"N{n}", "username": f"n{n}@p.example", "name": f"Nia {n}"}
        for n in range(PEOPLE)
    )
    path = file_of(upgrade.folder, csv_of(*rows))
    old.run("import-people", str(path), "--organisation", "PLATFORM")
    ada, soft_key = Visitor(), SoftKey()
    with old.serving(upgrade.folder / "old") as at_old:
        key_id = ada.registers(at_old, access_pass, soft_key)
        load = Load([at_old], old.settings["DATABASE_URL"])
        with load.going_on():
            new.run("migrate")
            with new.serving(upgrade.folder / "new") as at_new:
                load.ports.append(at_new)
                for here, there in ((at_old, at_new), (at_new, at_old)):
                    begun = (visitor := Visitor()).begins_with_key(here, key_id)
                    visitor.finishes_with_key(there, begun, soft_key)
                    for port in (here, there):
                        assert visitor.send(port, "GET", "/me/keys/").status == 200
                        assert visitor.send(port, "GET", "/admin/people/?q=nia").status == 200
                load.ports.remove(at_new)
            begun = (visitor := Visitor()).begins_with_key(at_old, key_id)
            visitor.finishes_with_key(at_old, begun, soft_key)
    assert set(load.answers) == {200, 302}
    assert load.waited < 1
    sys.stdout.write(f"{load.answers.total()} requests, the longest wait {load.waited:.3f} s\n")
