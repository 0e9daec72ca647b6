"""The guide's four journeys, step by step, with its numbers and its words on the screen.

What the guide does in the browser's own window, the virtual key does.
"""

import pytest
from playwright.sync_api import expect

from .people import registered_key
from .walks import (
    WAITING_FOR_KEY,
    button,
    enter_password,
    expect_success,
    find,
    heading,
    link,
    log_in,
    log_out,
    row_of,
    save_nickname,
    search_for,
    step,
)


@pytest.fixture
def blue(portal, cast):
    """Ben's token, registered before: he has it in his hand."""
    return registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key").in_hand()


def expect_at_top_right(page, locator):
    box = locator.bounding_box()
    assert box["y"] < 100
    assert box["x"] > page.viewport_size["width"] / 2


def test_registering_a_security_token(page, key, cast):
    with step(1, "Login in the top right of the page"):
        page.goto("/")
        expect_at_top_right(page, link(page, "Login"))
        link(page, "Login").click()
    with step(2, "username and password"):
        enter_password(page, cast.asha)
        expect(heading(page, f"Hello, {cast.asha.name}")).to_be_visible()
    with step(3, "the Admin tab"):
        link(page, "Admin").click()
        expect(heading(page, "Admin")).to_be_visible()
    with step(4, "User Management"):
        link(page, "User Management").click()
        expect(heading(page, "User Management")).to_be_visible()
    with step(5, "search for and select the user"):
        search_for(page, "ben")
        link(page, cast.ben.name).click()
        expect(page.get_by_role("heading", name=cast.ben.name, exact=True)).to_be_visible()
    with step(6, "Manage FIDO2 Tokens"):
        button(page, "Manage FIDO2 Tokens").click()
        expect(heading(page, "Manage FIDO2 Tokens")).to_be_visible()
    with step(7, "Register New Token"):
        button(page, "Register New Token").click()
        expect(page.get_by_text("At least 4 characters; six digits are better")).to_be_visible()
    with step(8, "OK on the security key setup window"):
        button(page, "OK").click()
        expect(page.get_by_role("status")).to_have_text(WAITING_FOR_KEY)
    with step("9 to 11", "insert the security token, enter a PIN, touch"):
        key.insert(page)
        expect(page.get_by_label("Nickname", exact=True)).to_be_focused()
    with step(12, "a nickname for the security token"):
        save_nickname(page, "Blue key")
    with step(13, "a green success message in the top right, and the token in the list"):
        expect_success(page, "The token “Blue key” was registered.")
        expect(row_of(page, "Blue key")).to_contain_text(f"by {cast.asha.name}")
    with step(14, "the user is able to use the security token"):
        log_out(page)
        log_in(page, cast.ben)
        expect(page.get_by_role("radio", name="Blue key", exact=True)).to_be_checked()
        button(page, "Use this token").click()
        expect(heading(page, f"Hello, {cast.ben.name}")).to_be_visible()


def test_editing_a_security_token_nickname(page, cast, blue):
    with step(1, "login"):
        log_in(page, cast.asha)
    with step("2 and 3", "Admin, User Management, search for and select the user"):
        find(page, cast.ben)
    with step(4, "Manage FIDO2 Tokens, with all registered security tokens"):
        button(page, "Manage FIDO2 Tokens").click()
        expect(row_of(page, "Blue key")).to_be_visible()
    with step(5, "Edit next to the security token"):
        row_of(page, "Blue key").get_by_role("link", name="Edit").click()
        expect(page.get_by_label("Nickname", exact=True)).to_have_value("Blue key")
    with step(6, "a new nickname, then Save Changes"):
        page.get_by_label("Nickname", exact=True).fill("Ward 7, blue")
        button(page, "Save Changes").click()
        expect_success(page, "The token is now called “Ward 7, blue”.")
        expect(row_of(page, "Ward 7, blue")).to_be_visible()
        expect(row_of(page, "Blue key")).to_have_count(0)


def test_removing_a_security_token(page, cast, blue):
    with step(1, "login"):
        log_in(page, cast.asha)
    with step("2 and 3", "Admin, User Management, search for and select the user"):
        find(page, cast.ben)
    with step(4, "Manage FIDO2 Tokens, with all registered security tokens"):
        button(page, "Manage FIDO2 Tokens").click()
        expect(row_of(page, "Blue key")).to_be_visible()
    with step(5, "Remove next to the security token"):
        row_of(page, "Blue key").get_by_role("link", name="Remove").click()
    with step(6, "Remove on the confirmation prompt"):
        expect(heading(page, f"Remove “Blue key” of {cast.ben.name}?")).to_be_visible()
        button(page, "Remove").click()
    with step(7, "a green success message"):
        expect_success(page, "The token “Blue key” was removed.")
        expect(row_of(page, "Blue key")).to_have_count(0)
        expect(page.get_by_text("No FIDO2 token is registered.")).to_be_visible()


def test_using_a_security_token(page, cast, blue):
    with step(1, "Login at the top right of the page"):
        page.goto("/")
        expect_at_top_right(page, link(page, "Login"))
        link(page, "Login").click()
    with step(2, "username and password"):
        enter_password(page, cast.ben)
    with step(3, "all registered tokens are displayed, and one is selected"):
        expect(heading(page, "Choose a FIDO2 token")).to_be_visible()
        page.get_by_role("radio", name="Blue key", exact=True).check()
    with step("4 and 5", "the PIN, and touch"):
        blue.insert(page)
        button(page, "Use this token").click()
    with step(6, "successfully logged in"):
        expect_success(page, "You are logged in.")
        expect(heading(page, f"Hello, {cast.ben.name}")).to_be_visible()


def test_a_step_that_fails_says_which():
    with pytest.raises(ValueError) as failure, step(9, "insert the security token"):  # noqa: PT011
        raise ValueError
    assert failure.value.__notes__ == ["The guide, step 9: insert the security token"]
