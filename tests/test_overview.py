"""The overview: what was counted each night, and the lists of now on which somebody acts."""

import csv
from datetime import timedelta

import pytest

from tests import full_count
from tests.cast import decide
from tests.doors import desk_of, expect, half_signed_in, registered, signed_in
from tests.test_query_counts import queries
from tests.traces import changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.keys import in_branches
from wardkey.keys.models import SecurityKey
from wardkey.organisations import tree
from wardkey.people.accounts import add_person
from wardkey.people.models import Person
from wardkey.reports.models import DailyCount
from wardkey.reports.overview import coverage
from wardkey.reports.overview.counted import BELOW_AT_A_TIME
from wardkey.reports.overview.lists import Kind

OVERVIEW, LIST = "/admin/overview/", "/admin/overview/list/"


def page(browser, address=OVERVIEW, **asked):
    return expect(200, browser.get(address, asked)).content.decode()


def listed(browser, kind, of="NORTH", **asked):
    return page(browser, LIST, list=kind, of=of, **asked)


def file_of(browser, kind, of="NORTH", only=""):
    answer = expect(200, browser.submit(f"{OVERVIEW}file.csv?of={of}&list={kind}&only={only}"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return [row["name"] for row in csv.DictReader(text.splitlines())]


def figures(organisation):
    rows = DailyCount.objects.filter(organisation_id=organisation.pk)
    return dict(rows.values_list("name", "count"))


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def keys_of_all_kinds(cast, asha):
    """Ben has two, of which one waits; Dev one, long unused; Wil of the ward one that waits."""
    for soft_key, key in (registered(asha, cast.ben, "Blue"),):
        expect(200, half_signed_in(cast.ben).use(soft_key, key))
    registered(asha, cast.ben, "Spare")
    soft_key, unused = registered(asha, cast.dev, "Old")
    expect(200, half_signed_in(cast.dev).use(soft_key, unused))
    registered(asha, cast.wil, "Green")
    long_ago = clock.now() - timedelta(days=91)
    SecurityKey.objects.filter(pk=unused.pk).update(last_used_at=long_ago, doubted_since=long_ago)


def test_what_a_night_counts_is_what_the_lists_have(cast, asha, keys_of_all_kinds, monkeypatch):
    coverage.count_yesterday()
    assert figures(cast.north) == {
        "people": 7,
        "people_with_usable_key": 2,
        "people_without_spare": 1,
        "keys_active": 2,
        "keys_waiting": 1,
        "keys_unused_90_days": 1,
        "keys_in_review": 1,
        "branch.people": 8,
        "branch.people_with_usable_key": 3,
        "branch.people_without_spare": 2,
        "branch.keys_active": 2,
        "branch.keys_waiting": 2,
        "branch.keys_unused_90_days": 1,
        "branch.keys_in_review": 1,
    }
    assert {kind: sorted(file_of(asha, kind)) for kind in Kind if kind is not Kind.WITHOUT_KEY} == {
        Kind.WITHOUT_SPARE: ["Dev Malik", "Wil Novak"],
        Kind.WAITING: ["Ben Carter", "Wil Novak"],
        Kind.UNUSED: ["Dev Malik"],
        Kind.IN_REVIEW: ["Dev Malik"],
    }
    assert len(file_of(asha, Kind.WITHOUT_KEY)) == 5
    assert file_of(asha, Kind.WAITING, of="WARD7") == ["Wil Novak"]
    assert file_of(asha, Kind.WAITING, only="yes") == ["Ben Carter"]
    entry = changes("overview.exported")[-1]
    assert entry.parameters == {"of": "waiting", "number": 1, "within": "NORTH"}
    told = page(asha)
    assert "3 of 8 (37 %)" in told
    assert "1 of 1 (100 %)" in told  # the ward
    root = page(signed_in(cast.root))
    assert root.index("Southside") < root.index("Northside Hospital")  # fewest first
    # As in a branch of many organisations; and many keys.
    for module, name in ((tree, "SMALL"), (in_branches, "FEW")):
        monkeypatch.setattr(module, name, 0)
        assert sorted(file_of(asha, Kind.WAITING)) == ["Ben Carter", "Wil Novak"]
        assert file_of(asha, Kind.WAITING, only="yes") == ["Ben Carter"]
        assert [file_of(asha, each) for each in (Kind.UNUSED, Kind.IN_REVIEW)] == [
            ["Dev Malik"]
        ] * 2
        assert len(queries(asha, f"{LIST}?list={Kind.WAITING}")) <= 9


def test_each_row_leads_to_where_one_acts(cast, asha, keys_of_all_kinds):
    unused = listed(asha, Kind.UNUSED)
    assert f'href="{desk_of(cast.dev)}"' in unused
    assert "<bdi>Old</bdi>" in unused  # three letters alone may be in a form's secret too
    none = listed(asha, Kind.WITHOUT_KEY)
    assert f'href="{desk_of(cast.hal)}register/"' in none
    assert f'href="{desk_of(cast.priya)}register/"' not in none  # above Asha
    assert "look for somebody with a higher role" in none
    assert "Tell your local administrator" in listed(signed_in(cast.hal), Kind.WITHOUT_KEY)
    as_auditor = listed(signed_in(cast.olu), Kind.UNUSED)
    assert "Dev Malik" in as_auditor
    assert "<bdi>Old</bdi>" not in as_auditor
    assert desk_of(cast.dev) not in as_auditor
    page_of_dev = desk_of(cast.dev)
    [key] = Person.objects.get(pk=cast.dev.pk).keys.all()
    expect(302, asha.submit(f"{page_of_dev}{key.pk}/remove/"))
    assert "There are none." in listed(asha, Kind.UNUSED)  # at once, and not tomorrow


def test_only_what_is_in_reach_is_there(cast, asha):
    registered(asha, cast.ben, "Blue")
    registered(asha, cast.wil, "Green")
    coverage.count_yesterday()
    for address in (OVERVIEW, LIST):
        for code in ("SOUTH", "ABSENT", "PLATFORM"):
            expect(404, asha.get(address, {"of": code}))
        expect(403, signed_in(cast.dev).get(address))
    expect(404, asha.submit(f"{OVERVIEW}file.csv?of=SOUTH"))
    hal = signed_in(cast.hal)  # of Northside without the ward
    assert "1 of 7 (14 %)" in page(hal)
    assert "Northside Ward 7" not in page(hal)
    assert "Wil Novak" not in listed(hal, Kind.WAITING)
    expect(404, hal.get(OVERVIEW, {"of": "WARD7"}))
    for wrong in ("x", "-1", "²", "9" * 9):
        expect(400, asha.get(OVERVIEW, {"from": wrong}))
    expect(400, asha.get(LIST, {"after": "5"}))


def test_a_day_without_a_count_is_a_gap_and_a_standstill_is_told(cast, asha):
    assert "Nothing has been counted here yet" in page(asha)
    today = clock.now().date()
    for ago in (9, 3):
        full_count.count_day(today - timedelta(days=ago))
    older = DailyCount.objects.filter(name__startswith=coverage.BRANCH)
    full_count.count_day(today - timedelta(days=20))
    older.filter(day=today - timedelta(days=20)).delete()  # as releases before this one left it
    told = page(asha)
    assert "2 days were" in told
    assert "its worker may stand still" in told
    coverage.count_yesterday()
    told = page(asha)
    assert "3 days were" in told
    assert "its worker may stand still" not in told


def test_a_thousand_organisations_are_twenty_at_a_time(cast):
    for number in range(BELOW_AT_A_TIME + 5):
        there = tree.found(code=f"O{number}", name=f"Place {number}", parent=cast.platform)
        address = f"sam{number}@place.example"
        add_person(username=address, name="Sam", email=address, organisation=there, by=log.SYSTEM)
    tree.found(code="EMPTY", name="Nobody yet", parent=cast.platform)
    coverage.count_yesterday()
    root = signed_in(cast.root)
    first = page(root)
    assert f"?of=PLATFORM&amp;from={BELOW_AT_A_TIME}" in first
    second = page(root, **{"from": BELOW_AT_A_TIME})
    seen = [*first.split("/admin/overview/?of=")[1:], *second.split("/admin/overview/?of=")[1:]]
    codes = [part.partition('"')[0] for part in seen]
    assert len(codes) == len(set(codes)) == BELOW_AT_A_TIME + 5 + 2
    assert "EMPTY" not in codes
    assert "Next page" not in second


def test_lists_go_on_until_all_were_seen_once(cast, asha, monkeypatch):
    decide(cast.north, keys_a_person=10)
    for number in range(70):
        address = f"sam{number}@north.example"
        add_person(
            username=address,
            name=f"Sam {number}.",
            email=address,
            organisation=cast.north,
            by=log.SYSTEM,
        )
    first = listed(asha, Kind.WITHOUT_KEY)
    after = first.partition("after=")[2].partition('"')[0]
    second = listed(asha, Kind.WITHOUT_KEY, after=after)
    names = [f"<bdi>Sam {number}.</bdi>" for number in range(70)]
    assert all((name in first) != (name in second) for name in names)
    assert len(queries(asha, f"{LIST}?list={Kind.WITHOUT_KEY}")) <= 9
    coverage.count_yesterday()
    assert not any("people_person" in sql and "COUNT(" in sql for sql in queries(asha, OVERVIEW))
    assert len(file_of(asha, Kind.WITHOUT_KEY)) == 78
    few = [listed(asha, kind).count("<tr") for kind in Kind]
    monkeypatch.setattr(tree, "SMALL", 0)  # as in a branch of many organisations
    assert [listed(asha, kind).count("<tr") for kind in Kind] == few
