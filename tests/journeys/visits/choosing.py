"""Choosing a security token, Compatibility, and Check this device."""

from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import expect

from tests.checks import added, checked, sent
from tests.doors import signed_in
from wardkey.base import clock
from wardkey.compatibility.models import CheckedDevice
from wardkey.demo.key_models import SIGNER, invent
from wardkey.keymodels.refresh import refresh

from ..walks import button, follow, heading
from .scene import Scene

CHOOSING = "/guide/choosing/"


def take_in_models() -> None:
    catalogue = invent(seed=bytes(32), at=clock.now())
    refresh(blob=catalogue.blob, root=catalogue.root, signer=SIGNER)


def choosing(scene: Scene) -> Iterator[str]:
    scene.page.goto(CHOOSING)
    yield "nothing is known about models"
    take_in_models()
    scene.page.reload()
    expect(heading(scene.page, "18 models")).to_be_visible()
    yield "all of them"
    scene.page.get_by_label("Unlocked by").select_option("Fingerprint")
    button(scene.page, "Show these").click()
    expect(heading(scene.page, "2 models")).to_be_visible()
    yield "two of them"
    scene.watch.expect(400, f"{CHOOSING}compare/")
    button(scene.page, "Compare").click()
    expect(scene.page.locator(".nhsuk-error-summary")).to_contain_text("Tick two to four")
    yield "nothing was ticked"
    scene.asha_at(CHOOSING)
    scene.page.get_by_label("Allowed by the policy of Northside Hospital").check()
    follow(button(scene.page, "Show these"))
    expect(heading(scene.page, "18 models")).to_be_visible()
    yield "somebody is logged in"


def choosing_compare(scene: Scene) -> Iterator[str]:
    take_in_models()
    scene.page.goto(f"{CHOOSING}?q=thistle")
    for name in ("Thistle Bio", "Thistle One", "Thistle One NFC", "Thistle Two"):
        scene.page.get_by_label(name, exact=True).check()
    button(scene.page, "Compare").click()
    expect(heading(scene.page, "Models side by side")).to_be_visible()
    yield "four models"
    scene.asha_at(scene.page.url)
    expect(scene.page.get_by_role("rowheader", name="Policy of")).to_be_visible()
    yield "of somebody who is logged in"


def compatibility(scene: Scene) -> Iterator[str]:
    scene.page.goto("/guide/compatibility/")
    yield "nobody is logged in"
    asha = signed_in(scene.cast.asha)
    added(asha, checked(asha))
    added(asha, checked(asha))
    CheckedDevice.objects.filter(pk=CheckedDevice.objects.first().pk).update(
        checked_at=clock.now() - timedelta(days=400), browser="Firefox", sign_in="fails"
    )
    scene.asha_at("/guide/compatibility/")
    expect(scene.page.get_by_text("Old result").first).to_be_visible()
    yield "old results, and what administrators added"
    dev = signed_in(scene.cast.dev)
    sent(dev, checked(dev))
    scene.page.reload()
    expect(heading(scene.page, "Sent by people of Northside Hospital, or below it")).to_be_visible()
    yield "what somebody sent"


def check_device(scene: Scene) -> Iterator[str]:
    scene.page.goto("/guide/check/")
    yield "nobody is logged in"
    scene.key.insert(scene.page)
    button(scene.page, "Check this device").click()
    expect(heading(scene.page, "It works here")).to_be_visible()
    yield "it works"
    scene.asha_at("/guide/check/")
    yield "an administrator is logged in"


def check_outcome(scene: Scene) -> Iterator[str]:
    scene.key.insert(scene.page)
    scene.asha_at("/guide/check/")
    button(scene.page, "Check this device").click()
    expect(button(scene.page, "Add to the table")).to_be_visible()
    yield "it works"
    scene.page.goto("/guide/check/")
    scene.page.evaluate("() => { delete window.PublicKeyCredential; }")
    button(scene.page, "Check this device").click()
    expect(heading(scene.page, "It does not work here")).to_be_visible()
    yield "it does not"
    scene.ben_at("/guide/check/")
    button(scene.page, "Check this device").click()
    expect(button(scene.page, "Send it")).to_be_visible()
    yield "of a standard user, who may send it"


VISITS = [choosing, choosing_compare, compatibility, check_device, check_outcome]
