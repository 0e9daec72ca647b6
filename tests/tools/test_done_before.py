"""What is put back is what was done, and whoever did something else does everything in earnest."""

from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import transaction

from tests import doors
from tests.cast import hire_into
from tests.done_before import COURSE, settings_of_the_test
from tests.doors import MINE, expect, half_signed_in, is_signed_in, registered, signed_in
from wardkey.base import clock


def everything():
    """Each row of the portal, by table and key; times that are not the cast's are all alike."""
    casts = COURSE.path[0][0].own
    return {
        (model, row.pk): {
            name: "a time" if isinstance(value, datetime) and value != kept.get(name) else value
            for name, value in vars(row).items()
            if name != "_state"
        }
        for model in apps.get_models()
        for row in model.objects.all()
        for kept in [casts.get(model, {}).get(row.pk, {})]
    }


@pytest.fixture(scope="module")
def seen():
    """By the tests before."""
    return []


@pytest.mark.parametrize("time", ["first", "second", "third"])
def test_the_rows_are_the_same_and_serve_as_well(cast, seen, time):
    asha, eve = signed_in(cast.asha), signed_in(cast.eve)
    soft_key, row = registered(asha, cast.ben, "Put back")
    ben = half_signed_in(cast.ben)
    assert COURSE.path
    seen.append(everything())
    assert seen[0] == seen[-1]
    assert clock.now() - asha.session.started_at < timedelta(seconds=30)
    expect(200, ben.use(soft_key, row))
    assert all(is_signed_in(browser) for browser in (asha, eve, ben))
    assert eve.own_key[1].nickname in eve.get(MINE).text
    registered(asha, cast.dev, "Beside")


def in_a_transaction(cast):
    return transaction.atomic()


def at_a_moment(cast):
    return clock.standing_at(clock.now())


@pytest.mark.parametrize("where", [in_a_transaction, at_a_moment])
def test_elsewhere_it_is_done_in_earnest(cast, where):
    signed_in(cast.asha)
    with where(cast):
        first, second = signed_in(cast.asha), signed_in(cast.asha)
    assert len({first.secret, second.secret, signed_in(cast.asha).secret}) == 3
    assert COURSE.path == []


def test_after_something_else_was_written_it_is_done_in_earnest(cast):
    hire_into(cast.north, "zoe")
    assert COURSE.path == []
    assert signed_in(cast.asha).secret != signed_in(cast.asha).secret


def test_each_setting_of_the_tests_has_its_own(cast, settings):
    before = settings_of_the_test()
    settings.SERVICE_NAME = "Another"
    assert settings_of_the_test() != before


def test_where_something_was_replaced_it_is_done_in_earnest(cast, monkeypatch):
    monkeypatch.setattr(doors, "MINE", MINE)
    signed_in(cast.asha)
    assert COURSE.path == []
