"""A key's life in the browser: lost, found, stolen, broken, handed over, never collected."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD, decide
from tests.doors import desk_of, signed_in
from wardkey.base import clock
from wardkey.keys import lapsing
from wardkey.keys.models import SecurityKey
from wardkey.notifications import messages
from wardkey.notifications.models import OutboxMessage

from .people import registered_key, signed_in_with, sit_down
from .walks import (
    begin_registration,
    button,
    expect_mistake,
    expect_success,
    find,
    follow,
    heading,
    link,
    log_in,
    log_out,
    manage,
    register,
    row_of,
    save_nickname,
    use,
)

pytestmark = pytest.mark.looks_only


@pytest.fixture
def blue(portal, cast):
    return registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key")


def act_on(page, nickname, act):
    follow(row_of(page, nickname).get_by_role("link", name=act))


def says(page, words):
    expect(page.get_by_role("region", name=re.compile("log in now"))).to_contain_text(words)


def told(kind):
    return sorted(OutboxMessage.objects.filter(kind=kind).values_list("address", flat=True))


def issue_pass(page, watch, person):
    """From the person's page; the password alone opened the session, so it is asked for again."""
    watch.expect(401, f"/admin/people/{person.pk}/access-pass/")
    button(page, "Issue an access pass").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(page, "Continue").click()
    page.get_by_role("radio", name="I called them back").check()
    button(page, "Issue the pass").click()
    expect(page.get_by_text("It is shown this once.")).to_be_visible()
    return page.locator("#pass").inner_text()


def test_the_only_token_is_lost(page, open_browser, cast, blue, key, watch):
    signed_in_with(blue)
    log_in(page, cast.ben)
    link(page, "Report a token as lost").click()
    button(page, "Report as lost").click()
    expect(page.get_by_role("status").first).to_contain_text("your administrators were told")
    expect(heading(page, "You need a FIDO2 token to go on")).to_be_visible()
    assert told("key_to_see_to") == ["asha@north.example", "priya@north.example"]

    desk = open_browser()
    sit_down(desk, signed_in(cast.asha))
    desk.goto("/")
    find(desk, cast.ben)
    says(desk, "“Blue key” is suspended")
    code = issue_pass(desk, watch, cast.ben)
    assert told("access_pass_issued") == ["ben@north.example"]

    page.get_by_label("Access pass", exact=True).fill(code)
    button(page, "Use this pass").click()
    key.insert(page)
    button(page, "OK").click()
    save_nickname(page, "New key")
    expect(row_of(page, "New key")).to_be_visible()
    desk.goto(f"/admin/people/{cast.ben.pk}/")
    says(desk, "With “New key”.")


def test_a_lost_token_is_found_again(page, cast, blue):
    spare = registered_key(admin=cast.asha, holder=cast.ben, nickname="Spare")
    signed_in_with(blue)
    sit_down(page, signed_in_with(spare))
    page.goto("/me/keys/")
    act_on(page, "Blue key", "Report lost")
    expect(page.get_by_text("You can go on with “Spare”.")).to_be_visible()
    button(page, "Report as lost").click()
    expect(row_of(page, "Blue key")).to_contain_text("it cannot be found")
    act_on(page, "Blue key", "Found again")
    button(page, "Resume").click()
    expect_success(page, "The token “Blue key” works again.")
    log_out(page)
    log_in(page, cast.ben)
    found = blue.in_hand()
    found.turn_back_counts(10)  # ahead of its one use before
    use(page, found, "Blue key")
    expect(heading(page, "Hello, Ben Carter")).to_be_visible()


def test_a_stolen_token_shows_what_it_opened_and_ends_it(page, open_browser, cast, blue):
    thief = open_browser()
    sit_down(thief, signed_in_with(blue))
    thief.goto("/me/keys/")
    sit_down(page, signed_in(cast.asha))
    page.goto("/")
    manage(page, cast.ben)
    act_on(page, "Blue key", "Remove")
    expect(page.get_by_text("Ben Carter cannot log in after this.")).to_be_visible()
    page.get_by_role("radio", name="It was stolen").check()
    page.get_by_label("If it was stolen, since when?").fill("2026-01-05T07:30")
    button(page, "Remove").click()
    expect(heading(page, "What “Blue key” opened")).to_be_visible()
    expect(page.get_by_text("1 login")).to_be_visible()
    thief.reload()
    expect(heading(thief, "Login")).to_be_visible()
    page.goto(desk_of(cast.ben))
    expect(heading(page, "Removed in the last 24 hours")).to_have_count(0)
    assert told("key_stolen") == ["priya@north.example"]


def test_a_broken_token_is_replaced_and_the_wrong_one_comes_back(page, cast, blue, key):
    signed_in_with(blue)
    sit_down(page, signed_in(cast.asha))
    page.goto("/")
    manage(page, cast.ben)
    act_on(page, "Blue key", "Remove")
    link(page, "Register another token first").click()
    key.insert(page)
    button(page, "OK").click()
    save_nickname(page, "Red key")
    act_on(page, "Red key", "Remove")
    page.get_by_role("radio", name="It is broken").check()
    button(page, "Remove").click()
    link(page, "Undo Red key").click()
    button(page, "Undo the removal").click()
    expect_success(page, "The token “Red key” is back.")
    expect(row_of(page, "Red key")).to_contain_text("Not used yet")


def test_handed_over_at_the_desk(page, cast, portal, key):
    decide(cast.north, handover="confirmed")
    sit_down(page, signed_in(cast.asha))
    page.goto("/")
    manage(page, cast.dev)
    key.insert(page)
    begin_registration(page)
    save_nickname(page, "Green key")
    button(page, "Try it now").click()
    expect(page.get_by_text("Only while Dev Malik stands here.")).to_be_visible()
    key.enter_wrong_pin()
    button(page, "Try it now").click()
    expect_mistake(page, "did not answer")
    key.enter_right_pin()
    button(page, "Try it now").click()
    expect_success(page, "The token “Green key” works.")
    expect(row_of(page, "Green key")).not_to_contain_text("Not used yet")
    log_out(page)
    log_in(page, cast.dev)
    button(page, "Use this token").click()
    expect(heading(page, "Hello, Dev Malik")).to_be_visible()


def code_mailed():
    row = OutboxMessage.objects.filter(kind="key_handover_code").latest("created_at")
    return re.search(r"\d{4} \d{4}", messages.key_handover_code(**row.parameters).body)[0]


def test_handed_over_by_a_code(page, cast, blue, watch):
    decide(cast.north, handover="confirmed")
    log_in(page, cast.ben)
    use(page, blue.in_hand(), "Blue key")
    expect(heading(page, "Confirm that “Blue key” is yours")).to_be_visible()
    watch.expect(401, "/sign-in/confirm/")
    page.get_by_label("Code from the mail").fill("1234")
    button(page, "Confirm").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("This is not the code")
    page.get_by_label("Code from the mail").fill(code_mailed())
    button(page, "Confirm").click()
    expect_success(page, "You are logged in, and the token is yours.")


def test_handed_over_with_another_token(page, cast, blue):
    decide(cast.north, handover="confirmed")
    SecurityKey.objects.update(state="active")
    spare = registered_key(admin=cast.asha, holder=cast.ben, nickname="Spare")
    sit_down(page, signed_in_with(blue))
    page.goto("/me/keys/")
    spare.in_hand().insert(page)
    follow(button(page, "Try it now"))
    button(page, "Try it now").click()
    expect_success(page, "The token “Spare” works.")


def days_go_by(days):
    SecurityKey.objects.update(state_since=clock.now() - timedelta(days=days))


def test_never_collected(page, cast, blue, key):
    days_go_by(25)
    lapsing.warn()
    assert told("key_will_lapse") == ["ben@north.example"]
    assert told("key_not_fetched") == ["asha@north.example"]
    days_go_by(31)
    sit_down(page, signed_in(cast.asha))
    page.goto("/")
    manage(page, cast.ben)
    expect(row_of(page, "Blue key")).to_contain_text("Waited too long")
    expect(button(page, "Try it now")).to_have_count(0)
    lapsing.lapse()
    page.reload()
    expect(page.get_by_text("No FIDO2 token is registered.")).to_be_visible()
    register(page, key, "Blue key")
