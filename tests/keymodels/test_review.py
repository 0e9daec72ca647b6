"""Models that went bad are under review from the moment the portal learned of it."""

from datetime import timedelta

import pytest

from wardkey.base.clock import standing_at
from wardkey.demo.key_models import invent
from wardkey.keymodels.review import under_review

from .catalogue import NOW, model, take_in

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=20)


def test_at07_models_with_a_bad_status_are_under_review():
    with standing_at(NOW):
        take_in()
    found = under_review()
    assert found[model("Osprey Prototype").aaguid].statuses == ["REVOKED"]
    assert found[model("Quarry Key 5").aaguid].statuses == ["USER_KEY_PHYSICAL_COMPROMISE"]
    assert found[model("Osprey Prototype").aaguid].name == "Osprey Prototype"
    assert len(found) == 7


def test_a_review_that_goes_on_keeps_its_beginning():
    with standing_at(NOW):
        take_in()
    with standing_at(LATER):
        take_in(invent(seed=bytes(32), at=LATER, number=2))
    assert {review.began_at for review in under_review().values()} == {NOW}


def test_a_model_that_is_no_longer_bad_leaves_the_review():
    with standing_at(NOW):
        take_in()
        mended = invent(seed=bytes(32), at=NOW, number=2)
        for entry in mended.payload["entries"]:
            entry["statusReports"] = [
                {"status": "FIDO_CERTIFIED_L1", "effectiveDate": "2026-01-01"}
            ]
        take_in(mended, payload=mended.payload)
    assert under_review() == {}
