"""A page is left open until its login rests, and goes on with what was typed in it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from wardkey.base import clock
from wardkey.sessions.models import Session

from .people import registered_key, signed_in_with, sit_down
from .walks import button, expect_success

pytestmark = pytest.mark.looks_only

COVERED = "() => getComputedStyle(document.querySelector('dialog'), '::backdrop').backgroundColor"


@pytest.mark.own_window
def test_ck11_what_was_typed_is_still_there_after_the_rest(page, portal, cast):
    blue = registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue")
    key = blue.in_hand()
    key.turn_back_counts(10)
    page.clock.install()
    sit_down(page, signed_in_with(blue))
    page.goto(f"/me/keys/{blue.row.pk}/edit/")
    nickname = page.get_by_label("Nickname", exact=True)
    nickname.fill("Ward seven")

    page.clock.fast_forward("58:10")
    asked = page.get_by_role("alertdialog", name="Are you still there?")
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    expect(nickname).to_have_value("Ward seven")

    page.clock.fast_forward("02:00")
    Session.objects.update(last_seen_at=clock.now() - timedelta(hours=1))
    resting = page.get_by_role("alertdialog", name="Your login is paused")
    expect(resting).to_be_visible()
    assert page.evaluate(COVERED) == "rgb(240, 244, 245)"
    assert page.title() == "Your login is paused"
    for _ in range(2):
        page.keyboard.press("Escape")
    expect(resting).to_be_visible()

    key.insert(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(resting).to_be_hidden()
    expect(nickname).to_have_value("Ward seven")
    button(page, "Save Changes").click()
    expect_success(page, "Ward seven")
