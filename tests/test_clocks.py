"""Clocks that jump, calendars with corners, and challenges that outlive neither."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.doors import MINE, ORIGIN, desk_of, expect, half_signed_in, registered, signed_in
from tests.softkey import SoftKey
from tests.traces import attempts, last_refusal, nothing_changes, told
from wardkey.audit.models import AttemptEntry
from wardkey.base import clock
from wardkey.ceremonies import pending


def jump(**time):
    return clock.standing_at(clock.now() + timedelta(**time))


@pytest.fixture
def blue(cast):
    return registered(signed_in(cast.asha), cast.ben)


def test_ck02_ck13_a_clock_that_jumps_on_uses_up_the_ceremony_and_another_one_works(cast, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    begun = ben.choose(row)
    with jump(minutes=14):
        with nothing_changes():
            problem = expect(401, ben.finish(begun, soft_key.sign(begun["public_key"], ORIGIN)))
        assert "Start again" in problem.json()["detail"]
        assert last_refusal() == ("sign_in.refused", "7.2.11", "expired")
        expect(200, ben.use(soft_key, row))


def test_ck03_a_clock_that_jumps_back_makes_no_challenge_live_longer(cast, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    with jump(minutes=10):
        ahead = ben.choose(row)
    with jump(seconds=50):
        hardly = ben.choose(row)
    with nothing_changes():
        expect(401, ben.finish(ahead, soft_key.sign(ahead["public_key"], ORIGIN)))
    assert last_refusal() == ("sign_in.refused", "7.2.11", "expired")
    expect(200, ben.finish(hardly, soft_key.sign(hardly["public_key"], ORIGIN)))


def test_ck03_nor_one_for_a_registration(cast):
    asha = signed_in(cast.asha)
    with jump(minutes=4):
        begun = asha.begin(desk_of(cast.ben))
    with nothing_changes():
        answer = SoftKey().register(begun["public_key"], ORIGIN)
        expect(400, asha.answer(desk_of(cast.ben), begun, answer))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 10, 31, 0, 59, 59, tzinfo=UTC),  # an hour comes twice in London
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),  # and another not at all
        datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_ck05_the_trail_keeps_utc_in_order_at_every_corner_of_the_calendar(cast, moment):
    cast.north.time_zone = "Europe/London"
    cast.north.save(update_fields=["time_zone"])
    since = AttemptEntry.objects.count()
    for seconds in (0, 1, 3600):
        with clock.standing_at(moment + timedelta(seconds=seconds)):
            expect(200, signed_in(cast.ben).get(MINE))
    kept = AttemptEntry.objects.order_by("id")[since:]
    times = [told(entry).at for entry in kept]
    assert times == sorted(times)
    assert kept[0].at == moment
    assert len(attempts("sign_in.succeeded")) == 3


def test_ck12_a_used_challenge_stays_used_after_its_row_was_cleared_away(cast, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    begun = ben.choose(row)
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    expect(200, ben.finish(begun, answer))
    again = half_signed_in(cast.ben)
    expect(401, again.finish(begun, answer))
    assert last_refusal() == ("sign_in.refused", "7.2.11", "unknown_or_used")
    with jump(days=2):
        assert pending.forget_old() > 0
        late = half_signed_in(cast.ben)
        expect(401, late.finish(begun, answer))
        assert last_refusal() == ("sign_in.refused", "7.2.11", "unknown_or_used")
