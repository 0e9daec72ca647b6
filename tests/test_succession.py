"""An organisation closes, and another one takes its people over."""

import pytest

from tests.doors import expect, is_signed_in, registered, signed_in
from tests.role_pages import appoint
from tests.test_appointing import HELPDESK, LA, give, told_of
from tests.test_organisations import again, confirmed, page
from tests.traces import changes, nothing_changes
from wardkey.audit import log
from wardkey.base.errors import Conflict
from wardkey.organisations import tree
from wardkey.people import succession
from wardkey.people.accounts import add_person
from wardkey.people.grants import role_grants_of
from wardkey.people.models import Membership, Person


@pytest.fixture
def root(cast):
    return signed_in(cast.root)


def close(browser, organisation, successor=""):
    return browser.submit(page(organisation, "close/"), successor=successor)


def carry_on():
    while succession.move_on():
        pass


def test_without_people_it_closes_at_once(cast, root):
    empty = tree.found(code="EMPTY", name="Empty", parent=cast.north)
    give(cast.dev, LA, empty)
    expect(302, close(root, empty))
    assert again(empty).status == "closed"
    assert not role_grants_of(cast.dev.pk)
    assert [entry.organisation for entry in changes("organisation.closed")] == [empty.pk]
    assert changes("role.ended")[-1].holder == str(cast.dev.pk)


def test_with_people_it_needs_a_successor(cast, root):
    confirmed(root, page(cast.ward, "close/"))
    with nothing_changes():
        assert "Name the organisation" in expect(409, close(root, cast.ward)).content.decode()
        expect(400, close(root, cast.ward, "NOWHERE"))
        expect(409, close(root, cast.ward, "WARD7"))
    assert not again(cast.ward).is_closing


def test_with_organisations_below_it_does_not_close(cast, root):
    confirmed(root, page(cast.north, "close/"))
    with nothing_changes():
        expect(409, close(root, cast.north, "SOUTH"))


def test_its_people_go_to_the_successor_with_their_keys_and_without_roles(cast, root):
    _soft_key, key = registered(signed_in(cast.asha), cast.wil)
    give(cast.dev, HELPDESK, cast.ward)
    Membership.objects.create(
        person=cast.eve, organisation=cast.ward, kind="guest", starts_at=cast.eve.created_at
    )
    expect(302, close(root, cast.ward, "south"))
    assert "0 of 1 people have moved" in root.get(page(cast.ward)).content.decode()
    carry_on()
    wil = Person.objects.get(pk=cast.wil.pk)
    assert (wil.home, again(cast.ward).status) == (cast.south, "closed")
    key.refresh_from_db()
    assert key.state == "waiting"
    assert not role_grants_of(cast.dev.pk)
    assert not cast.eve.memberships.filter(kind="guest", ends_at=None).exists()
    assert changes("person.home_moved")[-1].new == {"organisation": cast.south.pk}
    assert told_of("moved_to_successor") == ["wil@ward7.example"]
    expect(200, signed_in(cast.cara).get(f"/admin/people/{wil.pk}/keys/"))
    expect(404, signed_in(cast.asha).get(f"/admin/people/{wil.pk}/keys/"))


def test_many_move_in_batches_and_the_page_says_how_far_it_is(cast, root):
    for number in range(succession.PEOPLE_AT_A_TIME + 2):
        name = f"sam{number}@ward7.example"
        add_person(username=name, name="Sam", email=name, organisation=cast.ward, by=log.SYSTEM)
    everybody = succession.people_left(cast.ward)
    expect(302, close(root, cast.ward, "NORTH"))
    assert succession.move_on() == succession.PEOPLE_AT_A_TIME
    shown = root.get(page(cast.ward)).content.decode()
    assert f"{succession.PEOPLE_AT_A_TIME} of {everybody} people have moved" in shown
    assert f'value="{succession.PEOPLE_AT_A_TIME}"' in shown
    carry_on()
    assert again(cast.ward).status == "closed"
    assert succession.people_left(cast.ward) == 0


def test_whoever_is_logged_in_goes_on(cast, root):
    wil = signed_in(cast.wil)
    expect(302, close(root, cast.ward, "NORTH"))
    carry_on()
    assert is_signed_in(wil)


def test_nothing_new_begins_in_what_closes_or_is_closed(cast, root):
    expect(302, close(root, cast.ward, "NORTH"))
    newcomer = {"username": "x@y.example", "name": "X", "email": "x@y.example", "by": log.SYSTEM}
    for _ in range(2):
        with pytest.raises(Conflict):
            add_person(organisation=cast.ward, **newcomer)
        for act in ("add/", "edit/"):
            expect(409, root.submit(page(cast.ward, act), code="X1", name="X"))
        for act in ("close/", "suspend/"):
            if again(cast.ward).status == "closed":
                expect(409, root.submit(page(cast.ward, act)))
        expect(409, appoint(signed_in(cast.priya), cast.ben, HELPDESK, cast.ward))
        carry_on()
    assert again(cast.ward).status == "closed"


def test_a_successor_on_whom_people_wait_does_not_close_meanwhile(cast, root):
    expect(302, close(root, cast.ward, "SOUTH"))
    confirmed(root, page(cast.south, "close/"))
    with nothing_changes():
        expect(409, close(root, cast.south, "NORTH"))
    carry_on()
    expect(302, close(root, cast.south, "NORTH"))


def test_who_is_moved_by_two_workers_moves_once(cast, root):
    expect(302, close(root, cast.ward, "NORTH"))
    assert succession.move_on() == 1
    assert succession.move_on() == 0
    assert len(changes("person.home_moved")) == 1
    assert len(changes("organisation.closed")) == 1
    assert succession.move_on() == 0
    assert len(changes("organisation.closed")) == 1
