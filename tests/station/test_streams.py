"""Standard input and output that are closed, full, or read by nobody."""

import os
import signal
import subprocess

import pytest

from tests.station.desks import OPEN
from tests.station.terminal import STATION, environment

PIN_SET = "pin set --stdin"


@pytest.mark.parametrize(
    ("words", "around", "status", "has_pin"),
    [
        (PIN_SET, "cat pin | %s", 0, True),
        (PIN_SET, "cat pin | %s >/dev/full", 1, True),
        (PIN_SET, "cat pin | %s >&- 2>&-", 0, True),
        (PIN_SET, "cat pin | { %s; echo $? >status; } | true; exit $(cat status)", 1, True),
        (PIN_SET, "%s <&-", 2, False),
        ("pin set", "%s <&-", 2, False),
        ("info --json", "%s <&- 2>/dev/full", 0, False),
        ("pin bogus", "%s 2>/dev/full", 2, False),
    ],
)
def test_the_work_is_done_or_refused_whatever_becomes_of_the_words(
    desk, words, around, status, has_pin
):
    (desk.home / "pin").write_text(f"{OPEN}\r\n{OPEN}\r\n\r\n\n")
    command = " ".join([*STATION, *desk.words(*words.split())])
    found = subprocess.run(
        ["sh", "-c", around % command],
        cwd=desk.home,
        env=environment(desk.home),
        capture_output=True,
        text=True,
    )
    assert (found.returncode, found.stderr.count("Traceback")) == (status, 0), found.stderr
    assert desk.opens_with(OPEN) if has_pin else not desk.keys_with_a_pin


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_told_to_end_leaves_a_terminal_whose_letters_are_seen(desk, number):
    with desk.terminal("pin", "set") as terminal:
        terminal.reads("New PIN:")
        os.kill(terminal.process.pid, number)
        assert (terminal.ends(), terminal.echoes) == (130, True)
    assert terminal.text.rstrip().endswith("Stopped.")
