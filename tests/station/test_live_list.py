"""A stack of 50 tokens against a portal that is served, and what happens at its terminal."""

import csv
from pathlib import Path

import pyrage
import pytest
from fido2.client import DefaultClientDataCollector, Fido2Client
from fido2.ctap2.pin import ClientPin
from fido2.hid import CtapHidDevice

from tests.cast import hire_into
from tests.doors import expect, half_signed_in, signed_in
from tests.station.desks import NEXT
from tests.station.portal_in_process import code_shown_to
from wardkey_station.making import Typed
from wardkey_station.simulator import state
from wardkey_station.simulator.port import SimulatedPort

PASSPHRASE = "correct horse battery"
PEOPLE = 50


@pytest.fixture
def portal(live_server, settings):
    """As journeys have it: localhost, since a relying party id has to be a name."""
    origin = live_server.url.replace("127.0.0.1", "localhost")
    settings.RELYING_PARTY_ID, settings.ORIGINS = "localhost", [origin]
    return origin


def options(desk, portal):
    return ["--portal", portal, "--api-token-file", str(desk.home / "api-token")]


def logs_in(desk, portal, admin):
    code = code_shown_to(signed_in(admin))
    assert desk.runs("login", "--stdin", *options(desk, portal), stdin=f"{code}\n").status == 0


def pins_of(file: Path) -> dict[str, str]:
    text = pyrage.passphrase.decrypt(file.read_bytes(), PASSPHRASE).decode()
    return {row["username"]: row["pin"] for row in csv.DictReader(text.splitlines())}


def opened_by_serial(desk):
    """All keys of the file, plugged in at once."""
    contents = state.read(desk.file)
    desk.follows(keys=[{"serial": each.serial} for each in contents.keys], faults=[])
    port = SimulatedPort(desk.file)
    return {
        each.serial_number: lambda each=each: CtapHidDevice(each, port.open_connection(each))
        for each in port.list_descriptors()
    }


def signs_in(person, device, pin, portal):
    """With a PIN of their own, which the token wanted first."""
    client = Fido2Client(
        device, DefaultClientDataCollector(portal), user_interaction=Typed(NEXT + pin)
    )
    ClientPin(client._backend.ctap2).change_pin(pin, NEXT + pin)
    browser = half_signed_in(person)
    begun = browser.choose(person.keys.get())
    answer = dict(client.get_assertion(begun["public_key"]).get_response(0))
    return expect(200, browser.finish(begun, answer))


def test_fifty_people_get_tokens_from_one_list_and_sign_in_with_them(
    cast_for_threads, portal, desk, cheap_passphrases
):
    people = [hire_into(cast_for_threads.north, f"nurse{number}") for number in range(PEOPLE)]
    file, pins = desk.home / "people.csv", desk.home / "pins.age"
    file.write_text("person\n" + "".join(f"{person.username}\n" for person in people))
    desk.follows(faults=[])
    logs_in(desk, portal, cast_for_threads.asha)
    words = ("enrol-list", file, "--stdin", "--pins", pins, *options(desk, portal))
    found = desk.runs(*words, stdin=f"\n{PASSPHRASE}\n")
    assert (found.status, found.err) == (0, "")
    assert f"{PEOPLE} people have a token." in found.out
    handed, devices = pins_of(pins), opened_by_serial(desk)
    assert len(set(handed.values())) > PEOPLE - 5
    with (desk.home / "people.csv.result.csv").open() as result:
        serials = {row["username"]: row["serial_number"] for row in csv.DictReader(result)}
    assert len(set(serials.values())) == PEOPLE
    for person in people:
        device = devices[serials[person.username]]()
        signs_in(person, device, handed[person.username], portal)
        assert person.keys.get().state == "active"
