"""User Management: people are found by the beginnings of their words, within the scope alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.doors import expect, signed_in
from tests.traces import last_refusal, nothing_changes
from wardkey.audit import log
from wardkey.organisations import tree
from wardkey.people import finding
from wardkey.people.accounts import add_person, move_home
from wardkey.people.naming import people_meant

FIND = "/admin/people/"
SIZES = ("FEW", "LOOKED_THROUGH", "RARE", "FEW_TO_READ")


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def found(browser, words):
    page = expect(200, browser.get(FIND, {"q": words})).content.decode()
    rows = page.split("<tbody")[1] if "<tbody" in page else ""
    return [part.split("</bdi>")[0] for part in rows.split("<bdi>")[1:]]


@pytest.mark.parametrize(
    "words",
    [
        "Ben Carter",
        "ben",
        "car",
        "carter ben",
        "BEN@NORTH.EXAMPLE",
        "ben@nor",
        "ｃａｒｔｅｒ",
        " Cärter ",
    ],
)
def test_a_person_is_found_by_name_user_name_and_address(cast, asha, words):
    assert "Ben Carter" in found(asha, words)


@pytest.mark.parametrize(
    "words", ["rt", "arte dev", "xampl%", "ben dev", "zzz", "%", "_", "'; --", "\x00"]
)
def test_what_does_not_begin_so_is_not_found(cast, asha, words):
    assert found(asha, words) == []


def test_an_empty_search_finds_nobody_and_says_nothing(cast, asha):
    assert found(asha, "") == []
    assert b"was found" not in asha.get(FIND, {"q": " "}).content


def test_the_person_found_leads_to_their_page(cast, asha):
    page = asha.get(FIND, {"q": "ben"}).content.decode()
    assert f'href="/admin/people/{cast.ben.pk}/"' in page
    person = asha.get(f"/admin/people/{cast.ben.pk}/").content.decode()
    for words in ("Ben Carter", "ben@north.example", "Northside Hospital (NORTH)"):
        assert words in person


def test_az12_the_carter_of_another_organisation_is_not_found(cast, asha):
    assert found(asha, "carter") == ["Ben Carter"]
    assert found(signed_in(cast.cara), "carter") == ["Eve Carter"]
    assert found(signed_in(cast.root), "carter") == ["Ben Carter", "Eve Carter"]


def test_those_below_are_found_where_the_grant_says_so(cast, asha):
    assert found(asha, "wil") == ["Wil Novak"]
    assert found(signed_in(cast.hal), "wil") == []


def test_whoever_moves_is_found_at_the_new_home_alone(cast, asha):
    move_home(person=cast.ben, organisation=cast.south, by=log.SYSTEM)
    assert found(asha, "ben") == []
    assert found(signed_in(cast.cara), "ben") == ["Ben Carter"]


def test_twenty_at_most_are_shown_and_the_page_says_so(cast, asha):
    for number in range(25):
        add_person(
            username=f"sam{number}@north.example",
            name=f"Sam Number{number:02}",
            email=f"sam{number}@north.example",
            organisation=cast.north,
            by=log.SYSTEM,
        )
    assert len(found(asha, "sam")) == 20
    assert b"These are the first 20." in asha.get(FIND, {"q": "sam"}).content
    assert found(asha, "sam number07") == ["Sam Number07"]


@pytest.mark.parametrize(
    "sizes",
    [(500, 20_000, 3_000, 100), (500, 20_000, 1, 100), (0, 20_000, 3_000, 0), (0, 1, 1, 0)],
)
def test_in_a_large_branch_the_same_people_are_found(cast, asha, monkeypatch, sizes):
    """As if three organisations were many, and three people very many; and as it is."""
    for name, size in zip(SIZES, sizes, strict=True):
        monkeypatch.setattr(finding, name, size)
    root, cara = signed_in(cast.root), signed_in(cast.cara)
    for words, everywhere, north, south in (
        ("carter", ["Ben Carter", "Eve Carter"], ["Ben Carter"], ["Eve Carter"]),
        ("ARTÉ", ["Ben Carter", "Eve Carter"], ["Ben Carter"], ["Eve Carter"]),
        ("arter", ["Ben Carter", "Eve Carter"], ["Ben Carter"], ["Eve Carter"]),
        ("rterx", [], [], []),
        ("carter ben", ["Ben Carter"], ["Ben Carter"], []),
        ("be cart", ["Ben Carter"], ["Ben Carter"], []),
        ("ca Eve c", ["Eve Carter"], [], ["Eve Carter"]),
        ("carter c", ["Ben Carter", "Eve Carter"], ["Ben Carter"], ["Eve Carter"]),
        ("carter north", ["Ben Carter"], ["Ben Carter"], []),
        ("b carter@", [], [], []),
        ("dev carter", [], [], []),
        ("zzz", [], [], []),
    ):
        assert found(root, words) == everywhere
        assert found(asha, words) == north
        assert found(cara, words) == south
    within = tree.branch(cast.platform)
    lines = ["Ben Carter", "EVE@south.example", "nobody@south.example", "Eve"]
    meant = people_meant(lines, within)
    assert [[each.name for each in meant[line]] for line in lines] == [
        ["Ben Carter"],
        ["Eve Carter"],
        [],
        ["Eve Carter"],
    ]
    assert people_meant(["eve@south.example"], tree.branch(cast.north)) == {"eve@south.example": []}


def test_how_large_a_branch_is_is_asked_once_and_never_decides_who_is_found(
    cast, asha, monkeypatch
):
    monkeypatch.setattr(finding, "FEW", 0)
    with CaptureQueriesContext(connection) as first:
        assert found(asha, "carter") == ["Ben Carter"]
    monkeypatch.undo()  # as if it had become a small one
    with CaptureQueriesContext(connection) as again:
        assert found(asha, "carter") == ["Ben Carter"]
    assert len(again) == len(first) - 1
    assert found(signed_in(cast.cara), "carter") == ["Eve Carter"]


def test_names_in_any_script_are_found(cast, asha):
    for number, name in enumerate(["李小龙", "Ольга Ким", "محمد علي"]):
        add_person(
            username=f"p{number}@north.example",
            name=name,
            email=f"p{number}@north.example",
            organisation=cast.north,
            by=log.SYSTEM,
        )
        assert found(asha, name.lower()) == [name]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Łukasz Żółw", "lukasz zolw"),
        ("Øystein Ærø", "oystein aero"),
        ("Đorđe Weiß", "dorde weiss"),
        ("Emre Yıldız", "yildiz"),
        ("İpek Işık", "ipek isik"),
        ("Ólafur Þórðarson", "thordarson"),
    ],
)
def test_letters_that_a_keyboard_lacks_are_found_by_plain_ones(cast, asha, name, typed):
    add_person(
        username="p@north.example",
        name=name,
        email="p@north.example",
        organisation=cast.north,
        by=log.SYSTEM,
    )
    assert found(asha, typed) == found(asha, name) == [name]


def test_the_page_says_how_names_are_found(cast, asha):
    page = asha.get(FIND, {"q": "artec"}).content.decode()
    assert "Names are found by how their words begin" in page


def test_a_name_is_text_and_no_markup(cast, asha):
    cast.ben.name = "<script>x</script>"
    cast.ben.save(update_fields=["name"])
    page = asha.get(FIND, {"q": "carter"}).content.decode()
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page


@pytest.mark.parametrize("who", ["ben", "olu"])
def test_whoever_may_not_find_people_is_refused(cast, who):
    browser = signed_in(getattr(cast, who))
    with nothing_changes():
        expect(403, browser.get(FIND, {"q": "ben"}))
    assert last_refusal() == ("act.refused", "", "role")


def test_admin_lists_what_the_role_allows(cast, asha):
    text = asha.get("/admin/").content.decode()
    assert "User Management" in text
    assert "Audit trail" in text
    assert "User Management" not in signed_in(cast.olu).get("/admin/").content.decode()
    assert "Audit trail" not in signed_in(cast.hal).get("/admin/").content.decode()
    expect(403, signed_in(cast.ben).get("/admin/"))
