"""The policy of an organisation, and exceptions from it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests import full_count
from tests.cast import decide
from tests.doors import signed_in
from tests.policies import confirmed, day_fields, in_days, saved
from wardkey.base import clock
from wardkey.demo.key_models import SIGNER, invent
from wardkey.keymodels.refresh import refresh

from ..people import sit_down
from ..walks import button, expect_mistake, expect_success, follow, heading
from .organisations import root_at
from .scene import Scene


def priya_at(scene: Scene, address: str) -> None:
    """She has confirmed already that it is she."""
    browser = confirmed(signed_in(scene.cast.priya), scene.cast.north)
    browser.get(address)
    sit_down(scene.page, browser)
    scene.page.goto(address)


def policy(scene: Scene) -> Iterator[str]:
    priya_at(scene, "/admin/policy/")
    yield "with what was decided"
    priya = signed_in(scene.cast.priya)
    saved(priya, scene.cast.north, "keys_a_person", "2", **day_fields(in_days(3)))
    saved(priya, scene.cast.north, "models.delegated", "yes")
    scene.page.reload()
    expect(scene.page.get_by_role("button", name="Withdraw")).to_be_visible()
    yield "with a change to come and a delegation"


def policy_change(scene: Scene) -> Iterator[str]:
    priya_at(scene, "/admin/policy/keys_a_person/")
    yield "a number"
    scene.page.goto("/admin/policy/second_factor.delegated/")
    yield "a delegation"
    scene.page.goto("/admin/policy/second_factor/")
    yield "choices"
    scene.page.get_by_label("Everyone").check()
    button(scene.page, "See whom it touches").click()
    expect(heading(scene.page, "Whom it touches")).to_be_visible()
    scene.page.get_by_text("more", exact=False).first.click()
    yield "whom it touches"
    scene.page.goto("/admin/policy/second_factor/")
    scene.page.get_by_label("Everyone").check()
    scene.page.get_by_label("Year").fill("2020")
    scene.watch.expect(400, "/admin/policy/second_factor/")
    button(scene.page, "See whom it touches").click()
    expect_mistake(scene.page, "The day is over.")
    yield "a day that is over"


def key_models(scene: Scene) -> Iterator[str]:
    catalogue = invent(seed=bytes(32), at=clock.now())
    priya_at(scene, "/admin/policy/key-models/")
    yield "nothing is known about models"
    refresh(blob=catalogue.blob, root=catalogue.root, signer=SIGNER)
    scene.page.reload()
    expect(scene.page.get_by_text("33 models")).to_be_visible()
    yield "all of them"
    scene.asha_at("/admin/policy/key-models/")
    expect(button(scene.page, "See whom it touches")).to_have_count(0)
    yield "to be read alone"


def key_models_review(scene: Scene) -> Iterator[str]:
    catalogue = invent(seed=bytes(32), at=clock.now())
    refresh(blob=catalogue.blob, root=catalogue.root, signer=SIGNER)
    priya_at(scene, "/admin/policy/key-models/")
    scene.page.get_by_label("Thistle Two", exact=True).check()
    button(scene.page, "See whom it touches").click()
    expect(heading(scene.page, "Whom it touches")).to_be_visible()
    yield "a list"
    scene.page.goto("/admin/policy/key-models/")
    button(scene.page, "See whom it touches").click()
    expect(scene.page.get_by_text("nobody could register")).to_be_visible()
    yield "an empty list"
    scene.watch.expect(400, "/admin/policy/models/save/")
    button(scene.page, "Save").click()
    expect_mistake(scene.page, "nobody could register a token")
    yield "an empty list that was not meant"


def model_plugs(scene: Scene) -> Iterator[str]:
    catalogue = invent(seed=bytes(32), at=clock.now())
    address = "/admin/policy/key-models/?q=Heron+Key+C"
    root_at(scene, address)
    refresh(blob=catalogue.blob, root=catalogue.root, signer=SIGNER)
    scene.page.reload()
    follow(scene.page.get_by_role("link", name=re.compile("Heron Key C")))
    yield "nothing is told"
    scene.page.get_by_label("USB-C").check()
    scene.page.get_by_label("No plug").check()
    scene.watch.expect(400, urlsplit(scene.page.url).path)
    button(scene.page, "Save Changes").click()
    expect_mistake(scene.page, "not both")
    yield "a plug and none"
    scene.page.get_by_label("No plug").uncheck()
    button(scene.page, "Save Changes").click()
    expect_success(scene.page, "The plugs of Heron Key C were saved.")
    yield "it was told"


def exceptions(scene: Scene) -> Iterator[str]:
    address = f"/admin/people/{scene.cast.ben.pk}/exceptions/"
    priya_at(scene, address)
    yield "none"
    decide(scene.cast.north, keys_a_person=9)
    fields = {"choice": "keys_a_person=10", "reason": "The new ones are late"}
    until = day_fields(in_days(9), name="until")
    signed_in(scene.cast.priya).submit(f"{address}make/", **fields, **until)
    scene.page.reload()
    expect(scene.page.get_by_text("The new ones are late")).to_be_visible()
    yield "one"
    scene.page.goto("/admin/policy/")
    yield "and it is listed"


def exception_make(scene: Scene) -> Iterator[str]:
    address = f"/admin/people/{scene.cast.ben.pk}/exceptions/make/"
    priya_at(scene, address)
    yield "some to choose"
    scene.watch.expect(400, address)
    button(scene.page, "Make the exception").click()
    expect_mistake(scene.page, "Enter a reason")
    yield "nothing was chosen"
    scene.page.get_by_label("Synced passkeys: Allowed").check()
    scene.page.get_by_label("Reason").fill("The new ones are late")
    button(scene.page, "Make the exception").click()
    expect(scene.page.get_by_role("status")).to_contain_text("Success")
    yield "one was made"


def exceptions_register(scene: Scene) -> Iterator[str]:
    priya_at(scene, "/admin/exceptions/")
    yield "none"
    decide(scene.cast.north, keys_a_person=9)
    fields = {"choice": "keys_a_person=10", "reason": "The new ones are late"}
    for person in (scene.cast.ben, scene.cast.wil):
        until = day_fields(in_days(9), name="until")
        address = f"/admin/people/{person.pk}/exceptions/make/"
        signed_in(scene.cast.priya).submit(address, **fields, **until)
    address = f"/admin/people/{scene.cast.wil.pk}/exceptions/"
    signed_in(scene.cast.priya).submit(f"{address}{person.policy_exceptions.get().pk}/end/")
    scene.page.get_by_label("State").select_option("All")
    button(scene.page, "Show").click()
    expect(scene.page.get_by_text("Ended early by Priya Nair")).to_be_visible()
    yield "one that runs, and one that ended"


def overview(scene: Scene) -> Iterator[str]:
    priya_at(scene, "/admin/overview/")
    yield "nothing was counted yet"
    for ago in (3, 1):
        full_count.count_day(clock.now().date() - timedelta(days=ago))
    scene.page.reload()
    expect(scene.page.get_by_role("link", name="Northside Ward 7", exact=True)).to_be_visible()
    yield "with its numbers"
    scene.page.get_by_text("Show the numbers").click()
    yield "with the course as a table"


def overview_list(scene: Scene) -> Iterator[str]:
    scene.cast.ben.keys.update(state="waiting", state_since=clock.now())
    priya_at(scene, "/admin/overview/list/")
    yield "people without a token"
    scene.page.get_by_label("List").select_option("Tokens that wait for their first use")
    button(scene.page, "Show").click()
    expect(scene.page.get_by_role("link", name="Open their tokens")).to_have_count(2)
    yield "tokens that wait"
    scene.page.goto("/admin/overview/list/?list=unused")
    yield "none"


def without_token(scene: Scene) -> Iterator[str]:
    priya_at(scene, "/admin/without-token/")
    yield "how many by which way"
    follow(scene.page.get_by_role("link", name="Show them").first)
    yield "by the policy"
    scene.page.goto("/admin/without-token/?way=exception")
    yield "nobody by an exception"


VISITS = [
    *(policy, policy_change, key_models, key_models_review, model_plugs),
    *(exceptions, exception_make, exceptions_register, without_token),
    *(overview, overview_list),
]
