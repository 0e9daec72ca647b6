"""The journeys' own instruments: a carried key stays the same key, and the watch sees faults."""

import pytest

from .browser import Watch
from .examining import faults_of

pytestmark = pytest.mark.looks_only

# Milliseconds, for a key that answers and for one that is not going to.
PATIENTLY, BRIEFLY = 60_000, 400
REGISTER = """async () => {
    const made = await navigator.credentials.create({publicKey: {
        rp: {id: "localhost", name: "Wardkey"},
        user: {id: new Uint8Array(64), name: "ben", displayName: "Ben"},
        challenge: new Uint8Array(32),
        pubKeyCredParams: [{type: "public-key", alg: -7}],
        authenticatorSelection: {residentKey: "preferred", userVerification: "required"},
        timeout: 60_000,
    }});
    return made.id;
}"""
SIGN_IN = """async (timeout) => {
    const given = navigator.credentials.get({publicKey: {
        rpId: "localhost",
        challenge: new Uint8Array(32),
        userVerification: "required",
        timeout,
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
    assert second.evaluate(SIGN_IN, PATIENTLY) == credential_id
    assert key.credentials()[0]["signCount"] > 1


@pytest.mark.parametrize("misuse", ["enter_wrong_pin", "leave_untouched", "remove"])
def test_a_key_misused_is_refused_by_the_browser(two_pages, key, misuse):
    page, _ = two_pages
    key.insert(page)
    page.evaluate(REGISTER)
    getattr(key, misuse)()
    assert page.evaluate(SIGN_IN, BRIEFLY) == "NotAllowedError"


def test_a_wrong_pin_can_be_followed_by_the_right_one(two_pages, key):
    page, _ = two_pages
    key.insert(page)
    credential_id = page.evaluate(REGISTER)
    key.enter_wrong_pin()
    assert page.evaluate(SIGN_IN, BRIEFLY) == "NotAllowedError"
    key.enter_right_pin()
    assert page.evaluate(SIGN_IN, PATIENTLY) == credential_id


def test_a_copied_key_counts_from_an_earlier_number(two_pages, key):
    page, _ = two_pages
    key.insert(page)
    page.evaluate(REGISTER)
    key.remove()
    key.turn_back_counts(0)
    key.insert(page)
    page.evaluate(SIGN_IN, PATIENTLY)
    assert key.credentials()[0]["signCount"] == 1


PLANTED = {
    "image-alt": "main.append(new Image())",
    "label": "main.append(document.createElement('input'))",
    "color-contrast": """
        const faint = document.createElement("p");
        faint.append("Hardly to be seen");
        faint.style.color = "#bbb";
        main.append(faint);
    """,
    "target-size": """
        for (const name of ["one", "two"]) {
            const small = document.createElement("button");
            small.setAttribute("aria-label", name);
            small.style.cssText = "all: unset; display: block; width: 12px; height: 12px";
            main.append(small);
        }
    """,
    "small target": """
        const table = main.appendChild(document.createElement("table"));
        const low = table.insertRow().insertCell().appendChild(document.createElement("button"));
        low.append("low");
        low.style.cssText = "all: unset; display: block; width: 60px; height: 12px";
    """,
    "wider than a narrow screen": """
        const wide = main.appendChild(document.createElement("div"));
        wide.style.cssText = "width: 400px; height: 1px";
    """,
}


def test_each_fault_planted_in_a_page_is_seen(page):
    for fault, plant in PLANTED.items():
        page.goto("/sign-in/")
        assert faults_of(page) == []
        page.evaluate(f"() => {{ const main = document.querySelector('main'); {plant} }}")
        assert {found.split(":")[0] for found in faults_of(page)} >= {fault}


def test_a_fault_of_the_state_after_is_seen_in_the_same_window(page):
    page.goto("/sign-in/")
    assert faults_of(page) == []
    page.evaluate("() => document.querySelector('label').remove()")
    assert [found.split(":")[0] for found in faults_of(page)] == ["label"]
    page.reload()
    assert faults_of(page) == []


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
