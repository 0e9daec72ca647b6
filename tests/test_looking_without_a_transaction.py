"""Pages that only look work outside a transaction too, as on a server; PostgreSQL minds."""

import pytest

from tests.doors import expect, signed_in
from wardkey.base import clock
from wardkey.lifecycle.models import KeyTransfer
from wardkey.people.models import Membership


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


def test_what_is_lent_and_what_is_to_be_collected_is_looked_at(cast):
    now = clock.now()
    visit = Membership.objects.create(
        person=cast.root, organisation=cast.ward, kind="guest", starts_at=now
    )
    transfer = KeyTransfer.objects.create(
        person=cast.root,
        described="Grey",
        owner=cast.ward,
        handling="lend",
        decided_by_id=cast.asha.pk,
        decided_at=now,
        moved_at=now,
    )
    priya = signed_in(cast.priya)
    expect(200, priya.get(f"/admin/guests/{visit.pk}/lend/"))
    expect(200, priya.get(f"/admin/tokens-to-collect/{transfer.pk}/"))
