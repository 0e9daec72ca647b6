"""A key is reset: `wardkey-station reset`."""

import pytest

from tests.station.desks import NEXT, OPEN, SERIAL, key

OTHER = "SIM00000002"
YES = ("reset", "--yes", "--serial", SERIAL)


def test_a_reset_leads_through_replug_and_touch_and_proves_that_no_pin_is_left(desk):
    desk.given_pin()
    desk.follows(clock={"waits": "real"})
    with desk.terminal("reset") as terminal:
        terminal.reads("its credentials of every site")
        terminal.reads("Erase this token? [y/N]")
        terminal.types("y")
        terminal.reads("type the last 4 characters of its serial number:")
        terminal.types(SERIAL[-4:])
        for now in ("REMOVE THE TOKEN", "INSERT THE SAME TOKEN AGAIN", "TOUCH THE TOKEN"):
            assert "SIMULATED KEY" in terminal.reads(now)
        terminal.reads("seconds are left")
        terminal.reads("Done. The token is empty and has no PIN.")
        terminal.reads(f"serial number {SERIAL}")
        assert terminal.ends() == 0
    assert desk.told()["pin_set"] is False
    [line] = desk.logged
    assert (line["event"], line["serial_number"], line["simulated"]) == ("cli.reset", SERIAL, True)
    desk.given_pin(NEXT)


@pytest.mark.parametrize("answers", [["n"], [""], ["y", "0002"], ["y", ""]])
def test_who_does_not_agree_twice_keeps_everything(desk, answers):
    desk.given_pin()
    with desk.terminal("reset") as terminal:
        for question, answer in zip(("[y/N]", "number:"), answers, strict=False):
            terminal.reads(question)
            terminal.types(answer)
        assert terminal.ends() == 2
    assert "Remove" not in terminal.text.title().replace("Removed", "")
    assert desk.opens_with(OPEN)


def test_cl17_a_replug_that_came_too_late_starts_again_by_itself(desk):
    desk.given_pin()
    desk.follows(replugs=[{"listed_after_s": 11}, {"listed_after_s": 11}])
    found = desk.runs(*YES)
    assert found.status == 0
    assert found.err.count("More than 10 seconds had passed. Nothing was erased.") == 2
    assert found.out.count("SIMULATED KEY: Remove the token.") == 3
    desk.given_pin()
    desk.follows(replug={"listed_after_s": 11})
    found = desk.runs(*YES)
    assert (found.status, "Each time more than 10 seconds" in found.err) == (3, True)
    assert desk.opens_with(OPEN)


@pytest.mark.parametrize("touch", [{"after_s": None}, {"declined": True}])
def test_cl18_without_a_touch_nothing_is_erased(desk, touch):
    desk.given_pin()
    desk.follows(touch=touch)
    found = desk.runs(*YES)
    assert (found.status, "Nothing was erased." in found.err) == (3, True)
    assert desk.opens_with(OPEN)
    assert desk.logged == []
    desk.follows()
    assert desk.runs(*YES).status == 0


@pytest.mark.parametrize(
    ("replug", "said"),
    [
        ({"removed_after_s": None}, "Nobody removed the token."),
        ({"inserted_after_s": None}, "Nobody inserted the token."),
    ],
)
def test_who_does_not_remove_or_insert_it_is_waited_for_a_minute(desk, replug, said):
    desk.given_pin()
    desk.follows(replug=replug)
    found = desk.runs(*YES)
    assert (found.status, said in found.err, desk.opens_with(OPEN)) == (3, True, True)


def test_cl19_a_key_that_is_not_reset_over_nfc_is_refused_there(desk):
    nfc = {"transport": "nfc"}
    desk.follows(keys=[key(**nfc, transports_for_reset=["usb"])])
    desk.given_pin()
    found = desk.runs(*YES)
    assert (found.status, "not reset over nfc, only over: usb" in found.err) == (5, True)
    assert desk.opens_with(OPEN)
    desk.follows(keys=[key(**nfc)])
    assert desk.runs(*YES).status == 0


@pytest.mark.parametrize(
    ("inserts", "status", "said"),
    [
        ([OTHER], 6, "This is another token than before."),
        ([SERIAL, OTHER], 6, "2 FIDO2 tokens are inserted."),
    ],
)
def test_cl23_another_key_in_its_place_is_not_erased(desk, inserts, status, said):
    keys = [key(), key(OTHER, plugged_in=False)]
    desk.follows(keys=[key(), key(OTHER)])
    for serial in (SERIAL, OTHER):
        desk.given_pin(OPEN, "--serial", serial)
    desk.follows(keys=keys, replug={"inserts": inserts})
    found = desk.runs(*YES)
    assert (found.status, said in found.err) == (status, True)
    assert desk.opens_with(OPEN)
    assert desk.opens_with(OPEN, OTHER)


def test_cl23_a_key_that_is_swapped_at_the_moment_of_the_reset_is_not_erased(desk):
    desk.follows(keys=[key(), key(OTHER)])
    for serial in (SERIAL, OTHER):
        desk.given_pin(OPEN, "--serial", serial)
    swapped = {"at_exchange": 5, "does": "pull_out", "inserts": [OTHER]}
    desk.follows(keys=[key(), key(OTHER, plugged_in=False)], faults=[swapped])
    found = desk.runs(*YES)
    assert (found.status, "It may be erased or not" in found.err) == (7, True)
    assert desk.opens_with(OPEN)
    assert desk.opens_with(OPEN, OTHER)


def test_a_key_that_only_says_that_it_was_reset_is_found_out(desk):
    desk.given_pin()
    desk.follows(faults=[{"at_exchange": 5, "does": "status", "value": 0}])
    found = desk.runs(*YES)
    assert (found.status, "it has a PIN still. Do not hand it out." in found.err) == (7, True)
    assert desk.logged == []


def test_two_keys_are_never_reset_by_guessing(desk):
    desk.follows(keys=[key(), key(OTHER)])
    found = desk.runs(*YES)
    assert (found.status, "Leave in only the one" in found.err) == (6, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["reset"], "give --yes and --serial NUMBER"),
        (["reset", "--serial", SERIAL], "give --yes and --serial NUMBER"),
        (["reset", "--yes"], "--yes needs --serial NUMBER too"),
        (["reset", "--yes", "--serial", OTHER], "another serial number"),
        (["reset", "--yes", "--aaguid", "53494d55-4c41-5445-4420-4b4559203031"], "give it with"),
        (["reset", "--yes", "--serial", SERIAL, "--aaguid", "0"], "another AAGUID"),
    ],
)
def test_cl24_without_a_terminal_yes_and_the_serial_number_are_both_needed(desk, words, said):
    desk.given_pin()
    found = desk.runs(*words)
    assert (found.status, said in found.err) == (2, True)
    assert desk.opens_with(OPEN)


def test_cl24_a_key_without_a_serial_number_is_named_by_its_model(desk):
    desk.follows(keys=[key(tells_serial=False)])
    aaguid = "53494D55-4C41-5445-4420-4B4559203031"
    assert desk.runs("reset", "--yes", "--aaguid", aaguid).status == 0
    with desk.terminal("reset") as terminal:
        terminal.reads("[y/N]")
        terminal.types("y")
        terminal.reads("type RESET:")
        terminal.types("RESET")
        assert terminal.ends() == 0


def test_cl23_two_keys_without_a_serial_number_are_told_apart_by_their_state(desk):
    aaguid = "53494d55-4c41-5445-4420-4b4559203031"
    silent = {"tells_serial": False}
    desk.follows(keys=[key(**silent), key(OTHER, plugged_in=False)])
    desk.given_pin()
    script = {"keys": [key(**silent, plugged_in=False), key(OTHER, **silent)]}
    desk.follows(**script, replug={"inserts": [SERIAL]})
    found = desk.runs("reset", "--yes", "--aaguid", aaguid)
    assert (found.status, "This is another token than before." in found.err) == (6, True)
    assert "This token tells no serial number." in found.out
    assert desk.opens_with(OPEN)


def test_a_key_that_wants_to_be_held_says_so(desk):
    desk.follows(keys=[key(long_touch_for_reset=True)])
    assert "hold it until it stops blinking" in desk.runs(*YES).out


def test_cl25_without_the_portal_only_offline_and_with_what_is_to_be_removed_later(desk):
    desk.given_pin()
    portal = ("--portal", "http://127.0.0.1:1")
    refused = desk.runs(*YES, *portal)
    assert refused.status == 8
    assert "cannot be reached. Nothing was erased." in refused.err
    assert desk.opens_with(OPEN)
    done = desk.runs(*YES, *portal, "--offline")
    assert done.status == 0
    assert "In the portal, remove what was registered with this token" in done.out
    assert SERIAL in done.out
