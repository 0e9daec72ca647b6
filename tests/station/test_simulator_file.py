"""FILE: what is no such file is refused, and whenever somebody is stopped, it is whole."""

import json
import subprocess
import sys

import pytest

from wardkey_station.errors import Exit, Refused
from wardkey_station.simulator.port import SimulatedPort
from wardkey_station.simulator.state import read

from .simulated import port_with


def ours(**members):
    return json.dumps({"format": "SIMULATED KEYS of wardkey-station, 1", **members})


WRONG = {
    r"it is not JSON \(line 1\)": "",
    r"it is not JSON \(line 2\)": "{\n",
    "it is not text": "{\xe9",
    "format: ": "[]",
    "format: .+ is expected": '{"format": "another"}',
    "format: .+ expected here": '{"format": "SIMULATED KEYS of wardkey-station, 2", "script": {}}',
    "format: .+ is expected here": '{"keys": []}',
    "key: nothing is called so": ours(key=[]),
    r"keys\[0\].serial: is missing": ours(keys=[{}]),
    "script.touch.after_s: a number": ours(script={"touch": {"after_s": "1"}}),
    "script.faults.does: one of": ours(script={"faults": [{"at_exchange": 1, "does": "explode"}]}),
    "script.inserts: S2 is the serial of none": ours(script={"replug": {"inserts": ["S2"]}}),
    "script.clock.waits: real or skipped": ours(script={"clock": {"waits": "none"}}),
    "script.keys: each needs a serial": ours(script={"keys": [{}, {}]}),
    "script.keys.serial: 1 to 32": ours(script={"keys": [{"serial": "a b"}]}),
    "script.keys.aaguid: 16 bytes": ours(script={"keys": [{"aaguid": "00"}]}),
    r"script.keys\[0\].aaguid: hexadecimal": ours(script={"keys": [{"aaguid": "zz"}]}),
    "script.keys.transport: usb or nfc": ours(script={"keys": [{"transport": "ble"}]}),
    "script.keys.attestation: packed, self or none": ours(script={"keys": [{"attestation": ""}]}),
    "script.keys.min_pin_length: 4 to 63": ours(script={"keys": [{"min_pin_length": 3}]}),
    "script.keys.firmware: three bytes": ours(script={"keys": [{"firmware": 1 << 24}]}),
    "script.faults: exchanges are counted from 1": ours(
        script={"faults": [{"at_exchange": 0, "does": "silence"}]}
    ),
    "script.faults.value: a byte": ours(
        script={"faults": [{"at_exchange": 1, "does": "status", "value": 256}]}
    ),
    "script.keys: a list in brackets": ours(script={"keys": {}}),
    "script: an object in braces": ours(script=[]),
}


@pytest.mark.parametrize("reason", WRONG)
def test_a_file_that_is_something_else_is_refused_and_left_as_it_is(tmp_path, reason):
    file = tmp_path / "keys.json"
    file.write_bytes(WRONG[reason].encode("latin-1", "replace"))
    with pytest.raises(Refused, match=reason) as caught:
        SimulatedPort(file)
    assert caught.value.exit_status == Exit.INPUT
    assert file.read_bytes() == WRONG[reason].encode("latin-1", "replace")
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_a_script_alone_is_a_file_too(tmp_path):
    file = tmp_path / "keys.json"
    file.write_text('{"script": {"keys": [{"serial": "MINE1"}]}}')
    [found] = SimulatedPort(file).list_descriptors()
    assert (found.serial_number, read(file).keys[0].serial) == ("MINE1", "MINE1")


def test_a_folder_that_cannot_be_written_is_refused_in_words(tmp_path):
    with pytest.raises(Refused, match="No such file or directory"):
        SimulatedPort(tmp_path / "nowhere" / "keys.json")


def test_the_file_is_for_its_owner_alone(tmp_path):
    port = port_with(tmp_path / "keys.json")
    assert port.file.stat().st_mode & 0o077 == 0


WRITER = """
import sys
from pathlib import Path
from wardkey_station.simulator.desk import Desk
desk = Desk(Path(sys.argv[1]))
while True:
    desk.contents.keys[0].storage.sign_count += 1
    desk.save()
    print(desk.contents.keys[0].storage.sign_count, flush=True)
"""


@pytest.mark.parametrize("after", [1, 40, 81])
def test_whoever_is_killed_leaves_the_old_state_or_the_new_one(tmp_path, after):
    file = tmp_path / "keys.json"
    port_with(file)
    writing = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True
    )
    told = 0
    while told < after:
        told = int(writing.stdout.readline())
    writing.kill()
    writing.communicate()
    kept = read(file).keys[0].storage.sign_count
    assert kept >= told
    assert SimulatedPort(file).list_descriptors()
