"""What an administrator sees besides a person's keys."""

import uuid
from collections.abc import Iterator

from playwright.sync_api import expect

from tests.guessing import block
from wardkey.base import clock
from wardkey.keymodels.models import ModelUnderReview
from wardkey.keymodels.review import GRACE

from ..walks import button, search_for
from .scene import Scene


def administration(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/")
    yield "as it is"


def audit(scene: Scene) -> Iterator[str]:
    scene.asha_at("/admin/audit/")
    yield "with entries"


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
    yield "with tokens"
    block(scene.cast.ben.username)
    scene.page.reload()
    expect(scene.page.get_by_text("Too many wrong passwords")).to_be_visible()
    yield "with a limit that holds"
    button(scene.page, "Lift the limit").click()
    expect(scene.page.get_by_role("status")).to_contain_text("Success")
    yield "lifted"


def history(scene: Scene) -> Iterator[str]:
    scene.asha_at(f"/admin/people/{scene.cast.ben.pk}/history/")
    yield "with entries"


VISITS = [administration, audit, tokens_to_replace, user_management, person, history]
