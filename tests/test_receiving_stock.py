"""A box of tokens is received: a range or a scanned list, seen before it is saved."""

import csv
import io
from urllib.parse import urlencode

import pytest

from tests.doors import desk_of, expect, signed_in
from tests.programs import program, refused
from tests.softkey import SoftKey
from tests.stock import BOX, STOCK, do, issue, receive, received, with_number
from tests.traces import changes, nothing_changes
from wardkey.inventory.models import Custody, Unit


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def numbers():
    return list(Unit.objects.order_by("serial_key").values_list("serial_number", flat=True))


def said(answer, status=400):
    return expect(status, answer).content.decode()


def test_a_range_is_seen_and_then_saved_as_it_is_printed(cast, asha):
    expect(200, asha.get(f"{STOCK}receive/"))
    before = BOX | {"first": "AB0098", "last": "ab0107"}
    with nothing_changes():
        page = expect(200, asha.submit(f"{STOCK}receive/", **before)).content.decode()
    for words in ("AB0098", "AB0100", "… 4 more …", "AB0107", "Northside Hospital", "PO-17"):
        assert words in page
    back = expect(200, asha.submit(f"{STOCK}receive/", **before, again="yes")).content.decode()
    assert 'value="AB0098"' in back
    answer = expect(302, receive(asha, first="AB0098", last="ab0107"))
    assert numbers() == [f"AB{n:04}" for n in range(98, 108)]
    listed = expect(200, asha.get(answer["Location"])).content.decode()
    assert "AB0098" in listed
    assert "10 tokens are in stock now" in listed
    (entry,) = changes("stock.received")
    assert entry.organisation == cast.north.pk


def test_numbers_without_letters_or_zeros_may_grow_longer(asha):
    received(asha, "99", "101")
    assert sorted(numbers()) == ["100", "101", "99"]


LONGEST = [f"{number:040}" for number in range(5_001)]


@pytest.mark.looks_only
def test_the_longest_list_is_seen_and_one_line_more_comes_back_to_be_changed(cast, asha):
    def pasted(lines, **more):
        fields = {"csrfmiddlewaretoken": asha.csrf, **BOX, "scanned": "\r\n".join(lines), **more}
        kind = "application/x-www-form-urlencoded"
        return asha.post(f"{STOCK}receive/", urlencode(fields), content_type=kind)

    api = program(cast.north, cast.asha, "stock:write")
    with nothing_changes():
        assert "… 4994 more …" in said(pasted(LONGEST[:5_000]), 200)
        page = said(pasted(LONGEST))
        assert "more than 5,000" in page
        assert LONGEST[5_000] in page
        expect(413, pasted(LONGEST * 2))
        box = {"maker": "Yubico", "model": "One", "serial_numbers": [*LONGEST[:5_000], "no number"]}
        told = refused(400, "invalid_input", api.send("post", "/api/v1/boxes", box))
        assert told["field"] == "serial_numbers"
        box["serial_numbers"][-2:] = ["no number"]
        told = refused(409, "conflict", api.send("post", "/api/v1/boxes", box))
        assert told["field"] == "no number"


REFUSED = [
    ({"first": "0099", "last": "101"}, "the same length"),
    ({"first": "A100", "last": "B101"}, "begin alike"),
    ({"first": "1A00", "last": "1B00"}, "begin alike"),
    ({"first": "200", "last": "100"}, "comes before the first"),
    ({"first": "1", "last": "5001"}, "more than 5,000"),
    ({"first": "1", "last": "9" * 40}, "more than 5,000"),
    ({"first": "ABC"}, "ends in figures"),
    ({"first": "12٣"}, "ends in figures"),
    ({"first": "1\u0000"}, "ends in figures"),
    ({"first": "5" * 41}, "ends in figures"),
    ({}, "ends in figures"),
    ({"first": "1", "scanned": "2"}, "not both"),
    ({"first": "1", "maker": " "}, "Enter the maker"),
    ({"first": "1", "model": "\u200b"}, "Enter the model"),
    ({"first": "1", "site": "x" * 81}, "80 characters"),
    ({"first": "1", "order_reference": "x" * 61}, "60 characters"),
    ({"first": "1", "received_on-year": "2099"}, "today or before"),
    ({"first": "1", "received_on-day": "31"}, "date"),
    ({"first": "1", "organisation": "SOUTH"}, "organisation"),
    ({"first": "1", "organisation": "NOWHERE"}, "organisation"),
]


@pytest.mark.looks_only
def test_what_cannot_be_a_box_is_refused_beside_its_field(asha):
    with nothing_changes():
        pages = [said(receive(asha, **fields)) for fields, _words in REFUSED]
    assert [w for (_f, w), page in zip(REFUSED, pages, strict=True) if w not in page] == []


def test_bk05_same_key_twice_and_key_already_there_are_told_by_line_and_none_is_kept(cast, asha):
    received(asha, "7812345")
    wrong = "7812346\r\n 7812347\r\n7812346\r\n\r\n7812345\r\nno number\r\n7812347 "
    with nothing_changes():
        page = said(receive(asha, scanned=wrong), 409)
    for words in (
        "4 lines are not right",
        "Line 3: <bdi>7812346</bdi> is the same as line 1",
        "Line 4: <bdi>7812345</bdi> is recorded already for this maker",
        "Line 5: <bdi>no number</bdi> is no serial number",
        "Line 6: <bdi>7812347</bdi> is the same as line 2",
    ):
        assert words in page
    assert 'name="save"' not in page
    expect(302, receive(asha, scanned="7812346\r\n7812347\r\n"))
    assert numbers() == ["7812345", "7812346", "7812347"]


def test_bk13_what_was_scanned_is_shown_as_text(asha):
    page = said(receive(asha, scanned="<b>1</b>\n=1+1"), 409)
    assert "&lt;b&gt;1&lt;/b&gt;" in page
    assert "<b>1" not in page


def test_bk05_a_key_already_registered_is_offered_to_its_holder(cast, asha):
    """Its number was typed before there was a stock; receiving it keeps it once, and issues it."""
    ben = cast.ben
    expect(302, with_number(asha, desk_of(ben), SoftKey(), "Blue", "ab7"))
    (unit,) = received(asha, "AB7")
    page = expect(200, asha.get(f"{STOCK}{unit.pk}/")).content.decode()
    assert "Ben Carter registered a token with this serial number: “Blue”" in page
    expect(302, issue(asha, unit, ben.username))
    page = expect(200, asha.get(f"{STOCK}{unit.pk}/")).content.decode()
    assert "Blue" in page
    assert "Before it is returned, remove these registrations" in page


def test_another_maker_may_number_alike_and_the_same_never_in_two_places(cast, asha):
    received(asha, "100")
    cara = signed_in(cast.cara)
    page = said(receive(cara, first="100", organisation="SOUTH", maker="YUBICO"), 409)
    assert "is recorded already for this maker" in page
    assert "Northside" not in page
    expect(302, receive(cara, first="100", organisation="SOUTH", maker="Feitian"))


def test_az12_stock_elsewhere_is_as_if_it_were_not_there(cast, asha):
    unit, *_more = received(asha, "100", "120")
    cara = signed_in(cast.cara)
    for address in (f"{STOCK}{unit.pk}/", f"{STOCK}?of=NORTH", f"{STOCK}counts/?of=NORTH"):
        expect(404, cara.get(address))
        expect(200, asha.get(address))
    with nothing_changes():
        expect(404, do(cara, unit, "retire"))
        expect(404, issue(cara, unit, cast.eve.username))
        expect(404, cara.submit(f"{STOCK}{unit.pk}/hand-on/", organisation="SOUTH"))
        expect(404, cara.submit(f"{STOCK}{unit.pk}/lost/"))
        expect(404, cara.submit(f"{STOCK}stock.csv?of=NORTH"))
    page = expect(200, cara.get(f"{STOCK}?number=100")).content.decode()
    assert "hand the token to your helpdesk" in page


def test_pages_go_on_where_the_one_before_ended_and_a_choice_narrows_them(asha):
    received(asha, "1001", "1120")
    expect(302, receive(asha, first="A7", model="Other", site="Ward"))
    address, seen = STOCK, []
    while address:
        page = expect(200, asha.get(address)).content.decode()
        seen += [line for line in numbers() if f">{line}</a>" in page]
        address = next_page(page)
    assert seen == numbers()
    page = expect(200, asha.get(f"{STOCK}?site=Ward&state=in_stock")).content.decode()
    assert [line for line in numbers() if f">{line}</a>" in page] == ["A7"]
    page = expect(200, asha.get(f"{STOCK}?model=Other&state=lost")).content.decode()
    assert "Nothing in stock is like that" in page
    expect(400, asha.get(f"{STOCK}?after=nothing"))
    expect(400, asha.get(f"{STOCK}?box=nothing"))
    expect(302, asha.get(f"{STOCK}?number=a7"))
    page = expect(200, asha.get(f"{STOCK}counts/")).content.decode()
    for words in ("Yubico YubiKey 5 NFC", "Yubico Other", "In stock: 120", "PO-17", "1001 – 1120"):
        assert words in page


def next_page(page):
    before, found, _after = page.partition('">Next page</a>')
    return STOCK + before.rpartition('href="')[2].replace("&amp;", "&") if found else ""


def test_bk14_the_list_leaves_as_a_file_without_formulas_and_is_recorded(cast, asha):
    unit = received(asha, "100", site="=1+1", order_reference="@cmd")[0]
    expect(302, issue(asha, unit, cast.ben.username))
    answer = expect(200, asha.submit(f"{STOCK}stock.csv", state="issued"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    told = {
        "serial_number": "100",
        "site": "'=1+1",
        "order_reference": "'@cmd",
        "name": "Ben Carter",
    }
    assert row | told == row
    assert len(changes("stock.exported")) == 1
    expect(403, signed_in(cast.hal).submit(f"{STOCK}stock.csv"))
    expect(400, asha.submit(f"{STOCK}stock.csv", organisation="SOUTH"))


def test_what_is_left_of_a_box_is_handed_on_at_once(cast, asha):
    first, *_rest = received(asha, "100", "104")
    expect(302, issue(asha, first, cast.ben.username))
    to = f"{STOCK}boxes/{first.box_id}/hand-on/"
    cara = signed_in(cast.cara)
    with nothing_changes():
        expect(404, cara.submit(to, organisation="SOUTH"))
        expect(400, asha.submit(to, organisation="SOUTH"))
    answer = expect(302, asha.submit(to, organisation="ward7"))
    page = expect(200, asha.get(answer["Location"])).content.decode()
    assert "4 tokens were handed on" in page
    assert Unit.objects.filter(organisation=cast.ward).count() == 4
    assert Custody.objects.filter(act="transfer").count() == 4
    first.refresh_from_db()
    assert first.state == "issued"
    expect(409, asha.submit(to, organisation="WARD7"))
    assert changes("stock.box_transferred")[0].parameters["number"] == 4
