"""A real browser against a real server: what every journey starts with."""

import os

import pytest
from playwright.sync_api import expect, sync_playwright

from .browser import VirtualKey, Watch, launch, open_page

# Playwright's loop runs in this thread, so Django takes every query for one inside async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PATIENCE = 10_000  # milliseconds for anything to appear
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
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


@pytest.fixture
def open_browser(browser, portal, watch):
    """A function: each call is another person at another computer, and answers with their page."""
    contexts = []

    def open_one():
        context = browser.new_context(base_url=portal, locale="en-GB")
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch.over(context)
        return open_page(context)

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_browser):
    return open_browser()


@pytest.fixture
def page_without_scripts(browser, portal, watch):
    """In a browser that runs no JavaScript."""
    context = browser.new_context(base_url=portal, java_script_enabled=False)
    watch.over(context)
    yield context.new_page()
    context.close()


@pytest.fixture
def key():
    """A security key in somebody's hand; `key.insert(page)` plugs it in."""
    return VirtualKey()
