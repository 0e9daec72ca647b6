"""Ctrl-C at every question and wait."""

from contextlib import ExitStack

import pytest

from tests.station.desks import NEXT, OPEN, SERIAL, Desk, key
from tests.station.terminal import Terminal

OLD, NEW, AGAIN = "Old PIN:", "New PIN:", "New PIN once more:"
NEVER = {"after_s": None}
# What is answered before Ctrl-C, by command; the last question is the one that is interrupted.
WALKS = {
    "a first PIN": ("pin set", False, {}, [(NEW, "")]),
    "the same again": ("pin set", False, {}, [(NEW, OPEN), (AGAIN, "")]),
    "no PIN yet": ("pin change", False, {}, [("Set one now?", "")]),
    "the old PIN": ("pin change", True, {}, [(OLD, "")]),
    "a new PIN": ("pin change", True, {}, [(OLD, OPEN), (NEW, "")]),
    "another try": (
        "pin change",
        True,
        {},
        [(OLD, "60417"), (NEW, NEXT), (AGAIN, NEXT), ("Try another", "")],
    ),
    "erase": ("reset", True, {}, [("Erase this token?", "")]),
    "erase in earnest": ("reset", True, {}, [("Erase this token?", "y"), ("serial number:", "")]),
    "remove": ("reset", True, {"replug": {"removed_after_s": None}}, [("REMOVE THE TOKEN", "")]),
    "insert": ("reset", True, {"replug": {"inserted_after_s": None}}, [("INSERT THE SAME", "")]),
    "touch": ("reset", True, {"touch": NEVER}, [("TOUCH THE TOKEN", "")]),
    "which key": (
        "pin set",
        False,
        {"touch": NEVER, "keys": [key(), key("SIM00000002")]},
        [("THAT YOU MEAN", "")],
    ),
}
AGREED = [("Erase this token?", "y"), ("serial number:", SERIAL[-4:])]


def begun(name, tmp_path, monkeypatch, capsys) -> tuple[Desk, Terminal, list, bool]:
    words, has_pin, script, answers = WALKS[name]
    home = tmp_path / name.replace(" ", "-")
    home.mkdir()
    desk = Desk(home, monkeypatch, capsys)
    if has_pin:
        desk.given_pin()
    desk.follows(clock={"waits": "real"}, **script)
    if script and words == "reset":
        answers = AGREED + answers
    return desk, desk.terminal(*words.split()), answers, has_pin


def test_cl31_ctrl_c_ends_every_question_and_wait_and_letters_are_seen_again(
    tmp_path, monkeypatch, capsys
):
    with ExitStack() as terminals:
        begun_ones = {name: begun(name, tmp_path, monkeypatch, capsys) for name in WALKS}
        for _desk, terminal, *_rest in begun_ones.values():
            terminals.enter_context(terminal)
        for name, (desk, terminal, answers, has_pin) in begun_ones.items():
            for question, answer in answers[:-1]:
                terminal.reads(question)
                terminal.types(answer)
            terminal.reads(answers[-1][0])
            terminal.interrupts()
            assert (name, terminal.ends(), terminal.echoes) == (name, 130, True), terminal.text
            assert terminal.text.rstrip().endswith("Stopped.")
            assert "Traceback" not in terminal.text
            assert desk.opens_with(OPEN) is has_pin


@pytest.mark.parametrize("words", ["pin set", "reset"])
def test_an_input_that_ends_is_no_answer(desk, words):
    with desk.terminal(*words.split()) as terminal:
        terminal.reads("New PIN:" if words == "pin set" else "Erase this token?")
        terminal.presses_ctrl_d()
        assert terminal.ends() == 2
    assert "Nothing was" in terminal.text
