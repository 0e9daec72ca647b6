"""The guide, which is open to everybody."""

import re
from collections.abc import Iterator

from playwright.sync_api import Route, expect

from wardkey.guide import made

from ..walks import heading, link
from .scene import Scene


def guide(scene: Scene) -> Iterator[str]:
    scene.page.goto("/")
    link(scene.page, "Guide").click()
    expect(heading(scene.page, "Guide to FIDO2 security tokens")).to_be_visible()
    yield "nobody is logged in"
    scene.asha_at("/guide/")
    yield "an administrator is"


def guide_procedure(scene: Scene) -> Iterator[str]:
    scene.page.goto("/guide/how-to/register/")
    yield "of the portal, with pictures"
    scene.page.goto("/guide/how-to/change-pin/")
    yield "of the systems, to choose from"


def guide_on_system(scene: Scene) -> Iterator[str]:
    scene.page.goto("/guide/how-to/reset/windows-10/")
    yield "step by step"
    scene.page.goto("/guide/how-to/reset/macos/")
    yield "with an address as one long word"
    scene.page.goto("/guide/how-to/change-pin/ios/")
    yield "not possible"


def in_parts(route: Route) -> None:
    """As the portal serves the video, and the tests' own server cannot: from any byte on."""
    video = (made.FOLDER / made.VIDEO).read_bytes()
    asked = re.match(r"bytes=(\d+)-", route.request.headers.get("range", "bytes=0-"))
    begins = int(asked[1])
    told = f"bytes {begins}-{len(video) - 1}/{len(video)}"
    headers = {"Content-Range": told, "Accept-Ranges": "bytes", "Content-Type": "video/webm"}
    route.fulfill(status=206, headers=headers, body=video[begins:])


def guide_video(scene: Scene) -> Iterator[str]:
    scene.page.route(f"**/{made.VIDEO}", in_parts)
    scene.page.goto("/guide/video/")
    scene.page.wait_for_function("() => document.getElementById('video').readyState > 0")
    scene.page.get_by_role("link", name="Log in with a token").click()
    begins = made.chapters()[-1].begins
    assert scene.page.evaluate("() => document.getElementById('video').currentTime") == begins
    yield "at a chapter"


def guide_transcript(scene: Scene) -> Iterator[str]:
    scene.page.goto("/guide/video/transcript/")
    yield "as it is"


def guide_easy_read(scene: Scene) -> Iterator[str]:
    scene.page.goto("/guide/easy-read/")
    yield "as it is"


VISITS = [
    *(guide, guide_procedure, guide_on_system),
    *(guide_video, guide_transcript, guide_easy_read),
]
