"""Register a batch."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.batches import BATCHES, batch_for, desk_at, served
from tests.doors import signed_in

from ..walks import button, expect_mistake, expect_success, heading, link
from .scene import Scene


def ashas(scene: Scene) -> str:
    """Of Dev, and of Wil, who has a token from it."""
    asha = signed_in(scene.cast.asha)
    where = batch_for(asha, scene.cast.dev, scene.cast.wil)
    served(asha, where, scene.cast.wil)
    return where


def batches(scene: Scene) -> Iterator[str]:
    scene.asha_at(BATCHES)
    yield "none yet"
    ashas(scene)
    scene.page.reload()
    yield "one"


def batch_new(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"{BATCHES}new/")
    yield "empty"
    scene.watch.expect(400, f"{BATCHES}new/")
    button(scene.page, "Look who they are").click()
    expect_mistake(scene.page, "Enter at least one person.")
    yield "nobody"
    names = "Ben Carter\nde\nEve Carter\ndev@north.example\nPriya Nair"
    scene.page.get_by_label("Paste the list").fill(names)
    button(scene.page, "Look who they are").click()
    expect(heading(scene.page, "Are these the right people?")).to_be_visible()
    yield "previewed"


def batch_add(scene: Scene) -> Iterator[str]:
    where = ashas(scene)
    scene.asha_at(f"{where}add/?q=n")
    yield "some found"
    scene.watch.expect(400, f"{where}add/save/")
    button(scene.page, "Put on the list").click()
    expect_mistake(scene.page, "Choose at least one person")
    yield "nobody chosen"


def batch(scene: Scene) -> Iterator[str]:
    scene.asha_at(ashas(scene))
    yield "some done"
    link(scene.page, "Start without it, and confirm for each person").click()
    button(scene.page, "Not here today").click()
    expect(scene.page.get_by_text("Everybody who is here today")).to_be_visible()
    yield "the others are away"


def batch_delete(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"{ashas(scene)}delete/")
    yield "asked"
    button(scene.page, "Delete the batch").click()
    expect_success(scene.page, "The batch was deleted.")


def batch_person(scene: Scene) -> Iterator[str]:
    where = batch_for(signed_in(scene.cast.asha), scene.cast.ben, scene.cast.wil)
    scene.asha_at(desk_at(where, scene.cast.ben))
    expect(button(scene.page, "OK")).to_be_enabled()
    yield "to be set up, beside a token that waits"
    scene.key.insert(scene.page)
    button(scene.page, "OK").click()
    expect(scene.page.get_by_label("Serial number")).to_be_focused()
    yield "answered"
    button(scene.page, "Save").click()
    expect(heading(scene.page, "Registered: Token 1")).to_be_focused()
    yield "registered"
    button(scene.page, "Next person").click()
    expect(heading(scene.page, "Go on without a slip?")).to_be_focused()
    yield "asked about the slip"
    button(scene.page, "Go on without a slip").click()
    expect(heading(scene.page, scene.cast.wil.name)).to_be_focused()
    scene.page.goto(desk_at(where, scene.cast.ben))
    yield "done"


def batch_undo(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"{desk_at(ashas(scene), scene.cast.wil)}undo/")
    yield "asked"


VISITS = [batches, batch_new, batch, batch_add, batch_delete, batch_person, batch_undo]
