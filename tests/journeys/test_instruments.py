"""The journeys' own instruments: a carried key stays the same key, and the watch sees faults."""

import pytest

from .browser import Watch, axe_violations

pytestmark = pytest.mark.looks_only

REGISTER = """async () => {
    const made = await navigator.credentials.create({publicKey: {
        rp: {id: "localhost", name: "Wardkey"},
        user: {id: new Uint8Array(64), name: "ben", displayName: "Ben"},
        challenge: new Uint8Array(32),
        pubKeyCredParams: [{type: "public-key", alg: -7}],
        authenticatorSelection: {residentKey: "preferred", userVerification: "required"},
        timeout: 400,
    }});
    return made.id;
}"""
SIGN_IN = """async () => {
    const given = navigator.credentials.get({publicKey: {
        rpId: "localhost",
        challenge: new Uint8Array(32),
        userVerification: "required",
        timeout: 400,
    }});
    return given.then(credential => credential.id, refusal => refusal.name);
}"""


@pytest.fixture
def two_pages(open_browser):
    pages = [open_browser(), open_browser()]
    for page in pages:
        page.goto("/sign-in/")
    return pages


def test_a_key_registered_at_one_computer_signs_in_at_another(two_pages, key):
    first, second = two_pages
    key.insert(first)
    credential_id = first.evaluate(REGISTER)
    key.remove()
    key.insert(second)
    assert second.evaluate(SIGN_IN) == credential_id
    assert key.credentials()[0]["signCount"] > 1


@pytest.mark.parametrize("misuse", ["enter_wrong_pin", "leave_untouched", "remove"])
def test_a_key_misused_is_refused_by_the_browser(two_pages, key, misuse):
    page, _ = two_pages
    key.insert(page)
    page.evaluate(REGISTER)
    getattr(key, misuse)()
    assert page.evaluate(SIGN_IN) == "NotAllowedError"


def test_a_wrong_pin_can_be_followed_by_the_right_one(two_pages, key):
    page, _ = two_pages
    key.insert(page)
    credential_id = page.evaluate(REGISTER)
    key.enter_wrong_pin()
    assert page.evaluate(SIGN_IN) == "NotAllowedError"
    key.enter_right_pin()
    assert page.evaluate(SIGN_IN) == credential_id


def test_a_copied_key_counts_from_an_earlier_number(two_pages, key):
    page, _ = two_pages
    key.insert(page)
    page.evaluate(REGISTER)
    key.remove()
    key.turn_back_counts(0)
    key.insert(page)
    page.evaluate(SIGN_IN)
    assert key.credentials()[0]["signCount"] == 1


def test_axe_sees_a_picture_without_words(page):
    page.goto("/sign-in/")
    assert axe_violations(page) == []
    page.evaluate("() => document.querySelector('main').append(new Image())")
    assert [violation.split(":")[0] for violation in axe_violations(page)] == ["image-alt"]


@pytest.fixture
def second_watch(page):
    second_watch = Watch()
    second_watch.over(page.context)
    yield second_watch
    second_watch.ends(page.context)


def test_the_watch_sees_an_answer_that_nobody_declared(page, watch, second_watch):
    watch.expect(404, "/nowhere/")
    page.goto("/nowhere/")
    assert [problem.split()[:2] for problem in second_watch.problems()] == [["answer:", "404"]]


def test_the_watch_misses_an_answer_that_was_declared(page, second_watch):
    second_watch.expect(404, "/nowhere/")
    page.goto("/sign-in/")
    assert second_watch.problems() == ["never came: 404 /nowhere/"]


def test_the_watch_sees_what_scripts_complain_of(browser, portal):
    # A context of its own: the journeys' watch would rightly fail this test.
    context, alone = browser.new_context(base_url=portal), Watch()
    alone.over(context)
    page = context.new_page()
    page.goto("/sign-in/")
    page.evaluate("() => console.error('a complaint')")
    context.close()
    assert alone.problems() == ["console: a complaint"]
