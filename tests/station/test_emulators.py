"""Emulators of real keys' firmware, reached over this machine's network: `--device`."""

import json
import random
from collections import Counter

import pytest

from tests.commands import eventually
from tests.station.desks import OPEN
from tests.station.emulator import served_over_tcp, served_over_udp
from tests.station.terminal import Terminal, station
from wardkey_station import cli
from wardkey_station.errors import Exit

CANCEL, ANSWERS = 0x91, 0x90


@pytest.mark.parametrize("served", [served_over_tcp, served_over_udp])
def test_an_emulator_is_used_like_a_key_in_the_usb_port(desk, served):
    desk.follows(clock={"waits": "real"})
    with served(desk.file) as emulator:
        found = station("info", "--json", "--device", emulator.address, home=desk.home)
    told = json.loads(found.stdout)
    assert (told["simulated"], told["serial_number"], told["pin_set"]) == (False, None, False)
    assert {len(report) for report in emulator.came} == {64}


def test_what_is_not_there_is_told_like_a_key_that_was_pulled_out(desk):
    found = station("info", "--device", "tcp:127.0.0.1:1", home=desk.home)
    assert (found.returncode, b"No emulator answers at tcp:127.0.0.1:1" in found.stderr) == (
        7,
        True,
    )


@pytest.mark.parametrize("served", [served_over_tcp, served_over_udp])
def test_an_emulator_is_reset_without_a_replug_and_only_soon_after_its_start(desk, capsys, served):
    """Over one connection: there are emulators that take no second one."""
    aaguid = "53494d55-4c41-5445-4420-4b4559203031"
    desk.given_pin()
    for ahead_s, status, said in ((3600, 3, "Nothing was erased. Start it again"), (-3600, 0, "")):
        desk.follows(clock={"waits": "real", "ahead_s": ahead_s})
        with served(desk.file) as emulator:
            device = ["--device", emulator.address, "--log", str(desk.log)]
            assert cli.status_of(["reset", "--yes", "--aaguid", aaguid, *device]) == status
        told = capsys.readouterr()
        assert (said in told.err, "Remove the token" in told.out) == (True, False)
        assert desk.opens_with(OPEN) is (status == 3)
    assert [line["event"] for line in desk.logged] == ["cli.reset"]


def test_json_is_alone_on_standard_output_also_where_a_key_wants_a_touch(desk, capsys):
    def with_a_wait(report):
        wait = (report[:4] + b"\xbb\x00\x01\x02").ljust(64, b"\0")
        return [wait, report] if report[4] == ANSWERS else [report]

    with served_over_tcp(desk.file, with_a_wait) as emulator:
        assert cli.status_of(["info", "--json", "--device", emulator.address]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["pin_set"] is False
    assert "Touch the token." in told.err


def test_cl30_bytes_that_were_changed_on_their_way_end_in_a_word_and_a_status(desk, capsys):
    chance = random.Random(30)

    def spoiled(report):
        """What a message says, not how long it is: the rest is waited for, as it should be."""
        begins = 7 if report[4] & 0x80 else 5
        if report[4] == 0x86 or chance.random() < 0.3:
            return [report]
        changed = bytearray(report)
        for _change in range(chance.randrange(1, 4)):
            changed[chance.randrange(begins, 64)] = chance.choice(
                [0, 0x1F, 0x5F, 0x7F, 0x80, 0xBF, 0xFF]
            )
        return [bytes(changed)]

    desk.given_pin()
    ended = Counter()
    for _run in range(60):
        with served_over_tcp(desk.file, spoiled) as emulator:
            ended[cli.status_of(["info", "--device", emulator.address])] += 1
        assert "Traceback" not in capsys.readouterr().err
    assert set(ended) <= {*Exit} - {Exit.INTERRUPTED}
    assert ended[Exit.DEVICE] > 20


def test_cl31_ctrl_c_while_a_key_works_tells_the_key_to_stop(desk):
    desk.given_pin()
    desk.follows(clock={"waits": "real"}, faults=[{"at_exchange": 2, "does": "endless_keepalives"}])
    with (
        served_over_tcp(desk.file) as emulator,
        Terminal("info", "--device", emulator.address, home=desk.home) as terminal,
    ):
        eventually(lambda: len(emulator.came) >= 2)
        terminal.interrupts()
        assert terminal.ends() == 130
        eventually(lambda: emulator.came[-1][4] == CANCEL)
    assert "Stopped." in terminal.text
    assert desk.opens_with(OPEN)
