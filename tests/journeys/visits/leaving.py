"""Leaving, moving and visiting."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests import departures
from tests.departures import joiner_code_of, today
from tests.doors import signed_in
from wardkey.lifecycle.models import KeyTransfer
from wardkey.people.models import Membership

from ..people import sit_down
from ..walks import button, expect_mistake
from .scene import Scene


def about_ben(scene: Scene, page: str) -> str:
    return f"/admin/people/{scene.cast.ben.pk}/{page}"


def mark_as_leaver(scene: Scene, **more) -> None:
    answer = departures.mark_leaver(signed_in(scene.cast.asha), scene.cast.ben, **more)
    assert answer.status_code == 302


def mark_leaver(scene: Scene) -> Iterator[str]:
    address = about_ben(scene, "leaver/")
    scene.asha_at(address)
    yield "two tokens to decide about"
    scene.watch.expect(400, address)
    scene.page.get_by_label("Lend it").first.check()
    button(scene.page, "Mark as leaver").click()
    expect_mistake(scene.page, "Enter a date")
    yield "lent, and no end of it"
    scene.page.get_by_label("Give it away").first.check()
    button(scene.page, "Mark as leaver").click()
    expect(scene.page.get_by_role("status")).to_contain_text("is marked as leaver")
    yield "done"


def take_back_mark(scene: Scene) -> Iterator[str]:
    mark_as_leaver(scene)
    scene.asha_at(about_ben(scene, "leaver/take-back/"))
    yield "as it is"


def close_person(scene: Scene) -> Iterator[str]:
    scene.asha_at(about_ben(scene, "close/"))
    yield "as it is"
    button(scene.page, "Close now").click()
    expect(scene.page.get_by_role("status")).to_contain_text("was closed")
    yield "done"


def restore_person(scene: Scene) -> Iterator[str]:
    scene.asha_at(about_ben(scene, "restore/"))
    yield "as it is"


def send_as_guest(scene: Scene) -> Iterator[str]:
    address = about_ben(scene, "guest/")
    scene.asha_at(address)
    yield "as it is"
    scene.watch.expect(400, address)
    scene.page.get_by_label("Code of the organisation").fill("NOSUCH")
    for part, value in (("Day", today().day), ("Month", today().month), ("Year", today().year)):
        scene.page.get_by_label(part).fill(str(value))
    button(scene.page, "Send as a guest").click()
    expect_mistake(scene.page, "no organisation with this code")
    yield "no such organisation"
    scene.page.get_by_label("Code of the organisation").fill("SOUTH")
    button(scene.page, "Send as a guest").click()
    expect(scene.page.get_by_role("status")).to_contain_text("is a guest there now")
    yield "done"


def visiting(scene: Scene) -> Membership:
    assert departures.send_as_guest(signed_in(scene.cast.asha), scene.cast.ben).status_code == 302
    return Membership.objects.get(kind="guest")


def end_visit(scene: Scene) -> Iterator[str]:
    scene.asha_at(about_ben(scene, f"guest/{visiting(scene).pk}/end/"))
    yield "as it is"


def guests(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, signed_in(scene.cast.nina))
    scene.page.goto("/admin/guests/")
    yield "nobody"
    visiting(scene)
    scene.page.reload()
    yield "one"


def lend_to_guest(scene: Scene) -> Iterator[str]:
    address = f"/admin/guests/{visiting(scene).pk}/lend/"
    sit_down(scene.page, signed_in(scene.cast.nina))
    scene.page.goto(address)
    yield "as it is"
    scene.watch.expect(400, address)
    button(scene.page, "Save").click()
    expect_mistake(scene.page, "Say what was handed over")
    yield "nothing was said"


def take_on(scene: Scene) -> Iterator[str]:
    code = joiner_code_of(signed_in(scene.cast.dev))
    assert departures.mark_leaver(signed_in(scene.cast.asha), scene.cast.dev).status_code == 302
    sit_down(scene.page, signed_in(scene.cast.nina))
    scene.page.goto("/admin/people/take-on/")
    yield "as it is"
    scene.watch.expect(400, "/admin/people/take-on/")
    button(scene.page, "Continue").click()
    expect_mistake(scene.page, "This joiner code does not work")
    yield "no such code"
    scene.page.get_by_label("Joiner code").fill(code)
    button(scene.page, "Continue").click()
    expect(scene.page.get_by_text("Take on Dev Malik?")).to_be_visible()
    yield "whom"
    button(scene.page, "Take on").click()
    expect(scene.page.get_by_role("status")).to_contain_text("now belongs to Southside Clinic")
    yield "done"


def moved_with_lent_key(scene: Scene) -> KeyTransfer:
    asha, nina = signed_in(scene.cast.asha), signed_in(scene.cast.nina)
    assert departures.send_as_guest(asha, scene.cast.ben).status_code == 302
    visit = Membership.objects.get(kind="guest")
    nina.submit(f"/admin/guests/{visit.pk}/lend/", described="Grey, no. 7")
    return KeyTransfer.objects.get()


def tokens_to_collect(scene: Scene) -> Iterator[str]:
    sit_down(scene.page, signed_in(scene.cast.nina))
    scene.page.goto("/admin/tokens-to-collect/")
    yield "nothing"
    moved_with_lent_key(scene)
    KeyTransfer.objects.update(until="2026-01-01")
    scene.page.reload()
    yield "to collect, overdue"
    scene.asha_at("/admin/tokens-to-collect/")
    yield "to return"


def token_to_collect(scene: Scene) -> Iterator[str]:
    transfer = moved_with_lent_key(scene)
    sit_down(scene.page, signed_in(scene.cast.nina))
    scene.page.goto(f"/admin/tokens-to-collect/{transfer.pk}/")
    yield "as it is"


def my_moving(scene: Scene) -> Iterator[str]:
    scene.ben_at("/me/moving/")
    yield "as it is"
    button(scene.page, "Make a joiner code").click()
    expect(scene.page.get_by_text("It is shown only now")).to_be_visible()
    yield "with a code"


VISITS = [
    mark_leaver,
    take_back_mark,
    close_person,
    restore_person,
    send_as_guest,
    end_visit,
    guests,
    lend_to_guest,
    take_on,
    tokens_to_collect,
    token_to_collect,
    my_moving,
]
