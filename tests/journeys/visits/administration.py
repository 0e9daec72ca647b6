"""What an administrator sees besides a person's keys."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import expect

from tests.cast import PASSWORD, decide
from tests.doors import signed_in
from tests.guessing import block
from wardkey.audit import checkpoint_keys
from wardkey.base import clock
from wardkey.keymodels.models import ModelUnderReview
from wardkey.keymodels.review import GRACE
from wardkey.operating import worker
from wardkey.reports import chores
from wardkey.signin.models import Limit
from wardkey.signin.source import network_of

from ..people import signed_in_with, sit_down
from ..walks import button, expect_mistake, expect_success, follow, heading, search_for
from .organisations import root_at
from .scene import Scene


def administration(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/")
    yield "as it is"


def audit(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/audit/")
    yield "with entries"
    scene.asha_at("/admin/audit/?person=nobody")
    yield "with nothing that fits"
    scene.asha_at(f"/admin/people/{scene.cast.ben.pk}/keys/")
    scene.page.get_by_role("link", name="Audit trail").first.click()
    expect(scene.page.get_by_text("Entries of one token alone.")).to_be_visible()
    yield "of one token"


def audit_proofs(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/audit/")
    follow(scene.page.get_by_role("link", name="Download with proofs"))
    yield "before there is a key that signs"
    checkpoint_keys.signing_key()
    scene.asha_at("/admin/audit/proofs/")
    yield "as it is"


def evidence(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/evidence/")
    scene.page.get_by_text("For an organisation below this one").click()
    yield "as it is"
    scene.page.get_by_label("Year").fill("2999")
    scene.watch.expect(400, "/admin/evidence/pack.zip")
    button(scene.page, "Make the pack").click()
    expect_mistake(scene.page, "Enter a day that is over")
    yield "a day to come"


def token_station(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/")
    scene.watch.expect(401, "/admin/token-station/")
    scene.page.get_by_role("link", name="Token station").click()
    scene.page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(scene.page, "Continue").click()
    expect(heading(scene.page, "Connect the token station")).to_be_visible()
    yield "asked"
    button(scene.page, "Show me a code").click()
    expect(scene.page.locator(".wardkey-secret")).to_be_visible()
    yield "the code"


def shared_computer(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/shared-computer/")
    yield "it is none"
    button(scene.page, "Mark this computer as shared").click()
    expect(scene.page.get_by_role("status").first).to_contain_text("from now on")
    yield "it is one"
    follow(button(scene.page, "Logout"))
    scene.page.goto("/sign-in/")
    expect(scene.page.get_by_text("log out when you are done")).to_be_visible()
    yield "Login at it"


def address_limit(scene: Scene) -> Iterator[str]:
    address = "/admin/address-limit/"
    scene.asha_at(address)
    yield "nobody waits"
    Limit.objects.create(
        subject=network_of("127.0.0.1"),
        kind="address",
        failures=1,
        failed_at=clock.now(),
        blocked_until=clock.now() + timedelta(minutes=2),
    )
    scene.page.reload()
    yield "they wait"
    button(scene.page, "Lift the limit").click()
    expect_success(scene.page, "people can try again now")
    yield "lifted"


def portal_health(scene: Scene) -> Iterator[str]:
    root_at(scene, "/admin/health/")
    expect(scene.page.get_by_text("start wardkey worker")).to_be_visible()
    yield "no worker, no checkpoints"
    told = [chore.told for chore in worker.usual_chores(stopping=lambda: False)]
    for each in told:
        each.did(0.1)
    told[0].failed(0.1)
    chores.write_down(told)
    scene.page.reload()
    yield "a worker, one of whose chores is late"


def tokens_to_replace(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/tokens-to-replace/")
    yield "none, and nothing is known about models"
    long_ago = clock.now() - 2 * GRACE
    weak = ModelUnderReview.objects.create(
        id=uuid.uuid5(uuid.NAMESPACE_DNS, "model.example"),
        name="Weak",
        statuses=["USER_VERIFICATION_BYPASS", "REVOKED"],
        began_at=long_ago,
    )
    scene.cast.ben.keys.update(model_id=weak.pk, model=weak.name, registered_at=long_ago)
    scene.page.reload()
    expect(scene.page.get_by_text("Overdue")).to_have_count(2)
    yield "two, overdue"


def user_management(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/people/")
    yield "before a search"
    search_for(scene.page, "ben")
    expect(scene.page.get_by_text("1 person found")).to_be_visible()
    yield "found"
    search_for(scene.page, "nobody")
    expect(scene.page.get_by_text("Nobody in your organisation was found")).to_be_visible()
    yield "nobody found"


def person(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"/admin/people/{scene.cast.ben.pk}/")
    yield "with tokens, for the first time"
    block(scene.cast.ben.username)
    scene.page.reload()
    expect(scene.page.get_by_text("Too many wrong passwords")).to_be_visible()
    yield "with a limit that holds"
    button(scene.page, "Lift the limit").click()
    expect(scene.page.get_by_role("status")).to_contain_text("Success")
    yield "lifted"
    signed_in_with(scene.blue)
    scene.page.reload()
    expect(scene.page.get_by_text("Last logged in")).to_be_visible()
    yield "with tokens in use"
    scene.cast.ben.keys.update(state="suspended")
    scene.page.reload()
    expect(scene.page.get_by_role("button", name="Issue an access pass")).to_be_visible()
    yield "with cures"


def issue_pass(scene: Scene) -> Iterator[str]:
    address = f"/admin/people/{scene.cast.dev.pk}/access-pass/"
    scene.watch.expect(401, address)
    scene.asha_at(address)
    yield "a fresh proof is asked for"
    scene.page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(scene.page, "Continue").click()
    expect(heading(scene.page, "Issue an access pass for Dev Malik")).to_be_visible()
    yield "the identity check"
    scene.watch.expect(400, address)
    button(scene.page, "Issue the pass").click()
    expect(scene.page.locator(".nhsuk-error-summary")).to_contain_text("how you made sure")
    yield "none was named"
    button(scene.page, "Send a code").click()
    expect(scene.page.get_by_role("status")).to_contain_text("A code is on its way")
    decide(scene.cast.north, day_pass="on")
    scene.page.reload()
    scene.page.get_by_role("radio", name="To work today").check()
    scene.page.get_by_role("radio", name="They read me the code").check()
    expect(scene.page.get_by_label("If they read you a code")).to_be_visible()
    yield "a day pass, and a code"
    scene.page.get_by_role("radio", name="To register a token").check()
    scene.page.get_by_role("radio", name="In person").check()
    button(scene.page, "Issue the pass").click()
    expect(scene.page.get_by_text("It is shown this once.")).to_be_visible()
    yield "the pass"
    yield from waiting_pass(scene)


def waiting_pass(scene: Scene) -> Iterator[str]:
    """Of somebody with a role."""
    address = f"/admin/people/{scene.cast.asha.pk}/access-pass/"
    signed_in(scene.cast.priya).submit(address, checked="call_back")
    sit_down(scene.page, signed_in(scene.cast.priya))
    scene.watch.expect(401, address)
    scene.page.goto(address)
    scene.page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(scene.page, "Continue").click()
    expect(heading(scene.page, "A pass for Asha Rao was asked for")).to_be_visible()
    yield "it waits for a second administrator"


def vouch(scene: Scene) -> Iterator[str]:
    address = f"/admin/people/{scene.cast.dev.pk}/access-pass/vouch/"
    scene.cast.ben.keys.update(state="active")
    scene.asha_at(address)
    yield "who vouches"
    scene.watch.expect(400, address)
    button(scene.page, "Continue").click()
    expect(scene.page.locator(".nhsuk-error-summary")).to_contain_text("nobody who can vouch")
    yield "nobody"
    scene.page.get_by_label("User name of the colleague").fill(scene.cast.ben.username)
    button(scene.page, "Continue").click()
    expect(scene.page.get_by_role("radio", name="Blue key")).to_be_visible()
    yield "with which token"


def history(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"/admin/people/{scene.cast.ben.pk}/history/")
    yield "with entries"


VISITS = [
    administration,
    address_limit,
    audit,
    audit_proofs,
    evidence,
    token_station,
    shared_computer,
    portal_health,
    tokens_to_replace,
    user_management,
    person,
    issue_pass,
    vouch,
    history,
]
