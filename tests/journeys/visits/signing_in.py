"""The portal and the two steps of signing in."""

import re
from collections.abc import Iterator

from playwright.sync_api import expect

from tests.cast import decide, issue_pass
from tests.doors import half_signed_in, signed_in
from tests.guessing import block
from tests.passes import stop_code

from ..people import signed_in_with, sit_down
from ..walks import button, expect_mistake, heading
from .scene import Scene


def portal(scene: Scene) -> Iterator[str]:
    scene.page.goto("/")
    yield "nobody is logged in"
    sit_down(scene.page, half_signed_in(scene.cast.eve))
    scene.page.goto("/")
    yield "somebody is by half"
    scene.asha_at("/")
    yield "an administrator is"


def sign_in(scene: Scene) -> Iterator[str]:
    scene.page.goto("/sign-in/")
    yield "empty"
    scene.page.goto("/admin/people/")
    yield "on the way to another page"
    scene.watch.expect(401, "/sign-in/")
    button(scene.page, "Continue").click()
    expect_mistake(scene.page, "not right")
    yield "refused"
    block("nobody@north.example")
    scene.watch.expect(429, "/sign-in/")
    scene.page.get_by_label("User name").fill("nobody@north.example")
    button(scene.page, "Continue").click()
    expect_mistake(scene.page, re.compile(r"Wait \d+ seconds, then try again"))
    yield "too many failures"


def sign_in_key(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, half_signed_in(scene.cast.ben))
    scene.page.goto("/sign-in/key/")
    scene.page.get_by_text("I have an access pass").click()
    yield "tokens to choose from, and all that is folded"
    scene.key.insert(scene.page)
    scene.key.enter_wrong_pin()
    button(scene.page, "Use this token").click()
    expect_mistake(scene.page, "did not answer")
    yield "wrong PIN"
    sit_down(scene.page, half_signed_in(scene.cast.eve))
    scene.page.goto("/sign-in/key/")
    yield "no token yet"
    scene.watch.expect(401, "/sign-in/access-pass/")
    button(scene.page, "Use this pass").click()
    expect_mistake(scene.page, "does not work")
    yield "the pass is refused"
    sit_down(scene.page, signed_in(scene.cast.dev))
    scene.page.goto("/me/keys/register/")
    yield "a password alone registers nothing"


def sign_in_lost(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, half_signed_in(scene.cast.ben))
    scene.page.goto("/sign-in/key/lost/")
    yield "two tokens"
    scene.page.get_by_role("radio", name="Blue key").check()
    button(scene.page, "Report as lost").click()
    expect(scene.page.get_by_role("status").first).to_contain_text("your administrators were told")
    yield "done"
    sit_down(scene.page, half_signed_in(scene.cast.eve))
    scene.page.goto("/sign-in/key/lost/")
    yield "none"


def sign_in_confirm(scene: Scene) -> Iterator[str]:
    decide(scene.cast.north, handover="confirmed")
    sit_down(scene.page, signed_in_with(scene.blue))
    scene.page.goto("/sign-in/confirm/")
    yield "a code is on its way"
    scene.watch.expect(401, "/sign-in/confirm/")
    button(scene.page, "Confirm").click()
    expect(scene.page.locator(".nhsuk-error-summary")).to_contain_text("This is not the code")
    yield "refused"


def help_lost(scene: Scene) -> Iterator[str]:
    scene.page.goto("/sign-in/")
    scene.page.get_by_role("link", name="I lost my token").click()
    expect(heading(scene.page, "What the local administrator does")).to_be_visible()
    yield "as it is"


def help_pin(scene: Scene) -> Iterator[str]:
    scene.page.goto("/sign-in/")
    scene.page.get_by_role("link", name="I forgot my PIN").click()
    scene.page.get_by_text("You know the PIN and want another one?").click()
    yield "as it is"


def stop_pass(scene: Scene) -> Iterator[str]:
    scene.page.goto("/stop-pass/")
    yield "without a code"
    scene.watch.expect(401, "/stop-pass/")
    button(scene.page, "Stop this").click()
    expect(scene.page.locator(".nhsuk-error-summary")).to_contain_text("does not work")
    yield "refused"
    issue_pass(scene.cast.eve)
    scene.page.goto(f"/stop-pass/#{stop_code()}")
    expect(scene.page.get_by_label("Code of the link")).to_have_value(stop_code())
    button(scene.page, "Stop this").click()
    expect(heading(scene.page, "The pass was stopped")).to_be_visible()
    yield "stopped"


VISITS = [
    *(help_lost, help_pin, portal, sign_in, sign_in_key),
    *(sign_in_lost, sign_in_confirm, stop_pass),
]
