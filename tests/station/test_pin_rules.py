"""Which PINs a key may get, before anything is sent to it."""

import unicodedata

import pytest

from tests.station.desks import OPEN, SERIAL, key

WEAK = {
    "0000": "repeats itself",
    "7777777": "repeats itself",
    "1212": "repeats itself",
    "583583": "repeats itself",
    "aAaAa": "repeats itself",
    "1234": "is a row",
    "87654": "is a row",
    "7890": "is a row",
    "2580": "is a row",
    "147258": "is a row",
    "Qwerty": "is a row",
    "1987": "year or a date",
    "2024": "year or a date",
    "311299": "year or a date",
    "991231": "year or a date",
    "31121999": "year or a date",
    "12311999": "year or a date",
    "IM000000": "serial number",
    "0001": "serial number",
}
GOOD = ["7391", "8026", "142857", "314159", "4711", "1899", "2040", "32129", "passt", "áéíó"]


def refusal_of(desk, pin, *words):
    before = desk.exchanges
    refused = desk.runs("pin", "set", "--stdin", *words, stdin=f"{pin}\n")
    assert (refused.status, desk.told()["pin_set"]) == (2, False), pin
    assert pin not in refused.err.replace("as in 0000 or 1212", "").replace("1234 or 2580", "")
    assert "Nothing was sent to the token." in refused.err
    return refused.err, desk.exchanges - before


def test_cl06_weak_pins_are_refused_with_the_reason(desk):
    for pin, reason in WEAK.items():
        said, _ = refusal_of(desk, pin)
        assert reason in said, (pin, said)


@pytest.mark.parametrize("pin", GOOD)
def test_a_pin_that_is_not_guessed_first_is_accepted(desk, pin):
    desk.given_pin(pin)
    assert desk.opens_with(pin)


def test_cl01_and_cl02_four_characters_are_the_fewest_however_many_bytes_they_have(desk):
    for pin in ("739", "ééé", "\N{ROWBOAT}" * 2 + "x"):
        said, exchanged = refusal_of(desk, pin)
        assert "at least 4 characters" in said
        assert exchanged == 2  # those of `info`
    desk.given_pin("éàüñ")


def test_cl03_63_bytes_are_accepted(desk):
    longest = "é" + "ab3" * 20 + "z"
    assert len(longest.encode()) == 63
    desk.given_pin(longest)
    assert desk.opens_with(longest)


def test_cl04_64_bytes_are_refused_and_no_command_reaches_the_key(desk):
    said, exchanged = refusal_of(desk, "é" + "ab3" * 20 + "zz")
    assert "it has 64 bytes, at most 63 fit" in said
    assert exchanged == 2


def test_cl05_a_pin_is_sent_in_the_form_in_which_browsers_send_it(desk):
    composed = unicodedata.normalize("NFC", "pâté9")
    decomposed = unicodedata.normalize("NFD", composed)
    desk.given_pin(decomposed)
    assert desk.opens_with(composed)
    changed = desk.runs("pin", "change", "--stdin", stdin=f"{decomposed}\n{OPEN}\n")
    assert (changed.status, desk.opens_with(OPEN)) == (0, True)
    refused = desk.runs("pin", "change", "--stdin", stdin=f"{OPEN}\n{'é' * 3}x")
    assert refused.status == 0  # 4 characters once composed
    said = desk.runs("pin", "change", "--stdin", stdin="ééé\nééx\n".replace("é", "e\u0301"))
    assert (said.status, "at least 4" in said.err) == (2, True)


def test_cl07_a_key_may_ask_for_more_characters(desk):
    desk.follows(keys=[key(min_pin_length=6)])
    said, _ = refusal_of(desk, "73914")
    assert "at least 6 characters" in said
    desk.given_pin("739148")


def test_a_character_that_other_computers_cannot_type_is_refused(desk):
    for pin in ("7391\t", "73\x0091", "\x1b7391"):
        said, _ = refusal_of(desk, pin)
        assert "cannot type" in said


def test_what_is_no_utf8_or_of_the_wrong_number_of_lines_is_refused(desk):
    for stdin in ("", "\n", "73914\n73914\n73914\n"):
        refused = desk.runs("pin", "set", "--stdin", stdin=stdin)
        assert refused.status == 2
    for stdin in (f"{OPEN}\n", f"{OPEN}\n80264\n80264\n80264\n"):
        refused = desk.runs("pin", "change", "--stdin", stdin=stdin)
        assert refused.status == 2
    assert desk.exchanges == 0
    assert desk.told()["serial_number"] == SERIAL
