"""A real browser against a real server: what every journey starts with."""

import os

import pytest
from playwright.sync_api import expect, sync_playwright

from .browser import WIDE, VirtualKey, Watch, launch_quickest, leave_tidy, open_page

# Playwright's loop runs in this thread, so Django takes every query for one inside async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PATIENCE = 60_000  # milliseconds for anything to appear, beside much other work
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch_quickest(playwright)
        yield browser
        browser.close()


@pytest.fixture
def portal(live_server, settings):
    """The address of a portal that serves this test's database, and knows itself by it."""
    # Localhost: a relying party id has to be a name.
    origin = live_server.url.replace("127.0.0.1", "localhost")
    settings.RELYING_PARTY_ID = "localhost"
    settings.ORIGINS = [origin]
    settings.CSRF_TRUSTED_ORIGINS = [origin]
    return origin


@pytest.fixture
def watch():
    """What goes wrong in any page of this journey. The journey declares what belongs to it."""
    watch = Watch()
    yield watch
    assert watch.problems() == []


@pytest.fixture(scope="session")
def empty_windows():
    """Opened by earlier journeys and left tidy. A new one costs Chromium a second of a processor,
    which is more than most journeys do."""
    return []


@pytest.fixture
def open_browser(request, browser, portal, watch, empty_windows):
    """A function: each call is another person at another computer, and answers with their page."""
    taken, windows = [], [] if request.node.get_closest_marker("own_window") else empty_windows

    def open_one():
        page = windows.pop() if windows else open_page(new_computer(browser, portal))
        taken.append(page)
        watch.over(page.context)
        return page

    yield open_one
    for page in taken:
        leave_tidy(page)
        watch.ends(page.context)
    windows.extend(taken)


def new_computer(browser, portal):
    context = browser.new_context(base_url=portal, locale="en-GB", viewport=WIDE)
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def page(open_browser):
    return open_browser()


@pytest.fixture
def page_without_scripts(browser, portal, watch):
    """In a browser that runs no JavaScript."""
    context = browser.new_context(base_url=portal, java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    watch.over(context)
    yield context.new_page()
    context.close()


@pytest.fixture
def key():
    """A security key in somebody's hand; `key.insert(page)` plugs it in."""
    return VirtualKey()
