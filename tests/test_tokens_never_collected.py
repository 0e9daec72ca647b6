"""A token that its holder never used: it opens nothing after thirty days, and both are told."""

from datetime import timedelta

import pytest

from tests.doors import desk_of, expect, half_signed_in, registered, signed_in
from tests.test_handover import CONFIRM, code_mailed, owing, state
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.keys import lapsing
from wardkey.notifications.models import OutboxMessage


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


@pytest.fixture
def blue(cast, cara):
    return registered(cara, cast.eve)


def in_days(days):
    return clock.standing_at(clock.now() + timedelta(days=days))


def told(kind):
    return sorted(OutboxMessage.objects.filter(kind=kind).values_list("address", flat=True))


def again(browser, person):
    """Signed in later, with the first key of an earlier time."""
    later = half_signed_in(person)
    expect(200, later.use(browser.soft_key, person.keys.get()))
    return later


def test_ce31_a_token_never_used_opens_nothing_after_thirty_days_without_the_worker(
    cast, cara, blue
):
    address = f"{desk_of(cast.eve)}{blue[1].pk}/try/"
    with in_days(29):
        half_signed_in(cast.eve).choose(blue[1])
        expect(200, again(cara, cast.cara).get(address))
    with in_days(31):
        eve, late = half_signed_in(cast.eve), again(cara, cast.cara)
        with nothing_changes():
            expect(404, eve.call("/sign-in/key/challenge/", key_id=str(blue[1].pk)))
            expect(409, late.call(f"{address}challenge/"))
        assert "there is no FIDO2 token" in eve.get("/sign-in/key/").content.decode()
        assert "Waited too long" in late.get(desk_of(cast.eve)).content.decode()


def test_a_code_is_no_help_after_thirty_days(cast, blue):
    almost = blue[1].state_since + timedelta(days=30)
    with clock.standing_at(almost - timedelta(minutes=1)):
        eve = owing(cast, blue)
        code = code_mailed()
    with clock.standing_at(almost + timedelta(minutes=1)):
        expect(409, eve.submit(CONFIRM, code=code))
    assert state(blue) == "waiting"


def test_both_are_warned_seven_days_before_once(cast, blue):
    with in_days(22):
        assert lapsing.warn() == 0
    with in_days(24):
        assert (lapsing.warn(), lapsing.warn()) == (1, 0)
    assert told("key_will_lapse") == ["eve@south.example"]
    assert told("key_not_fetched") == ["cara@south.example"]
    assert OutboxMessage.objects.get(kind="key_will_lapse").parameters["days"] == "5"


def test_after_thirty_days_the_worker_tidies_up_and_tells_both(cast, cara, blue):
    with in_days(29):
        assert lapsing.lapse() == 0
    with in_days(31):
        assert (lapsing.lapse(), lapsing.lapse(), lapsing.warn()) == (1, 0, 0)
        late = again(cara, cast.cara)
        with nothing_changes():
            expect(409, late.submit(f"{desk_of(cast.eve)}{blue[1].pk}/undo-removal/"))
    [entry] = changes("key.lapsed")
    assert (entry.actor["kind"], entry.holder) == ("system", str(cast.eve.pk))
    assert told("key_lapsed") == ["eve@south.example"]
    assert told("key_lapsed_unused") == ["cara@south.example"]


def test_a_used_token_neither_lapses_nor_is_warned_of(cast):
    key = registered(signed_in(cast.asha), cast.ben)
    expect(200, half_signed_in(cast.ben).use(*key))
    with in_days(40):
        assert (lapsing.warn(), lapsing.lapse()) == (0, 0)
    assert state(key) == "active"
