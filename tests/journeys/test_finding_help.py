"""Somebody who cannot log in finds the answer: by the keyboard alone, without JavaScript, in the
forced colours of high contrast, on a narrow screen. Each Tab is seen where it is."""

import pytest
from playwright.sync_api import expect

from .examining import NARROW, TOO_WIDE
from .test_keyboard_only import follow, send, tab_to
from .walks import heading, link

pytestmark = pytest.mark.looks_only


def test_from_the_login_page_to_an_answer(page_without_scripts, cast):
    page = page_without_scripts
    page.emulate_media(forced_colors="active")
    page.set_viewport_size(NARROW)
    page.goto("/sign-in/")
    follow(page, page.get_by_role("main").get_by_role("link", name="Frequently asked questions"))
    tab_to(page, page.get_by_role("searchbox"))
    page.keyboard.type("stolen")
    send(page)
    expect(heading(page, "found")).to_be_visible()
    assert not page.evaluate(TOO_WIDE)
    follow(page, link(page, "My token was stolen. What now?"))
    expect(page.get_by_role("main")).to_contain_text("A stolen token never comes back.")
    assert not page.evaluate(TOO_WIDE)
    follow(page, page.get_by_role("main").get_by_role("link", name="Whom you can ask"))
    expect(page.get_by_role("main")).to_contain_text("helpdesk@")
    assert not page.evaluate(TOO_WIDE)


def test_another_language_is_chosen_by_the_keyboard_without_scripts(
    page_without_scripts, cast, settings
):
    settings.LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
    page = page_without_scripts
    page.set_viewport_size(NARROW)
    page.goto("/guide/questions/")
    assert page.locator("html").get_attribute("lang") == "en-GB"
    follow(page, page.get_by_role("button", name="Cymraeg"))
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    assert page.url.endswith("/guide/questions/")
    expect(page.get_by_role("button", name="English")).to_be_visible()
    assert not page.evaluate(TOO_WIDE)
