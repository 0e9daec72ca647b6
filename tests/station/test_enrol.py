"""Somebody gets a token at the station: `wardkey-station enrol`."""

import re
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from pypdf import PdfReader

from tests import age
from tests.cast import hire_into
from tests.doors import registered, signed_in
from tests.station.desks import NEXT, OPEN, SERIAL, key
from tests.stock import issue, received
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.keys.models import SecurityKey

OTHER, BEN = "SIM00000002", "ben@north.example"


def slip_of(asha, name=f"{BEN},{SERIAL}"):
    return Path(asha.desk.home) / "wardkey-slips" / f"{name}.pdf"


def pin_on(slip: Path) -> str:
    lines = PdfReader(slip).pages[0].extract_text().splitlines()
    return lines[lines.index("PIN") + 1]


def files_of(asha):
    return [file for file in Path(asha.desk.home).rglob("*") if file.is_file()]


def test_a_person_gets_a_token_and_only_the_slip_has_its_pin(cast, asha, caplog):
    caplog.set_level("DEBUG")
    found = asha.runs("enrol", BEN, "--nickname", "Blue")
    assert (found.status, found.err) == (0, "")
    [row] = cast.ben.keys.all()
    assert (row.state, row.nickname, row.serial_number) == ("waiting", "Blue", SERIAL)
    assert (row.registered_by, row.proved["attestation"]) == (cast.asha, "basic")
    slip = slip_of(asha)
    text, pin = PdfReader(slip).pages[0].extract_text(), pin_on(slip)
    assert len(PdfReader(slip).pages) == 1
    assert len(pin) == 6
    assert {"Ben Carter", BEN, f"Serial number: {SERIAL}"} <= set(text.splitlines())
    assert slip.stat().st_mode & 0o077 == slip.parent.stat().st_mode & 0o077 == 0
    assert asha.desk.opens_with(pin)
    assert asha.desk.key().storage.force_pin_change
    said = [found.out.encode(), caplog.text.encode(), *asha.line.sent]
    said += [file.read_bytes() for file in files_of(asha) if file != slip]
    assert not [each for each in said if pin.encode() in each]
    assert [each["event"] for each in asha.desk.logged] == ["cli.force_change_set", "cli.enrolled"]
    assert [each.actor["channel"] for each in changes("key.registered")] == ["api"]


def test_the_same_again_is_another_token_with_another_name(cast, asha):
    assert asha.runs("enrol", BEN).status == 0
    with nothing_changes():
        found = asha.runs("enrol", BEN)
    assert (found.status, "is registered already, for Ben Carter" in found.err) == (2, True)
    asha.desk.follows(keys=[key(OTHER)])
    found = asha.runs("enrol", str(cast.ben.pk))
    assert (found.status, f"{BEN},{OTHER}.pdf" in found.out) == (0, True)
    for number in (SERIAL, OTHER):
        assert asha.desk.opens_with(pin_on(slip_of(asha, f"{BEN},{number}")), number)
    assert [each.nickname for each in cast.ben.keys.order_by("registered_at")] == [
        "SIMULATED KEY",
        "SIMULATED KEY 2",
    ]


@pytest.mark.looks_only
def test_no_slip_takes_the_place_of_another_token_s(cast, asha):
    """Without serial numbers, and with user names that look alike once they name a file."""
    slips = {}
    for number, username in enumerate(["a+b", "a_b", "a/b", "a+b"]):
        if number < 3:
            hire_into(cast.north, username)
        asha.desk.follows(keys=[key(f"S{number}", tells_serial=False)])
        found = asha.runs("enrol", f"{username}@north.example")
        [slips[f"S{number}"]] = re.findall(r"Its PIN is in (.+)\.", found.out)
    assert len(set(slips.values())) == 4
    for serial, slip in slips.items():
        assert asha.desk.opens_with(pin_on(Path(asha.desk.home) / slip), serial)


def test_who_is_meant_is_clear_or_nothing_is_done(cast, asha):
    for words, said in (
        ("nobody", 'Nobody in your reach is found by "nobody".'),
        (str(cast.eve.pk), "Nobody in your reach"),  # of another organisation
        ("n", "people. Give the user name: "),
    ):
        found = asha.runs("enrol", words)
        assert (found.status, said in found.err) == (2, True), found


def test_a_pin_from_standard_input_may_stay_and_a_weak_one_is_refused(cast, asha):
    for weak in ("1234", "000000", SERIAL):
        found = asha.runs("enrol", BEN, "--stdin", stdin=f"{weak}\n")
        assert (found.status, asha.desk.exchanges > 0) == (2, True), found
    assert not asha.desk.keys_with_a_pin
    found = asha.runs("enrol", BEN, "--stdin", "--keep-pin", stdin=f"{OPEN}\n")
    assert found.status == 0
    assert asha.desk.opens_with(OPEN)
    assert not asha.desk.key().storage.force_pin_change
    assert "Change it to a PIN of your own" in PdfReader(slip_of(asha)).pages[0].extract_text()


@pytest.mark.looks_only
def test_the_file_of_pins_opens_with_its_passphrase_alone(cast, asha):
    pins = Path(asha.desk.home) / "pins.age"
    passphrase = "correct horse battery"
    found = asha.runs("enrol", BEN, "--stdin", "--pins", pins, stdin=f"\n{passphrase}\n")
    assert (found.status, found.err) == (0, "")
    sealed = pins.read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1\n-> scrypt ")
    text = age.opened(sealed, passphrase).decode()
    header, row = text.splitlines()
    assert header == "row,username,name,pin"
    assert asha.desk.opens_with(row.split(",")[3])
    assert not slip_of(asha).exists()
    asha.desk.follows(keys=[key(OTHER)])
    for lines in ("\nanother horse\n", "\n\n", f"{OPEN}\n", "\nshort\n"):
        assert asha.runs("enrol", BEN, "--stdin", "--pins", pins, stdin=lines).status == 2
    assert pins.read_bytes() == sealed


def test_a_token_with_a_pin_is_asked_for_it_and_keeps_it(cast, asha, cheap_passphrases):
    asha.desk.given_pin(OPEN)
    with nothing_changes():
        found = asha.runs("enrol", BEN)
        assert (found.status, "has a PIN already" in found.err) == (4, True)
        found = asha.runs("enrol", BEN, "--stdin", stdin=f"{NEXT}\n")
        assert (found.status, "The PIN is wrong." in found.err) == (4, True)
    pins = Path(asha.desk.home) / "pins.age"
    typed = {"stdin": f"{OPEN}\ncorrect horse\n"}
    assert asha.runs("enrol", BEN, "--stdin", "--pins", pins, **typed).status == 0
    assert asha.desk.opens_with(OPEN)
    assert not asha.desk.key().storage.force_pin_change
    sealed = pyrage.passphrase.decrypt(pins.read_bytes(), "correct horse").decode()
    assert sealed.splitlines() == ["row,username,name,pin"]


def test_cl14_where_a_token_cannot_force_another_pin_its_slip_asks_for_it(cast, asha):
    asha.desk.follows(keys=[key(can_be_configured=False)])
    found = asha.runs("enrol", BEN)
    assert (found.status, "cannot ask for another PIN by itself" in found.out) == (0, True)
    assert "Change it to a PIN of your own" in PdfReader(slip_of(asha)).pages[0].extract_text()


def test_cl22_two_tokens_or_one_that_is_somebody_s_are_noticed_before_a_pin_is_set(cast, asha):
    asha.desk.follows(keys=[key(), key(OTHER)])
    with nothing_changes():
        found = asha.runs("enrol", BEN)
    assert (found.status, "2 FIDO2 tokens are inserted" in found.err) == (6, True)
    asha.desk.follows(keys=[key(tells_serial=False)])
    assert asha.runs("enrol", BEN).status == 0
    with nothing_changes():
        found = asha.runs("enrol", "dev@north.example")
    assert (found.status, "This token is registered already" in found.err) == (2, True)
    assert [each.name for each in slip_of(asha).parent.iterdir()] == [f"{BEN}.pdf"]


@pytest.mark.looks_only
def test_cl23_a_token_that_is_swapped_or_pulled_out_at_any_moment_is_gone_on_with(
    cast, asha, cheap_passphrases
):
    """Each time another of the requests that reach the key is where it happens. Whatever became of
    them, the same command again leaves one token registered, with one credential and its PIN."""
    exchange, given = 0, {"stdin": f"{OPEN}\ncorrect horse\n"}
    words = ("enrol", BEN, "--stdin", "--pins", Path(asha.desk.home) / "pins.age")
    while True:
        exchange += 1
        keys = [key(f"S{exchange}"), key(OTHER, plugged_in=False)]
        pulled = {"at_exchange": exchange, "does": "pull_out", "after_work": exchange % 2 == 0}
        asha.desk.follows(keys=keys, faults=[pulled | {"inserts": [OTHER]}])
        first = asha.runs(*words, **given)
        if first.status == 0:
            break
        assert first.status == 7, (exchange, first)
        assert not asha.desk.key(OTHER).storage.pin_hash
        asha.desk.follows(keys=keys)
        second = asha.runs(*words, **given)
        assert second.status == 0, (exchange, second)
        [row] = cast.ben.keys.all()
        storage = asha.desk.key(f"S{exchange}").storage
        [credential] = storage.credentials
        assert credential.credential_id == bytes(row.credential_id)
        assert (asha.desk.opens_with(OPEN, f"S{exchange}"), storage.force_pin_change) == (
            True,
            True,
        )
        SecurityKey.objects.all().delete()
    assert exchange > 10


def test_of_the_stock_a_token_is_issued_with_it_and_none_that_is_somebody_s(cast, asha):
    devs, fresh = received(asha.browser, "SIM00000001", "SIM00000002")
    assert issue(asha.browser, devs, "dev@north.example").status_code == 302
    with nothing_changes():
        found = asha.runs("enrol", BEN)
    assert (found.status, "In the stock, SIM00000001 is issued." in found.err) == (2, True)
    assert not asha.desk.keys_with_a_pin
    asha.desk.follows(keys=[key(), key(OTHER)])
    assert asha.runs("enrol", BEN, "--serial", OTHER).status == 0
    fresh.refresh_from_db()
    assert (fresh.state, fresh.holder) == ("issued", cast.ben)
    assert "Stock: issued" in asha.runs("whose", OTHER).out


def test_cl35_another_serial_number_than_the_one_that_is_meant_stops_it(cast, asha):
    with nothing_changes():
        found = asha.runs("enrol", BEN, "--serial", OTHER)
    assert (found.status, "has the serial number SIM00000001" in found.err) == (6, True)
    assert not asha.desk.keys_with_a_pin
    asha.desk.follows(keys=[key("SIM9", tells_serial=False)])
    assert asha.runs("enrol", BEN, "--serial", "7812345").status == 0
    assert SecurityKey.objects.get().serial_number == "7812345"


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_an_answer_that_was_lost_is_found_again_and_nobody_registers_twice(cast, asha, lost):
    posts = "POST " + f"/api/v1/people/{cast.ben.pk}/keys"
    asha.line.loses = lambda _number, asked: lost if asked == posts else None
    found = asha.runs("enrol", BEN)
    assert (found.status, cast.ben.keys.count()) == (8, int(lost == "answer"))
    pin = pin_on(slip_of(asha))
    asha.line.loses = lambda _number, _asked: None
    with clock.standing_at(clock.now() + timedelta(minutes=20)):
        pin_typed = {"stdin": f"{pin}\n"}
        found = asha.runs("enrol", BEN, "--stdin", **pin_typed)
    assert (found.status, found.err) == (0, "")
    assert cast.ben.keys.count() == 1
    assert asha.desk.opens_with(pin)
    assert asha.desk.key().storage.force_pin_change
    [credential] = asha.desk.key().storage.credentials
    assert credential.credential_id == bytes(cast.ben.keys.get().credential_id)


@pytest.mark.looks_only
def test_cl23_the_token_that_answered_is_finished_and_no_other_that_looks_like_it(cast, asha):
    """Neither tells a serial number or can ask for another PIN, and the portal was away after the
    first one's touch: nothing but the credential tells them apart."""
    alike = {"tells_serial": False, "can_be_configured": False}
    first, second = (key(serial, **alike) for serial in (SERIAL, OTHER))
    asha.desk.follows(keys=[first])
    posts = "POST " + f"/api/v1/people/{cast.ben.pk}/keys"
    asha.line.loses = lambda _number, asked: "request" if asked == posts else None
    assert asha.runs("enrol", BEN).status == 8
    asha.line.loses = lambda _number, _asked: None
    asha.desk.follows(keys=[first | {"plugged_in": False}, second])
    found = asha.runs("enrol", BEN)
    assert (found.status, "This is another token than the one that was" in found.err) == (6, True)
    assert 'for Ben Carter as "SIMULATED KEY"' in found.err
    assert not asha.desk.key(OTHER).storage.pin_hash
    asha.desk.follows(keys=[first, second | {"plugged_in": False}])
    assert asha.runs("enrol", BEN).status == 0
    [credential] = asha.desk.key(SERIAL).storage.credentials
    assert credential.credential_id == bytes(cast.ben.keys.get().credential_id)
    assert asha.desk.opens_with(pin_on(slip_of(asha, BEN)))


def test_of_a_flicker_of_the_network_nobody_hears(cast, asha):
    posts = "POST " + f"/api/v1/people/{cast.ben.pk}/keys"
    number = []
    asha.line.loses = lambda _n, asked: (
        number.append(1) or ("answer" if len(number) < 3 else None) if asked == posts else None
    )
    found = asha.runs("enrol", BEN)
    assert (found.status, found.err, cast.ben.keys.count()) == (0, "", 1)


def test_what_the_portal_refuses_is_told_in_its_words_and_no_pin_is_set(cast, asha):
    with nothing_changes():
        found = asha.runs("enrol", "priya@north.example")
    assert (found.status, asha.desk.keys_with_a_pin) == (8, [])
    assert found.err
    asha.browser.submit("/sign-out/")
    registered(signed_in(cast.root), cast.asha)  # her security stamp changes: the login is over
    cast.asha.role_grants.update(ends_at=clock.now())
    found = asha.runs("enrol", BEN)
    assert found.status == 8
    assert "Traceback" not in found.err


def test_a_portal_under_another_name_is_refused_before_anything(cast, asha, settings):
    settings.RELYING_PARTY_ID = "keys.hospital.example"
    found = asha.runs("enrol", BEN)
    assert (found.status, "is not an address of it" in found.err) == (8, True)
    assert not asha.desk.keys_with_a_pin
