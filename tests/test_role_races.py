"""Two at once about roles: real threads, on a database that commits (see test_races.py)."""

from datetime import timedelta
from functools import partial

import pytest

from tests.doors import desk_of, expect, registered, signed_in
from tests.role_pages import appoint, confirm, dismiss, given_long_ago, put_to_sleep, verdicts
from tests.test_appointing import LA, PLA, give
from tests.test_races import at_once, twin
from tests.traces import changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.deciding import reminding
from wardkey.deciding.models import RoleReview
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage
from wardkey.people.accounts import move_home
from wardkey.people.grants import role_grants_of
from wardkey.people.models import RoleGrant


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


class Done:
    """What is done without a page, beside what is."""

    status_code = 0


def administrators_of_north(cast):
    grants = RoleGrant.objects.filter(organisation=cast.north, ends_at=None, role__in=[LA, PLA])
    return grants.count()


@pytest.mark.parametrize("round", range(4))
def test_lc04_of_the_last_two_who_go_at_once_one_stays(cast, round):
    cast.asha.role_grants.all().delete()
    other = give(cast.dev, PLA, cast.north)
    mine = cast.priya.role_grants.get()
    priya, dev = signed_in(cast.priya), signed_in(cast.dev)
    confirm(priya, cast.priya, f"{mine.pk}/dismiss/")
    confirm(dev, cast.dev, f"{other.pk}/dismiss/")
    codes = at_once(lambda: dismiss(priya, mine), lambda: dismiss(dev, other))
    assert codes == [302, 409]
    assert administrators_of_north(cast) == 1


@pytest.mark.parametrize("round", range(4))
def test_two_who_dismiss_each_other_at_once(cast, round):
    other = give(cast.dev, PLA, cast.north)
    mine = cast.priya.role_grants.get()
    priya, dev = signed_in(cast.priya), signed_in(cast.dev)
    confirm(priya, cast.dev, f"{other.pk}/dismiss/")
    confirm(dev, cast.priya, f"{mine.pk}/dismiss/")
    codes = at_once(lambda: dismiss(priya, other), lambda: dismiss(dev, mine))
    # Whoever was second had no role any more, or no session.
    assert codes[0] == 302
    assert len(changes("role.ended")) == 1
    assert administrators_of_north(cast) == 2


def test_the_same_role_given_twice_at_once_is_given_once(cast):
    give(cast.dev, PLA, cast.north)
    priya, dev = signed_in(cast.priya), signed_in(cast.dev)
    for browser in (priya, dev):
        confirm(browser, cast.ben, "appoint/")
    codes = at_once(
        lambda: appoint(priya, cast.ben, LA, cast.north),
        lambda: appoint(dev, cast.ben, LA, cast.north),
    )
    assert codes == [302, 409]
    assert len(role_grants_of(cast.ben.pk)) == 1


@pytest.mark.parametrize("round", range(4))
def test_rc16_a_role_taken_away_mid_act_does_nothing_afterwards(cast, round):
    asha, priya = signed_in(cast.asha), signed_in(cast.priya)
    _soft_key, key = registered(asha, cast.ben)
    grant = cast.asha.role_grants.get()
    confirm(priya, cast.asha, f"{grant.pk}/dismiss/")
    remove = f"{desk_of(cast.ben)}{key.pk}/remove/"
    at_once(lambda: dismiss(priya, grant), lambda: asha.submit(remove, reason="broken"))
    removed, ended = changes("key.removed"), changes("role.ended")
    assert len(ended) == 1
    assert all(entry.at < ended[0].at for entry in removed)
    key.refresh_from_db()
    assert (key.state == "removed") == bool(removed)


@pytest.mark.parametrize("round", range(4))
def test_az16_somebody_moved_while_the_page_is_open(cast, round):
    asha = signed_in(cast.asha)
    _soft_key, key = registered(asha, cast.ben)
    remove = f"{desk_of(cast.ben)}{key.pk}/remove/"

    def move():
        move_home(person=cast.ben, organisation=cast.south, by=log.SYSTEM)
        return Done

    codes = at_once(move, lambda: asha.submit(remove, reason="broken"))
    assert codes[1] in {302, 404}
    assert (SecurityKey.objects.get(pk=key.pk).state == "removed") == (codes[1] == 302)
    expect(404, asha.submit(remove, reason="broken"))


@pytest.mark.parametrize("round", range(4))
def test_lc04_of_two_last_ones_put_to_sleep_at_once_one_stays(cast, round):
    """Nina and Cara are Southside's; both belong to Northside for this."""
    move_home(person=cast.cara, organisation=cast.north, by=log.SYSTEM)
    asha = signed_in(cast.asha)
    confirm(asha, cast.nina, "sleep/")
    confirm(asha, cast.cara, "sleep/")
    other = twin(asha)
    codes = at_once(lambda: put_to_sleep(asha, cast.nina), lambda: put_to_sleep(other, cast.cara))
    assert codes == [302, 409]
    assert RoleGrant.objects.filter(organisation=cast.south, asleep_since=None).count() == 1


@pytest.mark.parametrize("round", range(2))
def test_two_who_act_on_each_other_at_once_do_not_wait_for_one_another(cast, round):
    give(cast.dev, PLA, cast.north)
    priya, dev = signed_in(cast.priya), signed_in(cast.dev)
    pairs = [
        (priya, registered(priya, cast.dev, "Dev’s")[1]),
        (dev, registered(dev, cast.priya, "Priya’s")[1]),
    ]
    acts = [
        partial(browser.submit, f"{desk_of(key.holder)}{key.pk}/edit/", nickname="Other")
        for browser, key in pairs
    ]
    assert at_once(*acts) == [302, 302]


def test_two_who_review_each_other_and_the_same_at_once_are_both_kept(cast):
    other, mine, third = (
        give(cast.dev, PLA, cast.north),
        *(person.role_grants.get() for person in (cast.priya, cast.hal)),
    )
    priya, dev = signed_in(cast.priya), signed_in(cast.dev)
    codes = at_once(
        lambda: verdicts(priya, {other: "keep", third: "keep"}),
        lambda: verdicts(dev, {mine: "keep", third: "remove"}),
    )
    assert codes == [302, 302]
    assert RoleReview.objects.filter(grant=third).count() == 2
    assert len(changes("role.reviewed")) == 4


def test_a_role_reviewed_while_it_is_taken_away_ends_all_the_same(cast):
    grant = cast.hal.role_grants.get()
    priya, root = signed_in(cast.priya), signed_in(cast.root)
    confirm(root, cast.hal, f"{grant.pk}/dismiss/")
    codes = at_once(lambda: dismiss(root, grant), lambda: verdicts(priya, {grant: "keep"}))
    assert codes == [302, 302]
    assert not role_grants_of(cast.hal.pk)


def test_of_two_workers_who_remind_of_roles_at_once_one_tells(cast):
    given_long_ago(cast.hal, 99)

    def remind(days):
        with clock.standing_at(clock.now() + timedelta(days=days)):
            reminding.remind_some()
        return Done()

    for days in (0, 15):
        at_once(partial(remind, days), partial(remind, days))
    assert OutboxMessage.objects.filter(kind="roles_to_review").count() == 2
