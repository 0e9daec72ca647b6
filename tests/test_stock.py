"""A token of the stock: issued by hand or with its registration, lost, found, returned, retired."""

import pytest

from tests.api.test_serial_numbers import AT
from tests.doors import MINE, desk_of, expect, registered, signed_in
from tests.passes import told
from tests.programs import keys_of, program, refused
from tests.softkey import SoftKey
from tests.stock import (
    STOCK,
    at,
    do,
    issue,
    name_with_number,
    receive,
    received,
    with_number,
)
from tests.test_appointing import give
from tests.test_history import trail_away
from tests.traces import changes, nothing_changes
from wardkey.audit import log
from wardkey.inventory.models import Custody, Unit, UnitKey
from wardkey.keys.models import SecurityKey
from wardkey.people.accounts import move_home
from wardkey.people.models import Person, Status


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def page_of(browser, address):
    return expect(200, browser.get(address)).content.decode()


def state(unit):
    unit.refresh_from_db()
    return unit.state


def test_from_the_box_to_a_hand_and_back_and_out(cast, asha):
    (unit,) = received(asha, "0078")
    expect(302, issue(asha, unit, " BEN@north.example"))
    assert (state(unit), unit.holder) == ("issued", cast.ben)
    page = page_of(asha, at(unit))
    assert "Issued to" in page
    assert "not registered yet" in page_of(asha, desk_of(cast.ben))
    assert "Ben Carter" in page
    for act in ("take_back", "put_back", "retire"):
        expect(302, do(asha, unit, act))
    assert (state(unit), unit.holder) == ("retired", None)
    page = page_of(asha, at(unit))
    for words in ("Received", "Issued", "Returned", "Reset and put back into stock", "Retired"):
        assert words in page
    assert "What happens to it" not in page
    codes = ("issued", "returned", "put_back", "retired")
    assert [len(changes(f"unit.{code}")) for code in codes] == [1, 1, 1, 1]
    assert list(Custody.objects.values_list("by", flat=True)) == [cast.asha.pk] * 4


LAWFUL = {
    "in_stock": {"issue", "lose", "retire", "hand_on"},
    "issued": {"lose", "take_back", "hand_on"},
    "lost": {"find", "retire"},
    "returned": {"put_back", "lose", "retire", "hand_on"},
    "retired": set(),
}
WAYS = {
    "issue": lambda asha, unit: issue(asha, unit, "ben@north.example"),
    "lose": lambda asha, unit: asha.submit(at(unit, "lost/")),
    "hand_on": lambda asha, unit: asha.submit(at(unit, "hand-on/"), organisation="WARD7"),
    **{
        act: lambda asha, unit, act=act: do(asha, unit, act)
        for act in ("find", "take_back", "put_back", "retire")
    },
}


def test_no_step_but_the_lawful_ones(cast, asha):
    wrong = []
    for start, lawful in LAWFUL.items():
        for act, way in WAYS.items():
            (unit,) = received(asha, f"{len(Unit.objects.all()) + 1000}")[-1:]
            before = {"lost": "in_stock"}.get(start, "")
            Unit.objects.filter(pk=unit.pk).update(state=start, state_before=before)
            entries = Custody.objects.count()
            code = way(asha, unit).status_code
            kept = Custody.objects.count() - entries
            if (code, kept) != ((302, 1) if act in lawful else (409, 0)):
                wrong.append((start, act, code, kept))
    assert not wrong
    expect(400, do(asha, unit, "explode"))


def test_registering_with_a_number_issues_the_token_and_links_it(cast, asha):
    (unit,) = received(asha, "AB7")
    answer = expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), "Blue", " ab7 "))
    assert (state(unit), unit.holder, unit.state_by) == ("issued", cast.ben, cast.asha)
    assert UnitKey.objects.get().key == SecurityKey.objects.get(nickname="Blue")
    assert f'href="{at(unit)}"' in page_of(asha, desk_of(cast.ben))
    assert at(unit) not in page_of(signed_in(cast.ben), MINE)
    expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), "Again", "AB7"))
    assert len(changes("unit.issued")) == len(changes("unit.linked")) == 1
    with nothing_changes():
        expect(409, do(asha, unit, "take_back"))
    assert "Remove the registrations first" in do(asha, unit, "take_back").content.decode()
    for key in SecurityKey.objects.filter(nickname__in=["Blue", "Again"]):
        expect(302, asha.submit(f"{answer['Location']}{key.pk}/remove/"))
    expect(302, do(asha, unit, "take_back"))


def test_a_number_that_no_stock_has_stays_as_it_was_typed(cast, asha):
    received(asha, "100")
    begun = asha.touch(desk_of(cast.ben), SoftKey())
    page = name_with_number(asha, desk_of(cast.ben), begun, "Blue", "no number")
    assert "up to 40 letters" in expect(400, page).content.decode()
    expect(302, name_with_number(asha, desk_of(cast.ben), begun, "Blue", "101"))
    assert SecurityKey.objects.get(nickname="Blue").serial_number == "101"
    assert not UnitKey.objects.exists()
    listed = page_of(asha, desk_of(cast.ben))
    assert f"{STOCK}receive/?of=NORTH&amp;number=101" in listed


def test_a_token_that_is_somebody_else_s_is_refused_unless_both_are_to_use_it(cast, asha):
    (unit,) = received(asha, "100")
    expect(302, issue(asha, unit, cast.dev.username))
    begun = asha.touch(desk_of(cast.ben), SoftKey())
    page = expect(409, name_with_number(asha, desk_of(cast.ben), begun, "Blue", "100"))
    assert "was issued to somebody else" in page.content.decode()
    assert "register it for Ben Carter too" in page.content.decode()
    assert not SecurityKey.objects.filter(nickname="Blue").exists()
    shared = name_with_number(asha, desk_of(cast.ben), begun, "Blue", "100", shared="yes")
    expect(302, shared)
    assert (state(unit), unit.holder) == ("issued", cast.dev)
    assert UnitKey.objects.get().key.holder == cast.ben
    for act, words in (("lose", "reported lost"), ("retire", "not to be used again")):
        expect(302, WAYS[act](asha, unit))
        answer = with_number(asha, desk_of(cast.ben), SoftKey(), "Green", "100")
        assert words in expect(409, answer).content.decode()


def test_a_program_meets_the_same_and_repeats_no_touch(cast, asha):
    (unit,) = received(asha, "100")
    expect(302, issue(asha, unit, cast.dev.username))
    api = program(cast.north, cast.asha)
    fields = api.answer_of(cast.ben, SoftKey(), "Blue", serial_number="100")
    answer = refused(409, "conflict", api.send("post", keys_of(cast.ben), fields))
    assert "issued to somebody else" in answer["detail"]
    assert "with “shared” if both are to use it" in answer["detail"]
    expect(201, api.send("post", keys_of(cast.ben), fields | {"shared": True}))
    (found,) = expect(200, api.get(f"{AT}/100")).json()["items"]
    assert (found["maker"], found["state"], found["organisation"]) == ("Yubico", "issued", "NORTH")
    assert found["holder"]["name"] == "Dev Malik"
    assert [key["nickname"] for key in found["keys"]] == ["Blue"]


def test_at_one_s_own_desk_nobody_learns_whose_a_token_is_or_takes_one_out_of_stock(cast, asha):
    taken, free = received(asha, "100", "101")
    expect(302, issue(asha, taken, cast.dev.username))
    registered(asha, cast.ben)
    ben = signed_in(cast.ben)
    answer = own_with_number(ben, "Mine", "100")
    assert answer.status_code == 302
    assert not UnitKey.objects.exists()
    assert own_with_number(ben, "Mine too", "101").status_code == 302
    assert (state(free), free.holder) == ("in_stock", None)
    assert "Record that Ben Carter has it" in page_of(asha, at(free))
    assert not changes("unit.issued")[1:]
    expect(302, issue(asha, free, cast.ben.username))
    assert UnitKey.objects.get().key.nickname == "Mine too"
    assert own_with_number(ben, "Mine as well", "101").status_code == 302
    assert free.keys.count() == 2


def own_with_number(browser, nickname, number):
    return with_number(browser, MINE, SoftKey(nickname), nickname, number)


def test_a_lost_token_stops_every_registration_on_it_and_each_is_told(cast, asha):
    (unit,) = received(asha, "100")
    expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), "Blue", "100"))
    begun = asha.touch(desk_of(cast.dev), SoftKey())
    expect(302, name_with_number(asha, desk_of(cast.dev), begun, "Shared", "100", shared="yes"))
    page = page_of(asha, at(unit, "lost/"))
    assert "Ben Carter" in page
    assert "Dev Malik" in page
    expect(302, asha.submit(at(unit, "lost/")))
    keys = SecurityKey.objects.filter(nickname__in=["Blue", "Shared"])
    assert {(key.state, key.state_reason) for key in keys} == {("suspended", "lost")}
    assert {"ben@north.example", "dev@north.example"} <= set(told("key_suspended"))
    assert changes("unit.lost")[0].parameters["suspended"] == 2
    assert "2 registrations are suspended" in page_of(asha, at(unit))
    expect(302, do(asha, unit, "find"))
    assert (state(unit), unit.holder) == ("issued", cast.ben)
    assert {key.state for key in keys.all()} == {"suspended"}


def test_also_that_of_somebody_whom_the_role_does_not_cover_or_who_moved(cast, asha):
    """docs/adr/0029-the-stockroom.md: what is gone is the thing, whoever may log in with it."""
    priya = signed_in(cast.priya)
    (unit,) = received(asha, "100")
    expect(302, with_number(priya, desk_of(cast.wil), SoftKey(), "Wil’s", "100"))
    begun = priya.touch(desk_of(cast.ben), SoftKey())
    expect(302, name_with_number(priya, desk_of(cast.ben), begun, "Ben’s", "100", shared="yes"))
    give(cast.ben, "primary_local_administrator", cast.north)
    move_home(person=cast.wil, organisation=cast.south, by=log.SYSTEM)
    ben_s = SecurityKey.objects.get(nickname="Ben’s")
    expect(403, asha.submit(f"{desk_of(cast.ben)}{ben_s.pk}/suspend/", reason="lost"))
    page = page_of(asha, at(unit, "lost/"))
    assert "1 registration of somebody of another organisation" in page
    assert "Wil" not in page
    expect(302, asha.submit(at(unit, "lost/")))
    states = SecurityKey.objects.filter(nickname__in=["Ben’s", "Wil’s"]).values_list("state")
    assert set(states) == {("suspended",)}
    assert "cara@south.example" in told("key_to_see_to")
    assert cast.wil.username in told("key_suspended")
    expect(403, signed_in(cast.hal).submit(at(unit, "lost/")))


def test_it_is_handed_on_within_the_branch_and_no_further(cast, asha):
    (unit,) = received(asha, "100")
    with nothing_changes():
        for code in ("SOUTH", "PLATFORM", "NOWHERE", ""):
            expect(400, asha.submit(at(unit, "hand-on/"), organisation=code))
    expect(302, asha.submit(at(unit, "hand-on/"), organisation="ward7"))
    unit.refresh_from_db()
    assert unit.organisation == cast.ward
    assert "Northside Ward 7" in page_of(asha, at(unit))
    hal = signed_in(cast.hal)
    expect(404, hal.get(at(unit)))
    assert changes("unit.transferred")[0].new == {"organisation": "WARD7"}


def test_it_is_issued_to_nobody_from_elsewhere_or_whose_account_is_closed(cast, asha):
    (unit,) = received(asha, "100")
    with nothing_changes():
        unknown = expect(400, issue(asha, unit, "nobody@north.example")).content
        elsewhere = expect(400, issue(asha, unit, cast.eve.username)).content
    assert b"or of one below it" in unknown
    assert unknown.count(b"eve@") == elsewhere.count(b"Eve") == 0
    expect(403, issue(asha, unit, cast.priya.username))
    Person.objects.filter(pk=cast.dev.pk).update(status=Status.CLOSED)
    with nothing_changes():
        closed = expect(409, issue(asha, unit, cast.dev.username)).content.decode()
    assert "The account is not in the state that this page was for" in closed
    expect(302, issue(asha, unit, cast.wil.username))


def test_whose_is_found_in_user_management_and_elsewhere_goes_to_the_helpdesk(cast, asha):
    unit, _other = received(asha, "100", "101")
    expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), "Blue", "100"))
    search = "/admin/people/?q="
    page = page_of(asha, f"{search}100")
    assert f'href="/admin/people/{cast.ben.pk}/"' in page
    assert at(unit) in page
    assert "In stock" in page_of(asha, f"{search}101")
    assert "Ben Carter" in page_of(signed_in(cast.hal), f"{search}100")
    cara = signed_in(cast.cara)
    for number in ("100", "102"):
        page = page_of(cara, f"{search}{number}")
        assert "hand the token to your helpdesk" in page
        assert "Ben" not in page
    assert "Ben Carter" not in page_of(asha, f"{search}10")
    received(asha, scanned="ABCDEF")
    assert "In stock" in page_of(asha, f"{search}abcdef")


def test_of_two_makers_numbers_the_one_in_stock_is_meant_and_of_two_neither(cast, asha):
    received(asha, "100")
    received(asha, "100", maker="Feitian")
    first, second = Unit.objects.order_by("maker")
    expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), "Blue", "100"))
    assert not UnitKey.objects.exists()
    expect(302, issue(asha, first, cast.dev.username))
    expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), "Green", "100"))
    assert UnitKey.objects.get().unit == second
    page = page_of(asha, "/admin/people/?q=100")
    assert page.count("Feitian") == page.count("Yubico") == 1
    expect(302, do(asha, first, "take_back"))
    expect(302, do(asha, first, "put_back"))
    assert "Ben Carter registered a token with this serial number" in page_of(asha, at(first))


def test_au02_where_the_entry_cannot_be_written_nothing_is_kept(cast, asha):
    (unit,) = received(asha, "100")
    asha.raise_request_exception = False
    with nothing_changes(), trail_away():
        expect(503, receive(asha, first="200"))
        expect(503, issue(asha, unit, cast.ben.username))
        expect(503, do(asha, unit, "retire"))
        expect(503, asha.submit(at(unit, "lost/")))
    expect(302, do(asha, unit, "retire"))
