"""Roles: whose, given, taken away, asleep; and for which organisation somebody acts."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.cast import decide
from tests.doors import signed_in
from tests.role_pages import given_long_ago, roles_page
from wardkey.audit import log
from wardkey.people.models import Person, Role
from wardkey.people.roles import grant_role

from ..people import sit_down
from ..walks import button, expect_mistake, follow
from .scene import Scene


def in_view(scene: Scene) -> Iterator[str]:
    grant_role(
        person=scene.cast.asha,
        role=Role.HELPDESK,
        organisation=scene.cast.south,
        with_those_below=False,
        by=log.SYSTEM,
    )
    scene.asha_at("/admin/in-view/")
    yield "two to choose from"
    scene.page.get_by_label("Southside Clinic (SOUTH)").check()
    button(scene.page, "Act for this organisation").click()
    expect(scene.page.get_by_text("You act for Southside Clinic (SOUTH)")).to_be_visible()
    yield "the other one in view"


def roles_here(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/roles/")
    yield "several"


def role_review(scene: Scene) -> Iterator[str]:
    cast = scene.cast
    given_long_ago(cast.asha, 80)
    given_long_ago(cast.hal, 99)
    given_long_ago(cast.priya, 99)
    browser = signed_in(cast.priya)
    browser.get("/admin/role-review/")
    sit_down(scene.page, browser)
    scene.page.goto("/admin/role-review/")
    yield "three due, one's own among them"
    scene.watch.expect(400, "/admin/role-review/")
    button(scene.page, "Save what I chose").click()
    expect_mistake(scene.page, "Choose “Keep” or “Remove”")
    yield "nothing chosen"
    scene.page.get_by_role("group", name="Asha Rao").get_by_label("Keep").check()
    button(scene.page, "Save what I chose").click()
    expect(scene.page.get_by_role("status")).to_contain_text("1 role stays.")
    follow(scene.page.get_by_role("link", name="Show all roles"))
    yield "all, one of them reviewed"


def roles(scene: Scene) -> Iterator[str]:
    scene.asha_at(roles_page(scene.cast.ben))
    yield "none"
    scene.asha_at(roles_page(scene.cast.nina))
    yield "one elsewhere, in the way"
    confirmed_at(scene, scene.cast.priya, roles_page(scene.cast.asha))
    yield "one that may be ended"


def confirmed_at(scene: Scene, who: Person, address: str) -> None:
    """They have just confirmed that it is them, for what the page is about."""
    browser = signed_in(who)
    browser.get(address)
    sit_down(scene.page, browser)
    scene.page.goto(address)


def appoint(scene: Scene) -> Iterator[str]:
    address = roles_page(scene.cast.ben, "appoint/")
    confirmed_at(scene, scene.cast.priya, address)
    yield "as it is"
    for wrong, words in (("", "Choose a role"), ("31", "Enter a date")):
        scene.page.get_by_label("Day").fill(wrong)
        scene.watch.expect(400, address)
        button(scene.page, "Appoint").click()
        expect_mistake(scene.page, words)
        yield words
        scene.page.get_by_label("Local helpdesk").check()
    scene.page.get_by_label("Day").fill("")
    button(scene.page, "Appoint").click()
    expect(scene.page.get_by_role("status")).to_contain_text("is now “Local helpdesk”")
    yield "done"


def dismiss(scene: Scene) -> Iterator[str]:
    for person in (scene.cast.hal, scene.cast.priya):
        grant = person.role_grants.get()
        confirmed_at(scene, scene.cast.priya, roles_page(person, f"{grant.pk}/dismiss/"))
        yield person.name


def put_to_sleep(scene: Scene) -> Iterator[str]:
    address = roles_page(scene.cast.nina, "sleep/")
    confirmed_at(scene, scene.cast.asha, address)
    yield "as it is"
    scene.watch.expect(400, address)
    button(scene.page, "Put the roles elsewhere to sleep").click()
    expect_mistake(scene.page, "Enter a reason")
    yield "no reason"
    scene.page.get_by_label("Reason").fill("Lost on the train")
    button(scene.page, "Put the roles elsewhere to sleep").click()
    expect(scene.page.get_by_text("Asleep")).to_be_visible()
    yield "asleep"
    confirmed_at(scene, scene.cast.asha, address)
    yield "nothing to sleep"


def wake(scene: Scene) -> Iterator[str]:
    decide(scene.cast.south, second_factor="optional")
    nina, grant = scene.cast.nina, scene.cast.nina.role_grants.get()
    asha = signed_in(scene.cast.asha)
    asha.submit(roles_page(nina, "sleep/"), reason="Lost on the train")
    confirmed_at(scene, scene.cast.cara, roles_page(nina, f"{grant.pk}/wake/"))
    yield "no token since"
    button(scene.page, "Wake the role").click()
    expect(scene.page.get_by_role("status")).to_contain_text("is awake")
    yield "awake"


VISITS = [in_view, roles_here, role_review, roles, appoint, dismiss, put_to_sleep, wake]
