"""LC06: the key of somebody with a role is removed by one administrator, by two, or by nobody
else, as policy says."""

from datetime import timedelta

import pytest

from tests.cast import decide, hire_into
from tests.doors import MINE, desk_of, expect, half_signed_in, registered, signed_in
from tests.test_appointing import give
from tests.test_losses import told
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.keys.models import RemovalRequest, SecurityKey
from wardkey.people.models import RoleGrant

PLA = "primary_local_administrator"


@pytest.fixture
def priya(cast):
    return signed_in(cast.priya)


@pytest.fixture
def mona(cast):
    """Another primary local administrator."""
    person = hire_into(cast.north, "mona")
    give(person, PLA, cast.north)
    return signed_in(person)


@pytest.fixture
def ashas(cast, priya):
    """A key of Asha's, who is a local administrator."""
    return registered(priya, cast.asha, "Asha's")


@pytest.fixture
def two(cast):
    decide(cast.north, administrators_keys="two")


def removal(cast, ashas):
    return f"{desk_of(cast.asha)}{ashas[1].pk}/remove/"


def state(ashas):
    return SecurityKey.objects.get(pk=ashas[1].pk).state


def test_lc06_two_have_to_agree(cast, two, ashas, priya, mona):
    address = removal(cast, ashas)
    assert "Ask another administrator" in expect(200, priya.get(address)).content.decode()
    with nothing_changes():
        expect(409, priya.submit(address, reason="lost"))
    expect(302, priya.submit(address, ask="yes", reason="lost"))
    with nothing_changes():
        expect(409, priya.submit(address, reason="lost"))
        expect(409, mona.submit(address, ask="yes"))
    page = expect(200, mona.get(address)).content.decode()
    assert "Priya Nair asked for this" in page
    assert state(ashas) == "waiting"
    expect(302, mona.submit(address, reason="lost"))
    assert state(ashas) == "removed"
    assert not RemovalRequest.objects.exists()


def test_lc06_the_holder_and_the_others_are_told(cast, two, ashas, priya, mona):
    address = removal(cast, ashas)
    expect(302, priya.submit(address, ask="yes", reason="broken"))
    assert told("key_to_be_removed") == ["asha@north.example"]
    assert told("removal_to_agree_with") == ["mona@north.example"]
    [asked] = changes("key.removal_asked_for")
    assert asked.parameters["reason"] == "broken"
    expect(302, mona.submit(address, reason="broken"))
    assert told("administrators_key_removed") == ["mona@north.example", "priya@north.example"]
    [removed] = changes("key.removed")
    assert removed.parameters["asked_by"] == str(cast.priya.pk)


def test_lc06_where_no_other_is_near_those_above_are_told(cast, two, ashas, priya):
    expect(302, priya.submit(removal(cast, ashas), ask="yes", reason="broken"))
    assert told("removal_to_agree_with") == ["root@platform.example"]


def test_lc06_nobody_else_removes_it_where_policy_says_so(cast, ashas, priya):
    decide(cast.north, administrators_keys="nobody_else")
    address = removal(cast, ashas)
    assert "Suspend the token" in expect(200, priya.get(address)).content.decode()
    with nothing_changes():
        expect(403, priya.submit(address, reason="lost"))
        expect(409, priya.submit(address, ask="yes", reason="lost"))
    expect(302, priya.submit(f"{desk_of(cast.asha)}{ashas[1].pk}/suspend/"))


def test_a_role_that_waits_counts(cast, two, ashas, priya):
    RoleGrant.objects.filter(person=cast.asha).update(waiting_since=clock.now())
    with nothing_changes():
        expect(409, priya.submit(removal(cast, ashas), reason="lost"))


def test_its_holder_and_people_without_a_role_need_no_second(cast, two, ashas, priya):
    bens = registered(priya, cast.ben)[1]
    expect(409, priya.submit(f"{desk_of(cast.ben)}{bens.pk}/remove/", ask="yes"))
    expect(302, priya.submit(f"{desk_of(cast.ben)}{bens.pk}/remove/"))
    registered_too = registered(priya, cast.asha, "Spare")
    asha = half_signed_in(cast.asha)
    expect(200, asha.use(*ashas))
    asha = half_signed_in(cast.asha)
    expect(200, asha.use(*registered_too))
    expect(302, asha.submit(f"{MINE}{ashas[1].pk}/remove/"))


def test_a_request_ends_after_a_week_and_with_the_role_of_who_asked(cast, two, ashas, priya, mona):
    address = removal(cast, ashas)
    expect(302, priya.submit(address, ask="yes", reason="lost"))
    RemovalRequest.objects.update(asked_at=clock.now() - timedelta(days=7))
    with nothing_changes():
        expect(409, mona.submit(address, reason="lost"))
    expect(302, priya.submit(address, ask="yes", reason="lost"))
    give(cast.priya, "auditor", cast.north)
    with nothing_changes():
        expect(409, mona.submit(address, reason="lost"))
    RoleGrant.objects.filter(person=cast.priya, role="auditor").delete()
    expect(302, mona.submit(address, ask="yes", reason="lost"))
    expect(302, signed_in(cast.priya).submit(address, reason="lost"))


def test_a_reason_is_asked_for_before_anybody_is_told(cast, two, ashas, priya):
    with nothing_changes():
        expect(400, priya.submit(removal(cast, ashas), ask="yes", reason="stolen"))
        expect(400, priya.submit(removal(cast, ashas), ask="yes", reason="dull"))
