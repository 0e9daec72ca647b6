"""A desk session: one proof covers registrations for many people, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.doors import (
    MINE,
    deed_asked_about,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.role_pages import put_in_view
from tests.softkey import SoftKey
from tests.test_appointing import give
from tests.test_races import twin
from tests.traces import attempts, changes, nothing_changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.people.accounts import add_person
from wardkey.sessions.models import DeskPlace, DeskSession, StepUp

PAGE, OPEN, END = (f"/admin/desk-session/{more}" for more in ("", "open/", "end/"))


@pytest.fixture
def cara(cast):
    """She logged in with her key; her browser asks her before it confirms."""
    browser = signed_in(cast.cara)
    browser.confirms = False
    return browser


def opening(cast):
    return {"act": "open_desk_session", "about": str(cast.south.pk)}


@pytest.fixture
def crowd(cast):
    return [newcomer(cast, number) for number in range(3)]


def newcomer(cast, number):
    address = f"new{number}@south.example"
    return add_person(
        username=address, name=f"New {number}", email="", organisation=cast.south, by=log.SYSTEM
    )


def open_one(cast, browser, **fields):
    expect(200, browser.prove(opening(cast)))
    return browser.submit(OPEN, **({"for_whom": "anybody"} | fields))


def challenge(browser, person):
    return browser.call(f"{desk_of(person)}register/challenge/")


def test_a_login_is_not_enough_to_open_one(cast, cara):
    with nothing_changes():
        for page in (cara.get(OPEN), cara.submit(OPEN, for_whom="anybody")):
            assert deed_asked_about(expect(401, page)) == opening(cast)
    assert DeskSession.objects.count() == 0


def test_one_proof_registers_for_many(cast, cara, later, crowd):
    expect(302, open_one(cast, cara))
    with clock.standing_at(clock.now() + timedelta(minutes=29)):
        expect(200, cara.go_on())
        for number, person in enumerate(crowd):
            cara.register(desk_of(person), SoftKey(), f"Key {number}")
        page = cara.get("/admin/people/").content.decode()
    assert "3 of 50" in page
    assert len(attempts("step_up.succeeded")) == 1


def test_the_frame_says_until_when_in_the_readers_time_zone(cast, cara):
    with clock.standing_at(datetime(2027, 7, 1, 9, 12, tzinfo=UTC)):
        later = half_signed_in(cast.cara)
        expect(200, later.use(*cara.own_key))
        expect(302, open_one(cast, later))
        page = later.get("/admin/").content.decode()
    assert "Desk session until 10:42, 0 of 50" in page


@pytest.mark.parametrize("end", ["", "suspend", "lost", "remove"])
def test_it_ends_with_a_key_of_whoever_opened_it(cast, cara, crowd, end):
    """Also where the login was another key's and goes on: the one that ends may have opened it."""
    row, root = cara.register(MINE, SoftKey(), "Second"), signed_in(cast.root)
    expect(302, open_one(cast, cara))
    if end == "lost":
        expect(302, half_signed_in(cast.cara).submit("/sign-in/key/lost/", key=str(row.pk)))
    elif end:
        expect(302, root.submit(f"{desk_of(cast.cara)}{row.pk}/{end}/"))
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        assert is_signed_in(cara)
        expect(401 if end else 200, challenge(cara, crowd[0]))


def test_it_covers_registrations_and_nothing_else(cast, cara, later, crowd):
    expect(302, open_one(cast, cara))
    key = cara.register(desk_of(crowd[0]), SoftKey(), "Blue")
    with nothing_changes():
        expect(401, cara.submit(f"{desk_of(crowd[0])}{key.pk}/remove/"))
        expect(401, cara.submit(f"{desk_of(crowd[0])}{key.pk}/edit/", nickname="Green"))
        expect(401, cara.submit(f"/admin/people/{crowd[0].pk}/suspend/"))


def test_it_covers_that_a_token_is_tried_out_there_and_then(cast, cara, later, crowd):
    expect(302, open_one(cast, cara))
    soft_key = SoftKey()
    row = cara.register(desk_of(crowd[0]), soft_key, "Blue")
    expect(200, cara.try_out(desk_of(crowd[0]), soft_key, row))
    row.refresh_from_db()
    assert row.state == "active"


def test_it_never_covers_ones_own_tokens(cast, cara, later):
    expect(302, open_one(cast, cara))
    with nothing_changes():
        expect(401, challenge(cara, cast.cara))
        expect(401, cara.call(f"{MINE}register/challenge/"))


def test_it_widens_nobodys_scope(cast, cara, later):
    expect(302, open_one(cast, cara))
    with nothing_changes():
        expect(404, challenge(cara, cast.ben))
    assert DeskPlace.objects.count() == 0


def test_its_proof_is_used_up(cast, cara):
    expect(302, open_one(cast, cara))
    assert StepUp.objects.get().used_at is not None
    with nothing_changes():
        expect(401, cara.submit(OPEN, for_whom="anybody"))


def test_a_form_that_will_not_do_uses_no_proof_up(cast, cara):
    expect(200, cara.prove(opening(cast)))
    with nothing_changes():
        expect(400, cara.submit(OPEN, for_whom="everybody"))
        expect(400, cara.submit(OPEN, for_whom="named", usernames=" \n"))
    expect(302, cara.submit(OPEN, for_whom="anybody"))


def test_for_those_who_are_named_and_no_others(cast, cara, later, crowd):
    names = "\n".join([crowd[0].username.upper(), "", crowd[1].username, crowd[1].username])
    expect(302, open_one(cast, cara, for_whom="named", usernames=names))
    expect(200, challenge(cara, crowd[0]))
    expect(200, challenge(cara, crowd[0]))
    expect(200, challenge(cara, crowd[1]))
    with nothing_changes():
        expect(401, challenge(cara, crowd[2]))
    page = expect(200, cara.get(PAGE)).content.decode()
    assert ("2 of 2" in page, "New 0" in page, "New 2" in page) == (True, True, False)


@pytest.mark.parametrize("who", ["ben", "cara", "nobody"])
def test_who_is_not_here_cannot_be_named(cast, cara, crowd, who):
    name = getattr(getattr(cast, who, None), "username", "") if who != "nobody" else "nobody@x"
    expect(200, cara.prove(opening(cast)))
    with nothing_changes():
        page = cara.submit(OPEN, for_whom="named", usernames=f"{crowd[0].username}\n{name}")
    text = expect(400, page).content.decode()
    assert (f"may register: {name}." in text, DeskSession.objects.count()) == (True, 0)


def test_it_covers_fifty_people_and_each_of_them_again(cast, cara, later):
    expect(302, open_one(cast, cara))
    DeskSession.objects.update(at_most=2)
    people = [newcomer(cast, number) for number in range(3)]
    assert [challenge(cara, each).status_code for each in people] == [200, 200, 401]
    expect(200, challenge(cara, people[0]))
    assert DeskSession.objects.get().served == 2


def test_without_a_list_fifty_are_covered_and_no_longer_list_is_taken(cast, cara):
    names = "\n".join(f"new{number}@south.example" for number in range(51))
    expect(200, cara.prove(opening(cast)))
    with nothing_changes():
        page = cara.submit(OPEN, for_whom="named", usernames=names)
    assert "50 user names or fewer" in expect(400, page).content.decode()
    expect(302, cara.submit(OPEN, for_whom="anybody"))
    assert DeskSession.objects.get().at_most == 50


def test_it_is_for_the_organisation_that_it_was_opened_for(cast, later):
    give(cast.cara, "local_administrator", cast.north)
    cara = signed_in(cast.cara)
    cara.confirms = False
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        expect(302, open_one(cast, cara))
        put_in_view(cara, cast.north)
        expect(401, challenge(cara, cast.ben))
        put_in_view(cara, cast.south)
        expect(200, challenge(cara, cast.eve))


def test_it_ends_after_thirty_minutes(cast, cara, later):
    expect(302, open_one(cast, cara))
    with clock.standing_at(clock.now() + timedelta(minutes=30)):
        with nothing_changes():
            expect(401, challenge(cara, cast.eve))
        assert "Desk session until" not in cara.get("/admin/people/").content.decode()


def test_it_ends_by_its_button(cast, cara, later):
    expect(302, open_one(cast, cara))
    expect(200, challenge(cara, cast.eve))
    expect(302, cara.submit(END))
    with nothing_changes():
        expect(401, challenge(cara, cast.eve))
    [entry] = changes("desk_session.ended")
    assert entry.parameters == {"served": 1, "at_most": 50}
    expect(302, cara.submit(END))
    assert len(changes("desk_session.ended")) == 1


def test_it_ends_with_the_session_and_is_of_that_session(cast, cara, later):
    other = half_signed_in(cast.cara)
    expect(200, other.use(*cara.own_key))
    expect(302, open_one(cast, cara))
    other.confirms = False
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        expect(401, challenge(other, cast.eve))
        expect(200, challenge(cara, cast.eve))
        thief = twin(cara)
        expect(302, cara.submit("/sign-out/"))
        assert expect(401, challenge(thief, cast.eve)).json()["code"] == "authentication_required"


@pytest.mark.parametrize("who", ["eve", "hal", "olu"])
def test_it_is_for_those_who_register_keys(cast, who):
    browser = signed_in(getattr(cast, who))
    with nothing_changes():
        expect(403, browser.get(PAGE))
        expect(403, browser.get(OPEN))
        expect(403, browser.submit(OPEN, for_whom="anybody"))


def test_opening_is_recorded(cast, cara):
    expect(302, open_one(cast, cara))
    [entry] = changes("desk_session.opened")
    assert (entry.actor["id"], entry.organisation) == (str(cast.cara.pk), cast.south.pk)
    assert entry.parameters == {"at_most": 50, "is_for_named": False}


def test_a_key_registered_before_is_no_matter(cast, cara, later):
    registered(signed_in(cast.root), cast.eve)
    expect(302, open_one(cast, cara))
    cara.register(desk_of(cast.eve), SoftKey(), "Second")
