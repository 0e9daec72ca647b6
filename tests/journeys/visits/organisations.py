"""Organisations, and what becomes of them."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.cast import decide
from wardkey.base import clock
from wardkey.people import succession

from ..walks import button, expect_mistake
from .roles import confirmed_at
from .scene import Scene

ALL = "/admin/organisations/"


def root_at(scene: Scene, address: str) -> None:
    decide(scene.cast.platform, second_factor="optional")
    confirmed_at(scene, scene.cast.root, address)


def organisations(scene: Scene) -> Iterator[str]:
    root_at(scene, ALL)
    yield "those right below"
    scene.page.get_by_label("Search for an organisation").fill("ward7")
    button(scene.page, "Search").click()
    expect(scene.page.get_by_text("1 organisation found")).to_be_visible()
    yield "found"
    scene.page.get_by_label("Search for an organisation").fill("nowhere")
    button(scene.page, "Search").click()
    expect(scene.page.get_by_text("No organisation was found")).to_be_visible()
    yield "none found"


def organisation(scene: Scene) -> Iterator[str]:
    root_at(scene, f"{ALL}NORTH/")
    yield "in use"
    scene.page.goto(f"{ALL}WARD7/")
    yield "without roles of its own"


def add_organisation(scene: Scene) -> Iterator[str]:
    address = f"{ALL}NORTH/add/"
    root_at(scene, address)
    yield "empty"
    scene.page.get_by_label("Name").fill("Ward 9")
    scene.page.get_by_label("Code").fill("ward7")
    scene.watch.expect(400, address)
    button(scene.page, "Add").click()
    expect_mistake(scene.page, "has this code")
    yield "the code is taken"
    scene.page.get_by_label("Code").fill("ward9")
    button(scene.page, "Add").click()
    expect(scene.page.get_by_role("status")).to_contain_text("Ward 9 was added")
    yield "done"


def edit_organisation(scene: Scene) -> Iterator[str]:
    address = f"{ALL}NORTH/edit/"
    root_at(scene, address)
    yield "as it is"
    scene.page.get_by_label("Name").fill("")
    scene.watch.expect(400, address)
    button(scene.page, "Save Changes").click()
    expect_mistake(scene.page, "Enter the name")
    yield "no name"


def suspend_organisation(scene: Scene) -> Iterator[str]:
    root_at(scene, f"{ALL}SOUTH/suspend/")
    yield "the question"
    button(scene.page, "Suspend").click()
    expect(scene.page.get_by_role("status")).to_contain_text("is suspended")
    yield "done"


def resume_organisation(scene: Scene) -> Iterator[str]:
    root_at(scene, f"{ALL}SOUTH/resume/")
    yield "the question"
    scene.cast.south.asleep_since = clock.now()
    scene.cast.south.save()
    scene.page.reload()
    expect(scene.page.get_by_text("was restored from a backup")).to_be_visible()
    yield "after a restore"


def close_organisation(scene: Scene) -> Iterator[str]:
    address = f"{ALL}SOUTH/close/"
    root_at(scene, address)
    yield "the question"
    scene.page.get_by_label("Code of the successor").fill("nowhere")
    scene.watch.expect(400, address)
    button(scene.page, "Close for good").click()
    expect_mistake(scene.page, "no such code")
    yield "no such successor"
    scene.page.get_by_label("Code of the successor").fill("north")
    button(scene.page, "Close for good").click()
    expect(scene.page.get_by_text("0 of 2 people have moved")).to_be_visible()
    yield "it closes"
    while succession.move_on():
        pass
    scene.page.reload()
    yield "it is closed"


VISITS = [
    organisations,
    organisation,
    add_organisation,
    edit_organisation,
    suspend_organisation,
    resume_organisation,
    close_organisation,
]
