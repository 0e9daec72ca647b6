"""docs/running.md, followed word by word: each command and each unit that stands there is run.

Only what needs another machine is not: git, the service's user, and systemd, whose part this test
plays. The document's places are folders of this test's, and its database is a new one.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pyrage
import pytest

from tests.commands import PATIENCE, SECRET, SOURCE, eventually, free_port
from tests.served import asked

ROOT = SOURCE.parent
BIN = Path(sys.executable).parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FOR_ANOTHER_MACHINE = re.compile(
    r"^(git|make|cd|adduser|cp|systemctl|age-keygen) .*\n", re.MULTILINE
)
TYPED = ["ada@platform.example", "Ada Winterbourne", "ada@platform.example", "PLATFORM", "Platform"]
LATER = ["nia@north.example", "Nia Newcomer", "nia@north.example", "NORTH", "Northside"]
PASSWORD = ["violet harbour kettle"] * 2
# They are signed once a minute, the first time perhaps before anything is sealed, and leave in ten
# seconds.
UNTIL_CHECKPOINTS_LEFT = 60 + 10 + PATIENCE


def blocks(language):
    return [text for kind, text in BLOCK.findall(DOCUMENT) if kind == language]


DOCUMENT = (ROOT / "docs" / "running.md").read_text()
COMMANDS = [text for each in blocks("sh") if (text := FOR_ANOTHER_MACHINE.sub("", each))]


class Machine:
    """On which the document is followed."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.database = folder / "wardkey.sqlite3"
        for name in ("etc", "lib", "backups", "elsewhere"):
            (folder / name).mkdir()
        self.own = {
            "/etc/wardkey/": f"{folder}/etc/",
            "/var/lib/wardkey/": f"{folder}/lib/",
            "/srv/backups": f"{folder}/backups",
            "/mnt/elsewhere": f"{folder}/elsewhere",
            "/srv/wardkey/.venv/bin": str(BIN),
            "postgresql://wardkey@%2Frun%2Fpostgresql/wardkey": f"sqlite:///{self.database}",
            "…at least 50 random characters…": SECRET,
        }
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WARDKEY_", "DATABASE_", "DJANGO_"))
        }
        self.environment |= {"PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": str(SOURCE)}

    def here(self, text):
        for told, own in self.own.items():
            text = text.replace(told, own)
        return text

    def settle(self, text):
        """The file of settings, with what only this machine has: a port, and no way out."""
        path = Path(self.here(text.splitlines()[0].removeprefix("# ")))
        more = {
            "WARDKEY_LISTEN": f"127.0.0.1:{self.port}",
            "WARDKEY_METADATA_URL": "",
            "WARDKEY_CHECKPOINT_FOLDER": str(self.folder / "elsewhere"),
        }
        lines = [f"{name}={value}" for name, value in more.items()]
        path.write_text(self.here(text) + "\n".join(lines) + "\n")
        self.settings = path

    def run(self, text, *typed):
        """As somebody who typed the settings' first line once, in this shell."""
        with_settings = f"set -a; . {self.settings}; set +a\n{self.here(text)}"
        done = subprocess.run(
            ["bash", "-euc", with_settings],
            input="".join(f"{line}\n" for line in typed),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            start_new_session=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, unit):
        """What systemd would run for it, once."""
        assert f"EnvironmentFile={self.settings}" in self.here(unit)
        [line] = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
        return self.run(shlex.join(shlex.split(self.here(line.replace("%%", "%")))))

    @contextmanager
    def service(self, name):
        unit = (ROOT / "packaging" / f"{name}.service").read_text()
        assert f"EnvironmentFile={self.settings}" in self.here(unit)
        [line] = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
        begun = f"set -a; . {self.settings}; set +a; exec {self.here(line)}"
        with (self.folder / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                ["bash", "-euc", begun],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=PATIENCE) == 0
        finally:
            process.kill()
            process.wait()

    def checkpoints(self):
        """Those that left this machine."""
        return list((self.folder / "elsewhere").glob("change-*.checkpoint"))

    def through_the_proxy(self, address):
        """As nginx passes it on, by the block that stands there."""
        [block] = blocks("nginx")
        set_by_it = {"$host": "keys.hospital.example", "$proxy_add_x_forwarded_for": "192.0.2.7"}
        headers = dict(re.findall(r"proxy_set_header (\S+) (\S+);", block))
        headers = {name: set_by_it.get(value, value) for name, value in headers.items()}
        try:
            return asked(self.port, "GET", address, **headers)
        except OSError:
            return None


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_what_stands_there_works(machine):
    settings, backing_up, exporting = blocks("ini")
    install, upgrade, backup, sealed, export, restore, wake = COMMANDS
    machine.own["age1…"] = str(pyrage.x25519.Identity.generate().to_public())
    machine.settle(settings)
    assert "Access pass" in machine.run(install, *TYPED, *PASSWORD)
    machine.run("wardkey create-administrator", *LATER, *PASSWORD)
    machine.run(upgrade)
    with machine.service("wardkey"), machine.service("wardkey-worker"):
        ready = eventually(lambda: machine.through_the_proxy("/readyz"))
        assert ready.status == 200
        page = machine.through_the_proxy("/sign-in/")
        assert "Hospital sign-in" in page.text
        assert "max-age" in page.headers["Strict-Transport-Security"]
        eventually(machine.checkpoints, within=UNTIL_CHECKPOINTS_LEFT)
        machine.run(backup)
        machine.run(sealed)
        # What is signed from here on the export need not have.
        newest = max(machine.checkpoints())
        machine.own["change-000000041277.checkpoint"] = str(newest)
        machine.run(export)
        machine.start(backing_up)
        machine.start(exporting)
    restored_elsewhere(machine, restore)
    status = "wardkey restored status"
    assert "NORTH  Northside" in machine.run(status)
    machine.run(wake)
    assert "NORTH" not in machine.run(status)
    machine.run("wardkey check && wardkey audit verify")


def restored_elsewhere(machine, restore):
    machine.database.rename(machine.folder / "what was there")
    for each in machine.folder.glob("wardkey.sqlite3-*"):
        each.unlink()
    machine.run(restore)
