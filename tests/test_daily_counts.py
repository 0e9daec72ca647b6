"""The figures that are stored each day for each organisation."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests.doors import desk_of, registered, signed_in
from tests.full_count import everything
from wardkey.base import clock
from wardkey.organisations import tree
from wardkey.people.models import Person, Status
from wardkey.reports.models import Counting, DailyCount, ToCount
from wardkey.reports.overview import coverage

TODAY = datetime.now(UTC).date()
DAY = TODAY + timedelta(days=2)
DAY_LONG = timedelta(days=1)


def night_after(day=DAY):
    """Two minutes after it is over."""
    return clock.standing_at(datetime(day.year, day.month, day.day, 0, 2, tzinfo=UTC) + DAY_LONG)


def count(day=DAY):
    with night_after(day):
        coverage.count_yesterday()


def counts(organisation, day=DAY):
    """Its own."""
    found = rows_of(organisation, day).exclude(name__startswith=coverage.BRANCH)
    return dict(found.values_list("name", "count"))


def of_branch(organisation, day=DAY):
    found = rows_of(organisation, day).filter(name__startswith=coverage.BRANCH)
    return {name.removeprefix(coverage.BRANCH): n for name, n in found.values_list("name", "count")}


def rows_of(organisation, day):
    return coverage.whole_days().filter(organisation_id=organisation.pk, day=day)


def days():
    return set(coverage.whole_days().values_list("day", flat=True))


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def test_people_count_for_their_home(cast):
    empty = tree.found(code="EMPTY", name="Nobody yet", parent=cast.platform)
    count()
    assert counts(cast.north) == {"people": 7}
    assert counts(cast.ward) == {"people": 1}
    assert counts(cast.south) == {"people": 2}
    assert counts(empty) == {"people": 0}
    assert of_branch(cast.north) == {"people": 8}
    assert of_branch(cast.ward) == {"people": 1}
    assert of_branch(cast.platform) == {"people": 11}


def test_keys_count_by_state_and_their_holders_once_and_nobody_suspended(cast, asha):
    registered(asha, cast.ben, "Blue")
    registered(asha, cast.ben, "Green")
    _soft_key, lost = registered(asha, cast.dev, "Lost")
    registered(asha, cast.hal, "Grey")
    asha.submit(f"{desk_of(cast.dev)}{lost.pk}/remove/")
    Person.objects.filter(pk=cast.hal.pk).update(status=Status.SUSPENDED)
    count()
    assert counts(cast.north) == {
        "people": 6,
        "people_with_usable_key": 1,
        "keys_waiting": 3,
        "keys_removed": 1,
    }


def test_other_days_stay_as_they_were_and_a_missed_one_stays_missing(cast, asha):
    count()
    registered(asha, cast.ben, "Blue")
    count(DAY + 2 * DAY_LONG)
    assert counts(cast.north, DAY) == {"people": 7}
    assert counts(cast.north, DAY + 2 * DAY_LONG)["keys_waiting"] == 1
    assert days() == {DAY, DAY + 2 * DAY_LONG}
    count(DAY + DAY_LONG)  # too late
    assert days() == {DAY, DAY + 2 * DAY_LONG}


def test_nobody_sees_half_a_day_and_whoever_goes_on_comes_to_the_same(cast, asha, monkeypatch):
    """Each portion in turn is the last one of a worker that is killed."""
    for name in ("ENTRIES_AT_A_TIME", "COUNTED_AT_A_TIME", "CARRIED_AT_A_TIME"):
        monkeypatch.setattr(coverage, name, 1)
    count()
    registered(asha, cast.ben, "Blue")
    following = DAY + DAY_LONG
    with night_after(following):
        portions = 0
        while coverage.count_some():
            portions += 1
            assert days() == ({DAY, following} if Counting.objects.get().day is None else {DAY})
        assert portions > 4 + 2 * 4
        assert days() == {DAY, following}
        kept = DailyCount.objects.filter(day=following)
        assert {(row.organisation_id, row.name): row.count for row in kept} == everything()
    # One that stops for good, and another day is over: that one is begun anew.
    with night_after(following + DAY_LONG):
        for _portion in range(6):
            assert coverage.count_some()
    count(following + 2 * DAY_LONG)
    assert days() == {DAY, following, following + 2 * DAY_LONG}
    assert not DailyCount.objects.filter(day=following + DAY_LONG).exists()
    assert not ToCount.objects.exists()


def test_workers_that_count_at_once_agree(cast_for_threads):
    together = threading.Barrier(4)

    def count_too(day):
        together.wait()
        count(day)
        connection.close()

    for day in (DAY, DAY + DAY_LONG):
        with ThreadPoolExecutor(4) as workers:
            list(workers.map(count_too, [day] * 4))
        assert counts(cast_for_threads.north, day) == {"people": 7}
        assert DailyCount.objects.filter(day=day).count() == 8
