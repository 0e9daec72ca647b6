"""Roles are given and taken away: by whom, to whom, for how long, and who hears of it."""

from datetime import timedelta

import pytest

from tests.cast import decide
from tests.departures import mark_leaver
from tests.doors import MINE, desk_of, expect, half_signed_in, is_signed_in, registered, signed_in
from tests.role_pages import appoint, confirm, dismiss, last_day, roles_page
from tests.softkey import SoftKey
from tests.traces import attempts, changes, nothing_changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.notifications.models import OutboxMessage
from wardkey.organisations.models import Organisation
from wardkey.people.grants import role_grants_of
from wardkey.people.models import Person, Role
from wardkey.people.roles import grant_role

HELPDESK, AUDITOR = "helpdesk", "auditor"
LA, PLA = "local_administrator", "primary_local_administrator"
PLATFORM = "platform_administrator"


@pytest.fixture
def priya(cast):
    return signed_in(cast.priya)


def give(person, role, organisation, **more):
    told = {"with_those_below": True, "by": log.SYSTEM, **more}
    return grant_role(person=person, role=Role(role), organisation=organisation, **told)


def told_of(kind):
    return sorted(OutboxMessage.objects.filter(kind=kind).values_list("address", flat=True))


@pytest.mark.parametrize("role", [HELPDESK, AUDITOR, LA, PLA])
@pytest.mark.parametrize("place", ["north", "ward"])
def test_a_primary_administrator_appoints_in_the_organisation_and_below(cast, priya, role, place):
    expect(302, appoint(priya, cast.ben, role, getattr(cast, place), with_those_below="yes"))
    [grant] = role_grants_of(cast.ben.pk)
    assert (grant.role, grant.organisation, grant.granted_by) == (
        role,
        getattr(cast, place),
        cast.priya,
    )
    assert grant.with_those_below
    [entry] = changes("role.granted")[-1:]
    assert (entry.holder, entry.actor["id"]) == (str(cast.ben.pk), str(cast.priya.pk))


@pytest.mark.parametrize("role", [PLATFORM, "superuser", ""])
def test_a_primary_administrator_does_not_appoint_beyond_their_rank(cast, priya, role):
    with nothing_changes():
        answer = appoint(priya, cast.ben, role, cast.north)
    assert answer.status_code == (403 if role == PLATFORM else 400)


@pytest.mark.parametrize("place", ["south", "platform"])
def test_a_primary_administrator_does_not_appoint_elsewhere_or_above(cast, priya, place):
    with nothing_changes():
        expect(400, appoint(priya, cast.ben, HELPDESK, getattr(cast, place)))
    expect(302, appoint(priya, cast.ben, HELPDESK, cast.north))


def test_a_platform_administrator_appoints_first_primary_ones_and_their_own_kind(cast):
    root = signed_in(cast.root)
    for person, role, place in [(cast.eve, PLA, cast.south), (cast.dev, PLATFORM, cast.platform)]:
        expect(302, appoint(root, person, role, place, with_those_below="yes"))
    confirm(root, cast.ben, "appoint/")
    with nothing_changes():
        expect(403, appoint(root, cast.ben, LA, cast.north))
        expect(403, appoint(root, cast.ben, PLATFORM, cast.north))


@pytest.mark.parametrize("who", ["asha", "hal", "olu", "ben"])
def test_others_appoint_and_dismiss_nobody(cast, who):
    browser = signed_in(getattr(cast, who))
    grant = cast.hal.role_grants.get()
    with nothing_changes():
        expect(403, appoint(browser, cast.dev, HELPDESK, cast.north))
        expect(403, dismiss(browser, grant))
        expect(403, browser.get(roles_page(cast.dev, "appoint/")))


def test_nobody_appoints_themselves(cast, priya):
    with nothing_changes():
        expect(403, appoint(priya, cast.priya, AUDITOR, cast.north))
    assert attempts("act.refused")[-1].parameters["reason"] == "oneself"


def test_az22_fields_that_the_form_does_not_have_are_refused(cast, priya):
    wider = {"is_superuser": "true", "holder_id": str(cast.priya.pk), "rank": "4"}
    for name, value in wider.items():
        with nothing_changes():
            answer = appoint(priya, cast.ben, HELPDESK, cast.north, **{name: value})
            assert (
                "has a field that this page does not have" in expect(400, answer).content.decode()
            )
        assert attempts("act.refused")[-1].parameters["code"] == "unknown_field"
    expect(302, appoint(priya, cast.ben, HELPDESK, cast.north))


def test_az22_nobody_gives_more_than_they_have(cast):
    give(cast.ben, PLA, cast.north, with_those_below=False, until=in_days(3))
    ben = signed_in(cast.ben)
    soon, later = last_day(in_days(1)), last_day(in_days(5))
    with nothing_changes():
        expect(403, appoint(ben, cast.dev, LA, cast.north, with_those_below="yes", **soon))
        expect(403, appoint(ben, cast.dev, LA, cast.north, **later))
        expect(403, appoint(ben, cast.dev, LA, cast.north))
        expect(400, appoint(ben, cast.dev, LA, cast.ward, **soon))
    expect(302, appoint(ben, cast.dev, LA, cast.north, **soon))


def in_days(days):
    return clock.now() + timedelta(days=days)


def test_a_role_holds_to_the_end_of_its_last_day(cast, priya):
    day = in_days(2)
    expect(302, appoint(priya, cast.ben, LA, cast.north, **last_day(day)))
    [grant] = role_grants_of(cast.ben.pk)
    assert grant.ends_at == clock.start_of((day + timedelta(days=1)).date(), "Europe/London")
    with clock.standing_at(grant.ends_at - timedelta(minutes=1)):
        assert role_grants_of(cast.ben.pk)
    with clock.standing_at(grant.ends_at):
        assert not role_grants_of(cast.ben.pk)


@pytest.mark.parametrize(
    "until",
    [("31", "2", "2027"), ("1", "1", ""), ("x", "1", "2027"), ("1", "1", "2020")],
)
def test_a_last_day_that_is_none_or_gone_is_refused(cast, priya, until):
    fields = dict(zip(("until-day", "until-month", "until-year"), until, strict=True))
    with nothing_changes():
        expect(400, appoint(priya, cast.ben, HELPDESK, cast.north, **fields))


def test_the_same_role_is_not_given_twice(cast, priya):
    with nothing_changes():
        expect(409, appoint(priya, cast.hal, HELPDESK, cast.north))
    expect(302, appoint(priya, cast.hal, AUDITOR, cast.north))


def test_in_a_suspended_organisation_and_to_a_suspended_person_none_is_given(cast, priya):
    Organisation.objects.filter(pk=cast.ward.pk).update(status="suspended")
    Person.objects.filter(pk=cast.dev.pk).update(status="suspended")
    with nothing_changes():
        expect(409, appoint(priya, cast.ben, HELPDESK, cast.ward))
        expect(409, appoint(priya, cast.dev, HELPDESK, cast.north))


def test_to_a_leaver_none_is_given(cast, priya):
    mark_leaver(priya, cast.ben)
    with nothing_changes():
        refused = expect(409, appoint(priya, cast.ben, HELPDESK, cast.north))
    assert "This person is leaving. No role is given to them." in refused.content.decode()
    expect(302, appoint(priya, cast.dev, HELPDESK, cast.north))


def test_who_has_a_role_elsewhere_is_appointed_by_whoever_covers_it(cast, priya):
    with nothing_changes():
        expect(403, appoint(priya, cast.nina, HELPDESK, cast.north))
    give(cast.dev, PLA, cast.platform)
    expect(302, appoint(signed_in(cast.dev), cast.nina, HELPDESK, cast.north))


def test_what_is_dismissed_gives_nothing_at_once(cast, priya):
    hal = signed_in(cast.hal)
    expect(200, hal.get(desk_of(cast.ben)))
    expect(302, dismiss(priya, cast.hal.role_grants.get()))
    assert not is_signed_in(hal)
    expect(403, signed_in(cast.hal).get(desk_of(cast.ben)))
    grant = cast.hal.role_grants.get()
    assert (grant.ended_by, grant.ends_at <= clock.now()) == (cast.priya, True)
    with nothing_changes():
        expect(404, dismiss(priya, grant))


def test_a_role_is_dismissed_by_its_organisation_wherever_its_holder_belongs(cast):
    give(cast.eve, PLA, cast.south)
    eve, priya, grant = signed_in(cast.eve), signed_in(cast.priya), cast.nina.role_grants.get()
    with nothing_changes():
        expect(403, dismiss(priya, grant))
    expect(302, dismiss(eve, grant))


def test_a_role_above_is_not_dismissed_from_below(cast):
    give(cast.wil, PLA, cast.ward)
    wil = signed_in(cast.wil)
    with nothing_changes():
        expect(404, dismiss(wil, cast.asha.role_grants.get()))
    expect(302, dismiss(signed_in(cast.priya), cast.wil.role_grants.get()))


def test_lc04_no_organisation_is_left_without_an_administrator(cast, priya):
    expect(302, dismiss(priya, cast.asha.role_grants.get()))
    with nothing_changes():
        page = expect(409, dismiss(priya, cast.priya.role_grants.get()))
    assert "left without an administrator" in page.content.decode()
    assert attempts("act.refused")[-1].parameters["reason"] == "last_admin"
    expect(302, appoint(priya, cast.ben, LA, cast.north))
    expect(302, dismiss(priya, cast.priya.role_grants.get()))


def test_lc04_a_role_that_waits_or_ends_before_is_no_replacement(cast, priya):
    decide(cast.north, second_factor="administrators")
    priya = signed_in(cast.priya)
    expect(302, dismiss(priya, cast.asha.role_grants.get()))
    expect(302, appoint(priya, cast.ben, LA, cast.north))
    give(cast.dev, LA, cast.north, until=in_days(2))
    confirm(priya, cast.priya, f"{cast.priya.role_grants.get().pk}/dismiss/")
    with nothing_changes():
        expect(409, dismiss(priya, cast.priya.role_grants.get()))


def test_lc04_the_last_platform_administrator_stays(cast):
    root, grant = signed_in(cast.root), cast.root.role_grants.get()
    give(cast.dev, PLA, cast.platform)
    confirm(root, cast.root, f"{grant.pk}/dismiss/")
    with nothing_changes():
        expect(409, dismiss(root, grant))
    give(cast.ben, PLATFORM, cast.platform)
    expect(302, dismiss(root, grant))


def test_lc04_those_above_count_where_their_role_holds_below(cast, priya):
    expect(302, appoint(priya, cast.wil, LA, cast.ward))
    expect(302, dismiss(priya, cast.wil.role_grants.get()))


def test_lc15_each_step_is_recorded_and_the_other_administrators_are_told(cast, priya):
    expect(302, appoint(priya, cast.ben, LA, cast.north))
    assert told_of("role_given") == ["ben@north.example"]
    assert told_of("role_given_to_another") == ["asha@north.example"]
    expect(302, dismiss(priya, cast.ben.role_grants.get()))
    assert told_of("role_taken") == ["ben@north.example"]
    assert told_of("role_taken_from_another") == ["asha@north.example"]
    given, ended = changes("role.granted")[-1], changes("role.ended")[-1]
    assert given.new["role"] == ended.old["role"] == LA
    for each in (given, ended):
        assert (each.actor["kind"], each.actor["id"]) == ("person", str(cast.priya.pk))


def test_lc10_a_role_that_was_taken_away_is_gone_at_the_next_request(cast, priya):
    asha = signed_in(cast.asha)
    give(cast.asha, HELPDESK, cast.north, with_those_below=False)
    asha = signed_in(cast.asha)
    expect(200, asha.get(f"{desk_of(cast.ben)}register/"))
    expect(302, dismiss(priya, cast.asha.role_grants.get(role=LA)))
    asha = signed_in(cast.asha)
    expect(403, asha.get(f"{desk_of(cast.ben)}register/"))
    expect(200, asha.get(desk_of(cast.ben)))


def test_an_administrators_role_starts_with_the_second_key(cast):
    root = signed_in(cast.root)
    page = expect(302, appoint(root, cast.eve, PLA, cast.south))
    assert "(0 of 2)" in root.get(page["Location"]).content.decode()
    eve = signed_in(cast.eve)  # with a pass, and a first key
    assert "(1 of 2)" in root.get(roles_page(cast.eve)).content.decode()
    expect(403, eve.get("/admin/"))
    eve.register(MINE, SoftKey(), "Spare")
    expect(200, eve.get("/admin/"))
    assert "(1 of 2)" not in root.get(roles_page(cast.eve)).content.decode()
    assert changes("role.started")[-1].holder == str(cast.eve.pk)
    assert told_of("role_started") == ["eve@south.example"]


def test_a_key_that_waits_starts_no_role_until_it_is_used(cast):
    decide(cast.north, second_factor="administrators")
    priya = signed_in(cast.priya)
    expect(302, appoint(priya, cast.ben, LA, cast.north))
    keys = [registered(priya, cast.ben, name) for name in ("Blue", "Green")]
    assert not role_grants_of(cast.ben.pk)
    for soft_key, row in keys:
        assert not role_grants_of(cast.ben.pk)
        ben = half_signed_in(cast.ben)
        expect(200, ben.use(soft_key, row))
    assert role_grants_of(cast.ben.pk)
    expect(200, ben.get("/admin/"))


def test_a_role_that_waits_must_be_covered(cast):
    """Otherwise whoever registers the keys that start it would have what it opens."""
    decide(cast.north, second_factor="administrators")
    priya = signed_in(cast.priya)
    expect(302, appoint(priya, cast.ben, PLA, cast.north))
    expect(403, signed_in(cast.asha).get(f"{desk_of(cast.ben)}register/"))
    expect(200, priya.get(f"{desk_of(cast.ben)}register/"))
