"""Confirm that it is you, and Your login is paused: in place of a page that was asked for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

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


def unused_for(minutes: int) -> None:
    Session.objects.update(last_seen_at=clock.now() - timedelta(minutes=minutes))


def rest_of_a_token(scene: Scene) -> Iterator[str]:
    scene.ben_at("/me/keys/")
    unused_for(minutes=61)
    scene.watch.expect(401, "/me/keys/")
    scene.page.reload()
    yield "asked"
    scene.key.insert(scene.page)
    scene.key.enter_wrong_pin()
    button(scene.page, "Go on").click()
    expect_mistake(scene.page, "did not answer")
    yield "wrong PIN"


def rest_of_a_password(scene: Scene) -> Iterator[str]:
    scene.asha_at("/")
    unused_for(minutes=16)
    scene.watch.expect(401, "/admin/")
    scene.page.goto("/admin/")
    yield "asked"
    scene.watch.expect(401, "/sign-in/go-on/")
    button(scene.page, "Go on").click()
    expect_mistake(scene.page, "The password is not right")
    yield "refused"


def rest_of_an_open_page(scene: Scene) -> Iterator[str]:
    scene.page.clock.install()
    scene.asha_at("/admin/people/")
    scene.page.clock.fast_forward("13:10")
    expect(scene.page.get_by_role("alertdialog", name="Are you still there?")).to_be_visible()
    yield "warned"
    scene.page.clock.fast_forward("02:00")
    expect(scene.page.get_by_role("alertdialog", name="Your login is paused")).to_be_visible()
    yield "resting"
    scene.watch.expect(401, "/sign-in/go-on/")
    button(scene.page, "Go on").click()
    expect_mistake(scene.page, "The password is not right")
    yield "refused"


VISITS = [
    confirm_with_a_token,
    confirm_with_the_password,
    confirm_a_removal,
    rest_of_a_token,
    rest_of_a_password,
    pytest.param(rest_of_an_open_page, marks=pytest.mark.own_window),
]
