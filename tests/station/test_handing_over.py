"""What a key asks for once it is handed over: another PIN first, and longer ones."""

import pytest
from fido2.ctap import CtapError
from fido2.ctap2 import ClientPin, Ctap2
from fido2.hid import CtapHidDevice

from tests.station.desks import NEXT, OPEN, SERIAL, key
from tests.station.test_pins import changed
from wardkey_station.simulator import state
from wardkey_station.simulator.port import SimulatedPort


def pin_proof(desk, pin):
    port = SimulatedPort(desk.file)
    [descriptor] = port.list_descriptors()
    ctap = Ctap2(CtapHidDevice(descriptor, port.open_connection(descriptor)))
    return ClientPin(ctap).get_pin_token(pin, ClientPin.PERMISSION.AUTHENTICATOR_CFG)


def test_cl14_a_handed_over_key_is_of_no_use_until_its_pin_was_changed(desk):
    desk.given_pin(OPEN, "--force-change")
    assert [line["event"] for line in desk.logged] == ["cli.force_change_set"]
    assert desk.told()["pin_change_forced"] is True
    with pytest.raises(CtapError) as refused:
        pin_proof(desk, OPEN)
    assert refused.value.code == CtapError.ERR.PIN_POLICY_VIOLATION
    assert changed(desk, OPEN, NEXT).status == 0
    assert desk.told()["pin_change_forced"] is False
    assert pin_proof(desk, NEXT)


def test_cl14_a_key_that_cannot_ask_for_it_is_told_before_anything_is_sent(desk):
    desk.follows(keys=[key(can_be_configured=False)])
    for words in (["--force-change"], ["--min-length", "6"]):
        refused = desk.runs("pin", "set", "--stdin", *words, stdin="739148\n")
        assert (refused.status, "Nothing was sent." in refused.err) == (5, True)
    assert desk.told()["can_force_pin_change"] is False
    desk.given_pin()
    refused = changed(desk, OPEN, NEXT, "--force-change")
    assert (refused.status, desk.opens_with(OPEN), desk.logged) == (5, True, [])


def test_cl15_a_longer_pin_can_be_asked_for_and_never_a_shorter_one(desk):
    short = desk.runs("pin", "set", "--stdin", "--min-length", "6", stdin=f"{OPEN}\n")
    assert (short.status, "at least 6" in short.err, desk.told()["pin_set"]) == (2, True, False)
    desk.given_pin("739148", "--min-length", "6")
    assert desk.told()["minimum_pin_length"] == 6
    before = desk.exchanges
    refused = changed(desk, "739148", "802647", "--min-length", "5")
    assert (refused.status, "can only be raised" in refused.err) == (2, True)
    assert desk.opens_with("739148")
    assert desk.exchanges == before + 2  # INIT and getInfo
    assert desk.runs("pin", "set", "--min-length", "3").status == 2


def test_cl15_what_the_key_itself_refuses_is_told_with_what_was_done(desk):
    desk.follows(faults=[{"at_exchange": 7, "does": "status", "value": 0x37}])
    refused = desk.runs("pin", "set", "--stdin", "--min-length", "5", stdin=f"{OPEN}\n")
    assert refused.status == 4
    assert "0x37" in refused.err
    assert "has its new PIN, but may not ask" in refused.err
    assert desk.opens_with(OPEN)


def test_cl16_a_key_that_always_asks_for_its_pin_works_and_promises_nothing_more(desk):
    desk.given_pin()
    contents = state.read(desk.file)
    contents.keys[0].storage.always_uv = True
    state.write(desk.file, contents)
    assert desk.told()["always_uv"] is True
    assert changed(desk, OPEN, NEXT, "--force-change").status == 0
    assert desk.runs("reset", "--yes", "--serial", SERIAL).status == 0
