"""Walk the browser journeys whose outcomes fill the compatibility table, and write them down.

In a fresh demo, in the Chromium of this machine, with virtual keys: an administrator registers for
another one, who logs in and registers a second token; a user does the same. Each step's outcome is
a line in src/wardkey/compatibility/results/journeys.jsonl, with the day and the versions; what was
tried on this system with this browser before is replaced. Exits 1 where the browser or the portal
refused a token, which is written down too; what would have come after it was not tested.
"""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.journeys.browser import VirtualKey, launch, open_page
from tools.screenshots import follow, log_in, press, with_demo

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardkey.settings")
os.environ.setdefault("WARDKEY_SECRET_KEY", "for-checks-only")

import django

django.setup()

from wardkey.compatibility.devices import Device  # noqa: E402  it reads settings
from wardkey.compatibility.models import Form, Outcome  # noqa: E402
from wardkey.compatibility.results import (  # noqa: E402
    ADMINISTRATOR,
    REGISTERING,
    REGISTERING_FOR_SOMEBODY,
    SIGNING_IN,
    STANDARD_USER,
    VIRTUAL_KEY,
    Result,
    read_line,
    written,
)

FILE = Path(__file__).resolve().parents[1] / "src/wardkey/compatibility/results" / "journeys.jsonl"
PRIYA, ASHA, DEV = (f"{name}@northside.example" for name in ("priya", "asha", "dev"))
SYSTEMS = {"Darwin": "macOS", "Windows": "Windows", "Linux": "Linux"}


@dataclass
class Scene:
    """Three people at three computers, and the keys that two of them carry."""

    priya: Page
    asha: Page
    dev: Page
    of_asha: VirtualKey = field(default_factory=VirtualKey)
    of_dev: VirtualKey = field(default_factory=VirtualKey)
    further: VirtualKey = field(default_factory=VirtualKey)
    another: VirtualKey = field(default_factory=VirtualKey)


class CeremonyFailed(Exception):
    """The page says that the browser or the portal refused."""


def register_for(page: Page, username: str, key: VirtualKey) -> None:
    follow(page, "Admin")
    follow(page, "User Management")
    page.get_by_role("searchbox").fill(username)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("table").get_by_role("link").first.click()
    press(page, "Manage FIDO2 Tokens")
    register(page, key, "First")


def register(page: Page, key: VirtualKey, nickname: str) -> None:
    """From a list of tokens."""
    press(page, "Register New Token")
    key.insert(page)
    press(page, "OK")
    nickname_field = page.get_by_label("Nickname", exact=True)
    wait_for_outcome(page, nickname_field)
    nickname_field.fill(nickname)
    press(page, "Save")
    wait_for_outcome(page, success(page))
    key.remove()


def log_in_with(page: Page, username: str, key: VirtualKey) -> None:
    log_in(page, username)
    page.get_by_role("radio", name="First").check()
    key.insert(page)
    press(page, "Use this token")
    wait_for_outcome(page, success(page))
    key.remove()


def go_to_own_tokens(page: Page) -> None:
    menu = page.get_by_role("navigation", name="Menu")
    menu.get_by_role("link", name="My FIDO2 tokens").click()


def success(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="Success")


def wait_for_outcome(page: Page, good: Locator) -> None:
    mistake = page.locator(".nhsuk-error-summary")
    good.or_(mistake).first.wait_for()
    if mistake.is_visible():
        raise CeremonyFailed(mistake.inner_text())


def administrator_registers_for_somebody(scene: Scene) -> None:
    log_in(scene.priya, PRIYA)
    register_for(scene.priya, ASHA, scene.of_asha)


def administrator_logs_in(scene: Scene) -> None:
    log_in_with(scene.asha, ASHA, scene.of_asha)


def administrator_registers(scene: Scene) -> None:
    go_to_own_tokens(scene.asha)
    register(scene.asha, scene.further, "Second")


def user_logs_in(scene: Scene) -> None:
    register_for(scene.asha, DEV, scene.of_dev)
    log_in_with(scene.dev, DEV, scene.of_dev)


def user_registers(scene: Scene) -> None:
    go_to_own_tokens(scene.dev)
    register(scene.dev, scene.another, "Second")


STEPS: tuple[tuple[str, str, Callable[[Scene], None]], ...] = (
    (REGISTERING_FOR_SOMEBODY, ADMINISTRATOR, administrator_registers_for_somebody),
    (SIGNING_IN, ADMINISTRATOR, administrator_logs_in),
    (REGISTERING, ADMINISTRATOR, administrator_registers),
    (SIGNING_IN, STANDARD_USER, user_logs_in),
    (REGISTERING, STANDARD_USER, user_registers),
)


def walk(portal: str) -> Iterator[Result]:
    """As far as the first step that fails."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        priya, asha, dev = (open_page(browser.new_context(base_url=portal)) for _ in range(3))
        scene, device = Scene(priya, asha, dev), device_here(browser)
        for tried, tried_by, step in STEPS:
            outcome = outcome_of(step, scene)
            yield Result(
                day=datetime.now(UTC).date(),
                device=device,
                tried=tried,
                tried_by=tried_by,
                outcome=outcome,
                key=VIRTUAL_KEY,
            )
            if outcome == Outcome.FAILS:
                break
        browser.close()


def outcome_of(step: Callable[[Scene], None], scene: Scene) -> Outcome:
    """Whatever else goes wrong ends the walk, and nothing is written: it says nothing of tokens."""
    try:
        step(scene)
    except CeremonyFailed as failure:
        print(f"{step.__name__}: {failure}", file=sys.stderr)
        return Outcome.FAILS
    return Outcome.WORKS


def device_here(browser: Browser) -> Device:
    return Device(
        form=Form.COMPUTER,
        system=SYSTEMS.get(platform.system(), platform.system()),
        system_version=system_version(),
        browser="Chromium",
        browser_version=browser.version.partition(".")[0],
    )


def system_version() -> str:
    """Of Linux the distribution's, such as `Debian 12`."""
    if platform.system() == "Linux":
        told = platform.freedesktop_os_release()
        name = told["NAME"].partition(" ")[0]
        return f"{name} {told.get('VERSION_ID', '')}".strip()
    return platform.mac_ver()[0] or platform.release()


def write(results: list[Result], file: Path) -> None:
    """In place of what was tried on the same device before."""
    lines = file.read_text().splitlines() if file.exists() else []
    tried_now = {result.device for result in results}
    kept = [line for line in lines if read_line(line).device not in tried_now]
    file.write_text("".join(f"{line}\n" for line in [*kept, *map(written, results)]))


def main() -> None:
    results = with_demo(lambda portal: list(walk(portal)))
    write(results, FILE)
    for result in results:
        print(f"{result.tried} by {result.tried_by}: {result.outcome}")
    sys.exit(0 if all(result.works for result in results) else 1)


if __name__ == "__main__":
    main()
