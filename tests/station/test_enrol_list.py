"""A stack of tokens for a list of people: `wardkey-station enrol-list`."""

import csv
import os
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from tests.cast import hire_into
from tests.station.desks import OPEN, key
from tests.traces import nothing_changes
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.people.models import Person
from wardkey.sessions.models import ApiToken
from wardkey_station.simulator import state

PASSPHRASE = "correct horse battery"
BEN, DEV, HAL = "ben@north.example", "dev@north.example", "hal@north.example"
pytestmark = pytest.mark.usefixtures("cheap_passphrases")


def runs(asha, file, *words, pins="pins.age", first=""):
    """With the PINs of all in one sealed file."""
    sealed = ("--pins", Path(asha.desk.home) / pins)
    return asha.runs(
        "enrol-list", file, *sealed, "--stdin", *words, stdin=f"{first}\n{PASSPHRASE}\n"
    )


def sealed_rows(asha):
    sealed = (Path(asha.desk.home) / "pins.age").read_bytes()
    text = pyrage.passphrase.decrypt(sealed, PASSPHRASE).decode()
    return list(csv.DictReader(text.splitlines()))


def pins_of(asha):
    return {row["username"]: row["pin"] for row in sealed_rows(asha)}


def results_of(asha):
    with (Path(asha.desk.home) / "people.csv.result.csv").open() as file:
        return {row["username"]: row for row in csv.DictReader(file)}


def wards(cast, number):
    return [hire_into(cast.north, f"nurse{each:02}") for each in range(number)]


def require_each_has_one(asha, people):
    """Registered once, and on the key that the list of results names: that credential alone, with
    the PIN of the sealed file, which its holder has to change."""
    pins, results = pins_of(asha), results_of(asha)
    for person in people:
        [row] = person.keys.all()
        storage = asha.desk.key(results[person.username]["serial_number"]).storage
        [credential] = storage.credentials
        assert credential.credential_id == bytes(row.credential_id)
        assert asha.desk.opens_with(pins[person.username], row.serial_number)
        assert storage.force_pin_change
    assert len({each.serial_number for each in SecurityKey.objects.all()}) == len(people)


def test_each_gets_one_and_no_pin_is_in_anything_but_the_sealed_file(cast, asha, caplog):
    caplog.set_level("DEBUG")
    file = asha.list_of(f"{BEN},Blue,", f"{DEV},,SIM00000002", header="person,nickname,serial")
    found = runs(asha, file)
    assert (found.status, found.err) == (0, "")
    assert "1 of 2: Ben Carter, ben@north.example" in found.out
    assert "2 people have a token." in found.out
    require_each_has_one(asha, [cast.ben, cast.dev])
    assert results_of(asha)[BEN]["nickname"] == "Blue"
    files = [each for each in Path(asha.desk.home).rglob("*") if each.is_file()]
    assert not [each for each in files if each.suffix == ".pdf"]
    said = [found.out.encode(), caplog.text.encode(), *asha.line.sent, *map(Path.read_bytes, files)]
    for pin in pins_of(asha).values():
        assert not [each for each in said if pin.encode() in each]
    journal = Path(asha.desk.home) / "people.csv.journal"
    assert journal.stat().st_mode & 0o077 == 0
    with nothing_changes():
        again = runs(asha, file)
    assert (again.status, "2 of 2 people are done already." in again.out) == (0, True)


@pytest.mark.parametrize(
    ("rows", "header", "said"),
    [
        ([BEN, DEV, BEN], "person", "Line 4: Ben Carter stands in line 2 already."),
        ([f"{BEN},7", f"{DEV},7"], "person,serial", "Line 3: the serial number 7 stands there"),
        ([BEN, "nobody@north.example"], "person", "Line 3: nobody in your reach is found by"),
        ([BEN, "n"], "person", "is not one person's user name, address, id or whole name."),
        ([DEV, "Ben C"], "person", '"Ben C" is not one person\'s'),
        ([BEN], "username", "names the columns"),
        ([f"{BEN},1,2,3"], "person,serial", "more or fewer cells"),
        ([f"{BEN},a b"], "person,serial", "a serial number has up to 40"),
        ([f'"{BEN}'], "person", "is no table (CSV)"),
        ([], "person", "has to have 1 to 5000 people"),
    ],
    ids=[
        "twice",
        "serials",
        "unknown",
        "several",
        "beginning",
        "columns",
        "cells",
        "serial",
        "quotes",
        "empty",
    ],
)
def test_bk05_what_is_wrong_with_a_list_is_told_with_its_line_before_anything(
    cast, asha, rows, header, said
):
    with nothing_changes():
        found = runs(asha, asha.list_of(*rows, header=header))
    assert (found.status, said in found.err) == (2, True), found.err
    assert not asha.desk.keys_with_a_pin
    assert not (Path(asha.desk.home) / "pins.age").exists()


def test_bk11_a_list_has_no_column_for_pins_and_none_comes_in_clear(cast, asha):
    found = runs(asha, asha.list_of(f"{BEN},123456", header="person,pin"))
    assert (found.status, "names the columns" in found.err) == (2, True)
    found = runs(asha, asha.list_of(BEN), first=OPEN)
    assert (found.status, "gets a PIN of its own" in found.err) == (2, True)
    assert SecurityKey.objects.count() == 0


def test_bk05_a_key_that_somebody_has_already_is_not_given_to_a_second(cast, asha):
    file = asha.list_of(BEN, DEV)
    asha.desk.follows(replugs=[{"inserts": ["SIM00000001"]}])
    found = runs(asha, file)
    assert (found.status, "SIM00000001, is that of row 1. Take another" in found.err) == (0, True)
    require_each_has_one(asha, [cast.ben, cast.dev])
    asha.desk.follows(keys=[key("SIM00000002")])
    other = Path(asha.desk.home) / "another"
    wil = asha.list_of("wil@ward7.example")
    sealed = (Path(asha.desk.home) / "pins.age").read_bytes()
    found = runs(asha, wil, "--journal", other)
    assert (found.status, "holds PINs already" in found.err) == (2, True)
    assert (Path(asha.desk.home) / "pins.age").read_bytes() == sealed
    assert not other.exists()
    found = runs(asha, wil, "--journal", other, pins="others.age")
    assert (found.status, cast.wil.keys.get().serial_number) == (0, "SIM00000003")
    assert "SIM00000002 is registered already, for Dev Malik" in found.err


def test_whom_a_token_waits_for_gets_none_from_another_list_unless_as_a_spare(cast, asha):
    assert runs(asha, asha.list_of(BEN)).status == 0
    other = ("--journal", Path(asha.desk.home) / "another")
    both = asha.list_of(BEN, DEV)
    asha.desk.follows(keys=[key("SIM00000002")])
    found = runs(asha, both, *other, pins="others.age")
    assert (found.status, cast.ben.keys.count(), cast.dev.keys.count()) == (8, 1, 1)
    assert "A token waits for Ben Carter already" in results_of(asha)[BEN]["why"]
    asha.desk.follows(keys=[key("SIM00000003")])
    assert runs(asha, both, "--spares", *other, pins="others.age").status == 0
    assert (cast.ben.keys.count(), cast.dev.keys.count()) == (2, 1)


def test_cl35_a_token_with_another_label_than_its_row_stops_before_anything_is_stored(cast, asha):
    file = asha.list_of(f"{BEN},SIM00000009", header="person,serial")
    with nothing_changes():
        found = runs(asha, file)
    assert (found.status, "SIM00000009 is meant for Ben Carter" in found.err) == (6, True)
    assert not asha.desk.keys_with_a_pin
    asha.desk.follows(keys=[key("SIM00000009")])
    assert runs(asha, file).status == 0
    assert cast.ben.keys.get().serial_number == "SIM00000009"


def test_whom_the_portal_refuses_is_left_out_and_told_and_the_rest_goes_on(cast, asha):
    file = asha.list_of("priya@north.example", BEN)
    Person.objects.filter(pk=cast.priya.pk).update(name="＝1+1")
    found = runs(asha, file)
    assert (found.status, cast.ben.keys.count(), cast.priya.keys.count()) == (8, 1, 0)
    assert "1 person is left." in found.err
    told = results_of(asha)
    assert (told[BEN]["state"], told["priya@north.example"]["state"]) == ("done", "to do")
    assert told["priya@north.example"]["why"]
    assert told["priya@north.example"]["name"] == "'＝1+1"


@pytest.mark.looks_only
def test_cl33_a_stack_goes_on_after_an_unplugged_key_a_lost_network_and_a_sleep(cast, asha):
    """Of 12 keys: the 3rd is unplugged at its touch, at the 6th the network is gone, behind the
    touch of the 9th the laptop sleeps."""
    people = wards(cast, 12)
    file = asha.list_of(*[person.username for person in people])
    registered = [f"POST /api/v1/people/{person.pk}/keys" for person in people]

    asha.desk.follows(faults=[{"at_exchange": 2 * 17 + 9, "does": "pull_out"}])
    assert runs(asha, file).status == 7
    asha.desk.follows(keys=every_key(asha))
    asha.line.loses = lambda _number, asked: "answer" if asked == registered[5] else None
    found = runs(asha, file)
    assert (found.status, "goes on where it stopped" in found.err) == (8, True)
    asha.line.loses = lambda _number, _asked: None
    asleep = []

    def sleeps(_number, asked):
        if asked == registered[8] and not asleep:
            asleep.append(clock.standing_at(clock.now() + timedelta(minutes=10)))
            asleep[0].__enter__()

    asha.line.loses = sleeps
    found = runs(asha, file)
    assert (found.status, "1 person is left." in found.err) == (8, True), found
    asha.line.loses = lambda _number, _asked: None
    asleep[0].__exit__(None, None, None)
    found = runs(asha, file)
    assert (found.status, "12 people have a token." in found.out) == (0, True), found
    require_each_has_one(asha, people)
    assert [each["event"] for each in asha.desk.logged].count("bulk.resumed") == 3


def every_key(asha):
    """As the stack lies there: the first one is in the port."""
    keys = [each.serial for each in state.read(asha.desk.file).keys]
    return [key(serial, plugged_in=not place) for place, serial in enumerate(keys)]


@pytest.mark.looks_only
def test_whoever_is_stopped_at_any_step_of_a_list_goes_on_and_nobody_gets_two(
    cast, asha, monkeypatch
):
    """Ctrl-C at each request to the portal, and at each note of the journal, in turn."""
    people = wards(cast, 6)
    file = asha.list_of(*[person.username for person in people])
    stopped = set()

    def stops(what):
        if what not in stopped:
            stopped.add(what)
            raise KeyboardInterrupt

    fsync, notes = os.fsync, []

    def noted(number):
        fsync(number)
        notes.append(number)
        if len(asha.line.asked) > 8:
            stops(f"note {len(notes)}")

    monkeypatch.setattr(os, "fsync", noted)
    asha.line.loses = lambda _number, asked: stops(asked)
    runs_until_done = 0
    while (found := runs(asha, file)).status == 130 and runs_until_done < 150:
        runs_until_done += 1
        notes.clear()
    assert (found.status, "6 people have a token." in found.out) == (0, True), found
    assert runs_until_done > 25
    require_each_has_one(asha, people)


def test_cl37_a_login_that_ends_in_the_middle_is_told_and_after_another_it_goes_on(cast, asha):
    file = asha.list_of(BEN, DEV)

    def ends(_number, asked):
        if asked == f"POST /api/v1/people/{cast.dev.pk}/keys":
            ApiToken.objects.update(expires_at=clock.now())

    asha.line.loses = ends
    found = runs(asha, file)
    assert (found.status, "Run `wardkey-station login`" in found.err) == (8, True)
    assert (cast.ben.keys.count(), cast.dev.keys.count()) == (1, 0)
    asha.line.loses = lambda _number, _asked: None
    assert asha.logs_in().status == 0
    assert runs(asha, file).status == 0
    require_each_has_one(asha, [cast.ben, cast.dev])


def test_a_wrong_passphrase_goes_on_with_nothing(cast, asha):
    file = asha.list_of(BEN)
    assert runs(asha, file).status == 0
    sealed = Path(asha.desk.home) / "pins.age"
    with nothing_changes():
        found = asha.runs(
            "enrol-list", file, "--pins", sealed, "--stdin", stdin="\nsomething else\n"
        )
    assert (found.status, "does not open with this passphrase" in found.err) == (2, True)
