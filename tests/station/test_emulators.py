"""Emulators of real keys' firmware, reached over this machine's network: `--device`."""

import json

import pytest

from tests.commands import eventually
from tests.station.desks import OPEN
from tests.station.emulator import served_over_tcp, served_over_udp
from tests.station.terminal import Terminal, station

CANCEL = 0x91


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
    assert (found.returncode, b"its connection broke" in found.stderr) == (7, True)


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
