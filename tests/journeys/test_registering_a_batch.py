"""Register a batch, as an administrator does who has a box of tokens and a list of names.

What the suggested PIN is seen in stands here too: the page and the paper, and nothing else.
"""

import json
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.cast import PASSWORD
from tests.test_mistakes import what_is_logged

from .browser import VirtualKey, scan
from .walks import (
    button,
    expect_mistake,
    expect_success,
    heading,
    link,
    log_in,
    log_out,
    shorten_patience,
    use,
)

pytestmark = pytest.mark.looks_only

NAMES = "ben@north.example\nMalik, Dev\nwil@ward7.example"


def pin_on(page):
    return page.locator("#pin").inner_text().replace(" ", "")


def serial(page):
    return page.get_by_label("Serial number")


def save(page):
    button(page, "Save").click()
    expect(heading(page, "Registered:")).to_be_focused()


def paper(page):
    """What is printed, page by page."""
    pdf = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    return [sheet.extract_text() for sheet in pdf.pages]


def confirm_printed(page):
    page.get_by_label("The slip is printed, and the PIN on it can be read").check()


def go_on(page, to):
    button(page, "Next person").click()
    expect(heading(page, to.name)).to_be_focused()


class Ear:
    """All that leaves the page, and all that it leaves in the browser."""

    def __init__(self, page):
        self.page, self.sent = page, []
        page.on("request", self._note)
        page.on("console", lambda message: self.sent.append(message.text))

    def _note(self, request):
        self.sent += [request.url, json.dumps(request.headers), request.post_data or ""]

    def heard(self, lines):
        kept = self.page.evaluate(
            "() => JSON.stringify([localStorage, sessionStorage, document.title, history.state,"
            " location.href, document.cookie])"
        )
        cookies = json.dumps(self.page.context.cookies())
        return "\n".join([*self.sent, kept, cookies, lines.getvalue()])


def test_a_box_of_tokens_and_a_list_of_names(page, open_browser, cast, watch):
    pins, keys, ear = [], [VirtualKey() for _ in range(3)], Ear(page)
    with what_is_logged() as lines:
        log_in(page, cast.asha)
        link(page, "Admin").click()
        link(page, "Register a batch").click()
        button(page, "Make a new batch").click()
        page.get_by_label("Paste the list").fill(NAMES)
        button(page, "Look who they are").click()
        button(page, "Save the list").click()
        expect_success(page, "3 people are on the list.")
        open_desk_session(page, watch)
        expect(heading(page, cast.ben.name)).to_be_focused()
        pins.append(register_the_first(page, keys[0], cast))
        go_on(page, cast.dev)
        pins.append(register_the_second(page, keys, cast))
        leave_and_come_back(page, cast)
        open_desk_session(page, watch)
        expect(heading(page, cast.wil.name)).to_be_focused()
        pins.append(register_the_third(page, keys[2], cast))
        button(page, "Next person").click()
        expect(page.get_by_text("Nobody is left to be served.")).to_be_visible()
        heard = ear.heard(lines)
    assert len({*pins}) == 3
    assert not [pin for pin in pins if pin in heard or " ".join(pin) in heard]
    assert "register/challenge/" in heard
    owner = open_browser()
    log_in(owner, cast.ben)
    use(owner, keys[0], "Token 1")
    expect_success(owner, "You are logged in.")


def open_desk_session(page, watch):
    watch.expect(401, f"{path_of(page)}start/")  # in place of the page, the proof is asked for
    button(page, "Open a desk session and start").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(page, "Continue").click()


def path_of(page):
    return urlsplit(page.url).path


def register_the_first(page, key, cast):
    expect(page.get_by_text("1 of 3", exact=True)).to_be_visible()
    pin = pin_on(page)
    key.insert(page)
    button(page, "OK").click()
    expect(serial(page)).to_be_focused()
    assert pin_on(page) == ""
    scan(page, "5500123")
    expect(page.get_by_label("Nickname", exact=True)).to_be_focused()
    save(page)
    [slip] = paper(page)
    assert pin in slip.replace(" ", "")
    for words in (cast.ben.name, cast.ben.username, "Token 1", "5500123", "change the PIN"):
        assert words in slip.replace("\n", " ")
    expect(page.locator("[data-slip=pin]")).to_have_text("")
    confirm_printed(page)
    return pin


def register_the_second(page, keys, cast):
    """The first token is still in the port; then the window is left open for too long."""
    pin = pin_on(page)
    button(page, "OK").click()
    expect_mistake(page, "This token is already registered. If it is your own token")
    keys[0].remove()
    shorten_patience(page)
    button(page, "OK").click()
    expect_mistake(page, "Your browser does not say why")
    expect(heading(page, cast.dev.name)).to_be_visible()
    assert pin_on(page) == pin  # the token may have it
    expect(button(page, "Another PIN")).to_be_disabled()
    keys[1].insert(page)
    button(page, "OK").click()
    expect(serial(page)).to_be_focused()
    save(page)
    button(page, "Next person").click()
    expect(heading(page, "Go on without a slip?")).to_be_focused()
    button(page, "Stay here").click()
    button(page, "Show the PIN").click()
    assert pin_on(page) == pin
    keys[1].remove()
    confirm_printed(page)
    return pin


def leave_and_come_back(page, cast):
    log_out(page)
    log_in(page, cast.asha)
    page.goto("/admin/batch/")
    page.get_by_role("link", name="Batch of").click()
    expect(page.get_by_text("2 of 3 people have their token")).to_be_visible()
    row = page.get_by_role("row").filter(has_text=cast.dev.name)
    expect(row).to_contain_text("Done")


def register_the_third(page, key, cast):
    pin = pin_on(page)
    key.insert(page)
    button(page, "OK").click()
    expect(serial(page)).to_be_focused()
    save(page)
    [slip] = paper(page)
    assert pin in slip.replace(" ", "")
    assert "serial number" not in slip
    confirm_printed(page)
    return pin
