"""The desk of a batch: hand scanner, keyboard, a desk session that ends, and the suggested PIN."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.batches import batch_for, desk_at
from tests.doors import signed_in
from wardkey.base import clock
from wardkey.sessions.models import Session

from .browser import scan
from .people import sit_down
from .test_registering_a_batch import open_desk_session, paper, path_of, pin_on, save, serial
from .walks import button, expect_mistake, heading, link

pytestmark = pytest.mark.looks_only

WEAK = ["111111", "123456", "654321", "121212", "123123", "112233", "010190", "251299"]
SOUND = ["305916", "706294", "409637"]


@pytest.fixture
def bens_desk(page, cast, portal):
    asha = signed_in(cast.asha)
    where = batch_for(asha, cast.ben, cast.dev)
    sit_down(page, asha)
    page.goto(desk_at(where, cast.ben))
    expect(button(page, "OK")).to_be_enabled()
    return page


def test_a_hand_scanner_presses_nothing_wherever_it_types(bens_desk, key):
    page = bens_desk
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for focused in (page.locator("#name"), button(page, "OK"), button(page, "Skip"), serial(page)):
        focused.focus()
        serial(page).evaluate("field => { field.value = ''; }")
        scan(page, "7700456")
        expect(serial(page)).to_have_value("7700456")
        expect(button(page, "OK")).to_be_focused()
        expect(page.get_by_text("Scanned: 7700456")).to_be_visible()
    assert asked == []
    key.insert(page)
    page.keyboard.press("Enter")  # of somebody who means it
    nickname = page.get_by_label("Nickname", exact=True)
    expect(nickname).to_be_focused()
    scan(page, "7700457")
    expect(serial(page)).to_have_value("7700457")
    expect(nickname).to_have_value("Token 1")
    expect(nickname).to_be_focused()
    assert not [url for url in asked if url.endswith("/keep/")]
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(heading(page, "Registered: Token 1")).to_be_focused()


def test_the_keyboard_alone_and_a_nickname_that_is_taken(bens_desk, key, cast, watch):
    page = bens_desk
    key.insert(page)
    button(page, "Hide the PIN").focus()
    page.keyboard.press("Space")
    assert pin_on(page) == ""
    page.keyboard.press("Space")
    first = pin_on(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert pin_on(page) not in {"", first}
    button(page, "OK").focus()
    page.keyboard.press("Enter")
    expect(serial(page)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("  ")
    page.keyboard.press("Enter")
    watch.expect(400, f"{path_of(page)}keep/")
    page.keyboard.press("Enter")
    expect_mistake(page, "Enter a nickname.")
    page.get_by_label("Nickname", exact=True).fill("Blue")
    save(page)
    page.get_by_label("The slip is printed, and the PIN on it can be read").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(heading(page, cast.dev.name)).to_be_focused()


def test_a_desk_session_that_ended_does_not_cost_the_pin(bens_desk, key, watch, cast):
    page = bens_desk
    pin = pin_on(page)
    key.insert(page)
    Session.objects.update(started_at=clock.now() - timedelta(minutes=6))
    watch.expect(401, f"/admin/people/{cast.ben.pk}/keys/register/challenge/")
    button(page, "OK").click()
    expect_mistake(page, "Do not load this page again: the PIN would be lost.")
    with page.expect_popup() as opened:
        link(page, "Open the batch in another window").click()
    other = opened.value
    open_desk_session(other, watch)
    expect(heading(other, cast.ben.name)).to_be_focused()
    other.close()
    assert pin_on(page) == pin
    button(page, "OK").click()
    expect(serial(page)).to_be_focused()
    save(page)
    assert pin in paper(page)[0].replace(" ", "")


def test_suggested_pins_are_not_what_people_try_first(bens_desk):
    found = bens_desk.evaluate(
        "async ([weak, sound]) => {"
        " const { suggested, isWeak } = await import('/assets/wardkey/pin.js');"
        " return [weak.filter((each) => !isWeak(each)), sound.filter(isWeak),"
        " Array.from({ length: 3000 }, suggested)]; }",
        [WEAK, SOUND],
    )
    assert found[:2] == [[], []]
    assert all(len(pin) == 6 and pin.isdecimal() for pin in found[2])
    assert len(set(found[2])) > 2950
    assert {pin[0] for pin in found[2]} == set("0123456789")
