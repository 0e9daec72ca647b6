"""Photograph the demo along the guide, into docs/screenshots, for the README and the guide.

A fresh demo on a free port; Asha registers Ben's key in Chromium, with a virtual one; Ben uses it.
Says which picture is larger than 130 kilobytes, and exits 1 then.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.journeys.browser import VirtualKey, launch, open_page
from tools.demo_check import GRACE, free_port, group_is_alive, start, wait_for_sign_in

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
WINDOW: ViewportSize = {"width": 1000, "height": 780}
LOW_WINDOW: ViewportSize = {"width": 1000, "height": 620}
AT_MOST = 130_000  # bytes
Walked = TypeVar("Walked")
BEN, PASSWORD = "Ben Aldersea", "wardkey-demo-only"


def photograph(page: Page, name: str) -> None:
    page.evaluate("() => window.scrollTo(0, 0)")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


def photograph_whole(page: Page, name: str) -> None:
    """Where what matters is further down than a window reaches."""
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", full_page=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def log_in(page: Page, username: str) -> None:
    page.goto("/")
    follow(page, "Login")
    page.get_by_label("User name", exact=True).fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Continue")


def find_ben(page: Page) -> None:
    log_in(page, "asha@northside.example")
    follow(page, "Admin")
    follow(page, "User Management")
    page.get_by_role("searchbox").fill("ben")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name=BEN).wait_for()
    photograph(page, "finding")
    follow(page, BEN)
    press(page, "Manage FIDO2 Tokens")


def register(page: Page, key: VirtualKey, nickname: str) -> None:
    key.insert(page)
    press(page, "OK")
    page.get_by_label("Nickname", exact=True).fill(nickname)
    photograph(page, "naming")
    press(page, "Save")
    page.get_by_role("status").wait_for()
    key.remove()


def register_bens_keys(page: Page, blue: VirtualKey, spare: VirtualKey) -> None:
    find_ben(page)
    press(page, "Register New Token")
    photograph(page, "registering")
    register(page, spare, "Spare, in the safe")
    press(page, "Register New Token")
    register(page, blue, "Blue key, ward 7")
    photograph_whole(page, "keys")
    page.get_by_role("link", name="Remove").last.click()
    photograph_whole(page, "removing")


def sign_in_as_ben(page: Page, blue: VirtualKey) -> None:
    page.goto("/")
    photograph(page, "portal")
    log_in(page, "ben@northside.example")
    page.get_by_role("radio", name="Blue key, ward 7").check()
    photograph(page, "choosing")
    blue.insert(page)
    press(page, "Use this token")
    page.get_by_role("status").filter(has_text="Success").wait_for()
    photograph(page, "signed-in")


def photograph_history(page: Page) -> None:
    follow(page, BEN)
    follow(page, "History")
    page.set_viewport_size(LOW_WINDOW)
    photograph(page, "history")


def walk(portal: str) -> None:
    blue, spare = VirtualKey(), VirtualKey()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        asha, ben = (
            open_page(browser.new_context(base_url=portal, viewport=WINDOW, locale="en-GB"))
            for _ in range(2)
        )
        register_bens_keys(asha, blue, spare)
        sign_in_as_ben(ben, blue)
        photograph_history(asha)
        browser.close()


def with_demo(walk: Callable[[str], Walked]) -> Walked:
    """What the walk through a fresh demo brings back; it is told the portal's address."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="wardkey-demo-") as data:
        demo = start(port=port, data=data)
        try:
            wait_for_sign_in(demo, port=port)
            walked = walk(f"http://localhost:{port}")
            os.killpg(demo.pid, signal.SIGINT)
            demo.wait(GRACE)
        finally:
            if group_is_alive(demo.pid):
                os.killpg(demo.pid, signal.SIGKILL)
    return walked


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with_demo(walk)
    large = [path.name for path in FOLDER.glob("*.png") if path.stat().st_size > AT_MOST]
    sys.exit(f"larger than {AT_MOST} bytes: {', '.join(sorted(large))}" if large else 0)


if __name__ == "__main__":
    main()
