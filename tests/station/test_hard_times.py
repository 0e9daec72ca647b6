"""What keys, programs and people do at the wrong moment: pulled out, held, broken, interrupted."""

import errno
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.station.desks import NEXT, OPEN, SERIAL
from tests.station.emulator import served_over_tcp
from tests.station.terminal import station
from wardkey_station import cli
from wardkey_station.device import talking_to_keys
from wardkey_station.errors import Refused

SET = (["pin", "set", "--stdin", "--min-length", "5"], f"{OPEN}\n")
CHANGE = (["pin", "change", "--stdin", "--force-change"], f"{OPEN}\n{NEXT}\n")
RESET = (["reset", "--yes", "--serial", SERIAL], "")
INFO = (["info"], "")


def fault(at_exchange, does, **more):
    return [{"at_exchange": at_exchange, "does": does, **more}]


def with_or_without_pin(desk, command):
    """The key as the command wants it."""
    desk.file.unlink()
    desk.follows()
    if command in (CHANGE, RESET):
        desk.given_pin()


def puts_right(desk, command):
    """The next run of the same command, with the PIN that the key has by then."""
    words, stdin = command
    if command is SET and desk.told()["pin_set"]:
        words, stdin = CHANGE
    if command is CHANGE and desk.opens_with(NEXT):
        words, stdin = ["pin", "change", "--stdin"], f"{NEXT}\n{OPEN}\n"
    return desk.runs(*words, stdin=stdin).status == 0


@pytest.mark.parametrize("after_work", [False, True], ids=["before", "after the work"])
@pytest.mark.parametrize(
    "command", [INFO, SET, CHANGE, RESET], ids=["info", "set", "change", "reset"]
)
def test_a_key_pulled_out_at_any_exchange_is_told_and_the_next_run_puts_it_right(
    desk, command, after_work
):
    words, stdin = command
    for at_exchange in range(1, 40):
        with_or_without_pin(desk, command)
        desk.follows(faults=fault(at_exchange, "pull_out", after_work=after_work))
        found = desk.runs(*words, stdin=stdin)
        if found.status == 0:
            break
        assert found.status == 7, (at_exchange, found.err)
        assert "The token was pulled out, or its connection broke." in found.err
        assert "Traceback" not in found.err
        desk.follows()
        assert puts_right(desk, command), at_exchange
    assert at_exchange > {"info": 2, "pin": 8, "reset": 6}[words[0]]


def test_cl20_a_key_pulled_out_right_after_its_reset_was_reset_and_the_log_says_so(desk):
    desk.given_pin()
    desk.follows(faults=fault(6, "pull_out"))
    words, _stdin = RESET
    found = desk.runs(*words)
    assert (found.status, "It was erased. Whether a PIN is left" in found.err) == (7, True)
    assert [line["event"] for line in desk.logged] == ["cli.reset"]
    assert desk.told()["pin_set"] is False


@pytest.mark.parametrize(("times", "status"), [(3, 0), (4, 6)])
def test_cl28_a_key_that_another_program_holds_is_asked_three_times_more(desk, times, status):
    desk.follows(faults=fault(2, "hid_error", value=6, times=times))
    found = desk.runs("info")
    assert (found.status, desk.exchanges) == (status, 2 + times if status == 0 else 5)
    assert ("Another program holds the token." in found.err) == (status == 6)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (OSError(errno.EBUSY, "busy"), 6, "Another program holds the token."),
        (PermissionError(errno.EACCES, "denied"), 7, "does not let you open the token"),
        (OSError(errno.ENODEV, "gone"), 7, "The token was pulled out"),
    ],
)
def test_cl28_what_the_system_says_of_a_key_is_told_in_words(error, status, said):
    with pytest.raises(Refused, match=said) as refused, talking_to_keys():
        raise error
    assert refused.value.exit_status == status


@pytest.mark.parametrize(
    ("value", "status", "said"),
    [
        (0x28, 5, "The token is full."),
        (0x19, 2, "This token is registered there already."),
        (0x3B, 3, "The token has to be touched for this."),
        (0xDF, 7, "an error that this station does not know"),
    ],
)
def test_cl29_each_status_of_a_key_has_its_words(desk, value, status, said):
    desk.follows(faults=fault(4, "status", value=value))
    found = desk.runs("pin", "set", "--stdin", stdin=f"{OPEN}\n")
    assert (found.status, said in found.err) == (status, True)
    assert f"(CTAP 0x{value:02X})" in found.err


@pytest.mark.parametrize("does", ["malformed_cbor", "garbage"])
@pytest.mark.parametrize("at_exchange", [2, 3, 4])
def test_cl30_an_answer_that_is_none_is_a_fault_of_the_key(desk, at_exchange, does):
    desk.follows(faults=fault(at_exchange, does))
    found = desk.runs("pin", "set", "--stdin", stdin=f"{OPEN}\n")
    assert (found.status, "Traceback" in found.err) == (7, False)


CHATTER = b"\x0f\x0f\x0f\x0f\xbb\x00\x01\x02".ljust(64, b"\0")  # a keepalive to somebody else
OPENING = 0x86


def test_cl28_and_cl30_a_key_that_never_answers_is_given_up_well_within_half_a_minute(desk):
    """A key that another program holds is told from a broken one by what it says to that one."""

    def begun(does):
        desk.file = desk.home / f"{does}.json"
        desk.follows(clock={"waits": "real"}, faults=fault(2, does))
        return desk.words("info")

    never = [*map(begun, ["silence", "endless_keepalives", "truncated", "wrong_channel"])]
    desk.file = desk.home / "held.json"
    desk.follows(clock={"waits": "real"})
    with (
        served_over_tcp(desk.file, lambda r: [r if r[4] == OPENING else CHATTER]) as held,
        ThreadPoolExecutor(5) as at_once,
    ):
        words = [*never, ["info", "--device", held.address]]
        *broken, busy = at_once.map(lambda each: station(*each, home=desk.home), words)
    assert [each.returncode for each in broken] == [7] * 4
    assert all(b"Remove it, insert it and try again." in each.stderr for each in broken)
    assert (busy.returncode, b"Another program holds the token." in busy.stderr) == (6, True)


def test_what_a_key_says_to_another_program_is_not_taken_for_an_answer(desk, capsys):
    def with_chatter(report):
        """Another program opens a channel at the same moment, then waits for a touch."""
        another = report[:7] + bytes(8) + report[15:]
        return [another, report] if report[4] == OPENING else [CHATTER, report]

    with served_over_tcp(desk.file, with_chatter) as emulator:
        assert cli.status_of(["info", "--json", "--device", emulator.address]) == 0
    assert json.loads(capsys.readouterr().out)["minimum_pin_length"] == 4


def test_a_log_that_cannot_be_written_is_told_and_nothing_else_is_lost(desk):
    desk.log = desk.home
    done = desk.runs("pin", "set", "--stdin", "--force-change", stdin=f"{OPEN}\n")
    assert (done.status, "cannot be written" in done.err) == (2, False)  # a folder is no file
    desk.log = desk.file / "log.jsonl"
    done = desk.runs("pin", "set", "--stdin", "--force-change", stdin=f"{OPEN}\n")
    assert (done.status, "cannot be written" in done.err) == (0, True)


def test_a_second_command_on_the_same_file_is_refused_until_the_first_is_over(desk):
    with desk.terminal("pin", "set") as first:
        first.reads("New PIN:")
        found = desk.runs("info")
        assert (found.status, "Another command uses" in found.err) == (6, True)
        first.interrupts()
        assert first.ends() == 130
    assert desk.runs("info").status == 0
