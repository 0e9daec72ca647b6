"""Passwords: changed by who has it, chosen anew by who forgot it."""

import re
from collections.abc import Iterator

from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.doors import signed_in
from tests.forgetful import link_for

from ..people import sit_down
from ..walks import button, expect_mistake, follow, heading
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


def password_forgotten(scene: Scene) -> Iterator[str]:
    scene.page.goto("/sign-in/")
    follow(scene.page.get_by_role("link", name="I forgot my password"))
    yield "as it is"
    for _ in range(3):
        scene.page.goto("/sign-in/forgotten/")
        scene.page.get_by_label("User name").fill(scene.cast.ben.username)
        button(scene.page, "Send me a link").click()
        expect(heading(scene.page, "Look at your mail")).to_be_visible()
    yield "asked"
    scene.watch.expect(429, "/sign-in/forgotten/")
    scene.page.goto("/sign-in/forgotten/")
    scene.page.get_by_label("User name").fill(scene.cast.ben.username)
    button(scene.page, "Send me a link").click()
    expect_mistake(scene.page, re.compile(r"Wait \d+ seconds"))
    yield "asked too often"


def password_choose(scene: Scene) -> Iterator[str]:
    scene.page.goto("/sign-in/new-password/")
    yield "empty"
    scene.watch.expect(401, "/sign-in/new-password/")
    button(scene.page, "Continue").click()
    expect_mistake(scene.page, "does not work")
    yield "no such code"
    scene.page.goto(f"/sign-in/new-password/#{link_for(scene.cast.ben)}")
    expect(scene.page.get_by_text(scene.cast.ben.username)).to_be_visible()
    assert "#" not in scene.page.url
    yield "by the link, a password to choose"
    scene.watch.expect(400, "/sign-in/new-password/")
    scene.page.get_by_label("New password", exact=True).fill("short")
    button(scene.page, "Set this password").click()
    expect_mistake(scene.page, "10 characters or more")
    yield "the password will not do"
    scene.page.get_by_label("New password", exact=True).fill("violet harbour kettle")
    button(scene.page, "Set this password").click()
    expect(scene.page.get_by_role("status")).to_contain_text("Log in with it")
    yield "set"


def password_slip(scene: Scene) -> Iterator[str]:
    address = f"/admin/people/{scene.cast.dev.pk}/password-slip/"
    hal = signed_in(scene.cast.hal)
    hal.get(address)  # confirms that it is they
    sit_down(scene.page, hal)
    scene.page.goto(address)
    yield "as it is"
    scene.watch.expect(400, address)
    button(scene.page, "Print the slip").click()
    expect_mistake(scene.page, "Say how you made sure")
    yield "no identity check"
    scene.page.get_by_label("In person, with their badge").check()
    button(scene.page, "Print the slip").click()
    expect(scene.page.get_by_text("Print this slip now")).to_be_visible()
    yield "the slip"


VISITS = [my_password, password_forgotten, password_choose, password_slip]
