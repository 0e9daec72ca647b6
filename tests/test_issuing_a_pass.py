"""An access pass at the desk: an identity check that names its method, and the pass, once."""

import re

import pytest

from tests.doors import (
    MINE,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.softkey import SoftKey
from tests.traces import changes, last_refusal, nothing_changes
from wardkey.notifications.models import OutboxMessage
from wardkey.recovery.models import AccessPass


def page_of(person):
    return f"/admin/people/{person.pk}/access-pass/"


def issued(browser, person, checked="in_person"):
    """The pass, as the page shows it."""
    page = expect(200, browser.submit(page_of(person), checked=checked)).content.decode()
    return re.search(r'id="pass">([^<]+)<', page)[1]


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


@pytest.mark.parametrize("who", ["hal", "asha", "priya"])
def test_helpdesk_and_administrators_issue_one(cast, who):
    code = issued(signed_in(getattr(cast, who)), cast.ben, "call_back")
    assert re.fullmatch(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", code)
    [entry] = changes("access_pass.issued")[-1:]
    assert entry.parameters["identity_check"] == "call_back"
    assert (entry.actor["id"], entry.holder) == (str(getattr(cast, who).pk), str(cast.ben.pk))
    assert AccessPass.objects.filter(person=cast.ben).get().issued_by_id == getattr(cast, who).pk


@pytest.mark.parametrize("who", ["olu", "dev"])
def test_nobody_else_does(cast, who):
    browser = signed_in(getattr(cast, who))
    with nothing_changes():
        expect(403, browser.get(page_of(cast.ben)))
        expect(403, browser.submit(page_of(cast.ben), checked="in_person"))


def test_another_organisation_is_not_found_and_a_higher_role_not_covered(cast):
    asha, hal = signed_in(cast.asha), signed_in(cast.hal)
    with nothing_changes():
        expect(404, asha.submit(page_of(cast.eve), checked="in_person"))
        expect(403, hal.submit(page_of(cast.asha), checked="in_person"))
    assert last_refusal() == ("act.refused", "", "covering")


def test_nobody_issues_one_to_themselves(cast):
    for who in (cast.asha, cast.hal):
        browser = signed_in(who)
        expect(403, browser.get(page_of(who)))
        expect(403, browser.submit(page_of(who), checked="in_person"))
        assert last_refusal() == ("act.refused", "", "own_pass")
    assert not AccessPass.objects.filter(person__in=[cast.asha, cast.hal]).exists()


@pytest.mark.parametrize("fields", [{}, {"checked": ""}, {"checked": "by_mail"}])
def test_the_check_names_its_method(cast, cara, fields):
    before = AccessPass.objects.count()
    page = expect(400, cara.submit(page_of(cast.eve), **fields)).content.decode()
    assert "Say how you made sure who it is." in page
    assert AccessPass.objects.count() == before
    issued(cara, cast.eve)


def test_it_opens_the_registration_of_a_token_and_its_holder_is_told_twice(cast, cara):
    code = issued(cara, cast.eve)
    assert told("access_pass_issued") == ["eve@south.example"]
    eve = half_signed_in(cast.eve)
    expect(302, eve.enter_pass(code))
    eve.register(MINE, SoftKey(), "My first")
    assert is_signed_in(eve)
    assert told("access_pass_used") == ["cara@south.example", "eve@south.example"]


def told(kind):
    return sorted(OutboxMessage.objects.filter(kind=kind).values_list("address", flat=True))


def test_lc20_another_pass_ends_the_first(cast, cara):
    first, second = issued(cara, cast.eve), issued(cara, cast.eve)
    assert [entry.holder for entry in changes("access_pass.revoked")] == [str(cast.eve.pk)]
    eve = half_signed_in(cast.eve)
    with nothing_changes():
        expect(401, eve.enter_pass(first))
    expect(302, eve.enter_pass(second))


def test_lc22_whoever_issued_it_needs_the_password_too(cast, cara):
    code = issued(cara, cast.eve)
    half, stranger = half_signed_in(cast.cara), Browser()
    with nothing_changes():
        assert expect(302, stranger.enter_pass(code))["Location"].startswith("/sign-in/")
        expect(401, half.enter_pass(code))
    expect(302, half_signed_in(cast.eve).enter_pass(code))


def test_none_for_somebody_with_a_token_in_use(cast, cara):
    blue = registered(cara, cast.eve)
    expect(200, cara.try_out(desk_of(cast.eve), *blue))
    expect(409, cara.get(page_of(cast.eve)))
    with nothing_changes():
        expect(409, cara.submit(page_of(cast.eve), checked="in_person"))
    assert last_refusal() == ("act.refused", "", "key_in_use")
    expect(302, cara.submit(f"{desk_of(cast.eve)}{blue[1].pk}/suspend/", reason="lost"))
    issued(cara, cast.eve)


def test_only_its_hash_is_kept(cast, cara):
    code = issued(cara, cast.eve)
    kept = str(list(AccessPass.objects.values()) + list(OutboxMessage.objects.values()))
    kept += str(changes("access_pass.issued"))
    assert code not in kept
    assert code.replace("-", "") not in kept
