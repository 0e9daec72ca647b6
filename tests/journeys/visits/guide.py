"""The guide, which is open to everybody."""

from collections.abc import Iterator

from playwright.sync_api import expect

from ..walks import heading, link
from .scene import Scene


def guide(scene: Scene) -> Iterator[str]:
    scene.page.goto("/")
    link(scene.page, "Guide").click()
    expect(heading(scene.page, "Guide to FIDO2 security tokens")).to_be_visible()
    yield "nobody is logged in"
    scene.asha_at("/guide/")
    yield "an administrator is"


VISITS = [guide]
