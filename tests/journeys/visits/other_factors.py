"""Other ways to log in than with a token: set up, used, removed."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.cast import issue_pass
from tests.doors import half_signed_in
from tests.factors import allow, begin_app, code_of

from ..people import signed_in_with, sit_down
from ..walks import button, heading
from .scene import Scene

MINE = "/me/other-factors/"


def eve_with_app(scene: Scene):
    """She set it up with a pass, and has no token."""
    allow(scene.cast.south)
    eve = half_signed_in(scene.cast.eve)
    eve.enter_pass(issue_pass(scene.cast.eve))
    eve.submit(f"{MINE}app/", code=code_of(begin_app(eve)))
    return eve


def sign_in_other(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, half_signed_in(scene.cast.eve))
    scene.page.goto("/sign-in/other/")
    yield "no other way"
    eve_with_app(scene).submit(f"{MINE}codes/")
    sit_down(scene.page, half_signed_in(scene.cast.eve))
    scene.page.goto("/sign-in/other/")
    yield "an app and codes"
    scene.watch.expect(401, "/sign-in/other/")
    button(scene.page, "Log in with this code").first.click()
    expect(scene.page.locator(".nhsuk-error-summary")).to_contain_text("That did not work")
    yield "refused"
    allow(scene.cast.north, other_factors_beside_key="offered")
    signed_in_with(scene.blue).submit(f"{MINE}codes/")
    sit_down(scene.page, half_signed_in(scene.cast.ben))
    scene.page.goto("/sign-in/other/")
    expect(heading(scene.page, "Important: your token will be suspended")).to_be_visible()
    yield "beside a token"


def my_factors(scene: Scene) -> Iterator[str]:
    scene.ben_at(MINE)
    yield "nothing is allowed"
    eve = eve_with_app(scene)
    eve.submit(f"{MINE}codes/")
    sit_down(scene.page, eve)
    scene.page.goto(MINE)
    yield "an app and codes"


def my_app(scene: Scene) -> Iterator[str]:
    allow(scene.cast.north)
    scene.ben_at(f"{MINE}app/")
    yield "before"
    button(scene.page, "Show the code for my app").click()
    expect(heading(scene.page, "1. Add the account to your app")).to_be_visible()
    yield "the picture"
    scene.watch.expect(400, f"{MINE}app/")
    button(scene.page, "Set up").click()
    expect(scene.page.locator(".nhsuk-error-summary")).to_contain_text("This is not the code")
    yield "a wrong code"


def my_app_remove(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, eve_with_app(scene))
    scene.page.goto(f"{MINE}app/remove/")
    yield "as it is"


def my_codes(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, eve_with_app(scene))
    scene.page.goto(f"{MINE}codes/")
    yield "before"
    button(scene.page, "Make ten codes").click()
    expect(heading(scene.page, "Print this page now")).to_be_visible()
    yield "ten codes"


def my_codes_remove(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, eve_with_app(scene))
    scene.page.goto(f"{MINE}codes/remove/")
    yield "as it is"


def take_factors(scene: Scene) -> Iterator[str]:
    address = f"/admin/people/{scene.cast.ben.pk}/other-factors/"
    scene.asha_at(address)
    yield "none"
    allow(scene.cast.north)
    signed_in_with(scene.blue).submit(f"{MINE}codes/")
    scene.page.goto(address)
    yield "ten codes"


VISITS = [sign_in_other, take_factors, my_factors, my_app, my_app_remove, my_codes, my_codes_remove]
