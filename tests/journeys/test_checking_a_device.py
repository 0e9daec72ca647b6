"""Check this device, in a real browser with a virtual token: signed in, and as anybody."""

import pytest
from playwright.sync_api import expect

from tests.doors import signed_in
from wardkey.ceremonies import pending
from wardkey.ceremonies.models import PendingCeremony
from wardkey.compatibility.models import CheckedDevice
from wardkey.keys.models import SecurityKey

from .people import sit_down
from .walks import (
    button,
    expect_mistake,
    expect_success,
    expect_words_without_scripts,
    heading,
    link,
    shorten_patience,
)

pytestmark = pytest.mark.looks_only

CHECK = "/guide/check/"
NO_ANSWER = "no token was inserted or touched in time"


@pytest.fixture
def asha_s(page, cast):
    """Asha's page, signed in."""
    sit_down(page, signed_in(cast.asha))
    page.goto(CHECK)
    return page


def check(page):
    button(page, "Check this device").click()


def row(page, words):
    return page.get_by_role("row").filter(has_text=words)


def term(page, words):
    """What the outcome says under that heading."""
    return page.locator(".nhsuk-summary-list__row").filter(has_text=words)


def test_an_administrator_checks_a_device_adds_it_and_takes_it_away(asha_s, key, cast):
    page = asha_s
    keys_before = SecurityKey.objects.count()
    key.insert(page)
    check(page)
    expect(heading(page, "It works here")).to_be_visible()
    for words, told in (
        ("System", "Linux (version not told)"),
        ("Browser", "Chromium"),
        ("Registration", "Works"),
        ("Login", "Works"),
        ("PIN or fingerprint", "Asked for"),
        ("Make of the token", "A virtual token"),
    ):
        expect(term(page, words).first).to_contain_text(told)
    assert SecurityKey.objects.count() == keys_before
    button(page, "Add to the table").click()
    expect_success(page, f"is in the table of {cast.north.name} now.")
    expect(row(page, cast.asha.name)).to_contain_text("Linux (version not told)")
    page.get_by_role("button", name="Remove").click()
    expect_success(page, "That check is no longer in the table.")
    assert not CheckedDevice.objects.exists()


def test_a_token_that_does_not_answer_is_an_outcome(asha_s, key):
    page = asha_s
    shorten_patience(page)
    check(page)
    expect(heading(page, "It does not work here")).to_be_visible()
    expect(page.get_by_text(NO_ANSWER)).to_be_visible()
    expect(term(page, "Registration")).to_contain_text("Does not work")
    expect(term(page, "Login")).to_contain_text("Not tested")
    key.enter_wrong_pin()
    key.insert(page)
    link(page, "Check again").click()
    check(page)
    expect(heading(page, "It does not work here")).to_be_visible()
    expect(page.get_by_text(NO_ANSWER)).to_be_visible()
    key.enter_right_pin()
    link(page, "Check again").click()
    check(page)
    expect(heading(page, "It works here")).to_be_visible()


def test_a_browser_without_tokens_is_an_outcome(asha_s):
    page = asha_s
    page.evaluate("() => { delete window.PublicKeyCredential; }")
    check(page)
    expect(page.get_by_text("This browser cannot use FIDO2 tokens.")).to_be_visible()
    expect(term(page, "FIDO2 tokens in this browser")).to_contain_text("Not possible")
    button(page, "Add to the table").click()
    expect_success(page, "is in the table")
    assert CheckedDevice.objects.get().registration == "fails"


def test_an_answer_that_the_portal_refuses_is_told(asha_s, key, watch):
    page = asha_s
    key.insert(page)
    page.route("**/registration/", lambda route: _answered_to_another(route))
    watch.expect(400, f"{CHECK}registration/")
    check(page)
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    expect(page.get_by_text("Reference for your local administrator:")).to_be_visible()


def _answered_to_another(route):
    fields = route.request.post_data_json
    fields["check_id"] = "00000000-0000-0000-0000-000000000007"
    route.continue_(post_data=fields)


def test_whoever_is_not_signed_in_checks_within_the_browser(page, key, cast):
    asked = []
    page.on("request", lambda request: asked.append(request.method))
    page.goto(CHECK)
    key.insert(page)
    check(page)
    expect(page.locator("#works")).to_be_focused()
    assert set(asked) == {"GET"}
    assert not PendingCeremony.objects.filter(purpose__in=pending.CHECKS).exists()
    # It leaves nothing on the token by which it would be found.
    assert [each["isResidentCredential"] for each in key.credentials()] == [False]
    page.evaluate("() => { delete window.PublicKeyCredential; }")
    check(page)
    expect_mistake(page, "This browser cannot use FIDO2 tokens.")
    expect(page.locator("#works")).to_be_hidden()


def test_without_scripts_the_page_says_what_is_missing(page_without_scripts, cast):
    page_without_scripts.goto(CHECK)
    expect_words_without_scripts(page_without_scripts, "Trying a token needs JavaScript.")
