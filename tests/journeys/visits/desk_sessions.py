"""One proof for many registrations."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.cast import PASSWORD

from ..walks import button, expect_success, heading
from .scene import Scene


def desk_session(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/desk-session/")
    yield "none is open"
    open_for_ben(scene)
    expect_success(scene.page, "The desk session is open.")
    yield "for one person, who was named"
    button(scene.page, "End the desk session").click()
    expect_success(scene.page, "The desk session has ended.")
    yield "ended"


def open_desk_session(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/desk-session/")
    confirmed_form(scene)
    yield "for whoever comes"
    scene.page.get_by_label("Only the people whom I name here:").check()
    scene.page.get_by_label("User names, one a line").fill("nobody@north.example")
    scene.watch.expect(400, "/admin/desk-session/open/")
    button(scene.page, "Open the desk session").click()
    expect(scene.page.locator(".nhsuk-error-summary")).to_contain_text("nobody@north.example")
    yield "somebody named is not here"


def open_for_ben(scene: Scene) -> None:
    confirmed_form(scene)
    scene.page.get_by_label("Only the people whom I name here:").check()
    scene.page.get_by_label("User names, one a line").fill(scene.cast.ben.username)
    button(scene.page, "Open the desk session").click()


def confirmed_form(scene: Scene) -> None:
    scene.watch.expect(401, "/admin/desk-session/open/")
    button(scene.page, "Open a desk session").click()
    scene.page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(scene.page, "Continue").click()
    expect(heading(scene.page, "Open a desk session")).to_be_visible()


VISITS = [desk_session, open_desk_session]
