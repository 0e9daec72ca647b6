"""A role elsewhere sleeps so that its holder's home can help, and its organisation wakes it.

Nina is a nurse of Northside and local administrator of Southside, as Cara is.
"""

import pytest

from tests.doors import desk_of, expect, is_signed_in, registered, signed_in
from tests.role_pages import confirm, put_in_view, put_to_sleep, roles_page, wake
from tests.test_appointing import LA, PLA, give, told_of
from tests.traces import attempts, changes, nothing_changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.people.accounts import move_home
from wardkey.people.grants import role_grants_of


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def ninas(cast):
    return cast.nina.role_grants.get()


def test_the_way_on_from_the_refusal(cast, asha):
    page = expect(403, asha.get(desk_of(cast.nina))).content.decode()
    assert roles_page(cast.nina) in page
    page = expect(200, asha.get(roles_page(cast.nina))).content.decode()
    assert "Put the roles elsewhere to sleep" in page
    assert "Southside Clinic" in page


def test_what_sleeps_gives_no_rights_and_the_home_may_help(cast, asha, ninas):
    nina = signed_in(cast.nina)
    expect(200, nina.get("/admin/"))
    expect(302, put_to_sleep(asha, cast.nina))
    assert not is_signed_in(nina)
    assert not role_grants_of(cast.nina.pk)
    registered(asha, cast.nina, "From home")
    ninas.refresh_from_db()
    assert (ninas.asleep_by, ninas.asleep_reason, ninas.ends_at) == (
        cast.asha,
        "Lost on the train",
        None,
    )


def test_its_organisation_is_told_sees_it_and_alone_wakes_it(cast, asha, ninas):
    expect(302, put_to_sleep(asha, cast.nina))
    registered(asha, cast.nina, "From home")
    assert told_of("role_put_to_sleep") == ["nina@north.example"]
    assert told_of("role_of_another_put_to_sleep") == ["cara@south.example"]
    assert changes("role.put_to_sleep")[-1].organisation == cast.south.pk
    assert changes("roles.put_to_sleep")[-1].organisation == cast.north.pk
    priya, cara = signed_in(cast.priya), signed_in(cast.cara)
    with nothing_changes():
        expect(403, wake(asha, ninas))
        expect(403, wake(priya, ninas))
    assert "Asleep" in cara.get("/admin/roles/").content.decode()
    page = cara.get(roles_page(cast.nina, f"{ninas.pk}/wake/")).content.decode()
    assert "Since then 1 token was registered for them" in page
    assert "From home" not in page  # what it is called is not Southside's business
    expect(302, wake(cara, ninas))
    assert [grant.pk for grant in role_grants_of(cast.nina.pk)] == [ninas.pk]
    assert told_of("role_woken") == ["nina@north.example"]
    expect(403, asha.get(desk_of(cast.nina)))
    confirm(cara, cast.nina, f"{ninas.pk}/wake/")
    with nothing_changes():
        expect(409, wake(cara, ninas))


@pytest.mark.parametrize(
    ("who", "answer"), [("ben", 403), ("hal", 403), ("olu", 403), ("cara", 409)]
)
def test_nobody_else_puts_it_to_sleep(cast, who, answer):
    browser = signed_in(getattr(cast, who))
    confirm(browser, cast.nina, "sleep/")
    with nothing_changes():
        expect(answer, put_to_sleep(browser, cast.nina))


def test_nobody_puts_their_own_to_sleep_or_wakes_it(cast, asha, ninas):
    give(cast.nina, LA, cast.north)
    nina = signed_in(cast.nina)
    put_in_view(nina, cast.north)
    with nothing_changes():
        expect(403, put_to_sleep(nina, cast.nina))
    expect(302, put_to_sleep(asha, cast.nina))
    give(cast.nina, PLA, cast.south)
    nina = signed_in(cast.nina)
    put_in_view(nina, cast.south)
    with nothing_changes():
        expect(403, wake(nina, ninas))


def test_a_role_above_never_sleeps_from_below(cast):
    """Dev belongs to the ward and administers the hospital above it, and another one."""
    give(cast.wil, LA, cast.ward)
    move_home(person=cast.dev, organisation=cast.ward, by=log.SYSTEM)
    give(cast.dev, PLA, cast.north)
    give(cast.dev, LA, cast.south)
    wil = signed_in(cast.wil)
    with nothing_changes():
        expect(403, put_to_sleep(wil, cast.dev))
    assert attempts("act.refused")[-1].parameters["reason"] == "covering"
    expect(302, put_to_sleep(signed_in(cast.priya), cast.dev))


def test_lc04_the_last_one_there_is_not_put_to_sleep(cast, asha):
    cast.cara.role_grants.update(ends_at=clock.now())
    with nothing_changes():
        expect(409, put_to_sleep(asha, cast.nina))
    give(cast.eve, LA, cast.south)
    expect(302, put_to_sleep(asha, cast.nina))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "a\u202eb"])
def test_without_a_reason_nothing_sleeps(cast, asha, reason):
    with nothing_changes():
        expect(400, put_to_sleep(asha, cast.nina, reason))


def test_twice_is_refused(cast, asha):
    expect(302, put_to_sleep(asha, cast.nina))
    with nothing_changes():
        expect(409, put_to_sleep(asha, cast.nina))
        expect(409, put_to_sleep(asha, cast.ben))


def test_southside_sees_of_her_roles_its_own_alone(cast):
    give(cast.nina, "helpdesk", cast.north, with_those_below=False)
    cara = signed_in(cast.cara)
    page = expect(200, cara.get(roles_page(cast.nina))).content.decode()
    assert "Local administrator" in page
    assert "Northside Hospital" not in page.partition("<table")[2]
    expect(404, cara.get(desk_of(cast.nina)))
    expect(404, cara.get(roles_page(cast.ben)))
