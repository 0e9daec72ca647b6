"""A second factor that is newly asked for: seen before, not overnight, and told by mail."""

import pytest

from tests.cast import decide
from tests.doors import expect, registered, signed_in
from tests.policies import POLICY, confirmed, day_fields, in_days, saved, seen
from tests.traces import nothing_changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.deciding import announcing
from wardkey.deciding.models import Announcement
from wardkey.notifications.models import OutboxMessage
from wardkey.organisations.models import PolicyValue
from wardkey.organisations.policy import policy_of
from wardkey.people.accounts import add_person

NAME = "second_factor"
SOON, IN_TIME = day_fields(in_days(13)), day_fields(in_days(14))


@pytest.fixture
def priya(cast):
    """Ben is the only one of Northside with a token."""
    registered(signed_in(cast.asha), cast.ben)
    return signed_in(cast.priya)


def told():
    messages = OutboxMessage.objects.filter(kind="second_factor_coming")
    return sorted(messages.values_list("address", flat=True))


def tell_all():
    while announcing.tell_some():
        pass


def test_who_has_no_token_is_counted_and_named(cast, priya):
    preview = seen(priya, cast.north, NAME, "everyone", **IN_TIME)
    assert "7 of 8 people who are newly asked have no token" in preview
    assert f'href="/admin/people/{cast.dev.pk}/"' in preview
    assert "Nina Berg" in preview  # whose role elsewhere Priya's does not cover
    assert f'href="/admin/people/{cast.nina.pk}/"' not in preview
    assert "Ben Carter" not in preview
    assert "Eve Carter" not in preview


def test_administrators_alone_are_counted_where_only_they_are_newly_asked(cast, priya):
    preview = seen(priya, cast.north, NAME, "administrators", **IN_TIME)
    assert "5 of 5 people who are newly asked have no token" in preview
    assert "Dev Malik" not in preview
    decide(cast.north, second_factor="administrators")
    preview = seen(signed_in(cast.root), cast.north, NAME, "everyone", **IN_TIME)
    assert "2 of 3 people who are newly asked have no token" in preview


def test_nobody_is_locked_out_overnight(cast, priya):
    with nothing_changes():
        answer = expect(400, saved(priya, cast.north, NAME, "everyone", **SOON))
    assert "7 people would be locked out, who have no token." in answer.content.decode()
    expect(302, saved(priya, cast.north, NAME, "everyone", **IN_TIME))
    assert policy_of(cast.north).second_factor == "optional"


def test_where_everybody_has_a_token_it_counts_today(cast):
    asha = signed_in(cast.asha)
    registered(asha, cast.wil)
    expect(302, saved(signed_in(cast.priya), cast.ward, NAME, "everyone"))
    assert policy_of(cast.ward).second_factor == "everyone"


def test_what_was_decided_below_is_reckoned_with(cast, priya):
    decide(cast.ward, second_factor="everyone")
    preview = seen(priya, cast.north, NAME, "everyone", **IN_TIME)
    assert "6 of 7 people" in preview
    assert "Wil Novak" not in preview


def test_a_delegation_taken_back_locks_nobody_out_overnight_either(cast, priya):
    root = confirmed(signed_in(cast.root), cast.platform)
    name = f"{NAME}.delegated"
    with nothing_changes():
        answer = expect(400, saved(root, cast.platform, name, "no", **SOON))
    assert "7 people would be locked out" in answer.content.decode()
    expect(302, saved(root, cast.platform, name, "no", **IN_TIME))
    assert policy_of(cast.north).second_factor == "optional"
    tell_all()
    assert len(told()) == 7


def test_those_who_have_none_are_told_in_batches(cast, priya, monkeypatch):
    monkeypatch.setattr(announcing, "LOOKED_AT_A_TIME", 3)
    expect(302, saved(priya, cast.north, NAME, "everyone", **IN_TIME))
    assert told() == []
    assert announcing.tell_some()
    assert Announcement.objects.get().finished_at is None
    tell_all()
    without = ("asha", "dev", "hal", "nina", "olu", "priya")
    assert told() == [*(f"{name}@north.example" for name in without), "wil@ward7.example"]
    tell_all()
    assert len(told()) == 7
    assert Announcement.objects.get().finished_at


def test_a_change_that_is_withdrawn_is_told_to_nobody(cast, priya):
    expect(302, saved(priya, cast.north, NAME, "everyone", **IN_TIME))
    row = PolicyValue.objects.get(organisation=cast.north, value="everyone")
    expect(302, priya.submit(f"{POLICY}{NAME}/withdraw/?of=NORTH", decision=row.pk))
    tell_all()
    assert told() == []


def test_other_values_touch_new_registrations_and_begin_today(cast, priya):
    expect(302, saved(priya, cast.north, "models", "attested"))
    expect(302, saved(priya, cast.north, "minimum_certification", "3"))
    tell_all()
    assert told() == []


def test_only_so_many_people_are_looked_at(cast, priya, monkeypatch):
    monkeypatch.setattr("wardkey.deciding.reach.LOOKED_AT", 5)
    for number in range(4):
        address = f"sam{number}@north.example"
        add_person(
            username=address, name="Sam", email=address, organisation=cast.north, by=log.SYSTEM
        )
    preview = seen(priya, cast.north, NAME, "everyone", **IN_TIME)
    assert "people were looked at; there are more." in preview
    expect(400, saved(priya, cast.north, NAME, "everyone", **SOON))
    expect(302, saved(priya, cast.north, NAME, "everyone", **IN_TIME))
    with clock.standing_at(PolicyValue.objects.latest("pk").starts_at):
        assert policy_of(cast.north).second_factor == "everyone"
