"""What load balancers ask: /livez and /readyz, without a session and without a cookie."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from wardkey.base import clock


def test_alive_asks_no_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = Client().get("/livez")
    assert (answer.status_code, answer.content) == (200, b"alive\n")
    assert not answer.cookies


def test_ready_asks_the_database_once(django_assert_num_queries, db):
    with django_assert_num_queries(1):
        answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert not answer.cookies


def test_an_unmigrated_database_is_not_ready_but_alive(transactional_db):
    with migrations_away():
        assert Client().get("/readyz").status_code == 503
        assert Client().get("/livez").status_code == 200
    assert Client().get("/readyz").status_code == 200


@contextmanager
def migrations_away():
    rename("django_migrations", "away")
    yield
    rename("away", "django_migrations")


def rename(was, becomes):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {was} RENAME TO {becomes}")


@pytest.mark.parametrize("seconds", [-61, 61])
def test_ck04_a_clock_that_is_more_than_a_minute_wrong_is_not_ready(db, caplog, seconds):
    with clock.standing_at(clock.now() + timedelta(seconds=seconds)):
        answer = Client().get("/readyz")
        assert (answer.status_code, answer.content) == (503, b"the clock is wrong\n")
        assert Client().get("/livez").status_code == 200
    assert "clock.skew" in caplog.text


@pytest.mark.parametrize("seconds", [-55, 55])
def test_ck04_less_than_a_minute_is_borne(db, seconds):
    with clock.standing_at(clock.now() + timedelta(seconds=seconds)):
        assert Client().get("/readyz").status_code == 200


@pytest.mark.parametrize("address", ["/livez", "/readyz"])
def test_asking_is_all_that_can_be_done(db, address):
    assert Client().head(address).status_code == 200
    assert Client().post(address).status_code == 405
