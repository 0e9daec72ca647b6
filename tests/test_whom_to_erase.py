"""Whom `wardkey erase-people` erases: of those who left, whoever cannot come back."""

from datetime import timedelta

import pytest

from tests.departures import act, again
from tests.doors import expect, signed_in
from tests.newcomers import added
from tests.test_erasing import LATER, erase, erased
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.base.errors import InvalidInput
from wardkey.operating import erasing

DEV = "dev@north.example"


@pytest.fixture
def priya(cast):
    return signed_in(cast.priya)


@pytest.fixture
def gone(cast, priya):
    expect(302, act(priya, cast.dev, "close/"))
    return again(cast.dev)


@pytest.mark.parametrize(
    ("whom", "days", "why"),
    [
        ("nobody@north.example", 31, "Nobody has that user name."),
        (DEV, 29, "may still be restored"),
        ("ben@north.example", 31, "is not closed"),
    ],
)
def test_who_may_come_back_is_not_erased(gone, whom, days, why):
    with clock.standing_at(clock.now() + timedelta(days=days)), nothing_changes():
        refused = erase("--username", DEV, "--username", whom)
    assert refused.exit_code == 1
    assert f"{whom}: " in refused.output
    assert why in refused.output


def test_a_list_of_names_is_begun_again_as_it_is(gone, cast, priya):
    expect(302, act(priya, cast.ben, "close/"))
    both = ("--username", DEV, "--username", cast.ben.username)
    with clock.standing_at(clock.now() + LATER):
        erased("--username", DEV)
        told = erased(*both)
        assert f"{DEV}: Whoever had that user name is erased." in told
        assert "Erased: 1" in told
        assert "Nobody was erased." in erased(*both)


def test_a_user_name_may_begin_with_that_word(cast, priya):
    """As what is left of others' does, in capitals."""
    person = added(priya, "erased one@north.example", name="Ella Rased")
    expect(302, act(priya, person, "close/"))
    with clock.standing_at(clock.now() + LATER):
        erased("--closed-before", clock.now().date().isoformat())
    assert again(person).is_erased


def test_who_says_no_erases_nobody(gone):
    with clock.standing_at(clock.now() + LATER), nothing_changes():
        assert erase("--username", DEV, answer="n\n").exit_code == 1
        assert erase("--username", DEV, "--closed-before", "2020-01-01").exit_code == 2
        assert erase().exit_code == 2


def test_all_are_erased_who_were_closed_before_a_day(gone, cast, priya):
    with clock.standing_at(clock.now() + timedelta(days=10)):
        expect(302, act(signed_in(cast.priya), cast.ben, "close/"))
    with clock.standing_at(clock.now() + timedelta(days=200)):
        day = (gone.closes_at + timedelta(days=1)).date().isoformat()
        assert ": 1." in erased("--closed-before", day, "--yes")
        assert (again(gone).is_erased, again(cast.ben).is_erased) == (True, False)
        assert ": 0." in erased("--closed-before", day)
        assert ": 1." in erased("--closed-before", clock.now().date().isoformat())
        assert again(cast.ben).is_erased
        assert not erasing.erase(cast.ben.pk), "a second time there is nothing to erase"
    assert len(changes("person.erased")) == 2


def test_before_the_30_days_are_over_a_day_of_tomorrow_erases_nobody(gone):
    with clock.standing_at(clock.now() + timedelta(days=29)):
        tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
        assert ": 0." in erased("--closed-before", tomorrow)
    assert not again(gone).is_erased


def test_who_was_restored_since_somebody_looked_is_not_erased(cast):
    with nothing_changes(), pytest.raises(InvalidInput, match="not_closed"):
        erasing.erase(cast.ben.pk)
