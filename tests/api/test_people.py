"""A program finds people, a page at a time, while they come and go."""

import pytest

from tests.cast import hire_into
from tests.doors import expect
from tests.programs import V1, program, refused
from wardkey.audit import log
from wardkey.organisations import tree
from wardkey.people import queries
from wardkey.people.accounts import move_home
from wardkey.people.models import Person

PEOPLE = f"{V1}/people"


@pytest.fixture
def asha(cast):
    return program(cast.north, cast.asha, "people:read")


def names(answer):
    return {each["name"] for each in expect(200, answer).json()["items"]}


def all_pages(program, **asked):
    cursor, pages = "", []
    while cursor is not None:
        told = expect(200, program.get(PEOPLE, {**asked, "cursor": cursor})).json()
        assert set(told) == {"items", "next"}
        pages.append([each["name"] for each in told["items"]])
        cursor = told["next"]
    return pages


def test_a_person_is_told_as_they_are(cast, asha):
    ben = {
        "id": str(cast.ben.pk),
        "username": "ben@north.example",
        "name": "Ben Carter",
        "email": "ben@north.example",
        "organisation": "NORTH",
    }
    assert expect(200, asha.get(PEOPLE, {"q": "carter"})).json() == {"items": [ben], "next": None}
    answer = expect(200, asha.get(f"{PEOPLE}/{cast.ben.pk}"))
    assert answer.json() == ben
    assert answer["ETag"]
    assert answer["Cache-Control"] == "no-store"
    wil = expect(200, asha.get(f"{PEOPLE}/{cast.wil.pk}")).json()
    assert wil["organisation"] == "WARD7"


def test_az12_nobody_from_elsewhere_is_found(cast, asha):
    assert names(asha.get(PEOPLE, {"q": "carter"})) == {"Ben Carter"}
    assert names(asha.get(PEOPLE, {"q": "eve"})) == set()
    everybody = {name for page in all_pages(asha) for name in page}
    assert everybody == {
        *("Asha Rao", "Priya Nair", "Ben Carter", "Dev Malik", "Hal Green", "Olu Bello"),
        *("Nina Berg", "Wil Novak"),
    }
    for unseen in ("\0", "\u200b", "\u202e \u200b"):
        assert names(asha.get(PEOPLE, {"q": unseen})) == set()
    root = program(cast.platform, cast.root, "people:read")
    assert names(root.get(PEOPLE, {"q": "carter"})) == {"Ben Carter", "Eve Carter"}
    hal = program(cast.north, cast.hal, "people:read")
    assert names(hal.get(PEOPLE, {"q": "wil"})) == set()
    refused(404, "not_found", asha.get(f"{PEOPLE}/{cast.eve.pk}"))


@pytest.mark.parametrize("one_of", [1, 2, queries.ONE_OF], ids=str)
def test_everybody_of_a_branch_is_met_once_however_few_of_the_portal_they_are(
    cast, asha, monkeypatch, one_of
):
    for number in range(8):
        hire_into(cast.south, f"eva{number}")
        hire_into(cast.ward if number % 2 else cast.north, f"sam{number}")
    monkeypatch.setattr(queries, "ONE_OF", one_of)
    here = Person.objects.filter(home__in=[cast.north, cast.ward]).order_by("pk")
    for limit in (1, 3, 100):
        pages = all_pages(asha, limit=limit)
        assert all(len(page) == limit for page in pages[:-1])
        assert [each for page in pages for each in page] == [person.name for person in here]


@pytest.mark.parametrize("small", [tree.SMALL, 0], ids=str)  # at last as in a large branch
def test_those_with_a_common_word_are_met_once_and_none_of_elsewhere(
    cast, asha, monkeypatch, small
):
    monkeypatch.setattr(queries, "NAMED_AT_MOST", 2)
    monkeypatch.setattr(tree, "SMALL", small)
    for number in range(4):
        hire_into(cast.south, f"samantha{number}")
        hire_into(cast.ward if number % 2 else cast.north, f"sam{number}")
    met = [each for page in all_pages(asha, q="sam", limit=3) for each in page]
    here = Person.objects.filter(home__in=[cast.north, cast.ward], name__startswith="Sam")
    assert met == [person.name for person in here.order_by("pk")]


def test_pages_stay_right_while_people_come_and_go(cast, asha):
    for number in range(9):
        hire_into(cast.north, f"sam{number}")
    before = [each for page in all_pages(asha, q="sam", limit=4) for each in page]
    assert len(before) == len(set(before)) == 9
    first = expect(200, asha.get(PEOPLE, {"q": "sam", "limit": 4})).json()
    gone, seen = before[5], [each["name"] for each in first["items"]]
    person = hire_into(cast.north, "samuel")
    move_home(person=Person.objects.get(name=gone), organisation=cast.south, by=log.SYSTEM)
    cursor = first["next"]
    while cursor:
        told = expect(200, asha.get(PEOPLE, {"q": "sam", "limit": 4, "cursor": cursor})).json()
        seen += [each["name"] for each in told["items"]]
        cursor = told["next"]
    assert len(seen) == len(set(seen))
    assert set(before) - {gone} <= set(seen) <= set(before) - {gone} | {person.name}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1e9", ""])
def test_a_limit_that_is_none_is_refused(asha, limit):
    assert refused(400, "invalid_input", asha.get(PEOPLE, {"limit": limit}))["field"] == "limit"


def test_a_cursor_serves_for_the_list_that_it_was_given_for(cast, asha):
    cursor = expect(200, asha.get(PEOPLE, {"limit": 2})).json()["next"]
    expect(200, asha.get(PEOPLE, {"limit": 3, "cursor": cursor}))
    for q, wrong in (("ben", cursor), ("", cursor[:-2]), ("", "AAAA"), ("", "ä"), ("", "x" * 2000)):
        asked = {"cursor": wrong, **({"q": q} if q else {})}
        told = refused(400, "invalid_input", asha.get(PEOPLE, asked))
        assert told["field"] == "cursor"


def test_what_the_address_does_not_know_is_refused(cast, asha):
    told = refused(400, "unknown_field", asha.get(PEOPLE, {"q": "ben", "org": "SOUTH"}))
    assert told["field"] == "org"
    told = refused(400, "unknown_field", asha.get(f"{PEOPLE}/{cast.ben.pk}", {"person_id": "x"}))
    assert told["field"] == "person_id"
    refused(400, "invalid_input", asha.get(f"{PEOPLE}?q=a&q=b"))
    refused(400, "invalid_input", asha.get(PEOPLE, {"q": "x" * 201}))
