"""Adding and inviting people, their own first steps, and where somebody stands."""

from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import expect

from tests.doors import signed_in
from tests.newcomers import added, link_for, slip_for
from wardkey.base import clock

from ..walks import button, expect_mistake
from .scene import Scene


def add_person(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/people/add/")
    yield "as it is"
    scene.page.get_by_label("Name", exact=True).fill("Nia Newcomer")
    scene.page.get_by_label("User name").fill("ben@north.example")
    scene.watch.expect(400, "/admin/people/add/")
    button(scene.page, "Add").click()
    expect_mistake(scene.page, "never given again")
    yield "the user name is somebody's"
    scene.page.get_by_label("User name").fill("nia@north.example")
    button(scene.page, "Add").click()
    expect(scene.page.get_by_role("status")).to_contain_text("was added")
    yield "done"


def invite(scene: Scene) -> Iterator[str]:
    nia = added(signed_in(scene.cast.asha))
    address = f"/admin/people/{nia.pk}/invitation/"
    scene.asha_at(address)
    yield "as it is"
    scene.watch.expect(400, address)
    button(scene.page, "Invite").click()
    expect_mistake(scene.page, "Choose how")
    yield "no way chosen"
    scene.page.get_by_label("On a printed slip").check()
    button(scene.page, "Invite").click()
    expect(scene.page.get_by_text("Print this slip now")).to_be_visible()
    yield "the slip"


def standing(scene: Scene) -> Iterator[str]:
    asha = signed_in(scene.cast.asha)
    soon = clock.today("Europe/London") + timedelta(days=9)
    nia = added(asha, starts=soon)
    link_for(asha, nia)
    scene.asha_at(f"/admin/people/{nia.pk}/standing/")
    yield "invited, before the first day"
    scene.asha_at(f"/admin/people/{scene.cast.ben.pk}/standing/")
    yield "here"
    scene.asha_at(f"/admin/people/{scene.cast.asha.pk}/standing/")
    yield "oneself"


def withdraw_invitation(scene: Scene) -> Iterator[str]:
    asha = signed_in(scene.cast.asha)
    nia = added(asha)
    slip_for(asha, nia)
    scene.asha_at(f"/admin/people/{nia.pk}/invitation/withdraw/")
    yield "as it is"


def suspend_person(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"/admin/people/{scene.cast.ben.pk}/suspend/")
    yield "as it is"
    button(scene.page, "Suspend").click()
    expect(scene.page.get_by_role("status")).to_contain_text("was suspended")
    yield "done"


def resume_person(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"/admin/people/{scene.cast.ben.pk}/resume/")
    yield "as it is"


def join(scene: Scene) -> Iterator[str]:
    asha = signed_in(scene.cast.asha)
    scene.page.goto("/join/")
    yield "empty"
    scene.watch.expect(401, "/join/")
    button(scene.page, "Continue").click()
    expect_mistake(scene.page, "does not work")
    yield "no such code"
    scene.page.goto(f"/join/#{link_for(asha, added(asha))}")
    expect(scene.page.get_by_text("Welcome, Nia Newcomer")).to_be_visible()
    assert "#" not in scene.page.url
    yield "by the link, a password to choose"
    scene.watch.expect(400, "/join/")
    scene.page.get_by_label("Choose a password", exact=True).fill("short")
    button(scene.page, "Open my account").click()
    expect_mistake(scene.page, "10 characters or more")
    yield "the password will not do"


VISITS = [
    add_person,
    invite,
    standing,
    withdraw_invitation,
    suspend_person,
    resume_person,
    join,
]
