"""docs/station-simulator.md: each example of the script does what the document says."""

import json
import re
import threading
from pathlib import Path

import pytest
from fido2.ctap import CtapError
from fido2.ctap2 import Ctap2
from fido2.ctap2.pin import ClientPin
from fido2.hid import CAPABILITY, ConnectionFailure, CtapHidDevice

from wardkey_station.simulator.port import SimulatedPort

from .simulated import connected, ctap2, eventually_listed, port_with, refused, replugged

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "station-simulator.md"
EXAMPLE = re.compile(r"^### (.+?)\n+```json\n(.+?)```", re.MULTILINE | re.DOTALL)
EXAMPLES = {name: json.loads(script) for name, script in EXAMPLE.findall(DOCUMENT.read_text())}
PIN = "135790"
CHECKS = {}


def example(name):
    def keep(check):
        CHECKS[name] = check
        return check

    return keep


@example("A clock without waits")
def nobody_sleeps(port):
    refused(0x2F, ctap2(port_with(port.file, {"touch": {"after_s": None}})).selection)


@example("A late touch")
def late(port):
    ctap2(port).selection()


@example("No touch")
def no_touch(port):
    ctap = ctap2(port)
    ClientPin(ctap).set_pin(PIN)
    refused(0x2F, ctap.reset)
    assert ctap.get_info().options["clientPin"] is True


@example("A touch declined")
def declined(port):
    ctap = ctap2(port)
    refused(0x27, ctap.selection)
    ctap.selection()


@example("Never removed")
def never_removed(port):
    port.expect_removal()
    assert all(port.list_descriptors() for _look in range(600))


@example("Never inserted again")
def never_inserted(port):
    port.expect_removal()
    eventually_listed(port, 0, within_s=1)
    port.expect_insertion()
    assert not any(port.list_descriptors() for _look in range(600))
    port.expect_insertion()
    eventually_listed(port, 1, within_s=1)


@example("Inserted again, too late to reset")
def too_late(port):
    refused(0x30, replugged(port).reset)
    replugged(port).reset()


@example("Two keys")
def two_keys(port):
    one, two = port.list_descriptors()
    assert (one.serial_number, two.serial_number) == ("SIM1", "SIM2")
    assert two.product_name == "SIMULATED KEY of another make"
    info = Ctap2(connected_to(port, two)).info
    assert (bytes(info.aaguid), info.firmware_version) == (b"SIMULATED KEY 02", 0x050300)


@example("A stack of keys")
def one_after_the_other(port):
    seen = []
    for _person in range(3):
        (descriptor,) = port.list_descriptors()
        seen.append(descriptor.serial_number)
        port.expect_removal()
        eventually_listed(port, 0, within_s=1)
        port.expect_another()
        eventually_listed(port, 1, within_s=1)
    assert seen == ["SIM1", "SIM2", "SIM00000003"]


@example("Another key in its place")
def another_in_its_place(port):
    ClientPin(ctap2(port)).set_pin(PIN)
    assert replugged(port).info.options["clientPin"] is False
    (descriptor,) = port.list_descriptors()
    assert descriptor.serial_number == "SIM2"
    replugged(port)
    assert port.list_descriptors()[0].serial_number == "SIM2"


@example("Another key in the middle of a command")
def swapped(port):
    ctap = ctap2(port)
    with pytest.raises(OSError, match="No such device"):
        ClientPin(ctap).set_pin(PIN)
    assert port.list_descriptors()[0].serial_number == "SIM2"


@example("A key that tells no serial number")
def without_serial(port):
    (descriptor,) = port.list_descriptors()
    assert descriptor.serial_number is None


@example("A key over NFC")
def nfc(port):
    ctap = ctap2(port)
    assert ctap.info.transports_for_reset == ["usb"]
    assert ctap.info.transports == ["nfc"]
    assert port.transport_of(*port.list_descriptors()) == "nfc"
    refused(0x30, ctap.reset)


@example("A key that speaks only U2F")
def u2f_only(port):
    device = connected(port)
    assert not device.capabilities & CAPABILITY.CBOR
    refused(0x01, device.call, 0x10, b"\x04")


@example("A key without a PIN")
def without_pin(port):
    ctap = ctap2(port)
    assert not ClientPin.is_supported(ctap.info)
    assert ctap.info.pin_uv_protocols == []
    refused(0x01, ctap.client_pin, 1, 1)
    refused(0x01, ctap.send_cbor, 0x0A, {1: 1})
    refused(0x01, ctap.send_cbor, 0x0D, {1: 1})


@example("A key that asks for longer PINs")
def longer_pins(port):
    ctap = ctap2(port)
    assert ctap.info.min_pin_length == 6
    refused(0x37, ClientPin(ctap).set_pin, PIN[:5])
    ClientPin(ctap).set_pin(PIN)


@example("A key that wants a long touch to be reset")
def long_touch(port):
    ctap = ctap2(port)
    assert ctap.info.long_touch_for_reset is True
    ctap.reset()


def pulled_out_while_a_pin_is_set(port):
    ctap = ctap2(port)  # two exchanges: a channel, and what the key is
    client_pin = ClientPin(ctap)
    with pytest.raises(OSError, match="No such device"):
        client_pin.set_pin(PIN)
    with pytest.raises(OSError, match="No such device"):
        ctap.get_info()


@example("The key pulled out before it works")
def pulled_out_before(port):
    pulled_out_while_a_pin_is_set(port)
    assert port.list_descriptors() == []
    assert ctap2(SimulatedPort(port.file)).info.options["clientPin"] is False


@example("The key pulled out after it worked")
def pulled_out_after(port):
    ctap = ctap2(port)
    with pytest.raises(OSError, match="No such device"):
        ctap.reset()
    assert port.list_descriptors() == []
    assert ctap2(SimulatedPort(port.file)).info.options["clientPin"] is False


@example("Power lost for a moment")
def power_lost(port):
    (before,) = port.list_descriptors()
    pulled_out_while_a_pin_is_set(port)
    (after,) = port.list_descriptors()
    assert before.path != after.path
    with pytest.raises(OSError, match="No such device"):
        port.open_connection(before)
    ClientPin(ctap2(port)).set_pin(PIN)


@example("Any CTAP status")
def any_status(port):
    ctap = ctap2(port)
    refused(0xDF, ctap.selection)
    ctap.selection()


@example("Another process has the key")
def busy(port):
    ctap = ctap2(port)
    event = threading.Event()
    event.set()
    with pytest.raises(CtapError, match="CHANNEL_BUSY"):
        ctap.selection(event=event)
    ctap.selection()


@example("An answer that breaks off in its CBOR")
def malformed(port):
    ctap = ctap2(port)
    with pytest.raises(IndexError):
        ctap.get_info()
    ctap.get_info()


@example("An answer to somebody else")
def foreign(port):
    ctap = ctap2(port)
    with pytest.raises(ConnectionFailure):
        ctap.get_info()


@example("Garbage")
def garbage(port):
    ctap = ctap2(port)
    refused(0x01, ctap.get_info)
    ctap.get_info()


def closed_while_it_waits(port):
    ctap = ctap2(port)
    closing = threading.Timer(0.05, ctap.device.close)
    closing.start()
    with pytest.raises(OSError, match="No such device"):
        ctap.get_info()
    closing.join()


@example("Half an answer")
def half_an_answer(port):
    closed_while_it_waits(port)


@example("No answer")
def no_answer(port):
    closed_while_it_waits(port)


@example("Keepalives without an end")
def endless(port):
    closed_while_it_waits(port)


def connected_to(port, descriptor):
    return CtapHidDevice(descriptor, port.open_connection(descriptor))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_does_what_the_document_says(tmp_path, name):
    CHECKS[name](port_with(tmp_path / "keys.json", EXAMPLES[name]))


def test_no_check_is_without_its_example():
    assert set(CHECKS) == set(EXAMPLES)
