"""From the invitation to the first token, and from one organisation to the next, in the browser."""

import pytest
from playwright.sync_api import expect

from tests.cast import decide
from tests.departures import DAY, mark_leaver, today
from tests.doors import expect as expect_answer
from tests.doors import signed_in
from tests.newcomers import CODE, NEW_PASSWORD, added, link_for, slip_for

from .people import registered_key, sit_down
from .walks import (
    button,
    expect_success,
    follow,
    heading,
    link,
    log_in,
    log_out,
    row_of,
    save_nickname,
    use,
)

pytestmark = pytest.mark.looks_only


@pytest.fixture
def ward_asks_everybody(cast):
    decide(cast.ward, second_factor="everyone")


def fill_date(page, legend, day):
    group = page.get_by_role("group", name=legend)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part, exact=True).fill(str(value))


def choose_password(page):
    page.get_by_label("Choose a password", exact=True).fill(NEW_PASSWORD)
    button(page, "Open my account").click()


def test_from_adding_somebody_to_their_first_login(page, open_browser, cast):
    log_in(page, cast.asha)
    follow(link(page, "Admin"))
    follow(link(page, "User Management"))
    link(page, "Add a person").click()
    page.get_by_label("Name", exact=True).fill("Nia Newcomer")
    page.get_by_label("User name").fill("nia@north.example")
    fill_date(page, "First day", today())
    button(page, "Add").click()
    expect_success(page, "Nia Newcomer was added.")
    page.get_by_label("On a printed slip").check()
    button(page, "Invite").click()
    expect(heading(page, "Print this slip now")).to_be_visible()
    code = CODE.search(page.locator(".wardkey-slip").inner_text()).group()
    hers = open_browser()
    hers.goto("/join/")
    hers.get_by_label("Code of the invitation").fill(code.lower())
    button(hers, "Continue").click()
    expect(heading(hers, "Welcome, Nia Newcomer")).to_be_visible()
    choose_password(hers)
    expect(heading(hers, "Login")).to_be_visible()
    hers.get_by_label("User name", exact=True).fill("nia@north.example")
    hers.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    button(hers, "Continue").click()
    expect(heading(hers, "Hello, Nia Newcomer")).to_be_visible()


def test_the_mailed_link_leads_to_the_first_token(page, key, cast, ward_asks_everybody):
    asha = signed_in(cast.asha)
    nia = added(asha, "nia@ward.example", organisation="WARD7")
    page.goto(f"/join/#{link_for(asha, nia)}")
    expect(heading(page, "Welcome, Nia Newcomer")).to_be_visible()
    assert page.url.endswith("/join/")
    choose_password(page)
    expect(heading(page, "Register New Token")).to_be_visible()
    key.insert(page)
    button(page, "OK").click()
    save_nickname(page, "My first")
    expect(row_of(page, "My first")).to_be_visible()
    key.remove()
    log_out(page)
    log_in(page, nia, NEW_PASSWORD)
    use(page, key, "My first")
    expect(heading(page, "Hello, Nia Newcomer")).to_be_visible()


def test_a_slip_needs_no_scripts(page_without_scripts, cast):
    asha = signed_in(cast.asha)
    page = page_without_scripts
    page.goto("/join/")
    page.get_by_label("Code of the invitation").fill(slip_for(asha, added(asha)))
    button(page, "Continue").click()
    choose_password(page)
    expect(heading(page, "Login")).to_be_visible()


def test_a_given_token_works_at_the_new_organisation(page, open_browser, cast):
    blue = registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key")
    key = blue.in_hand()
    log_in(page, cast.ben)
    use(page, key, "Blue key")
    link(page, "I am moving").click()
    button(page, "Make a joiner code").click()
    code = CODE.search(page.locator(".wardkey-slip").inner_text()).group()
    leaver = mark_leaver(signed_in(cast.asha), cast.ben, keys={blue.row: "give"})
    expect_answer(302, leaver)
    desk = open_browser()
    sit_down(desk, signed_in(cast.nina))
    desk.goto("/admin/people/")
    link(desk, "Take on somebody from another organisation").click()
    desk.get_by_label("Joiner code").fill(code)
    button(desk, "Continue").click()
    expect(desk.get_by_text("Blue key")).to_be_visible()
    button(desk, "Take on").click()
    expect_success(desk, "Ben Carter now belongs to Southside Clinic.")
    page.goto("/me/keys/")
    expect(heading(page, "Login")).to_be_visible()
    log_in(page, cast.ben)
    button(page, "Use this token").click()
    expect(heading(page, "Hello, Ben Carter")).to_be_visible()


def test_a_leaver_is_marked_by_keyboard_alone(page, cast):
    sit_down(page, signed_in(cast.asha))
    page.goto(f"/admin/people/{cast.ben.pk}/leaver/")
    day = page.get_by_role("group", name="Last day").get_by_label("Day", exact=True)
    fill_date(page, "Last day", today() + 3 * DAY)
    day.focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(button(page, "Mark as leaver")).to_be_focused()
    page.keyboard.press("Enter")
    expect_success(page, "Ben Carter is marked as leaver.")
    expect(page.get_by_text("Leaves: the last day is")).to_be_visible()
