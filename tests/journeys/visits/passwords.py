"""Passwords: changed by who has it."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.doors import signed_in

from ..people import sit_down
from ..walks import button, expect_mistake
from .scene import Scene


def my_password(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, signed_in(scene.cast.dev))
    scene.page.goto("/me/password/")
    yield "as it is"
    scene.watch.expect(401, "/me/password/")
    scene.page.get_by_label("Present password", exact=True).fill("wrong")
    button(scene.page, "Change password").click()
    expect_mistake(scene.page, "present password is not right")
    yield "the present one is wrong"
    scene.watch.expect(400, "/me/password/")
    scene.page.get_by_label("Present password", exact=True).fill(PASSWORD)
    scene.page.get_by_label("New password", exact=True).fill("Password2026!")
    button(scene.page, "Change password").click()
    expect_mistake(scene.page, "Many people have this password")
    yield "the new one will not do"
    scene.page.get_by_label("Present password", exact=True).fill(PASSWORD)
    scene.page.get_by_label("New password", exact=True).fill("violet harbour kettle")
    button(scene.page, "Change password").click()
    expect(scene.page.get_by_role("status")).to_contain_text("was changed")
    yield "changed"


VISITS = [my_password]
