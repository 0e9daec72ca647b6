"""What goes wrong with the token at a login: each has its own words, and one can try again."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.doors import desk_of, signed_in
from wardkey.base import clock
from wardkey.ceremonies.models import PendingCeremony
from wardkey.sessions.models import Session

from .people import registered_key
from .walks import (
    answered_by_the_key,
    button,
    choose,
    expect_mistake,
    expect_success,
    expect_words_without_scripts,
    heading,
    link,
    log_in,
    log_out,
    old_by_now,
    shorten_patience,
    use,
)

pytestmark = pytest.mark.looks_only

NO_ANSWER = "The token did not answer. Your browser does not say why"
OTHER_TOKEN = "it was another token than the one chosen"


@pytest.fixture
def blue(portal, cast):
    return registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key")


@pytest.fixture
def green(portal, cast):
    return registered_key(admin=cast.asha, holder=cast.ben, nickname="Green key")


def remove_meanwhile(cast, key):
    """Priya does it, at her own computer."""
    signed_in(cast.priya).submit(f"{desk_of(key.row.holder)}{key.row.pk}/remove/")


@contextmanager
def challenges_asked_for(page):
    asked = []

    def note(request):
        if request.url.endswith("/challenge/"):
            asked.append(request.url)

    page.on("request", note)
    yield asked
    page.remove_listener("request", note)


def expect_logged_in(page, person):
    expect_success(page, "You are logged in.")
    expect(heading(page, f"Hello, {person.name}")).to_be_visible()


def test_each_token_is_shown_by_its_nickname_also_when_there_is_one(page, cast, blue):
    log_in(page, cast.ben)
    expect(page.get_by_role("radio")).to_have_count(1)
    expect(page.get_by_role("radio", name="Blue key", exact=True)).to_be_checked()


@pytest.mark.parametrize("nickname", ["Blue key", "Green key"])
def test_exactly_the_chosen_token_is_asked_for(page, cast, blue, green, nickname):
    chosen = {"Blue key": blue, "Green key": green}[nickname]
    log_in(page, cast.ben)
    use(page, chosen.in_hand(), nickname)
    expect_logged_in(page, cast.ben)
    [answered] = PendingCeremony.objects.filter(purpose="sign_in").exclude(taken_at=None)
    asked_for = answered.options["allowCredentials"]
    assert [each["id"] for each in asked_for] == [chosen.credential_id]


def test_the_challenge_that_came_with_the_page_counts_once(page, cast, blue):
    log_in(page, cast.ben)
    with challenges_asked_for(page) as asked:
        key = blue.in_hand()
        key.enter_wrong_pin()
        use(page, key, "Blue key")
        expect_mistake(page, NO_ANSWER)
        assert asked == []
        key.enter_right_pin()
        button(page, "Use this token").click()
        expect_logged_in(page, cast.ben)
        assert len(asked) == 1


@pytest.mark.own_window
def test_after_a_minute_the_page_asks_for_another_challenge(page, cast, blue):
    log_in(page, cast.ben)
    expect(button(page, "Use this token")).to_be_enabled()
    page.clock.set_fixed_time(clock.now() + timedelta(minutes=1))
    with challenges_asked_for(page) as asked:
        use(page, blue.in_hand(), "Blue key")
        expect_logged_in(page, cast.ben)
        assert len(asked) == 1


def test_another_token_is_inserted_than_the_chosen_one(page, cast, blue, green):
    shorten_patience(page)
    log_in(page, cast.ben)
    old_by_now(page)
    inserted = blue.in_hand()
    use(page, inserted, "Green key")
    expect_mistake(page, OTHER_TOKEN)
    inserted.remove()
    use(page, green.in_hand(), "Green key")
    expect_logged_in(page, cast.ben)


def test_7_2_2_no_token_in_time(page, cast, blue):
    shorten_patience(page)
    log_in(page, cast.ben)
    old_by_now(page)
    button(page, "Use this token").click()
    expect_mistake(page, NO_ANSWER)
    use(page, blue.in_hand(), "Blue key")
    expect_logged_in(page, cast.ben)


def test_a_wrong_pin(page, cast, blue):
    key = blue.in_hand()
    key.enter_wrong_pin()
    log_in(page, cast.ben)
    use(page, key, "Blue key")
    expect_mistake(page, NO_ANSWER)
    key.enter_right_pin()
    button(page, "Use this token").click()
    expect_logged_in(page, cast.ben)


@pytest.mark.own_window
def test_ce40_a_browser_without_webauthn_is_no_way_around_the_token(page, cast, blue):
    page.add_init_script("delete window.PublicKeyCredential")
    log_in(page, cast.ben)
    button(page, "Use this token").click()
    expect_mistake(page, "This browser cannot use FIDO2 tokens.")
    page.goto("/me/keys/")
    expect(heading(page, "Choose a FIDO2 token")).to_be_visible()


def test_a_page_left_open_too_long_before_the_touch(page, cast, blue, watch):
    watch.expect(401, "/sign-in/key/")
    log_in(page, cast.ben)
    PendingCeremony.objects.update(expires_at=clock.now())
    with answered_by_the_key(page):
        use(page, blue.in_hand(), "Blue key")
    expect_mistake(page, "or it came too late. Start again.")
    expect_mistake(page, "Reference for your local administrator:")
    with answered_by_the_key(page):
        button(page, "Use this token").click()
    expect_logged_in(page, cast.ben)


def test_a_page_left_open_until_the_password_counts_no_more(page, cast, blue, watch):
    watch.expect(401, "/sign-in/key/challenge/")
    log_in(page, cast.ben)
    Session.objects.update(ended_at=clock.now())
    old_by_now(page)
    button(page, "Use this token").click()
    expect(page.get_by_text("Log in to go on.")).to_be_visible()
    log_in(page, cast.ben)
    expect(button(page, "Use this token")).to_be_enabled()


def test_the_login_is_ended_while_the_browser_waits_for_the_token(page, cast, blue, watch):
    watch.expect(401, "/sign-in/key/")
    log_in(page, cast.ben)
    Session.objects.update(ended_at=clock.now())
    with answered_by_the_key(page):
        use(page, blue.in_hand(), "Blue key")
    expect(page.get_by_text("Log in to go on.")).to_be_visible()


def test_the_token_was_removed_meanwhile(page, cast, blue, green, watch):
    watch.expect(404, "/sign-in/key/challenge/")
    log_in(page, cast.ben)
    remove_meanwhile(cast, blue)
    old_by_now(page)
    choose(page, "Blue key")
    button(page, "Use this token").click()
    expect_mistake(page, "This token was removed meanwhile by somebody else.")
    use(page, green.in_hand(), "Green key")
    expect_logged_in(page, cast.ben)


def test_the_token_is_removed_while_the_browser_waits_for_it(page, cast, blue, watch):
    watch.expect(401, "/sign-in/key/")
    watch.expect(404, "/sign-in/key/challenge/")
    log_in(page, cast.ben)
    remove_meanwhile(cast, blue)
    with answered_by_the_key(page):
        use(page, blue.in_hand(), "Blue key")
    expect_mistake(page, "The answer of the token could not be accepted")
    button(page, "Use this token").click()
    expect_mistake(page, "This token was removed meanwhile by somebody else.")


def test_a_copied_token_is_refused(page, cast, blue, watch):
    watch.expect(401, "/sign-in/key/")
    cast.ben.keys.update(sign_count=100)
    log_in(page, cast.ben)
    with answered_by_the_key(page):
        use(page, blue.in_hand(), "Blue key")
    expect_mistake(page, "Reference for your local administrator:")


def test_the_network_is_away(page, cast, blue, watch):
    log_in(page, cast.ben)
    expect(button(page, "Use this token")).to_be_enabled()
    old_by_now(page)
    use_without_network(page, blue.in_hand(), watch)
    button(page, "Use this token").click()
    expect_logged_in(page, cast.ben)


def test_the_network_goes_while_the_browser_waits_for_the_token(page, cast, blue, watch):
    log_in(page, cast.ben)
    expect(button(page, "Use this token")).to_be_enabled()
    with challenges_asked_for(page) as asked:
        use_without_network(page, blue.in_hand(), watch)
        assert asked == []
        button(page, "Use this token").click()
        expect_logged_in(page, cast.ben)


def use_without_network(page, key, watch):
    page.context.set_offline(True)
    with page.expect_console_message():
        use(page, key, "Blue key")
    expect_mistake(page, "The portal does not answer. Check the network and try again")
    complaint = "console: Failed to load resource: net::ERR_INTERNET_DISCONNECTED"
    assert watch.seen.pop() == complaint
    page.context.set_offline(False)


def test_without_javascript_the_page_says_what_to_do(page_without_scripts, cast, blue):
    log_in(page_without_scripts, cast.ben)
    expect_words_without_scripts(page_without_scripts, "Logging in with a token needs JavaScript.")
    expect(button(page_without_scripts, "Use this token")).to_be_disabled()


def test_a_token_that_was_never_handed_over_locks_nobody_out(page, cast, blue):
    log_in(page, cast.ben)
    button(page, "Go on without it this time").click()
    expect(heading(page, f"Hello, {cast.ben.name}")).to_be_visible()


def test_a_token_once_used_is_always_asked_for(page, cast, blue):
    log_in(page, cast.ben)
    use(page, blue.in_hand(), "Blue key")
    expect_logged_in(page, cast.ben)
    log_out(page)
    log_in(page, cast.ben)
    expect(heading(page, "Choose a FIDO2 token")).to_be_visible()
    expect(button(page, "Go on without it this time")).to_have_count(0)


def test_a_wrong_password_and_then_the_right_one(page, cast, watch):
    watch.expect(401, "/sign-in/")
    log_in(page, cast.dev, password="not the password")
    expect_mistake(page, "The user name or password is not right")
    page.get_by_label("Password", exact=True).fill("wardkey-demo-only")
    button(page, "Continue").click()
    expect(link(page, "My FIDO2 tokens").first).to_be_visible()
