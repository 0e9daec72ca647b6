"""Every page in every state that it has: WCAG 2.2 AA, a narrow screen, and links that can be hit.

VISITS holds one visit for each page of the route table; a new page without one fails.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast, issue_pass
from tests.doors import desk_of, half_signed_in, signed_in
from wardkey.base import clock
from wardkey.keymodels.models import ModelUnderReview
from wardkey.keymodels.review import GRACE
from wardkey.urls import urlpatterns

from .browser import VirtualKey, axe_violations
from .people import RegisteredKey, registered_key, signed_in_with, sit_down
from .walks import button, expect_mistake, heading, search_for

# Answers to forms and scripts, and to machines.
NO_PAGES = {
    "livez",
    "my_register_answer",
    "my_register_challenge",
    "readyz",
    "register_answer",
    "register_challenge",
    "related_origins",
    "sign_in_access_pass",
    "sign_in_key_challenge",
    "sign_in_key_later",
    "sign_out",
}
NARROW = {"width": 320, "height": 640}
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
LONG_NICKNAME = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenhalter"


@dataclass
class Scene:
    """Ben has two tokens, one of them with a nickname of one long word."""

    page: Page
    cast: Cast
    blue: RegisteredKey
    watch: object
    key: VirtualKey

    def asha_at(self, address: str) -> None:
        sit_down(self.page, signed_in(self.cast.asha))
        self.page.goto(address)

    def ben_at(self, address: str) -> None:
        sit_down(self.page, signed_in_with(self.blue))
        self.page.goto(address)

    @property
    def desk(self) -> str:
        return desk_of(self.cast.ben)

    def of_blue(self, act: str, desk: str = "") -> str:
        return f"{desk or self.desk}{self.blue.row.pk}/{act}/"


@pytest.fixture
def scene(page, cast, watch, key):
    registered_key(admin=cast.asha, holder=cast.ben, nickname=LONG_NICKNAME)
    blue = registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue key")
    return Scene(page=page, cast=cast, blue=blue, watch=watch, key=key)


def portal(scene: Scene) -> Iterator[str]:
    scene.page.goto("/")
    yield "nobody is logged in"
    scene.asha_at("/")
    yield "an administrator is"


def sign_in(scene: Scene) -> Iterator[str]:
    scene.page.goto("/sign-in/")
    yield "empty"
    scene.watch.expect(401, "/sign-in/")
    button(scene.page, "Continue").click()
    expect_mistake(scene.page, "not right")
    yield "refused"


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


def administration(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/")
    yield "as it is"


def audit(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/audit/")
    yield "with entries"


def tokens_to_replace(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/tokens-to-replace/")
    yield "none, and nothing is known about models"
    long_ago = clock.now() - 2 * GRACE
    weak = ModelUnderReview.objects.create(
        id=uuid.uuid5(uuid.NAMESPACE_DNS, "model.example"),
        name="Weak",
        statuses=["USER_VERIFICATION_BYPASS", "REVOKED"],
        began_at=long_ago,
    )
    scene.cast.ben.keys.update(model_id=weak.pk, model=weak.name, registered_at=long_ago)
    scene.page.reload()
    expect(scene.page.get_by_text("Overdue")).to_have_count(2)
    yield "two, overdue"


def user_management(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/people/")
    yield "before a search"
    search_for(scene.page, "ben")
    expect(scene.page.get_by_text("1 person found")).to_be_visible()
    yield "found"
    search_for(scene.page, "nobody")
    expect(scene.page.get_by_text("Nobody in your organisation was found")).to_be_visible()
    yield "nobody found"


def person(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"/admin/people/{scene.cast.ben.pk}/")
    yield "with tokens"


def history(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"/admin/people/{scene.cast.ben.pk}/history/")
    yield "with entries"


def keys(scene: Scene) -> Iterator[str]:
    scene.asha_at(scene.desk)
    yield "two tokens"
    scene.asha_at(desk_of(scene.cast.dev))
    yield "no token"


def register(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"{scene.desk}register/")
    yield "before OK"
    yield from registering(scene, f"{scene.desk}register/")


def registering(scene: Scene, address: str) -> Iterator[str]:
    scene.key.insert(scene.page)
    scene.key.enter_wrong_pin()
    button(scene.page, "OK").click()
    expect_mistake(scene.page, "was not registered")
    yield "wrong PIN"
    scene.key.enter_right_pin()
    button(scene.page, "OK").click()
    expect(scene.page.get_by_label("Nickname", exact=True)).to_be_focused()
    yield "the nickname is asked for"
    scene.watch.expect(400, address)
    button(scene.page, "Save").click()
    expect_mistake(scene.page, "Enter a nickname.")
    yield "the nickname will not do"


def edit(scene: Scene) -> Iterator[str]:
    scene.asha_at(scene.of_blue("edit"))
    yield "as it is"
    scene.watch.expect(409, scene.of_blue("edit"))
    scene.page.get_by_label("Nickname", exact=True).fill(LONG_NICKNAME)
    button(scene.page, "Save Changes").click()
    expect_mistake(scene.page, "already has a token with this nickname")
    yield "the nickname is taken"
    scene.page.get_by_label("Nickname", exact=True).fill("Green key")
    button(scene.page, "Save Changes").click()
    expect(scene.page.get_by_role("status")).to_contain_text("Success")
    yield "done"


def remove(scene: Scene) -> Iterator[str]:
    scene.asha_at(scene.of_blue("remove"))
    yield "one of two"
    scene.cast.ben.keys.exclude(pk=scene.blue.row.pk).update(state="removed")
    scene.page.reload()
    yield "the last one"


def my_keys(scene: Scene) -> Iterator[str]:
    scene.ben_at("/me/keys/")
    yield "two tokens"
    expect(heading(scene.page, "My FIDO2 tokens")).to_be_visible()
    sit_down(scene.page, signed_in(scene.cast.dev))
    scene.page.goto("/me/keys/")
    yield "no token, and none may be registered"


def my_register(scene: Scene) -> Iterator[str]:
    scene.ben_at("/me/keys/register/")
    yield "before OK"
    browser = half_signed_in(scene.cast.eve)
    browser.enter_pass(issue_pass(scene.cast.eve))
    sit_down(scene.page, browser)
    scene.page.goto("/me/keys/register/")
    yield "the first one, with an access pass"
    yield from registering(scene, "/me/keys/register/")


def my_edit(scene: Scene) -> Iterator[str]:
    scene.ben_at(scene.of_blue("edit", "/me/keys/"))
    yield "as it is"


def my_remove(scene: Scene) -> Iterator[str]:
    scene.ben_at(scene.of_blue("remove", "/me/keys/"))
    yield "one of two"


def mistakes(scene: Scene) -> Iterator[str]:
    scene.watch.expect(404, "/nowhere/")
    scene.asha_at("/nowhere/")
    expect(heading(scene.page, "Page not found")).to_be_visible()
    yield "no such page"


PAGES = [
    portal,
    sign_in,
    sign_in_key,
    administration,
    audit,
    tokens_to_replace,
    user_management,
    person,
    history,
    keys,
    register,
    edit,
    remove,
    my_keys,
    my_register,
    my_edit,
    my_remove,
]


def test_every_page_of_the_route_table_has_a_visit():
    assert {visit.__name__ for visit in PAGES} == {path.name for path in urlpatterns} - NO_PAGES


@pytest.mark.parametrize("visit", [*PAGES, mistakes], ids=lambda visit: visit.__name__)
def test_every_state_of_the_page_is_open_to_everybody(scene, visit):
    for state in visit(scene):
        faults = faults_of(scene.page)
        assert not faults, state


def faults_of(page: Page) -> list[str]:
    wide = page.viewport_size
    faults = axe_violations(page) + small_targets(page)
    page.set_viewport_size(NARROW)
    faults += small_targets(page)
    faults += ["wider than a narrow screen"] if page.evaluate(TOO_WIDE) else []
    page.set_viewport_size(wide)
    return faults


def small_targets(page: Page) -> list[str]:
    """What in a table can be pressed and is lower or narrower than 24 pixels (WCAG 2.5.8)."""
    pressed = page.get_by_role("table").locator("a:visible, button:visible")
    boxes = [(target.inner_text(), target.bounding_box()) for target in pressed.all()]
    return [words for words, box in boxes if min(box["width"], box["height"]) < 24]
