"""A factor that is switched off keeps out who has nothing else: seen before, and not overnight."""

import pytest

from tests.doors import expect, half_signed_in, signed_in
from tests.factors import allow, code_of, otherwise, with_app, with_codes, without_keys
from tests.policies import confirmed, day_fields, in_days, saved, seen
from tests.traces import nothing_changes
from wardkey.deciding import announcing
from wardkey.notifications.models import OutboxMessage

SOON, IN_TIME = day_fields(in_days(13)), day_fields(in_days(14))


@pytest.fixture
def root(cast):
    """Eve has an app alone; Cara has codes, and a token."""
    allow(cast.south)
    cast.seed = with_app(cast.eve)
    with_codes(cast.cara)
    root = signed_in(cast.root)
    without_keys(root, cast.eve)
    return confirmed(root, cast.south)


def test_who_has_nothing_else_is_counted_and_named(cast, root):
    preview = seen(root, cast.south, "authenticator_app", "off", **IN_TIME)
    assert "1 of 1 people who set it up have no token" in preview
    assert "Eve Carter" in preview
    preview = seen(root, cast.south, "recovery_codes", "off")
    assert "touches nobody" in preview
    assert "Cara Jones" not in preview


def test_they_get_fourteen_days_and_are_told(cast, root):
    with nothing_changes():
        answer = expect(400, saved(root, cast.south, "authenticator_app", "off", **SOON))
    assert "would be locked out" in answer.text
    expect(302, saved(root, cast.south, "authenticator_app", "off", **IN_TIME))
    while announcing.tell_some():
        pass
    told = OutboxMessage.objects.filter(kind="second_factor_coming")
    assert list(told.values_list("address", flat=True)) == ["eve@south.example"]
    expect(302, otherwise(half_signed_in(cast.eve), "app", code_of(cast.seed)))


def test_codes_of_who_has_a_token_are_switched_off_at_once(cast, root):
    expect(302, saved(root, cast.south, "recovery_codes", "off"))
    expect(302, saved(root, cast.south, "other_factors_beside_key", "offered"))


def test_the_person_s_page_says_that_they_can_log_in_all_the_same(cast, root):
    page = root.get(f"/admin/people/{cast.eve.pk}/").text
    assert "Without a token, in another way that they set up." in page
    assert "Issue an access pass" in page
