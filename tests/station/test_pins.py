"""A key gets its first PIN, or another one: `wardkey-station pin set` and `pin change`."""

import pytest

from tests.station.desks import NEXT, OPEN, SERIAL, key
from wardkey_station.simulator import state


def changed(desk, old, new, *words):
    return desk.runs("pin", "change", "--stdin", *words, stdin=f"{old}\n{new}\n")


def wrong(desk, times):
    return [changed(desk, "60417", NEXT) for _ in range(times)]


def replug(desk):
    contents = state.read(desk.file)
    contents.keys[0].power.plugged_in = False
    state.write(desk.file, contents)


def test_a_key_gets_its_first_pin_at_the_keyboard_unseen(desk):
    with desk.terminal("pin", "set") as terminal:
        terminal.reads("New PIN: ")
        assert not terminal.echoes
        terminal.types(OPEN)
        terminal.reads("New PIN once more: ")
        assert not terminal.echoes
        terminal.types(OPEN)
        assert terminal.ends() == 0
    assert "8 tries are left" in terminal.text
    assert OPEN not in terminal.text
    assert desk.opens_with(OPEN)


def test_a_pin_is_changed_at_the_keyboard_and_tries_are_told_before_and_after(desk):
    desk.given_pin()
    with desk.terminal("pin", "change") as terminal:
        terminal.reads("8 tries are left")
        for question, pin in (("Old PIN: ", OPEN), ("New PIN: ", NEXT), ("once more: ", NEXT)):
            terminal.reads(question)
            terminal.types(pin)
        terminal.reads("Done. The token has its new PIN now.")
        terminal.reads("8 tries are left")
        assert terminal.ends() == 0
    assert desk.opens_with(NEXT)


def test_a_key_that_has_a_pin_gets_no_first_one(desk):
    desk.given_pin()
    refused = desk.runs("pin", "set", "--stdin", stdin=f"{NEXT}\n")
    assert (refused.status, "Run `pin change` instead." in refused.err) == (4, True)
    assert desk.opens_with(OPEN)


@pytest.mark.parametrize(
    "lines",
    [
        (OPEN, NEXT, NEXT + "1"),
        (OPEN, OPEN),
        (OPEN, ""),
        ("", NEXT),
        (OPEN, NEXT, ""),
    ],
    ids=["mismatch", "the old one", "empty", "no old one", "nothing the second time"],
)
def test_cl08_what_is_no_new_pin_is_refused_before_the_key_is_asked(desk, lines):
    desk.given_pin()
    before = desk.exchanges
    refused = desk.runs("pin", "change", "--stdin", stdin="\n".join(lines) + "\n")
    assert (refused.status, desk.exchanges) == (2, before)
    assert desk.runs("pin", "change", "--stdin", stdin=f"{OPEN}\n{NEXT}\n{NEXT}\n").status == 0


def test_cl08_at_the_keyboard_too(desk):
    for first, second in ((OPEN, NEXT), ("", None)):
        with desk.terminal("pin", "set") as terminal:
            terminal.reads("New PIN: ")
            terminal.types(first)
            if second:
                terminal.reads("once more: ")
                terminal.types(second)
            assert terminal.ends() == 2
            assert terminal.echoes
    assert desk.key().storage.pin_hash is None


def test_cl09_a_wrong_pin_is_asked_for_again_only_on_an_explicit_yes(desk):
    desk.given_pin()
    with desk.terminal("pin", "change") as terminal:
        for question, pin in (("Old PIN: ", "60417"), ("New PIN: ", NEXT), ("more: ", NEXT)):
            terminal.reads(question)
            terminal.types(pin)
        terminal.reads("The PIN is wrong. 7 tries are left")
        terminal.reads("Try another PIN? [y/N]")
        terminal.types("yes")
        terminal.reads("Old PIN: ")
        terminal.types("60418")
        terminal.reads("The PIN is wrong. 6 tries are left")
        terminal.reads("second wrong PIN in a row, so the station stops here: after a third")
        assert terminal.ends() == 4
    assert [(line["event"], line["retries"]) for line in desk.logged] == [
        ("cli.pin_fail", 7),
        ("cli.pin_fail", 6),
    ]
    assert not any(pin in desk.log.read_text() for pin in (OPEN, NEXT, "60417", "60418"))
    with desk.terminal("pin", "change") as terminal:
        for question, pin in (("Old PIN: ", OPEN), ("New PIN: ", NEXT), ("more: ", NEXT)):
            terminal.reads(question)
            terminal.types(pin)
        assert terminal.ends() == 0
    assert desk.told()["pin_retries"] == 8


def test_cl09_no_is_the_answer_of_whoever_just_presses_enter(desk):
    desk.given_pin()
    with desk.terminal("pin", "change") as terminal:
        for question, pin in (("Old PIN: ", "60417"), ("New PIN: ", NEXT), ("more: ", NEXT)):
            terminal.reads(question)
            terminal.types(pin)
        terminal.reads("Try another PIN?")
        terminal.types("")
        assert terminal.ends() == 4
    assert desk.told()["pin_retries"] == 7


def test_cl10_after_three_wrong_pins_the_key_has_to_be_inserted_again(desk):
    desk.given_pin()
    first, second, third = wrong(desk, 3)
    told = ["Wrong PINs were tried before" in each.err for each in (first, second, third)]
    assert (third.status, told) == (4, [False, False, True])
    assert "Remove it and insert it again. (CTAP 0x34)" in third.err
    assert desk.told()["pin_waits_for_replug"] is True
    right = changed(desk, OPEN, NEXT)
    assert (right.status, "Remove it and insert it again." in right.err) == (4, True)
    replug(desk)
    assert changed(desk, OPEN, NEXT).status == 0


def test_cl11_after_eight_wrong_pins_only_a_reset_is_left(desk):
    desk.given_pin()
    for times in (3, 3, 2):
        *_, last = wrong(desk, times)
        replug(desk)
    assert last.status == 4
    assert "It can only be reset" in last.err
    assert f"serial number {SERIAL}" in last.err
    assert desk.logged[-1] | {"event": "cli.pin_blocked", "retries": 0} == desk.logged[-1]
    assert [line["retries"] for line in desk.logged] == [7, 6, 5, 4, 3, 2, 1, 0]
    before = desk.exchanges
    again = changed(desk, OPEN, NEXT)
    assert (again.status, "It can only be reset" in again.err) == (4, True)
    assert desk.exchanges == before + 3  # INIT, getInfo and the tries: no PIN was sent
    assert desk.runs("reset", "--yes", "--serial", SERIAL).status == 0
    desk.given_pin(NEXT)


def test_cl12_the_right_pin_brings_all_tries_back(desk):
    desk.given_pin()
    wrong(desk, 3)
    replug(desk)
    wrong(desk, 2)
    assert desk.told()["pin_retries"] == 3
    assert "8 tries are left" in changed(desk, OPEN, NEXT).out


def test_cl13_where_no_pin_is_set_the_station_offers_to_set_one(desk):
    refused = changed(desk, OPEN, NEXT)
    assert (refused.status, "Run `pin set`" in refused.err) == (4, True)
    with desk.terminal("pin", "change") as terminal:
        terminal.reads("Set one now?")
        terminal.types("y")
        for question in ("New PIN: ", "once more: "):
            terminal.reads(question)
            terminal.types(OPEN)
        assert terminal.ends() == 0
    assert desk.opens_with(OPEN)


def test_cl22_of_two_keys_the_one_that_is_touched_is_meant_and_told_to_confirm(desk):
    desk.follows(keys=[key(), key("SIM00000002")], touches=[{"after_s": None}])
    with desk.terminal("pin", "set") as terminal:
        terminal.reads("2 tokens are inserted.")
        terminal.reads("TOUCH THE TOKEN THAT YOU MEAN")
        serial = terminal.reads("? [y/N]").rpartition("number ")[2][: len(SERIAL)]
        terminal.types("y")
        for question in ("New PIN: ", "once more: "):
            terminal.reads(question)
            terminal.types(OPEN)
        assert terminal.ends() == 0
    other = ({SERIAL, "SIM00000002"} - {serial}).pop()
    assert desk.opens_with(OPEN, serial)
    assert desk.key(other).storage.pin_hash is None


def test_cl22_where_nobody_can_touch_the_serial_number_says_which(desk):
    desk.follows(keys=[key(), key("SIM00000002")])
    refused = desk.runs("pin", "set", "--stdin", stdin=f"{OPEN}\n")
    assert (refused.status, "2 FIDO2 tokens are inserted." in refused.err) == (6, True)
    desk.given_pin(OPEN, "--serial", "SIM00000002")
    assert desk.opens_with(OPEN, "SIM00000002")
    assert desk.key().storage.pin_hash is None
    absent = desk.runs("pin", "set", "--stdin", "--serial", "SIM3", stdin=f"{OPEN}\n")
    assert absent.status == 2


def test_cl32_a_pin_is_read_from_the_keyboard_or_standard_input_alone(desk):
    for words in (["pin", "set", OPEN], ["pin", "set", "--pin", OPEN], ["pin", "change", OPEN]):
        found = desk.runs(*words)
        said = "No such option" if "--pin" in words else "More words were given"
        assert (found.status, said in found.err, OPEN in found.out + found.err) == (2, True, False)
    with_it = desk.piped("pin", "set", WARDKEY_PIN=OPEN, PIN=OPEN)
    assert with_it.returncode == 2
    assert b"Give PINs with --stdin" in with_it.stderr
    assert not desk.keys_with_a_pin
