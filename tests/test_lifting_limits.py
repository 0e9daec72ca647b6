"""Administrators see what somebody has to wait for, and lift it."""

from datetime import UTC, datetime

import pytest

from tests.cast import PASSWORD, issue_pass
from tests.doors import expect, half_signed_in, signed_in
from tests.guessing import at, block, from_address, guess
from tests.traces import changes, nothing_changes
from wardkey.signin.models import Limit

MORNING = datetime(2040, 1, 16, 8, 11, 30, tzinfo=UTC)


def page_of(person):
    return f"/admin/people/{person.pk}/"


def lift(browser, person):
    return browser.submit(f"{page_of(person)}lift-limit/")


@pytest.mark.parametrize("who", ["hal", "asha", "priya", "root"])
def test_bf03_who_looks_after_people_sees_the_limit_and_lifts_it(cast, who):
    with at(MORNING, 0):
        admin = signed_in(getattr(cast, who))
        block(cast.ben.username)
        page = expect(200, admin.get(page_of(cast.ben))).content.decode()
        assert "Too many wrong passwords: blocked until 08:12" in page
        assert expect(302, lift(admin, cast.ben))["Location"] == page_of(cast.ben)
        after = expect(200, admin.get(page_of(cast.ben))).content.decode()
        assert "Ben Carter can try again now." in after
        assert "blocked until" not in after
        expect(302, guess(cast.ben.username, PASSWORD))
    [entry] = changes("sign_in.limit_lifted")
    assert (entry.actor["id"], entry.holder) == (str(getattr(cast, who).pk), str(cast.ben.pk))
    assert entry.parameters == {"limits": ["password"]}


def test_a_limit_in_a_known_browser_is_lifted_too(cast):
    hal, bens = signed_in(cast.hal), signed_in(cast.ben)
    for _ in range(5):
        expect(401, guess(cast.ben.username, browser=bens))
    page = expect(200, hal.get(page_of(cast.ben))).content.decode()
    assert "Too many wrong passwords in a browser that this person uses: blocked until" in page
    expect(302, lift(hal, cast.ben))
    expect(302, guess(cast.ben.username, PASSWORD, browser=bens))


def test_wrong_access_passes_are_told_apart(cast):
    cara, code = signed_in(cast.cara), issue_pass(cast.eve)
    for _ in range(5):
        expect(401, half_signed_in(cast.eve).enter_pass("AAAA-AAAA-AAAA-AAAA"))
    assert "Too many wrong access passes: blocked until" in cara.get(page_of(cast.eve)).text
    expect(302, lift(cara, cast.eve))
    expect(302, half_signed_in(cast.eve).enter_pass(code))


def test_where_there_is_no_limit_the_page_offers_none_and_lifting_says_so(cast):
    hal = signed_in(cast.hal)
    block(cast.ben.username, failures=4)
    assert "Lift the limit" not in hal.get(page_of(cast.ben)).text
    with nothing_changes():
        expect(302, lift(hal, cast.ben))
    assert "There was no limit any more" in hal.get(page_of(cast.ben)).text
    assert Limit.objects.get().failures == 4


@pytest.mark.parametrize(("who", "status"), [("olu", 403), ("ben", 403), ("cara", 404)])
def test_others_do_not_lift_it(cast, who, status):
    browser = signed_in(getattr(cast, who))
    block(cast.dev.username)
    with nothing_changes():
        expect(status, lift(browser, cast.dev))
    assert guess(cast.dev.username).status_code == 429


def test_helpdesk_lifts_no_limit_of_who_holds_a_higher_role(cast):
    hal = signed_in(cast.hal)
    block(cast.asha.username)
    expect(403, lift(hal, cast.asha))
    assert guess(cast.asha.username).status_code == 429


def test_the_act_is_asked_for_with_a_form_alone(cast):
    hal = signed_in(cast.hal)
    block(cast.ben.username)
    expect(405, hal.get(f"{page_of(cast.ben)}lift-limit/"))
    expect(403, hal.post(f"{page_of(cast.ben)}lift-limit/"))
    assert guess(cast.ben.username).status_code == 429


def test_the_history_tells_of_both(cast):
    asha = signed_in(cast.asha)
    block(cast.ben.username)
    expect(302, lift(asha, cast.ben))
    history = asha.get(f"{page_of(cast.ben)}history/").text
    assert "made to wait 30 seconds after 5 failures, the last from 127.0.0.1" in history
    assert "Limit of failed attempts lifted" in history


ADDRESS = "/admin/address-limit/"


def block_address(address, settings):
    """One name more than an address may fail with."""
    settings.NAMES_AN_ADDRESS = 2
    for number in range(3):
        expect(401, guess(f"nobody{number}@north.example", browser=from_address(address)))


def sit_at(browser, address):
    browser.defaults["REMOTE_ADDR"] = address
    return browser


def test_bf03_an_address_is_seen_and_let_go_where_one_sits(cast, settings):
    hal = sit_at(signed_in(cast.hal), "192.0.2.17")
    assert "Nobody has to wait there." in expect(200, hal.get(ADDRESS)).text
    block_address("192.0.2.17", settings)
    assert "People there have to wait until" in expect(200, hal.get(ADDRESS)).text
    bens = from_address("192.0.2.17")
    expect(429, guess(cast.ben.username, PASSWORD, browser=bens))
    expect(302, hal.submit(ADDRESS, where="192.0.2.17"))
    assert "From 192.0.2.17 people can try again now." in hal.get(ADDRESS).text
    expect(302, guess(cast.ben.username, PASSWORD, browser=bens))
    [entry] = changes("sign_in.address_limit_lifted")
    assert entry.actor["id"] == str(cast.hal.pk)
    trail = signed_in(cast.olu).get("/admin/audit/").text
    assert "Limit of failed logins from 192.0.2.17 lifted" in trail


def test_another_address_is_for_platform_administrators(cast, settings):
    hal, root = signed_in(cast.hal), signed_in(cast.root)
    block_address("192.0.2.17", settings)
    assert "192.0.2.17" not in hal.get(ADDRESS, {"where": "192.0.2.17"}).text
    with nothing_changes():
        expect(403, hal.submit(ADDRESS, where="192.0.2.17"))
    expect(429, guess(cast.ben.username, PASSWORD, browser=from_address("192.0.2.17")))
    assert "This is about 192.0.2.17." in root.get(ADDRESS, {"where": "192.0.2.17"}).text
    expect(302, root.submit(ADDRESS, where="192.0.2.17"))
    expect(302, guess(cast.ben.username, PASSWORD, browser=from_address("192.0.2.17")))


def test_what_is_no_address_is_refused_and_where_nobody_waits_nothing_changes(cast):
    root = signed_in(cast.root)
    assert "Enter an address" in expect(400, root.get(ADDRESS, {"where": "ward 7"})).text
    with nothing_changes():
        expect(400, root.submit(ADDRESS, where="ward 7"))
        expect(302, root.submit(ADDRESS, where="192.0.2.18"))
    assert "There was no limit any more" in root.get(ADDRESS).text
