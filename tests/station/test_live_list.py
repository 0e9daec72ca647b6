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
from tests.journeys.people import registered_key
from tests.station.desks import NEXT, kept_of
from tests.station.portal_in_process import code_shown_to
from wardkey.base import clock
from wardkey.sessions.models import ApiToken
from wardkey_station.making import Typed
from wardkey_station.simulator import state
from wardkey_station.simulator.port import SimulatedPort

# The same for every database: what differs there is asked in the other tests of the station.
pytestmark = pytest.mark.looks_only
PASSPHRASE = "correct horse battery"
PEOPLE, ONE_IN = 50, 7


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


def test_fifty_people_get_tokens_from_one_list_and_one_in_seven_signs_in_with_theirs(
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
    kept = {key.serial: key.storage.pin_hash for key in desk.keys_with_a_pin}
    assert kept == {serials[name]: kept_of(pin) for name, pin in handed.items()}
    for person in people[::ONE_IN]:
        device = devices[serials[person.username]]()
        signs_in(person, device, handed[person.username], portal)
        assert person.keys.get().state == "active"


def test_cl35_cl37_at_a_terminal_each_trouble_is_asked_about_and_nobody_begins_again(
    cast_for_threads, portal, desk
):
    """Another label than its row's; a login that ends; and the same list once more, where a token
    waits for somebody by now, which is asked about once."""
    cast, file, pins = cast_for_threads, desk.home / "people.csv", desk.home / "pins.age"
    file.write_text("person,serial\nben@north.example,SIM00000007\ndev@north.example,\n")
    admin = signed_in(cast.asha)
    with desk.terminal("login", *options(desk, portal)) as terminal:
        terminal.reads("/admin/token-station/ and let it show you a code.")
        terminal.reads("Code:")
        terminal.types(code_shown_to(admin))
        terminal.reads("Logged in as Asha Rao")
        assert terminal.ends() == 0
    desk.follows(clock={"waits": "real"})
    words = ("enrol-list", file, "--pins", pins, *options(desk, portal))
    with desk.terminal(*words, columns=400) as terminal:
        for question in ("Passphrase for the PINs:", "Passphrase once more:"):
            terminal.reads(question)
            terminal.types(PASSPHRASE)
        terminal.reads("SIM00000007 is meant for Ben Carter. Nothing was stored.")
        terminal.reads("s: leave Ben Carter out for now. q: stop.")
        assert (cast.ben.keys.count(), desk.keys_with_a_pin) == (0, [])
        ApiToken.objects.update(ended_at=clock.now(), end_reason="by_hand")
        terminal.types("s")
        terminal.reads("Nobody is logged in at the portal, or the login is over.")
        terminal.reads("Code:")
        terminal.types(code_shown_to(admin))
        terminal.reads('Done: Dev Malik has "SIMULATED KEY", serial number SIM00000001.')
        terminal.reads("1 person is left.")
        assert terminal.ends() == 8
    assert (cast.ben.keys.count(), cast.dev.keys.count()) == (0, 1)
    for nickname in ("Blue", "Red"):
        registered_key(admin=cast.asha, holder=cast.ben, nickname=nickname)
    desk.follows(keys=[{"serial": "SIM00000007"}], clock={"waits": "real"})
    with desk.terminal(*words, columns=400) as terminal:
        terminal.reads("Passphrase for the PINs:")
        terminal.types(PASSPHRASE)
        terminal.reads("1 of 2 people are done already.")
        terminal.reads(
            'A token waits for Ben Carter already: "Blue", "Red". Give another one? [y/N]'
        )
        terminal.types("y")
        terminal.reads("2 people have a token.")
        assert terminal.ends() == 0
    assert [key.serial_number for key in cast.ben.keys.order_by("registered_at")] == [
        "",
        "",
        "SIM00000007",
    ]
