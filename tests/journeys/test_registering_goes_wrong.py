"""What goes wrong while a token is registered: each has its own words, and one can start again."""

import pytest
from playwright.sync_api import expect

from tests.doors import desk_of, signed_in
from wardkey.base import clock
from wardkey.ceremonies.models import PendingCeremony
from wardkey.people.models import Person
from wardkey.sessions.models import Session

from .people import registered_key, signed_in_with, sit_down
from .walks import (
    before_the_touch,
    begin_registration,
    button,
    enter_password,
    expect_mistake,
    expect_success,
    expect_words_without_scripts,
    manage,
    row_of,
    save_nickname,
    shorten_patience,
)

pytestmark = pytest.mark.looks_only

NO_ANSWER = "Your browser does not say why: perhaps no token was inserted or touched in time"


@pytest.fixture
def page(page, cast):
    """Asha's, signed in, on Ben's FIDO2 token management page."""
    sit_down(page, signed_in(cast.asha))
    page.goto(desk_of(cast.ben))
    return page


@pytest.fixture
def answer_address(cast):
    return f"{desk_of(cast.ben)}register/answer/"


def expect_that_one_can_start_again(page, key):
    key.insert(page)
    button(page, "OK").click()
    save_nickname(page, "Second attempt")
    expect(row_of(page, "Second attempt")).to_be_visible()


def test_a_token_that_is_already_registered_is_noticed(page, key, cast):
    bens = registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key").in_hand()
    bens.insert(page)
    begin_registration(page)
    expect_mistake(page, "This token is already registered.")
    bens.remove()
    expect_that_one_can_start_again(page, key)


def test_ml33_a_name_that_is_markup_runs_nowhere(page, key, cast):
    markup = "<img src=x onerror=\"document.title='owned'\">"
    Person.objects.filter(pk=cast.ben.pk).update(name=markup)
    key.insert(page)
    page.goto(f"{desk_of(cast.ben)}register/")
    expect(page.locator("h1")).to_contain_text(markup)
    button(page, "OK").click()
    save_nickname(page, "Blue key")
    expect(row_of(page, "Blue key")).to_be_visible()
    assert page.title() != "owned"
    assert page.locator("img[onerror]").count() == 0


def test_ones_own_token_left_in_the_port_is_noticed(page, key, cast):
    ashas = registered_key(admin=cast.priya, holder=cast.asha, nickname="Asha’s")
    sit_down(page, signed_in_with(ashas))
    left_in_port = ashas.in_hand()
    left_in_port.insert(page)
    begin_registration(page)
    expect_mistake(page, "If it is your own token that was left in the port, take it out")
    left_in_port.remove()
    expect_that_one_can_start_again(page, key)


def test_7_1_2_no_token_in_time(page, key):
    shorten_patience(page)
    begin_registration(page)
    expect_mistake(page, NO_ANSWER)
    expect_that_one_can_start_again(page, key)


def test_a_wrong_pin(page, key):
    key.enter_wrong_pin()
    key.insert(page)
    begin_registration(page)
    expect_mistake(page, NO_ANSWER)
    key.enter_right_pin()
    button(page, "OK").click()
    expect(page.get_by_label("Nickname", exact=True)).to_be_focused()


@pytest.mark.own_window
def test_a_browser_that_never_gives_up_is_stopped(page, key, hurried_clock):
    begin_registration(page)
    expect_mistake(page, "It took too long, and the browser gave up.")
    expect_that_one_can_start_again(page, key)


@pytest.fixture
def hurried_clock(page):
    """The page's four minutes of patience pass in a quarter of a second, the first time."""
    page.add_init_script(
        "const real = AbortSignal.timeout; let isFirst = true; AbortSignal.timeout = (ms) => {"
        " const hurried = isFirst && ms === 240_000 ? 250 : ms; isFirst = false;"
        " return real.call(AbortSignal, hurried); };"
    )


@pytest.mark.own_window
def test_a_browser_without_webauthn(page):
    page.add_init_script("delete window.PublicKeyCredential")
    begin_registration(page)
    expect_mistake(page, "This browser cannot use FIDO2 tokens.")


def test_a_page_left_open_too_long_before_the_touch(page, key, watch, answer_address):
    watch.expect(400, answer_address)
    before_the_touch(page, lambda: PendingCeremony.objects.update(expires_at=clock.now()))
    key.insert(page)
    begin_registration(page)
    expect_mistake(page, "or it came too late. Start again.")
    expect_mistake(page, "Reference for your local administrator:")
    key.remove()
    expect_that_one_can_start_again(page, key)


def test_a_page_left_open_too_long_before_the_nickname(page, key, cast, watch):
    watch.expect(400, f"{desk_of(cast.ben)}register/")
    key.insert(page)
    begin_registration(page)
    expect(page.get_by_label("Nickname", exact=True)).to_be_focused()
    PendingCeremony.objects.update(answer_kept_until=clock.now())
    save_nickname(page, "Blue key")
    expect(page.get_by_text("or it came too late. Start again.")).to_be_visible()
    assert not cast.ben.keys.exists()


def test_a_nickname_that_is_taken_costs_no_second_touch(page, key, cast, watch):
    registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key")
    watch.expect(409, f"{desk_of(cast.ben)}register/")
    key.insert(page)
    begin_registration(page)
    save_nickname(page, "BLUE KEY")
    expect_mistake(page, "This person already has a token with this nickname.")
    key.remove()
    save_nickname(page, "Green key")
    expect_success(page, "The token “Green key” was registered.")
    assert len(key.credentials()) == 1


def test_nicknames_that_will_not_do(page, key, cast, watch):
    refused = {"": "Enter a nickname.", "x" * 65: "64 characters or fewer", "a\u202eb": "invisible"}
    key.insert(page)
    begin_registration(page)
    for nickname, words in refused.items():
        watch.expect(400, f"{desk_of(cast.ben)}register/")
        save_nickname(page, nickname)
        expect_mistake(page, words)
    save_nickname(page, "Kľúč № 7 \N{EARTH GLOBE EUROPE-AFRICA}")
    expect_success(page, "The token “Kľúč № 7 \N{EARTH GLOBE EUROPE-AFRICA}” was registered.")


def test_the_network_is_away(page, key, watch):
    button(page, "Register New Token").click()
    expect(button(page, "OK")).to_be_enabled()
    page.context.set_offline(True)
    with page.expect_console_message():
        button(page, "OK").click()
    expect_mistake(page, "The portal does not answer. Check the network and try again")
    complaint = "console: Failed to load resource: net::ERR_INTERNET_DISCONNECTED"
    assert watch.seen.pop() == complaint
    page.context.set_offline(False)
    expect_that_one_can_start_again(page, key)


def test_without_javascript_the_page_says_what_to_do(page_without_scripts, cast):
    sit_down(page_without_scripts, signed_in(cast.asha))
    page_without_scripts.goto("/")
    manage(page_without_scripts, cast.ben)
    button(page_without_scripts, "Register New Token").click()
    expect_words_without_scripts(page_without_scripts, "Registering a token needs JavaScript.")
    expect(button(page_without_scripts, "OK")).to_be_disabled()


def test_a_session_that_ran_out_leads_to_login_with_words_and_back(page, key, cast, watch):
    watch.expect(401, f"{desk_of(cast.ben)}register/challenge/")
    key.insert(page)
    button(page, "Register New Token").click()
    expect(button(page, "OK")).to_be_enabled()
    register_page = page.url
    Session.objects.update(ended_at=clock.now())
    button(page, "OK").click()
    expect(page.get_by_text("You then come back to the page where you were.")).to_be_visible()
    enter_password(page, cast.asha)
    expect(page).to_have_url(register_page)
    button(page, "OK").click()
    save_nickname(page, "Second attempt")
    expect(row_of(page, "Second attempt")).to_be_visible()
