"""Which keys are inserted, and what state they are in: `wardkey-station info`."""

import json
import subprocess
import sys

import pytest

from tests.station.desks import OPEN, SERIAL, key
from tests.station.terminal import SOURCE, environment
from wardkey_station import cli, permission

SIMULATED_AAGUID = "53494d55-4c41-5445-4420-4b4559203031"
# What programs rely on: docs/token-station.md has each name.
NAMES = {
    "simulated": True,
    "model": "SIMULATED KEY",
    "icon": "simulated-key",
    "aaguid": SIMULATED_AAGUID,
    "serial_number": SERIAL,
    "connected_by": "usb",
    "unsupported": None,
    "firmware": "1.2.3",
    "transports": ["usb"],
    "pin_set": False,
    "pin_retries": None,
    "pin_waits_for_replug": None,
    "pin_change_forced": False,
    "minimum_pin_length": 4,
    "maximum_pin_bytes": 63,
    "always_uv": False,
    "built_in_uv": None,
    "room_for_credentials": 25,
    "certifications": {"SIMULATED": 1},
    "can_force_pin_change": True,
    "long_touch_for_reset": False,
}


def test_a_key_is_told_as_a_line_of_json(desk):
    told = desk.told()
    assert {name: told[name] for name in NAMES} == NAMES
    assert set(told) == {*NAMES, "versions", "extensions"}
    assert "credProtect" in told["extensions"]


def test_a_key_is_told_as_a_table_which_says_that_it_is_simulated(desk):
    desk.given_pin()
    with desk.terminal("info") as terminal:
        assert terminal.ends() == 0
    lines = " ".join(terminal.text.split())
    assert "| Model | SIMULATED KEY |" in lines
    assert "| PIN | set | | Tries left | 8 |" in lines
    assert "SIMULATED KEY. No real token is read or changed." in terminal.text


def test_retries_are_asked_for_only_where_there_is_a_pin(desk):
    assert desk.told()["pin_retries"] is None
    before = desk.exchanges
    desk.given_pin()
    used = desk.exchanges
    assert desk.told()["pin_retries"] == 8
    assert (before, desk.exchanges - used) == (2, 3)


def test_several_keys_are_all_told(desk):
    desk.follows(keys=[key(), key("SIM00000002", min_pin_length=6)])
    lines = [json.loads(line) for line in desk.runs("info", "--json").out.splitlines()]
    assert [(line["serial_number"], line["minimum_pin_length"]) for line in lines] == [
        (SERIAL, 4),
        ("SIM00000002", 6),
    ]
    assert desk.runs("info").out.count("Kind: SIMULATED KEY") == 2


def test_cl27_what_wardkey_cannot_use_is_told_with_the_reason(desk):
    desk.follows(keys=[key(speaks_ctap2=False)])
    found = desk.runs("info")
    assert found.status == 5
    assert "Cannot be used: This token speaks only the older U2F." in found.out
    desk.follows(keys=[key(has_pin=False)])
    found = desk.runs("info", "--json")
    assert found.status == 5
    assert json.loads(found.out)["unsupported"] == "It has no PIN, and Wardkey asks for one."
    for command in (["pin", "set", "--stdin"], ["pin", "change", "--stdin"]):
        refused = desk.runs(*command, stdin=f"{OPEN}\n80264\n"[: 6 + 6 * (command[1] == "change")])
        assert (refused.status, "has no PIN" in refused.err) == (5, True)
    desk.follows(keys=[key(speaks_ctap2=False), key("SIM00000002")])
    assert desk.runs("info").status == 0


def test_no_key_is_a_clear_word(desk):
    desk.follows(keys=[key(plugged_in=False)])
    found = desk.runs("info")
    assert (found.status, found.err) == (
        7,
        "No FIDO2 token is inserted. Insert one first.\n",
    )


def test_of_several_keys_one_that_is_broken_hides_no_other(desk):
    broken = [{"at_exchange": 2, "does": "malformed_cbor"}]
    desk.follows(keys=[key(), key("SIM00000002")], faults=broken)
    found = desk.runs("info")
    assert (found.status, "Serial number: SIM00000002" in found.out) == (0, True)
    assert "Cannot be used: The token answered something that is no FIDO2." in found.out


def test_a_key_that_linux_keeps_closed_is_told_from_no_key(desk, tmp_path, monkeypatch):
    desk.follows(keys=[key(plugged_in=False)])
    monkeypatch.setattr(permission, "HIDRAW", tmp_path)
    monkeypatch.setattr(permission, "DEVICES", tmp_path / "dev")
    for name, descriptor in (("hidraw0", "05010906"), ("hidraw1", "06d0f10901")):
        (tmp_path / name / "device").mkdir(parents=True)
        (tmp_path / name / "device" / "report_descriptor").write_bytes(bytes.fromhex(descriptor))
    assert "Install your system's udev rules" in desk.runs("info").err
    (tmp_path / "hidraw1" / "device" / "report_descriptor").unlink()
    assert "No FIDO2 token is inserted." in desk.runs("info").err


def test_options_stand_before_the_command_or_after_it(desk, capsys):
    simulated = ["--simulate", str(desk.file)]
    for words in (
        [*simulated, "info", "--json"],
        ["info", *simulated, "--json"],
        ["--plain", "--simulate", "nowhere/x.json", "info", "--json", *simulated],
    ):
        assert cli.status_of(words) == 0
        assert json.loads(capsys.readouterr().out)["simulated"] is True
    assert cli.status_of(["pin", *simulated, "set", "--stdin", "--nonsense"]) == 2


def test_a_name_that_commands_the_terminal_is_shown_as_text(desk):
    desk.follows(keys=[key(name="\x1b[2J\x07gone", aaguid=b"unknown to all 1".hex())])
    with desk.terminal("info") as terminal:
        assert terminal.ends() == 0
    assert "?[2J?gone" in terminal.text
    assert b"\x1b[2J" not in terminal.shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--device", "tcp:192.0.2.1:1"], "on this machine alone"),
        (["--device", "serial:1"], "on this machine alone"),
        (["--device", "udp:localhost:70000:1"], "on this machine alone"),
        (["--device", "tcp:localhost:1", "--simulate", "x.json"], "not both"),
        (["--simulate", "."], "directory"),
        (["--nonsense"], "No such option"),
    ],
)
def test_words_that_make_no_sense_are_refused(words, said, desk, capsys):
    assert cli.status_of(["info", *words]) == 2
    assert said in capsys.readouterr().err


BLOCKED = """
import sys
class NoDjango:
    def find_spec(self, name, *rest):
        if name.partition(".")[0] in {"django", "wardkey"}:
            raise ImportError(name)
sys.meta_path.insert(0, NoDjango())
import pkgutil, wardkey_station
for module in pkgutil.walk_packages(wardkey_station.__path__, "wardkey_station."):
    if not module.name.endswith("__main__"):
        __import__(module.name)
"""


def test_the_station_needs_neither_django_nor_the_portal(tmp_path):
    asked = [sys.executable, "-c", BLOCKED]
    found = subprocess.run(asked, env=environment(tmp_path), capture_output=True, text=True)
    assert (found.returncode, found.stderr) == (0, "")
    assert (SOURCE / "wardkey_station").is_dir()
