"""What an organisation asks: inherited, stricter below, and looser only where it is delegated."""

import uuid
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import decide
from wardkey.base import clock
from wardkey.organisations.models import PolicyValue
from wardkey.organisations.policy import Decisions, policy_of, way_down
from wardkey.organisations.policy_values import (
    LISTED,
    NO,
    VALUES,
    YES,
    Chosen,
    is_as_strict,
    looser,
    read,
    stricter,
)
from wardkey.people.models import PolicyException
from wardkey.people.policy import policy_for

HEATHER, BRACKEN, GORSE = (uuid.UUID(int=number) for number in (1, 2, 3))
NOW = clock.now()


def undelegated(organisation):
    decide(organisation, **{value.delegation: NO for value in VALUES.values()})


def listed(*models):
    return str(Chosen(LISTED, frozenset(models)))


def test_what_nobody_decided_is_the_default(cast):
    policy = policy_of(cast.south)
    assert policy.second_factor == "everyone"
    assert (policy.models, policy.keys_a_person) == ("any", 10)


def test_what_was_decided_above_holds_below(cast):
    decide(cast.platform, minimum_certification="2")
    assert policy_of(cast.ward).minimum_certification == 2


def test_below_it_becomes_stricter_and_not_looser(cast):
    undelegated(cast.platform)
    decide(cast.platform, keys_a_person=5)
    decide(cast.north, keys_a_person=3)
    decide(cast.south, keys_a_person=9)
    assert policy_of(cast.north).keys_a_person == policy_of(cast.ward).keys_a_person == 3
    assert policy_of(cast.south).keys_a_person == 5


def test_what_becomes_stricter_above_counts_below_at_once(cast):
    undelegated(cast.platform)
    decide(cast.north, models="attested")
    decide(cast.platform, models=listed(HEATHER))
    assert policy_of(cast.north).models == "listed"


def test_delegated_it_may_be_looser_and_the_delegation_goes_no_further(cast):
    decide(cast.platform, keys_a_person=5)
    decide(cast.north, keys_a_person=7)
    decide(cast.ward, keys_a_person=9)
    assert policy_of(cast.north).keys_a_person == 7
    assert policy_of(cast.ward).keys_a_person == 7
    decide(cast.north, **{"keys_a_person.delegated": YES})
    assert policy_of(cast.ward).keys_a_person == 9


def test_a_list_below_has_no_model_more(cast):
    undelegated(cast.platform)
    decide(cast.platform, models=listed(HEATHER, BRACKEN))
    decide(cast.north, models=listed(BRACKEN, GORSE))
    assert policy_of(cast.north).listed_models == {BRACKEN}


def test_a_decision_counts_from_its_date_on(cast):
    tomorrow = clock.now() + timedelta(days=1)
    PolicyValue.objects.create(
        organisation=cast.north, name="keys_a_person", value="2", starts_at=tomorrow
    )
    assert policy_of(cast.north).keys_a_person == 10
    with clock.standing_at(tomorrow):
        assert policy_of(cast.north).keys_a_person == 2


def test_only_the_demo_spares_administrators(cast, settings):
    assert policy_of(cast.north).second_factor == "optional"
    settings.DEMO = False
    assert policy_of(cast.north).second_factor == "administrators"


@pytest.mark.parametrize("name", VALUES)
def test_ft19_what_cannot_be_read_counts_as_the_strictest(cast, name):
    decide(cast.north, **{name: "whatever"})
    policy = policy_of(cast.north)
    assert str(getattr(policy, name)) == VALUES[name].choices[-1]
    assert policy.listed_models == frozenset()


def test_one_query_at_any_depth(cast):
    with CaptureQueriesContext(connection) as asked:
        policy_of(cast.ward)
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        policy_for(cast.wil)
    assert len(asked) == 2


# -- exceptions


def let_off(person, organisation, approver, **values):
    for name, value in values.items():
        PolicyException.objects.create(
            person=person,
            organisation=organisation,
            name=name,
            value=value,
            reason="while the new ones are on their way",
            approved_by=approver,
            starts_at=clock.now(),
            ends_at=clock.now() + timedelta(days=30),
        )


def test_an_exception_is_for_one_person_and_ends(cast):
    decide(cast.north, keys_a_person=1)
    let_off(cast.ben, cast.north, cast.priya, keys_a_person="2")
    assert policy_for(cast.ben).keys_a_person == 2
    assert policy_for(cast.dev).keys_a_person == 1
    with clock.standing_at(clock.now() + timedelta(days=31)):
        assert policy_for(cast.ben).keys_a_person == 1


def test_an_exception_goes_as_far_as_its_organisation_may_decide(cast):
    undelegated(cast.platform)
    decide(cast.platform, keys_a_person=3)
    decide(cast.north, keys_a_person=1)
    let_off(cast.ben, cast.north, cast.priya, keys_a_person="9")
    assert policy_for(cast.ben).keys_a_person == 3
    let_off(cast.ben, cast.platform, cast.root, keys_a_person="9")
    assert policy_for(cast.ben).keys_a_person == 9


def test_an_exception_does_not_move_with_its_person(cast):
    decide(cast.platform, keys_a_person=1)
    let_off(cast.ben, cast.north, cast.priya, keys_a_person="2")
    cast.ben.home = cast.south
    assert policy_for(cast.ben).keys_a_person == 1


def test_an_exception_never_makes_it_stricter_and_an_unreadable_one_is_none(cast):
    let_off(cast.ben, cast.north, cast.priya, keys_a_person="2", models="whatever", nonsense="1")
    policy = policy_for(cast.ben)
    assert (policy.keys_a_person, policy.models) == (10, "any")


# -- whatever is decided where

CHOICES = {
    name: st.one_of(
        st.sampled_from(value.choices).map(str),
        st.just("unreadable"),
        *(
            [st.sets(st.sampled_from([HEATHER, BRACKEN, GORSE])).map(lambda ids: listed(*ids))]
            if LISTED in value.choices
            else []
        ),
    )
    for name, value in VALUES.items()
}


@st.composite
def decided(draw):
    """A value, and what each of four organisations, one below the other, decided about it."""
    value = VALUES[draw(st.sampled_from(sorted(VALUES)))]
    rows = []
    for organisation_id in range(1, 5):
        for name, choices in (
            (value.name, CHOICES[value.name]),
            (value.delegation, st.sampled_from([YES, NO])),
        ):
            chosen = draw(st.none() | choices)
            if chosen is not None:
                rows.append(
                    PolicyValue(
                        organisation_id=organisation_id, name=name, value=chosen, starts_at=NOW
                    )
                )
    return value, way_down(value, [1, 2, 3, 4], Decisions(rows), NOW)


@given(decided())
def test_what_holds_is_never_looser_than_the_floor_nor_than_above_without_delegation(found):
    value, standings = found
    for here in standings:
        assert is_as_strict(value, here.chosen, value.lowest)
        assert is_as_strict(value, here.chosen, here.bound)
    for above, here in pairwise(standings):
        if not above.is_delegated:
            assert is_as_strict(value, here.chosen, above.chosen)


@given(st.data())
def test_the_order_of_a_value_is_an_order(data):
    value = VALUES[data.draw(st.sampled_from(sorted(VALUES)))]
    readable = CHOICES[value.name].filter(lambda text: text != "unreadable")
    one, other = (read(value, data.draw(readable)) for _ in range(2))
    assert is_as_strict(value, one, one)
    both, either = stricter(value, one, other), looser(value, one, other)
    for each in (one, other):
        assert is_as_strict(value, both, each)
        assert is_as_strict(value, each, either)
    assert read(value, str(one)) == one
