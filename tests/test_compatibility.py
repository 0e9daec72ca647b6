"""The compatibility table: its cells come from tests that were run, and from nothing else."""

import re
from datetime import date, timedelta

import pytest

from tests.cast import hire_into
from tests.checks import CHECK, WINDOWS, added, begun, checked, failed, second_half, seen
from tests.doors import Browser, expect, signed_in
from tests.softkey import SoftKey
from tests.test_appointing import give
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.compatibility import results
from wardkey.compatibility.devices import Device, device_of
from wardkey.compatibility.models import CheckedDevice

TABLE = "/guide/compatibility/"
CHROMIUM = Device(form="computer", system="Linux", browser="Chromium", browser_version="142")


def table(browser: Browser | None = None) -> str:
    page = expect(200, (browser or Browser()).get(TABLE)).content.decode()
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def result(**changes) -> results.Result:
    told = {
        "day": clock.now().date(),
        "device": CHROMIUM,
        "tried": results.SIGNING_IN,
        "tried_by": results.STANDARD_USER,
        "outcome": "works",
        "key": "virtual",
    }
    return results.Result(**told | changes)


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


# -- result files


def test_what_the_journeys_wrote_is_shipped_and_shown(db):
    shipped = results.shipped()
    assert {(each.tried, each.tried_by) for each in shipped} == set(results.COLUMNS)
    page = table()
    for each in shipped:
        assert f"{each.device.browser} {each.device.browser_version}" in page
    assert "with a virtual token" in page
    assert "version 2004 of Windows 10 or later is recommended" in page
    assert "The portal cannot see it. Four characters are the least; six digits are better." in page


def test_a_result_that_is_written_is_read_as_the_same():
    one = result(outcome="fails", day=date(2026, 1, 2))
    assert results.read_line(results.written(one)) == one


@pytest.mark.parametrize(
    "change",
    [('"works"', '"perhaps"'), ("sign_in", "dance"), ("2026-01-02", "soon"), ('"key"', '"keys"')],
    ids=["outcome", "column", "day", "member"],
)
def test_a_line_that_says_something_else_is_no_result(change):
    line = results.written(result(day=date(2026, 1, 2)))
    assert results.read_line(line)
    with pytest.raises((ValueError, KeyError, TypeError)):
        results.read_line(line.replace(*change))


def test_of_several_results_the_latest_counts_and_what_was_not_tested_is_empty():
    earlier = result(day=clock.now().date() - timedelta(days=9), outcome="fails")
    [row] = results.table_of([result(), earlier])
    assert [cell and cell.outcome for cell in row.cells] == [None, None, None, None, "works"]


@pytest.mark.parametrize(("days", "is_old"), [(365, False), (366, True)])
def test_a_result_is_old_after_a_year(days, is_old):
    assert result(day=clock.now().date() - timedelta(days=days)).is_old is is_old


def test_old_results_fade(db):
    newest = max(each.day for each in results.shipped())
    assert "Old result, tested on" not in table()
    in_a_year = clock.now() + (newest - clock.now().date()) + timedelta(days=366)
    with clock.standing_at(in_a_year):
        assert f"Old result, tested on {newest.day} " in table()


# -- what an administrator adds


def test_an_administrator_adds_an_outcome_which_their_own_people_see(cast, cara):
    check_id = checked(cara)
    assert "Add to the table" in seen(cara, check_id)
    assert expect(302, added(cara, check_id))["Location"] == TABLE
    row = CheckedDevice.objects.get()
    assert (row.organisation, row.added_by, str(row)) == (
        cast.south,
        cast.cara,
        "Windows 11, Edge 142",
    )
    assert (row.registration, row.sign_in, row.with_virtual_key) == ("works", "works", False)
    [entry] = changes("compatibility.device_added")
    assert entry.parameters == {
        "device": "Windows 11, Edge 142",
        "registration": "works",
        "sign_in": "works",
    }
    assert (entry.organisation, entry.actor["id"]) == (cast.south.pk, str(cast.cara.pk))
    assert "Edge 142" in (page := table(cara))
    assert "Cara Jones" in page
    eve = table(signed_in(cast.eve))
    assert "Edge 142" in eve
    assert "Cara Jones" not in eve
    for browser in (None, signed_in(cast.ben)):
        assert "Edge 142" not in table(browser)


def test_those_below_see_what_was_added_above_and_only_the_owner_takes_it_away(cast):
    asha = signed_in(cast.asha)
    check_id = checked(asha)
    expect(302, added(asha, check_id))
    below = hire_into(cast.ward, "una")
    give(below, "local_administrator", cast.ward)
    una = signed_in(below)
    assert "Edge 142" in table(una)
    assert f"{check_id}/remove/" not in una.get(TABLE).text
    with nothing_changes():
        expect(404, una.submit(f"{CHECK}{check_id}/remove/"))
    assert f"{check_id}/remove/" in asha.get(TABLE).text
    expect(302, asha.submit(f"{CHECK}{check_id}/remove/"))
    assert not CheckedDevice.objects.exists()
    assert changes("compatibility.device_removed")[0].parameters["device"] == "Windows 11, Edge 142"
    expect(404, asha.submit(f"{CHECK}{check_id}/remove/"))


def test_an_outcome_is_added_once_in_its_session_in_time_by_an_administrator(cast, cara):
    check_id = checked(cara)
    other, eve = signed_in(cast.nina), signed_in(cast.eve)
    with nothing_changes():
        expect(404, added(other, check_id))
        expect(403, added(eve, checked(eve)))
        expect(404, added(cara, second_half(cara, SoftKey())["check_id"]))
        expect(404, added(cara, begun(cara)["check_id"]))
    expect(302, added(cara, check_id))
    with nothing_changes():
        expect(404, added(cara, check_id))
    late = checked(cara)
    with clock.standing_at(clock.now() + timedelta(minutes=15, seconds=1)):
        expect(404, added(cara, late))
    assert CheckedDevice.objects.count() == 1


def test_whoever_is_no_administrator_neither_adds_nor_removes(cast):
    asha = signed_in(cast.asha)
    check_id = checked(asha)
    expect(302, added(asha, check_id))
    for who in ("hal", "olu", "dev"):
        other = signed_in(getattr(cast, who))
        with nothing_changes():
            expect(403, added(other, checked(other)))
            expect(403, other.submit(f"{CHECK}{check_id}/remove/"))
        assert "Remove" not in table(other)


def test_what_failed_is_added_too_and_what_was_not_tried_is_no_cell(cara):
    half = begun(cara)
    expect(200, failed(cara, half, "NotAllowedError"))
    expect(302, added(cara, half["check_id"]))
    added_now = results.added_in(CheckedDevice.objects.get().organisation)
    assert [(each.tried, each.outcome) for each in added_now] == [("register", "fails")]
    assert "Does not work" in table(cara)


# -- what browsers tell

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
HINTS = {"Sec-CH-UA-Platform-Version": '"8.0.0"', "Sec-CH-UA-Platform": '"Windows"'}


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"User-Agent": MAC + "Version/26.0 Safari/605.1.15"},
         ("computer_or_tablet", "macOS or iPadOS", "", "Safari", "26")),
        ({"User-Agent": MAC + "CriOS/142 Mobile/15E148 Safari/604.1"},
         ("tablet", "iPadOS", "", "Chrome", "142")),
        ({"User-Agent": MAC + "Chrome/142.0.0.0 Safari/537.36"},
         ("computer", "macOS", "", "Chrome", "142")),
        ({"User-Agent": IPHONE + "Version/26.1 Mobile/15E148 Safari/604.1"},
         ("phone", "iOS", "26", "Safari", "26")),
        ({"User-Agent": IPHONE + "CriOS/142.0 Mobile/15E148 Safari/604.1"},
         ("phone", "iOS", "", "Chrome", "142")),
        ({"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Firefox/145.0"},
         ("computer", "Windows", "", "Firefox", "145")),
        ({"User-Agent": "Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0.0.0 Mobile Safari/537.36",
          "Sec-CH-UA-Platform": '"Android"', "Sec-CH-UA-Platform-Version": '"16.0.0"'},
         ("phone", "Android", "16", "Chrome", "142")),
        ({"User-Agent": "Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0.0.0 Safari/537.36"},
         ("tablet", "Android", "", "Chrome", "142")),
        ({"User-Agent": "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/142.0.0.0 Safari/537.36"},
         ("computer", "ChromeOS", "", "Chrome", "142")),
        ({"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/142.0.0.0 Safari/537.36",
          "Sec-CH-UA-Platform": '"Linux"', "Sec-CH-UA-Platform-Version": '"6.1.0"'},
         ("computer", "Linux", "", "Chromium", "142")),
        (HINTS, ("computer", "Windows", "10 before 2004", "", "")),
        (HINTS | {"Sec-CH-UA-Platform-Version": '"10.0.0"'},
         ("computer", "Windows", "10 from 2004", "", "")),
        (HINTS | {"Sec-CH-UA-Platform-Version": '"13.0.0"'}, ("computer", "Windows", "11", "", "")),
        (HINTS | {"Sec-CH-UA-Platform-Version": '"0.3.0"'}, ("computer", "Windows", "", "", "")),
        ({"User-Agent": "<script>alert(1)</script>", "Sec-CH-UA": '"<b>";v="1"',
          "Sec-CH-UA-Platform": '"<i>"', "Sec-CH-UA-Platform-Version": '"x"'},
         ("computer", "", "", "", "")),
        ({}, ("computer", "", "", "", "")),
    ],
)  # fmt: skip
def test_what_a_browser_does_not_tell_is_not_guessed(headers, told):
    found = device_of(headers)
    form, system, system_version, browser, browser_version = told
    assert found == Device(
        form=form,
        system=system,
        system_version=system_version,
        browser=browser,
        browser_version=browser_version,
    )
    assert found.is_older_than_recommended is (system_version == "10 before 2004")


def test_a_windows_that_is_too_old_is_told_so(cara, monkeypatch):
    monkeypatch.setitem(WINDOWS, "sec-ch-ua-platform-version", '"8.0.0"')
    check_id = checked(cara)
    assert "older than version 2004 of Windows 10, which is the least" in seen(cara, check_id)
    expect(302, added(cara, check_id))
    assert "older than recommended" in table(cara)
    assert "older than recommended" not in table()
