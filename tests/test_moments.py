"""A moment comes out of either database as it went in, however it was written down."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection

from tests.doors import signed_in
from wardkey.base import codes
from wardkey.sessions.lifetime import BY_SECRET
from wardkey.sessions.models import Session

IN_INDIA = timezone(timedelta(hours=5, minutes=30))
MOMENTS = [
    datetime(2026, 11, 28, 8, 0, 0, tzinfo=UTC),
    *(datetime(2026, 11, 28, 8, 0, 0, parts, tzinfo=UTC) for parts in (1, 1200, 120_000, 999_999)),
    datetime(2026, 3, 1, 0, 15, 59, 7, tzinfo=IN_INDIA),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_it_is_read_as_it_was_written(cast, moment):
    asha = signed_in(cast.asha)
    Session.objects.update(ends_at=moment)
    [planned] = BY_SECRET(codes.hashed(asha.secret))
    for read in (planned.ends_at, Session.objects.get(pk=planned.pk).ends_at):
        assert (read, read.tzinfo) == (moment, UTC)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/St_Johns"])
def test_a_connection_in_another_zone_means_the_same_moment(cast, zone):
    signed_in(cast.asha)
    Session.objects.update(ends_at=MOMENTS[1])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL TIME ZONE '{zone}'")
    assert set(Session.objects.values_list("ends_at", flat=True)) == {MOMENTS[1]}
