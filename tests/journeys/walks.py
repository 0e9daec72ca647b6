"""Ways through the portal that journeys share, by what a person reads on the screen.

step            names the guide's step in a failure
log_in          user name and password
follow          a link, until what it leads to is there
find            User Management: a person's page
manage          that person's tokens
register        a token, from its list to its list
use             a token, at the second step of logging in
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Response, Route, expect

from tests.cast import PASSWORD
from wardkey.people.models import Person

from .browser import VirtualKey

GREEN = "rgb(0, 127, 59)"
CHALLENGES = "**/challenge/"
LONGEST = 120_000  # milliseconds; a key that has not answered by then never will
WAITING_FOR_KEY = "Go on in the window of your browser: PIN, then touch."


@contextmanager
def step(number: int | str, words: str) -> Iterator[None]:
    """A failure inside tells at which numbered step of the guide the journey ended."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"The guide, step {number}: {words}")
        raise


def link(page: Page, words: str) -> Locator:
    return page.get_by_role("link", name=words, exact=True)


def button(page: Page, words: str) -> Locator:
    return page.get_by_role("button", name=words, exact=True)


def heading(page: Page, words: str) -> Locator:
    return page.get_by_role("heading", name=words)


def row_of(page: Page, nickname: str) -> Locator:
    """The token's line in a list of tokens."""
    cell = page.get_by_role("rowheader").filter(has=page.get_by_text(nickname, exact=True))
    return page.get_by_role("row").filter(has=cell)


def follow(one: Locator) -> None:
    """A link or a button, until what it leads to is there."""
    one.wait_for()  # or the page that it is on would be taken for what it leads to
    with one.page.expect_navigation():
        one.click()


def log_in(page: Page, person: Person, password: str = PASSWORD) -> None:
    page.goto("/sign-in/")
    enter_password(page, person, password)


def enter_password(page: Page, person: Person, password: str = PASSWORD) -> None:
    page.get_by_label("User name", exact=True).fill(person.username)
    page.get_by_label("Password", exact=True).fill(password)
    follow(button(page, "Continue"))


def log_out(page: Page) -> None:
    button(page, "Logout").click()
    expect(link(page, "Login")).to_be_visible()


def search_for(page: Page, words: str) -> None:
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("searchbox").press("Enter")


def find(page: Page, person: Person) -> None:
    follow(link(page, "Admin"))
    follow(link(page, "User Management"))
    search_for(page, person.name)
    follow(link(page, person.name))


def manage(page: Page, person: Person) -> None:
    find(page, person)
    follow(button(page, "Manage FIDO2 Tokens"))


def register(page: Page, key: VirtualKey, nickname: str) -> None:
    """From the list of tokens; afterwards the key is out of the port again."""
    key.insert(page)
    begin_registration(page)
    save_nickname(page, nickname)
    expect(row_of(page, nickname)).to_be_visible()
    key.remove()


def begin_registration(page: Page) -> None:
    follow(button(page, "Register New Token"))
    button(page, "OK").click()


def save_nickname(page: Page, nickname: str) -> None:
    page.get_by_label("Nickname", exact=True).fill(nickname)
    button(page, "Save").click()


def choose(page: Page, nickname: str) -> None:
    page.get_by_role("radio", name=nickname, exact=True).check()


def use(page: Page, key: VirtualKey, nickname: str) -> None:
    choose(page, nickname)
    key.insert(page)
    button(page, "Use this token").click()


@contextmanager
def answered_by_the_key(page: Page) -> Iterator[None]:
    """The key's answer at the second step of logging in has come back from the portal. Where the
    machine is busy, Chromium's virtual keys take longer than anything else."""

    def to_the_key(response: Response) -> bool:
        path = urlsplit(response.url).path  # what comes next may be named behind it
        return response.request.method == "POST" and path == "/sign-in/key/"

    with page.expect_response(to_the_key, timeout=LONGEST):
        yield


def expect_success(page: Page, words: str) -> None:
    """The green message: a status with the word Success, at the top right of the page."""
    banner = page.get_by_role("status").filter(has_text="Success")
    expect(banner).to_contain_text(words)
    expect(banner).to_have_css("background-color", GREEN)
    frame, of_page = banner.bounding_box(), page.viewport_size
    assert frame["x"] > of_page["width"] / 2
    assert frame["y"] + frame["height"] < of_page["height"] / 2


def expect_mistake(page: Page, words: str | re.Pattern[str]) -> None:
    """The error summary says so, and the keyboard and a screen reader are there."""
    summary = page.locator(".nhsuk-error-summary")
    expect(summary).to_contain_text(words)
    expect(summary).to_be_focused()


def expect_words_without_scripts(page: Page, words: str) -> None:
    paragraph = page.locator("noscript p")
    expect(paragraph).to_be_visible()
    expect(paragraph).to_contain_text(words)


def old_by_now(page: Page) -> None:
    """Longer open than what the page of the second step brought is good for: its script asks."""
    page.locator("[data-begun]").evaluate("first => delete first.dataset.begun")


def shorten_patience(page: Page) -> None:
    """The browser waits a quarter of a second instead of five minutes, once: nobody's key answers
    the next challenge so fast at a busy machine."""

    def hurry(route: Route) -> None:
        response = route.fetch()
        fields = response.json()
        fields["public_key"]["timeout"] = 250
        route.fulfill(response=response, json=fields)

    page.route(CHALLENGES, hurry, times=1)


def before_the_touch(page: Page, act: Callable[[], object]) -> None:
    """Something happens after the next challenge was made and before its key answers."""
    # Playwright calls back in a context of its own, where Django would open another connection.
    here = copy_context()

    def act_first(route: Route) -> None:
        response = route.fetch()
        here.run(act)
        route.fulfill(response=response)

    page.route(CHALLENGES, act_first, times=1)
