"""Confirm that it is you: in place of a page that asks for a fresh proof."""

from collections.abc import Iterator
from datetime import timedelta

from wardkey.base import clock
from wardkey.sessions.models import Session

from ..walks import button, expect_mistake
from .scene import Scene


def long_ago() -> None:
    """Everybody has been logged in for six minutes."""
    Session.objects.update(started_at=clock.now() - timedelta(minutes=6))


def confirm_with_a_token(scene: Scene) -> Iterator[str]:
    address = f"/me/keys/{scene.blue.row.pk}/edit/"
    scene.ben_at("/me/keys/")
    long_ago()
    scene.watch.expect(401, address)
    scene.page.goto(address)
    yield "one token"
    scene.key.insert(scene.page)
    scene.key.enter_wrong_pin()
    button(scene.page, "Use this token").click()
    expect_mistake(scene.page, "did not answer")
    yield "wrong PIN"


def confirm_with_the_password(scene: Scene) -> Iterator[str]:
    address = scene.of_blue("edit")
    scene.asha_at("/")
    long_ago()
    scene.watch.expect(401, address)
    scene.page.goto(address)
    yield "empty"
    scene.watch.expect(401, "/sign-in/again/")
    button(scene.page, "Continue").click()
    expect_mistake(scene.page, "The password is not right")
    yield "refused"


def confirm_a_removal(scene: Scene) -> Iterator[str]:
    others = scene.cast.ben.keys.exclude(pk=scene.blue.row.pk)
    others.update(state="active")
    address = scene.of_blue("remove", "/me/keys/")
    scene.watch.expect(401, address)
    scene.ben_at(address)
    yield "by another token"


VISITS = [confirm_with_a_token, confirm_with_the_password, confirm_a_removal]
