"""A desk with simulated keys, under a test's control: nobody sleeps there.

Desk     the file of simulated keys, its script, and what a key holds
OPEN     a PIN that no rule refuses; NEXT another one
"""

import hashlib
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.station.terminal import Terminal, station
from wardkey_station import cli
from wardkey_station.simulator import state
from wardkey_station.simulator.records import from_json
from wardkey_station.simulator.script import Script

OPEN, NEXT = "73914", "80264"
SERIAL = "SIM00000001"
NEVER = 1_000_000  # an exchange that is not reached; with a fault in sight they are counted


class Desk:
    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
        self.home, self.file, self.log = home, home / "keys.json", home / "station.jsonl"
        self.monkeypatch, self.capsys = monkeypatch, capsys
        monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
        self.follows()

    def follows(self, **script: object) -> None:
        """The script anew; the keys stay as they are."""
        counted = {"faults": [{"at_exchange": NEVER, "does": "silence"}]}
        whole = {"clock": {"waits": "skipped"}, **counted, **script}
        state.write_script(self.file, from_json(Script, whole))

    def words(self, *words: object) -> list[str]:
        return [*map(str, words), "--simulate", str(self.file), "--log", str(self.log)]

    def runs(self, *words: object, stdin: str = "") -> SimpleNamespace:
        """The command in this process: what it ended with and what it said."""
        typed = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        self.monkeypatch.setattr(sys, "stdin", typed)
        self.capsys.readouterr()
        status = cli.status_of(self.words(*words))
        said = self.capsys.readouterr()
        return SimpleNamespace(status=int(status), out=said.out, err=said.err)

    def terminal(self, *words: object, columns: int = 80, **changes: str) -> Terminal:
        return Terminal(*self.words(*words), home=self.home, columns=columns, **changes)

    def piped(self, *words: object, stdin: str = "", **changes: str):
        return station(*self.words(*words), home=self.home, stdin=stdin, **changes)

    def given_pin(self, pin: str = OPEN, *words: str) -> None:
        assert self.runs("pin", "set", "--stdin", *words, stdin=f"{pin}\n").status == 0

    def told(self, serial: str = SERIAL) -> dict:
        """What `info --json` says of a key."""
        lines = map(json.loads, self.runs("info", "--json").out.splitlines())
        return next(line for line in lines if line["serial_number"] == serial)

    def key(self, serial: str = SERIAL) -> state.KeyState:
        return next(key for key in state.read(self.file).keys if key.serial == serial)

    @property
    def keys_with_a_pin(self) -> list[state.KeyState]:
        return [key for key in state.read(self.file).keys if key.storage.pin_hash]

    @property
    def exchanges(self) -> int:
        return state.read(self.file).progress.exchanges

    @property
    def logged(self) -> list[dict]:
        return [*map(json.loads, self.log.read_text().splitlines())] if self.log.exists() else []

    def opens_with(self, pin: str, serial: str = SERIAL) -> bool:
        return self.key(serial).storage.pin_hash == kept_of(pin)


def kept_of(pin: str) -> bytes:
    """All that a key has of its PIN."""
    return hashlib.sha256(pin.encode()).digest()[:16]


def key(serial: str = SERIAL, **profile: object) -> dict:
    return {"serial": serial, **profile}
