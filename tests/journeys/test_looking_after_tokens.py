"""What goes wrong while a token is renamed or removed, and what people do with their own."""

import pytest
from playwright.sync_api import expect

from tests.doors import desk_of, signed_in

from .people import registered_key, signed_in_with, sit_down
from .walks import (
    begin_registration,
    button,
    expect_mistake,
    expect_success,
    follow,
    heading,
    link,
    register,
    row_of,
)

pytestmark = pytest.mark.looks_only

GONE = "This token was removed meanwhile by somebody else."


@pytest.fixture
def blue(portal, cast):
    return registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key")


@pytest.fixture
def bens_tokens(page, cast, blue):
    """Asha's, signed in, on Ben's FIDO2 token management page."""
    sit_down(page, signed_in(cast.asha))
    page.goto(desk_of(cast.ben))
    return page


def address_of(key, act):
    return f"{desk_of(key.row.holder)}{key.row.pk}/{act}/"


@pytest.mark.parametrize(("act", "then"), [("Edit", "Save Changes"), ("Remove", "Remove")])
def test_the_token_was_removed_meanwhile(bens_tokens, cast, blue, watch, act, then):
    page = bens_tokens
    follow(row_of(page, "Blue key").get_by_role("link", name=act))
    signed_in(cast.priya).submit(address_of(blue, "remove"))
    watch.expect(404, address_of(blue, act.lower()))
    button(page, then).click()
    expect(page.get_by_text(GONE)).to_be_visible()
    assert watch.problems() == []


def test_the_token_was_removed_before_the_click(bens_tokens, cast, blue, watch):
    signed_in(cast.priya).submit(address_of(blue, "remove"))
    for act in ["edit", "remove"]:
        watch.expect(404, address_of(blue, act))
        bens_tokens.goto(address_of(blue, act))
        expect(bens_tokens.get_by_text(GONE)).to_be_visible()


def test_a_nickname_that_is_taken_and_then_one_that_is_not(bens_tokens, cast, blue, watch):
    registered_key(admin=cast.asha, holder=cast.ben, nickname="Green key")
    page = bens_tokens
    row_of(page, "Blue key").get_by_role("link", name="Edit").click()
    watch.expect(409, address_of(blue, "edit"))
    page.get_by_label("Nickname", exact=True).fill("green KEY")
    button(page, "Save Changes").click()
    expect_mistake(page, "This person already has a token with this nickname.")
    page.get_by_label("Nickname", exact=True).fill("Red key")
    button(page, "Save Changes").click()
    expect_success(page, "The token is now called “Red key”.")


def test_a_token_is_kept_after_all(bens_tokens):
    page = bens_tokens
    row_of(page, "Blue key").get_by_role("link", name="Remove").click()
    link(page, "Keep the token").click()
    expect(row_of(page, "Blue key")).to_be_visible()


def test_own_tokens_are_registered_renamed_and_removed(page, key, blue):
    sit_down(page, signed_in_with(blue))
    page.goto("/me/keys/")
    expect(row_of(page, "Blue key")).to_be_visible()
    register(page, key, "Spare")
    row_of(page, "Spare").get_by_role("link", name="Edit").click()
    page.get_by_label("Nickname", exact=True).fill("At home")
    button(page, "Save Changes").click()
    row_of(page, "At home").get_by_role("link", name="Remove").click()
    expect(heading(page, "Remove “At home”?")).to_be_visible()
    button(page, "Remove").click()
    expect_success(page, "The token “At home” was removed.")


def test_ones_own_token_cannot_be_registered_twice(page, blue):
    sit_down(page, signed_in_with(blue))
    page.goto("/me/keys/")
    blue.in_hand().insert(page)
    begin_registration(page)
    expect_mistake(page, "This token is already registered: it is in your list of tokens.")


def test_removing_a_token_ends_what_was_opened_with_it(page, cast, blue):
    sit_down(page, signed_in_with(blue))
    page.goto("/me/keys/")
    signed_in(cast.asha).submit(address_of(blue, "remove"))
    page.reload()
    expect(heading(page, "Login")).to_be_visible()
