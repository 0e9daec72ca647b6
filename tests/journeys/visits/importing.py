"""Importing people."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.doors import signed_in
from tests.imports import BEN, NIA, csv_of
from tests.test_importing_in_the_portal import PAGE, uploaded, work

from ..walks import button, expect_mistake
from .scene import Scene


def choose(scene: Scene, content: str) -> None:
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": content.encode()}
    scene.page.locator("input[type=file]").set_input_files(file)
    button(scene.page, "Look at what would change").click()


def import_people(scene: Scene) -> Iterator[str]:
    uploaded(signed_in(scene.cast.asha), NIA | {"email": "nowhere"})
    scene.asha_at(PAGE)
    yield "with an earlier one"
    scene.watch.expect(400, PAGE)
    button(scene.page, "Look at what would change").click()
    expect_mistake(scene.page, "Choose a file")
    yield "no file was chosen"


def import_seen(scene: Scene) -> Iterator[str]:
    """From the file to the end; the page looks by itself how far the worker is."""
    scene.asha_at(PAGE)
    choose(scene, csv_of(NIA, BEN | {"organisation": "WARD7"}))
    expect(scene.page.get_by_role("progressbar")).to_be_visible()
    yield "it waits"
    work()
    expect(scene.page.get_by_role("heading", name="Nothing has changed yet")).to_be_visible()
    yield "looked at"
    button(scene.page, "Import all of it").click()
    expect(scene.page.get_by_role("heading", name="is being applied")).to_be_visible()
    work()
    expect(scene.page.get_by_role("heading", name="was applied")).to_be_visible()
    yield "applied"
    scene.page.goto(
        uploaded(
            signed_in(scene.cast.asha), NIA | {"email": "x" * 90}, BEN | {"last_day": "31.12."}
        )
    )
    expect(scene.page.get_by_text("Enter an address like")).to_be_visible()
    yield "refused"


VISITS = [import_people, import_seen]
