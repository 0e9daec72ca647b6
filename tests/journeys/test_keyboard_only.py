"""The same journeys with Tab, Enter, Space and the letters alone, and always seen where one is."""

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.doors import desk_of, signed_in

from .people import registered_key, sit_down
from .walks import button, expect_mistake, expect_success, heading, link, log_in, row_of

pytestmark = pytest.mark.looks_only

HAS_FOCUS = "element => element === document.activeElement"
# The browser's own ring may lie outside the element, the design system's does.
AROUND = 8


def look_of(page, target):
    """The pixels of the element and a little around it."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    clip = {"x": max(box["x"] - AROUND, 0), "y": max(box["y"] - AROUND, 0)}
    size = {"width": box["width"] + 2 * AROUND, "height": box["height"] + 2 * AROUND}
    return page.screenshot(clip={**clip, **size})


def tab_to(page, target, *, at_most=40):
    expect(target).to_be_enabled()
    without_focus = look_of(page, target)
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if target.evaluate(HAS_FOCUS):
            assert look_of(page, target) != without_focus, "nobody sees where the focus is"
            return
    raise AssertionError(f"no Tab leads to {target}")


def press(page, target, with_key="Enter"):
    tab_to(page, target)
    page.keyboard.press(with_key)


def follow(page, target, with_key="Enter"):
    """Press it, until what it leads to is there."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press(with_key)


def send(page):
    """What was typed into a form, until its answer is there."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_into(page, label, words):
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(words)


def log_in_by_keyboard(page, person):
    page.goto("/")
    follow(page, link(page, "Login"))
    expect(heading(page, "Login")).to_be_visible()
    type_into(page, "User name", person.username)
    type_into(page, "Password", PASSWORD)
    send(page)


def test_registering_a_security_token(page, key, cast):
    log_in_by_keyboard(page, cast.asha)
    follow(page, link(page, "Admin"))
    follow(page, link(page, "User Management"))
    tab_to(page, page.get_by_role("searchbox"))
    page.keyboard.type("ben")
    send(page)
    follow(page, link(page, cast.ben.name))
    follow(page, button(page, "Manage FIDO2 Tokens"))
    follow(page, button(page, "Register New Token"), with_key="Space")
    key.insert(page)
    press(page, button(page, "OK"), with_key="Space")
    expect(page.get_by_label("Nickname", exact=True)).to_be_focused()
    page.keyboard.type("Blue key")
    press(page, button(page, "Save"))
    expect_success(page, "The token “Blue key” was registered.")


def test_using_a_security_token(page, cast, portal):
    registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key")
    green = registered_key(admin=cast.asha, holder=cast.ben, nickname="Green key").in_hand()
    green.insert(page)
    log_in_by_keyboard(page, cast.ben)
    tab_to(page, page.get_by_role("radio", name="Blue key", exact=True))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Green key", exact=True)).to_be_checked()
    press(page, button(page, "Use this token"))
    expect_success(page, "You are logged in.")


@pytest.fixture
def bens_tokens(page, portal, cast):
    registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key")
    sit_down(page, signed_in(cast.asha))
    page.goto(desk_of(cast.ben))
    return page


def test_editing_and_removing_a_security_token(bens_tokens):
    page = bens_tokens
    follow(page, row_of(page, "Blue key").get_by_role("link", name="Edit"))
    tab_to(page, page.get_by_label("Nickname", exact=True))
    page.keyboard.press("Control+A")
    page.keyboard.type("Green key")
    follow(page, button(page, "Save Changes"))
    expect_success(page, "The token is now called “Green key”.")
    follow(page, row_of(page, "Green key").get_by_role("link", name="Remove"))
    press(page, button(page, "Remove"), with_key="Space")
    expect_success(page, "The token “Green key” was removed.")


def test_after_a_mistake_the_next_tab_is_near_it(page, cast, watch):
    watch.expect(401, "/sign-in/")
    log_in(page, cast.ben, password="not the password")
    expect_mistake(page, "The user name or password is not right")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("User name", exact=True)).to_be_focused()


def test_the_first_tab_skips_to_the_main_content(bens_tokens):
    page = bens_tokens
    page.keyboard.press("Tab")
    expect(link(page, "Skip to main content")).to_be_focused()
    expect(link(page, "Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(page, "Register New Token")).to_be_focused()


def test_a_focus_that_nobody_sees_is_noticed(bens_tokens):
    page = bens_tokens
    tab_to(page, link(page, "My FIDO2 tokens"))
    page.evaluate(
        "() => { const plain = new CSSStyleSheet(); document.adoptedStyleSheets.push(plain);"
        " plain.replaceSync('a { all: unset !important }'); }"
    )
    with pytest.raises(AssertionError, match="nobody sees"):
        tab_to(page, link(page, "User Management"))
