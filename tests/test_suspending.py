"""Somebody is suspended and resumed: what ends at once, what is kept, what comes back."""

import pytest

from tests.cast import PASSWORD, issue_pass
from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.newcomers import added, join, slip_for, standing_of
from tests.softkey import SoftKey
from tests.traces import changes, last_refusal, nothing_changes
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import Person


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


def suspend(admin, person):
    return admin.submit(f"/admin/people/{person.pk}/suspend/")


def resume(admin, person):
    return admin.submit(f"/admin/people/{person.pk}/resume/")


def test_lc12_sessions_ceremonies_and_passes_are_dead_at_once_and_keys_are_kept(cast, cara):
    eve = signed_in(cast.eve)
    key = SecurityKey.objects.get(holder=cast.eve)
    in_flight = half_signed_in(cast.eve)
    begun = in_flight.choose(key)
    answer = eve.soft_key.sign(begun["public_key"], ORIGIN)
    own_begun = eve.touch(MINE, SoftKey())
    expect(302, suspend(cara, cast.eve))
    assert not is_signed_in(eve)
    expect(401, in_flight.finish(begun, answer))
    expect(302, eve.name(MINE, own_begun, "Too late"))
    assert not SecurityKey.objects.filter(nickname="Too late").exists()
    with nothing_changes():
        page = expect(401, Browser().enter_password(cast.eve)).content.decode()
    assert "The user name or password is not right, or the account is not in use" in page
    key.refresh_from_db()
    assert key.state == "active"
    [entry] = changes("person.suspended")
    assert (entry.actor["id"], entry.holder) == (str(cast.cara.pk), str(cast.eve.pk))


def test_lc12_a_pass_from_before_opens_nothing_after_resuming(cast, cara):
    code = issue_pass(cast.eve)
    expect(302, suspend(cara, cast.eve))
    expect(302, resume(cara, cast.eve))
    expect(401, half_signed_in(cast.eve).enter_pass(code))
    expect(302, half_signed_in(cast.eve).enter_pass(issue_pass(cast.eve)))


def test_lc12_an_invitation_from_before_opens_nothing_after_resuming(cast, cara):
    nia = added(cara, "nia@south.example", organisation="SOUTH")
    code = slip_for(cara, nia)
    expect(302, suspend(cara, nia))
    expect(401, join(code))
    with nothing_changes():
        expect(409, cara.submit(f"/admin/people/{nia.pk}/invitation/", way="slip"))
    expect(302, resume(cara, nia))
    expect(401, join(code))
    expect(302, join(slip_for(cara, nia)))


def test_resumed_one_logs_in_with_the_password_and_the_token_from_before(cast, cara):
    blue = registered(cara, cast.eve)
    expect(200, cara.try_out(desk_of(cast.eve), *blue))
    expect(302, suspend(cara, cast.eve))
    expect(302, resume(cara, cast.eve))
    browser = half_signed_in(cast.eve)
    expect(200, browser.use(*blue))
    assert is_signed_in(browser)
    assert len(changes("person.resumed")) == 1


def test_a_suspended_administrator_does_nothing_and_is_one_again_when_resumed(cast):
    priya, asha = signed_in(cast.priya), signed_in(cast.asha)
    expect(302, suspend(priya, cast.asha))
    with nothing_changes():
        assert expect(302, asha.get(desk_of(cast.ben)))["Location"].startswith("/sign-in/")
        assert expect(302, suspend(asha, cast.ben))["Location"].startswith("/sign-in/")
    expect(302, resume(priya, cast.asha))
    expect(200, signed_in(cast.asha).get(desk_of(cast.ben)))


def test_nobody_suspends_themselves(cast, cara):
    with nothing_changes():
        page = expect(409, suspend(cara, cast.cara)).content.decode()
        expect(409, resume(cara, cast.cara))
    assert "Ask another administrator" in page
    assert last_refusal() == ("act.refused", "", "oneself")
    assert "This is your own account" in cara.get(standing_of(cast.cara)).content.decode()


def test_who_is_suspended_is_not_suspended_again_and_who_is_not_is_not_resumed(cast, cara):
    with nothing_changes():
        expect(409, resume(cara, cast.eve))
    expect(302, suspend(cara, cast.eve))
    with nothing_changes():
        expect(409, suspend(cara, cast.eve))


def test_whose_role_is_not_covered_is_not_suspended(cast):
    asha = signed_in(cast.asha)
    with nothing_changes():
        expect(403, suspend(asha, cast.nina))
        expect(403, suspend(asha, cast.priya))
        expect(404, suspend(asha, cast.eve))
    expect(302, suspend(asha, cast.wil))


def test_the_person_is_told_and_the_list_shows_it(cast, cara):
    expect(302, suspend(cara, cast.eve))
    expect(302, resume(cara, cast.eve))
    told = OutboxMessage.objects.filter(address="eve@south.example").order_by("created_at")
    assert [each.kind for each in told] == ["account_suspended", "account_resumed"]
    expect(302, suspend(cara, cast.eve))
    assert "Suspended" in cara.get("/admin/people/?q=eve").content.decode()
    assert "Suspended" in cara.get(f"/admin/people/{cast.eve.pk}/").content.decode()


def test_the_password_is_not_touched(cast, cara):
    expect(302, suspend(cara, cast.eve))
    expect(302, resume(cara, cast.eve))
    assert Person.objects.get(pk=cast.eve.pk).check_password(PASSWORD)
