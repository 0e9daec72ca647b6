"""Stock: a box received, the list, and a token of it from the box to its end."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.doors import desk_of, signed_in
from tests.stock import STOCK, at, issue, received
from wardkey.inventory.models import Unit
from wardkey.keys.models import SecurityKey

from ..people import registered_key
from ..walks import button, expect_mistake
from .scene import LONG_NICKNAME, Scene


def stock(scene: Scene) -> Iterator[str]:
    scene.asha_at(STOCK)
    expect(scene.page.get_by_text("No box was received yet")).to_be_visible()
    yield "empty"
    asha = signed_in(scene.cast.asha)
    unit, *_more = received(asha, "AB100", "AB160", site=LONG_NICKNAME, model=LONG_NICKNAME)
    issue(asha, unit, scene.cast.ben.username)
    scene.asha_at(STOCK)
    yield "a page of many"
    scene.page.goto(f"{STOCK}?box={unit.box_id}")
    scene.page.get_by_text("Hand on what is still in stock").click()
    yield "one box"
    scene.page.get_by_label("Find a serial number").fill("AB999")
    button(scene.page, "Search").click()
    expect(scene.page.get_by_text("hand the token to your helpdesk")).to_be_visible()
    yield "not found"
    scene.asha_at("/admin/people/?q=ab100")
    expect(scene.page.get_by_role("link", name="AB100")).to_be_visible()
    yield "in User Management"


def stock_counts(scene: Scene) -> Iterator[str]:
    asha = signed_in(scene.cast.asha)
    units = received(asha, "100", "109")
    for unit in units[:3]:
        issue(asha, unit, scene.cast.ben.username)
    asha.submit(at(units[0], "lost/"))
    received(asha, "A1", "A5", site="Ward 7", model=LONG_NICKNAME)
    scene.asha_at(f"{STOCK}counts/")
    expect(scene.page.get_by_text("In stock: 7; Issued: 2; Lost: 1")).to_be_visible()
    yield "two models at two sites"


def stock_receive(scene: Scene) -> Iterator[str]:
    received(signed_in(scene.cast.asha), "12")
    scene.asha_at(f"{STOCK}receive/")
    yield "nothing typed"
    scene.watch.expect(400, f"{STOCK}receive/")
    button(scene.page, "Look at it first").click()
    expect_mistake(scene.page, "Enter the maker")
    yield "no maker"
    scene.page.get_by_label("Maker").fill("Yubico")
    scene.page.get_by_label("Model").fill("YubiKey 5 NFC")
    scene.page.get_by_label("Or scan each token").fill("12\n13\n13\n14")
    button(scene.page, "Look at it first").click()
    expect(scene.page.get_by_text("Nothing can be saved yet")).to_be_visible()
    yield "two lines are not right"
    button(scene.page, "Change something").click()
    scene.page.get_by_label("Or scan each token").fill("13\n14")
    button(scene.page, "Look at it first").click()
    expect(scene.page.get_by_role("heading", name="What would be recorded")).to_be_visible()
    yield "what would be recorded"
    button(scene.page, "Save").click()
    expect(scene.page.get_by_text("2 tokens are in stock now")).to_be_visible()


def issued_with_a_key(scene: Scene, unit: Unit, nickname: str) -> None:
    """As its number was typed when the stock did not know it yet."""
    dev, asha = scene.cast.dev, scene.cast.asha
    row = registered_key(admin=asha, holder=dev, nickname=nickname).row
    SecurityKey.objects.filter(pk=row.pk).update(serial_number=unit.serial_number)
    issue(signed_in(asha), unit, dev.username)


def unit(scene: Scene) -> Iterator[str]:
    asha = signed_in(scene.cast.asha)
    free, taken = received(asha, "100", "101", site=LONG_NICKNAME)
    issued_with_a_key(scene, taken, LONG_NICKNAME)
    scene.asha_at(at(free))
    scene.watch.expect(400, at(free, "issue/"))
    scene.page.get_by_label("Issue to").fill("nobody")
    button(scene.page, "Issue").click()
    expect_mistake(scene.page, "Enter the user name")
    yield "to be issued to nobody"
    scene.page.goto(at(taken))
    expect(scene.page.get_by_text("remove these registrations")).to_be_visible()
    yield "issued, and registered"


def unit_lost(scene: Scene) -> Iterator[str]:
    asha = signed_in(scene.cast.asha)
    (one,) = received(asha, "100")
    issued_with_a_key(scene, one, "Green")
    scene.asha_at(at(one, "lost/"))
    yield "asked"
    button(scene.page, "Report lost").click()
    expect(scene.page.get_by_text("1 registration is suspended")).to_be_visible()
    yield "done"
    scene.page.goto(desk_of(scene.cast.dev))
    expect(scene.page.get_by_text("Reported lost in Stock")).to_be_visible()
    yield "said beside its holder’s registration"


VISITS = [stock, stock_counts, stock_receive, unit, unit_lost]
