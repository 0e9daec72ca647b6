"""Confirm that it is you, in the browser: then on to what was asked for, with what was typed."""

import pytest
from playwright.sync_api import expect

from .people import registered_key, signed_in_with, sit_down
from .visits.stepping_up import long_ago
from .walks import button, expect_success, heading, link, log_in, manage, row_of

pytestmark = pytest.mark.looks_only


@pytest.fixture
def blue(portal, cast):
    return registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key")


def test_what_was_typed_is_saved_once_it_is_certain_who_typed_it(page, cast, blue, watch):
    sit_down(page, signed_in_with(blue))
    address = f"/me/keys/{blue.row.pk}/edit/"
    page.goto(address)
    page.get_by_label("Nickname", exact=True).fill("Night & day")
    long_ago()
    watch.expect(401, address)
    button(page, "Save Changes").click()
    expect(heading(page, "Confirm that it is you")).to_be_visible()
    key = blue.in_hand()
    key.turn_back_counts(10)
    key.insert(page)
    button(page, "Use this token").click()
    expect_success(page, "The token is now called “Night & day”.")
    expect(row_of(page, "Night & day")).to_be_visible()


def test_a_register_page_left_open_asks_and_comes_back(page, cast, blue, watch, key):
    """Without a mouse: the password of an administrator whom the policy spares a key."""
    log_in(page, cast.asha)
    manage(page, cast.ben)
    button(page, "Register New Token").click()
    expect(button(page, "OK")).to_be_enabled()
    long_ago()
    desk = f"/admin/people/{cast.ben.pk}/keys/register/"
    watch.expect(401, f"{desk}challenge/")
    watch.expect(401, desk)
    button(page, "OK").click()
    expect(page.get_by_text(f"register a FIDO2 token of {cast.ben.name}")).to_be_visible()
    expect(button(page, "Continue")).to_be_enabled()
    page.get_by_label("Password", exact=True).fill("wardkey-demo-only")
    page.keyboard.press("Enter")
    expect(heading(page, "Register New Token")).to_be_visible()
    key.insert(page)
    button(page, "OK").click()
    expect(page.get_by_label("Nickname", exact=True)).to_be_focused()


def test_whoever_changes_their_mind_leaves_everything_as_it_is(page, cast, blue, watch):
    log_in(page, cast.asha)
    expect(heading(page, f"Hello, {cast.asha.name}")).to_be_visible()
    long_ago()
    address = f"/admin/people/{cast.ben.pk}/keys/{blue.row.pk}/remove/"
    watch.expect(401, address)
    page.goto(address)
    link(page, "Leave everything as it is").click()
    expect(heading(page, f"Hello, {cast.asha.name}")).to_be_visible()
    blue.row.refresh_from_db()
    assert blue.row.state == "waiting"
