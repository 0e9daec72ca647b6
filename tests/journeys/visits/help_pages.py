"""Help & Support of the guide: the search, the questions, and what is said about the portal."""

from collections.abc import Iterator

from playwright.sync_api import expect

from wardkey.guide.questions import QUESTIONS

from ..walks import button, expect_mistake, expect_success, heading, search_for
from .roles import confirmed_at
from .scene import Scene

SEARCH = "/guide/search/"


def guide_search(scene: Scene) -> Iterator[str]:
    scene.page.goto(SEARCH)
    yield "nothing is asked"
    search_for(scene.page, "wrong PIN")
    expect(heading(scene.page, "pages found")).to_be_visible()
    yield "found"
    search_for(scene.page, "xylophone")
    expect(heading(scene.page, "Nothing was found")).to_be_visible()
    yield "nothing found"
    scene.watch.expect(400, SEARCH)
    search_for(scene.page, "?")
    expect_mistake(scene.page, "Enter a word to search for.")
    yield "no word"


def guide_questions(scene: Scene) -> Iterator[str]:
    scene.page.goto("/guide/questions/")
    yield "all of them"


def guide_question(scene: Scene) -> Iterator[str]:
    """One of each kind: with steps or without, with links or none."""
    kinds = {(bool(each.steps), bool(each.see)): each.slug for each in QUESTIONS.values()}
    for slug in kinds.values():
        scene.page.goto(f"/guide/questions/{slug}/")
        yield slug


def organisation_contact(scene: Scene) -> Iterator[str]:
    address = "/admin/organisation-contact/"
    confirmed_at(scene, scene.cast.priya, address)
    yield "empty"
    scene.page.get_by_label("E-mail").fill("tokens@north.example")
    scene.page.get_by_label("Phone").fill("call us")
    scene.watch.expect(400, address)
    button(scene.page, "Save Changes").click()
    expect_mistake(scene.page, "Enter a phone number")
    yield "no phone number"
    scene.page.get_by_label("Phone").fill("0300 000 0000")
    button(scene.page, "Save Changes").click()
    expect_success(scene.page, "The contact of your organisation was saved.")
    yield "saved, and shown under Help & Support"


def guide_help(scene: Scene) -> Iterator[str]:
    scene.page.goto("/guide/help/")
    yield "nobody is logged in"
    scene.asha_at("/guide/help/")
    yield "an administrator is"


def guide_accessibility(scene: Scene) -> Iterator[str]:
    scene.page.goto("/guide/accessibility/")
    yield "as it is"


def guide_stored(scene: Scene) -> Iterator[str]:
    scene.page.goto("/guide/what-is-stored/")
    yield "as it is"


VISITS = [
    *(guide_search, guide_questions, guide_question),
    organisation_contact,
    *(guide_help, guide_accessibility, guide_stored),
]
