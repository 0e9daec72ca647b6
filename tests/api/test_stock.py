"""A program keeps the stock: boxes, units, and what becomes of them, by the rules of the pages."""

import pytest

from tests.doors import expect
from tests.programs import V1, program, refused
from tests.traces import changes, nothing_changes
from wardkey.inventory.models import Unit
from wardkey.keys.models import SecurityKey

UNITS, BOXES = f"{V1}/units", f"{V1}/boxes"
BOX = {"maker": "Yubico", "model": "YubiKey 5 NFC", "site": "Main", "received_on": "2026-02-01"}


@pytest.fixture
def asha(cast):
    return program(cast.north, cast.asha, "stock:write", "keys:write")


def receive(api, **more):
    return api.send("post", BOXES, BOX | more, **{"idempotency-key": more.get("first", "x")})


def units(api, **asked):
    return expect(200, api.get(UNITS, asked)).json()


def test_a_box_is_received_once_and_its_units_are_listed_page_by_page(cast, asha):
    told = expect(201, receive(asha, first="AB098", last="AB102")).json()
    assert expect(201, receive(asha, first="AB098", last="AB102")).json() == told
    assert (told["number"], told["organisation"]) == (5, "NORTH")
    first = units(asha, limit=3)
    rest = units(asha, limit=3, cursor=first["next"])
    numbers = [each["serial_number"] for each in first["items"] + rest["items"]]
    assert numbers == ["AB098", "AB099", "AB100", "AB101", "AB102"]
    assert rest["next"] is None
    assert units(asha, state="lost") == units(asha, site="Ward") == {"items": [], "next": None}
    one = first["items"][0]
    assert expect(200, asha.get(f"{UNITS}/{one['id']}")).json() == one
    cara = program(cast.south, cast.cara)
    refused(404, "not_found", cara.get(f"{UNITS}/{one['id']}"))
    refused(404, "not_found", cara.get(UNITS, {"organisation": "NORTH"}))
    assert units(cara)["items"] == []


def test_bk06_one_wrong_number_and_nothing_is_kept(cast, asha):
    expect(201, receive(asha, first="100"))
    for numbers, named in (
        (["101", "102", "101"], "101"),
        (["101", "no number"], "no number"),
        (["101", "100"], "100"),
    ):
        with nothing_changes():
            answer = refused(409, "conflict", receive(asha, serial_numbers=numbers))
        assert answer["field"] == named
    with nothing_changes():
        refused(400, "invalid_input", receive(asha, first="1", last="5001"))
        refused(400, "invalid_input", receive(asha, first="1", organisation="SOUTH"))
        refused(400, "invalid_input", receive(asha, serial_numbers=["1"] * 5001))
        refused(400, "unknown_field", receive(asha, first="1", state="issued"))


def test_from_a_hand_to_the_floor_and_back(cast, asha):
    expect(201, receive(asha, first="100"))
    [unit] = units(asha)["items"]
    at = f"{UNITS}/{unit['id']}"
    tag = expect(200, asha.get(at))["ETag"]
    refused(400, "invalid_input", asha.send("post", f"{at}/issue", {"username": "eve"}))
    answer = asha.send("post", f"{at}/issue", {"username": cast.ben.username}, **{"if-match": tag})
    told = expect(200, answer).json()
    assert (told["state"], told["holder"]["id"]) == ("issued", str(cast.ben.pk))
    stale = asha.send("post", f"{at}/steps", {"step": "lost"}, **{"if-match": tag})
    refused(412, "precondition_failed", stale)
    asha.register(cast.ben, "Blue", serial_number="100")
    assert expect(200, asha.send("post", f"{at}/steps", {"step": "lost"})).json()["state"] == "lost"
    assert SecurityKey.objects.get(nickname="Blue").state == "suspended"
    assert changes("unit.lost")[0].actor["kind"] == "application"
    expect(200, asha.send("post", f"{at}/steps", {"step": "found"}))
    refused(409, "conflict", asha.send("post", f"{at}/steps", {"step": "returned"}))
    refused(400, "invalid_input", asha.send("post", f"{at}/steps", {"step": "explode"}))
    expect(200, asha.send("post", f"{at}/hand-on", {"organisation": "WARD7"}))
    assert Unit.objects.get().organisation == cast.ward
    reads = program(cast.north, cast.asha, "stock:read")
    refused(403, "forbidden", reads.send("post", f"{at}/steps", {"step": "lost"}))
