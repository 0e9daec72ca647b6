"""Keys, at an administrator's desk and at one's own."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.cast import decide, issue_pass
from tests.doors import desk_of, half_signed_in, signed_in
from tests.stock import issue, received
from tests.test_appointing import give

from ..people import registered_key, signed_in_with, sit_down
from ..walks import button, expect_mistake, follow, heading, link
from .scene import LONG_NICKNAME, Scene


def keys(scene: Scene) -> Iterator[str]:
    scene.asha_at(scene.desk)
    yield "two tokens"
    scene.asha_at(desk_of(scene.cast.dev))
    yield "no token"


def register(scene: Scene) -> Iterator[str]:
    (unit,) = received(signed_in(scene.cast.asha), "7812345")
    issue(signed_in(scene.cast.asha), unit, scene.cast.dev.username)
    scene.asha_at(f"{scene.desk}register/")
    yield "before OK"
    yield from registering(scene, f"{scene.desk}register/")
    scene.watch.expect(409, f"{scene.desk}register/")
    scene.page.get_by_label("Nickname", exact=True).fill("Green")
    scene.page.get_by_label("Serial number").fill("7812345")
    button(scene.page, "Save").click()
    expect_mistake(scene.page, "was issued to somebody else")
    yield "the number is somebody else's"
    scene.page.get_by_label("Both use this token").check()
    button(scene.page, "Save").click()
    expect(scene.page.get_by_text("was registered")).to_be_visible()


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
    give(scene.cast.ben, "helpdesk", scene.cast.north)
    decide(scene.cast.north, administrators_keys="two")
    scene.page.reload()
    yield "two administrators have to agree"
    decide(scene.cast.north, administrators_keys="nobody_else")
    scene.page.reload()
    yield "nobody else may"


def suspend(scene: Scene) -> Iterator[str]:
    scene.asha_at(scene.of_blue("suspend"))
    yield "with its reasons"


def try_key(scene: Scene) -> Iterator[str]:
    scene.asha_at(scene.of_blue("try"))
    yield "before the touch"
    scene.key.insert(scene.page)
    button(scene.page, "Try it now").click()
    expect_mistake(scene.page, "did not answer")
    yield "another token"


def resume(scene: Scene) -> Iterator[str]:
    scene.asha_at(scene.of_blue("suspend"))
    button(scene.page, "Suspend").click()
    expect(scene.page.get_by_text("Suspended: it cannot be found")).to_be_visible()
    yield "the list, with one that is suspended"
    scene.page.goto(scene.of_blue("resume"))
    yield "as it is"


def undo_removal(scene: Scene) -> Iterator[str]:
    scene.asha_at(scene.of_blue("remove"))
    button(scene.page, "Remove").click()
    expect(heading(scene.page, "Removed in the last 24 hours")).to_be_visible()
    yield "the list, with one that may come back"
    follow(link(scene.page, "Undo Blue key"))
    yield "as it is"


def sign_ins(scene: Scene) -> Iterator[str]:
    scene.asha_at(scene.of_blue("sign-ins"))
    yield "none"
    signed_in_with(scene.blue)
    scene.page.goto(scene.of_blue("remove"))
    scene.page.get_by_role("radio", name="It was stolen").check()
    scene.watch.expect(400, scene.of_blue("remove"))
    button(scene.page, "Remove").click()
    expect_mistake(scene.page, "certainly still there")
    yield "the moment of a theft is asked for"
    scene.page.get_by_label("If it was stolen, since when?").fill("2026-01-05T07:30")
    button(scene.page, "Remove").click()
    expect(scene.page.get_by_text("1 login")).to_be_visible()
    yield "one, of a stolen token"


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
    yield "the only one in use"
    other = scene.cast.ben.keys.exclude(pk=scene.blue.row.pk)
    other.update(state="active")
    scene.page.goto(f"/me/keys/{other.get().pk}/remove/")
    yield "one of two"


def my_lost(scene: Scene) -> Iterator[str]:
    scene.ben_at(scene.of_blue("lost", "/me/keys/"))
    yield "with another one left"
    scene.cast.ben.keys.exclude(pk=scene.blue.row.pk).update(state="removed")
    scene.page.reload()
    yield "the last one"


def my_try_key(scene: Scene) -> Iterator[str]:
    spare = registered_key(admin=scene.cast.asha, holder=scene.cast.ben, nickname="Spare")
    scene.ben_at("/me/keys/")
    yield "the list, with one to try"
    scene.page.goto(f"/me/keys/{spare.row.pk}/try/")
    yield "before the touch"


def my_resume(scene: Scene) -> Iterator[str]:
    scene.ben_at(scene.of_blue("resume", "/me/keys/"))
    yield "as it is"


def my_undo_removal(scene: Scene) -> Iterator[str]:
    spare = registered_key(admin=scene.cast.asha, holder=scene.cast.ben, nickname="Spare")
    signed_in_with(scene.blue).submit(f"/me/keys/{spare.row.pk}/remove/")
    scene.ben_at(f"/me/keys/{spare.row.pk}/undo-removal/")
    yield "as it is"


def my_sign_ins(scene: Scene) -> Iterator[str]:
    scene.ben_at(scene.of_blue("sign-ins", "/me/keys/"))
    yield "one"


VISITS = [
    *(keys, register, edit, remove, suspend, resume, undo_removal),
    *(sign_ins, try_key, my_try_key),
    *(my_keys, my_register, my_edit, my_remove, my_lost, my_resume, my_undo_removal, my_sign_ins),
]
