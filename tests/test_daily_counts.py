"""The figures that are stored each day for each organisation."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.doors import desk_of, registered, signed_in
from wardkey.base import clock
from wardkey.organisations import tree
from wardkey.people.models import Person, Status
from wardkey.reports.models import DailyCount
from wardkey.reports.overview import coverage

DAY = date(2026, 3, 2)


def counts(organisation, day=DAY):
    """Its own."""
    found = rows_of(organisation, day).exclude(name__startswith=coverage.BRANCH)
    return dict(found.values_list("name", "count"))


def of_branch(organisation, day=DAY):
    found = rows_of(organisation, day).filter(name__startswith=coverage.BRANCH)
    return {name.removeprefix(coverage.BRANCH): n for name, n in found.values_list("name", "count")}


def rows_of(organisation, day):
    return DailyCount.objects.filter(organisation_id=organisation.pk, day=day)


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def test_people_count_for_their_home(cast):
    coverage.count_day(DAY)
    assert counts(cast.north) == {"people": 7}
    assert counts(cast.ward) == {"people": 1}
    assert counts(cast.south) == {"people": 2}
    assert of_branch(cast.north) == {"people": 8}
    assert of_branch(cast.ward) == {"people": 1}
    assert of_branch(cast.platform) == {"people": 11}


def test_somebody_suspended_is_nobody_to_cover(cast, asha):
    registered(asha, cast.ben)
    Person.objects.filter(pk=cast.ben.pk).update(status=Status.SUSPENDED)
    coverage.count_day(DAY)
    assert counts(cast.north) == {"people": 6, "keys_waiting": 1}


def test_keys_count_by_state_and_their_holders_once(cast, asha):
    registered(asha, cast.ben, "Blue")
    registered(asha, cast.ben, "Green")
    _soft_key, lost = registered(asha, cast.dev, "Lost")
    asha.submit(f"{desk_of(cast.dev)}{lost.pk}/remove/")
    coverage.count_day(DAY)
    assert counts(cast.north) == {
        "people": 7,
        "people_with_usable_key": 1,
        "keys_waiting": 2,
        "keys_removed": 1,
    }


def test_counting_a_day_again_replaces_its_figures(cast, asha):
    _soft_key, row = registered(asha, cast.ben)
    coverage.count_day(DAY)
    asha.submit(f"{desk_of(cast.ben)}{row.pk}/remove/")
    coverage.count_day(DAY)
    assert counts(cast.north) == {"people": 7, "keys_removed": 1}


def test_other_days_stay_as_they_were(cast):
    coverage.count_day(DAY)
    Person.objects.filter(pk=cast.ben.pk).update(status=Status.SUSPENDED)
    coverage.count_day(DAY + timedelta(days=1))
    assert counts(cast.north, DAY) == {"people": 7}
    assert counts(cast.north, DAY + timedelta(days=1)) == {"people": 6}


def test_a_day_is_counted_or_not(cast):
    assert not coverage.is_counted(DAY)
    coverage.count_day(DAY)
    assert coverage.is_counted(DAY)
    assert not coverage.is_counted(DAY + timedelta(days=1))


def test_an_organisation_without_people_has_a_figure_of_none(cast):
    empty = tree.found(code="EMPTY", name="Nobody yet", parent=cast.platform)
    coverage.count_day(DAY)
    assert counts(empty) == {"people": 0}


def test_more_organisations_ask_for_no_more_queries(cast):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            coverage.count_day(clock.now().date())
        return len(captured)

    few = queries()
    for number in range(50):
        tree.found(code=f"O{number}", name="Another", parent=cast.platform)
    assert queries() == few


def test_workers_that_count_at_once_agree(cast_for_threads):
    together = threading.Barrier(4)

    def count(_worker):
        together.wait()
        coverage.count_day(DAY)
        connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(count, range(4)))
    assert counts(cast_for_threads.north) == {"people": 7}
    assert DailyCount.objects.count() == 8
