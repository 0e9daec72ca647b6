"""The simulated key's PIN: set, changed, tried, blocked, and what it opens. CTAP §6.5."""

import os

import pytest
from fido2.ctap import CtapError
from fido2.ctap2.config import Config
from fido2.ctap2.credman import CredentialManagement
from fido2.ctap2.pin import ClientPin, PinProtocolV1, PinProtocolV2

from wardkey_station.simulator.port import SimulatedPort
from wardkey_station.simulator.script import ClockScript, Script
from wardkey_station.simulator.state import read, write_script

from .simulated import ctap2, port_with, refused, replugged

PIN, OTHER_PIN = "a1b2c3", "ångström"
HASH = bytes(range(32))
PERMISSION = ClientPin.PERMISSION


@pytest.fixture(params=[PinProtocolV1, PinProtocolV2], ids=["one", "two"])
def protocol(request):
    return request.param()


@pytest.fixture
def port(tmp_path):
    return port_with(tmp_path / "keys.json")


@pytest.fixture
def pin(port, protocol):
    """Of a key that has one."""
    client_pin = ClientPin(ctap2(port), protocol)
    client_pin.set_pin(PIN)
    return client_pin


def opens(pin, with_pin):
    pin.get_pin_token(with_pin, PERMISSION.CREDENTIAL_MGMT)


def wrong(pin, code, times=1):
    for _time in range(times):
        refused(code, pin.get_pin_token, "wrong", PERMISSION.CREDENTIAL_MGMT)


def test_a_pin_is_set_once_and_changed_with_the_old_one(pin):
    opens(pin, PIN)
    refused(0x33, pin.set_pin, OTHER_PIN)
    refused(0x31, pin.change_pin, OTHER_PIN, "654321")
    pin.change_pin(PIN, OTHER_PIN)
    opens(pin, OTHER_PIN)
    refused(0x31, pin.get_pin_token, PIN)
    assert pin.ctap.get_info().options["clientPin"] is True


def test_without_a_pin_there_are_no_tries(port, protocol):
    client_pin = ClientPin(ctap2(port), protocol)
    refused(0x35, client_pin.get_pin_retries)
    refused(0x35, client_pin.get_pin_token, PIN)
    refused(0x35, client_pin.change_pin, PIN, OTHER_PIN)


@pytest.mark.parametrize(
    ("length", "answer"), [("1234", 0), ("123 ", 0), ("x" * 63, 0), ("é" * 31, 0), ("x" * 64, 0x37)]
)
def test_a_pin_has_four_code_points_to_63_bytes(port, protocol, length, answer):
    client_pin = ClientPin(ctap2(port), protocol)
    if answer:
        refused(answer, client_pin.set_pin, length)
    else:
        client_pin.set_pin(length)
        opens(client_pin, length)


def test_what_is_no_padded_pin_is_refused(port, protocol):
    """fido2 itself refuses to send the first; here it is sent by hand."""
    ctap = ctap2(port)
    agreement, shared = ClientPin(ctap, protocol)._get_shared_secret()

    def set_padded(padded):
        encrypted = protocol.encrypt(shared, padded)
        parameter = protocol.authenticate(shared, encrypted)
        ctap.client_pin(protocol.VERSION, 3, agreement, parameter, encrypted)

    refused(0x37, set_padded, b"123".ljust(64, b"\0"))
    refused(0x37, set_padded, b"\xff\xfe\xfd\xfc\xfb".ljust(64, b"\0"))
    refused(0x02, set_padded, b"12345".ljust(48, b"\0"))
    refused(0x02, set_padded, b"12345".ljust(80, b"\0"))
    not_whole = protocol.encrypt(shared, bytes(16)) + b"x"
    parameter = protocol.authenticate(shared, not_whole)
    refused(0x33, ctap.client_pin, protocol.VERSION, 3, agreement, parameter, not_whole)
    set_padded(b"1234".ljust(64, b"\0"))


def test_a_pin_that_is_sent_in_another_form_counts_as_wrong(pin):
    agreement, _shared = pin._get_shared_secret()
    wrong_form = {"key_agreement": agreement, "pin_hash_enc": b"x"}
    refused(0x31, pin.ctap.client_pin, pin.protocol.VERSION, 5, **wrong_form)
    assert pin.get_pin_retries()[0] == 7
    refused(0x02, pin.ctap.client_pin, pin.protocol.VERSION, 5, permissions=1, **wrong_form)
    refused(0x14, pin.ctap.client_pin, pin.protocol.VERSION, 9, **wrong_form)
    assert pin.get_pin_retries()[0] == 7


def test_what_somebody_changed_on_the_way_is_refused(port, protocol):
    ctap = ctap2(port)
    agreement, shared = ClientPin(ctap, protocol)._get_shared_secret()
    encrypted = protocol.encrypt(shared, b"123456".ljust(64, b"\0"))
    refused(0x33, ctap.client_pin, protocol.VERSION, 3, agreement, bytes(16), encrypted)
    not_on_the_curve = {**agreement, -2: bytes(32)}
    refused(0x02, ctap.client_pin, protocol.VERSION, 3, not_on_the_curve, bytes(16), encrypted)
    for wrong in ({3: -7}, {-1: 2}, {-2: bytes(31)}, {-3: 1}):
        changed = {**agreement, **wrong}
        refused(0x02, ctap.client_pin, protocol.VERSION, 3, changed, bytes(16), encrypted)
    refused(0x02, ctap.client_pin, 3, 2)
    refused(0x14, ctap.client_pin, protocol.VERSION, 3)
    refused(0x3E, ctap.client_pin, protocol.VERSION, 0x63)


def test_cl09_a_wrong_pin_takes_one_try_and_the_right_one_gives_all_back(pin):
    assert pin.get_pin_retries() == (8, False)
    wrong(pin, 0x31, 2)
    assert pin.get_pin_retries() == (6, False)
    opens(pin, PIN)
    assert pin.get_pin_retries() == (8, False)


def test_three_wrong_in_a_row_ask_for_a_replug_also_of_the_next_command(port, pin):
    wrong(pin, 0x31, 2)
    wrong(pin, 0x34)
    assert pin.get_pin_retries() == (5, True)
    refused(0x34, pin.get_pin_token, PIN)
    later = SimulatedPort(port.file)
    refused(0x34, ClientPin(ctap2(later), pin.protocol).change_pin, PIN, OTHER_PIN)
    opens(ClientPin(replugged(later), pin.protocol), PIN)


def test_cl11_eight_wrong_ones_block_the_pin_until_a_reset(port, pin):
    for _plug in range(2):
        wrong(pin, 0x31, 2)
        wrong(pin, 0x34)
        pin = ClientPin(replugged(port), pin.protocol)
    wrong(pin, 0x31)
    wrong(pin, 0x32)
    assert pin.get_pin_retries()[0] == 0
    pin = ClientPin(replugged(port), pin.protocol)
    refused(0x32, pin.get_pin_token, PIN)
    pin.ctap.reset()
    pin.set_pin(OTHER_PIN)
    assert pin.get_pin_retries() == (8, False)


def test_a_try_is_counted_before_it_is_looked_at(tmp_path, protocol):
    """Whoever pulls the key out before it answers gains no try."""
    file = tmp_path / "keys.json"
    ClientPin(ctap2(port_with(file)), protocol).set_pin(PIN)
    faults = {"faults": [{"at_exchange": 4, "does": "pull_out", "after_work": True}]}
    with pytest.raises(OSError, match="No such device"):
        wrong(ClientPin(ctap2(port_with(file, faults)), protocol), 0x31)
    assert ClientPin(ctap2(port_with(file)), protocol).get_pin_retries()[0] == 7


def configured(pin, **settings):
    secret = pin.get_pin_token(PIN, PERMISSION.AUTHENTICATOR_CFG)
    Config(pin.ctap, pin.protocol, secret).set_min_pin_length(**settings)


def test_cl14_a_pin_that_has_to_be_changed_opens_nothing(pin):
    configured(pin, force_change_pin=True)
    assert pin.ctap.get_info().force_pin_change is True
    refused(0x31, pin.get_pin_token, PIN)
    refused(0x37, pin.get_pin_token, PIN, PERMISSION.CREDENTIAL_MGMT)
    refused(0x37, pin.change_pin, PIN, PIN)
    pin.change_pin(PIN, OTHER_PIN)
    opens(pin, OTHER_PIN)
    assert pin.ctap.get_info().force_pin_change is False


def test_cl15_a_minimum_grows_and_never_shrinks(pin):
    configured(pin, min_pin_length=8)
    assert (pin.ctap.get_info().min_pin_length, pin.ctap.get_info().force_pin_change) == (8, True)
    refused(0x37, pin.change_pin, PIN, "1234567")
    pin.change_pin(PIN, "12345678")
    secret = pin.get_pin_token("12345678", PERMISSION.AUTHENTICATOR_CFG)
    refused(0x37, Config(pin.ctap, pin.protocol, secret).set_min_pin_length, 7)
    refused(0x37, Config(pin.ctap, pin.protocol, secret).set_min_pin_length, 64)


def metadata(pin, secret):
    return CredentialManagement(pin.ctap, pin.protocol, secret).get_metadata()


def test_what_a_pin_opens_is_what_was_asked_for(pin):
    assert metadata(pin, pin.get_pin_token(PIN, PERMISSION.CREDENTIAL_MGMT))
    refused(0x33, metadata, pin, pin.get_pin_token(PIN, PERMISSION.LARGE_BLOB_WRITE))
    refused(0x33, metadata, pin, pin.get_pin_token(PIN))
    refused(0x33, metadata, pin, os.urandom(32))
    refused(0x40, pin.get_pin_token, PIN, PERMISSION.BIO_ENROLL)
    refused(0x02, pin.get_pin_token, PIN, PERMISSION(0))
    refused(0x02, pin.get_pin_token, PIN, PERMISSION.GET_ASSERTION)
    refused(0x3E, pin.get_uv_retries)
    refused(0x3E, pin.get_uv_token, PERMISSION.GET_ASSERTION, "rp.example")


def test_what_a_pin_opened_ends_with_the_next_one_and_with_its_change(pin):
    first = pin.get_pin_token(PIN, PERMISSION.CREDENTIAL_MGMT)
    second = pin.get_pin_token(PIN, PERMISSION.CREDENTIAL_MGMT)
    refused(0x33, metadata, pin, first)
    assert metadata(pin, second)
    pin.change_pin(PIN, OTHER_PIN)
    refused(0x33, metadata, pin, second)


def looked_at(port, seconds):
    for _look in range(seconds * 10):
        port.list_descriptors()


def test_what_a_pin_opened_ends_by_time(port, pin):
    """Unused within 30 seconds, and used after 10 minutes (CTAP §6.5.2.1)."""
    secret = pin.get_pin_token(PIN, PERMISSION.CREDENTIAL_MGMT)
    looked_at(port, 31)
    refused(0x33, metadata, pin, secret)
    secret = pin.get_pin_token(PIN, PERMISSION.CREDENTIAL_MGMT)
    looked_at(port, 29)
    assert metadata(pin, secret)
    looked_at(port, 560)
    assert metadata(pin, secret)
    looked_at(port, 20)
    refused(0x33, metadata, pin, secret)


def test_it_is_for_one_relying_party(pin):
    secret = pin.get_pin_token(PIN, PERMISSION.GET_ASSERTION, "rp.example")
    parameter = pin.protocol.authenticate(secret, HASH)
    common = {"pin_uv_param": parameter, "pin_uv_protocol": pin.protocol.VERSION}
    with pytest.raises(CtapError, match="PIN_AUTH_INVALID"):
        pin.ctap.get_assertion("other.example", HASH, **common)
    with pytest.raises(CtapError, match="NO_CREDENTIALS"):
        pin.ctap.get_assertion("rp.example", HASH, **common)


def test_neither_the_pin_nor_what_it_opens_is_in_the_file(port, pin):
    secret = pin.get_pin_token(PIN, PERMISSION.CREDENTIAL_MGMT)
    metadata(pin, secret)
    text = port.file.read_text()
    assert PIN not in text
    assert secret.hex() not in text


def test_a_reset_comes_within_ten_seconds_after_power(port, pin):
    looked_at(port, 11)
    refused(0x30, pin.ctap.reset)
    opens(pin, PIN)
    ctap = replugged(port)
    ctap.reset()
    assert ctap.get_info().options["clientPin"] is False
    assert read(port.file).keys[0].storage.credentials == []


def test_cl17_the_clock_of_a_script_makes_a_reset_too_late(tmp_path):
    file = tmp_path / "keys.json"
    port_with(file)
    write_script(file, Script(clock=ClockScript(ahead_s=11)))
    refused(0x30, ctap2(SimulatedPort(file)).reset)
    write_script(file, Script(clock=ClockScript(waits="skipped")))
    ctap2(SimulatedPort(file)).reset()
