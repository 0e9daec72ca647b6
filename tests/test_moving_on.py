"""Somebody moves once more, with a key of the first side; and what they are told of it."""

import pytest

from tests.cast import decide
from tests.departures import act, again, mark_leaver, take_on, today
from tests.doors import expect, half_signed_in, registered, signed_in
from tests.newcomers import CODE
from tests.traces import changes, nothing_changes
from wardkey.base.errors import Conflict
from wardkey.lifecycle import moving
from wardkey.lifecycle.models import KeyTransfer
from wardkey.notifications.models import OutboxMessage

COLLECT = "/admin/tokens-to-collect/"


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def cara(cast):
    decide(cast.south, handover="first_use")
    return signed_in(cast.cara)


@pytest.fixture
def lent(cast, asha, cara):
    """Ben moved to Southside with a token that Northside lent; with it as it is in software."""
    soft_key, key = registered(asha, cast.ben)
    take_ben(cast, asha, cara, soft_key, key, to="SOUTH")
    return soft_key, key


def take_ben(cast, losing, gaining, soft_key, key, *, to):
    ben = half_signed_in(cast.ben)
    expect(200, ben.use(soft_key, key))
    [code] = CODE.findall(expect(200, ben.submit("/me/moving/")).content.decode())
    expect(302, mark_leaver(losing, cast.ben, keys={key: "lend"}, until=today()))
    expect(302, take_on(gaining, code, to))


def test_what_is_to_come_back_is_seen_where_the_holder_is_now(cast, asha, cara, lent):
    root = signed_in(cast.root)
    assert "1 token to return" in cara.get(COLLECT).content.decode()
    take_ben(cast, cara, root, *lent, to="PLATFORM")
    first = KeyTransfer.objects.get(owner=cast.north)
    assert first.borrower == cast.platform
    OutboxMessage.objects.all().delete()
    expect(302, asha.submit(f"{COLLECT}{first.pk}/", done="ask"))
    kinds = {(each.kind, each.address) for each in OutboxMessage.objects.all()}
    assert ("key_asked_back", "ben@north.example") in kinds
    assert ("key_to_return", "cara@south.example") not in kinds


def test_the_holder_is_told_that_a_returned_key_was_removed(cast, asha, lent):
    [transfer] = KeyTransfer.objects.all()
    expect(302, asha.submit(f"{COLLECT}{transfer.pk}/", done="returned"))
    [told] = OutboxMessage.objects.filter(kind="key_removed")
    assert told.address == "ben@north.example"
    assert len(changes("key.removed")) == 1


def test_of_one_that_was_removed_before_nobody_is_told_again(cast, asha, cara, lent):
    expect(302, cara.submit(f"/admin/people/{cast.ben.pk}/keys/{lent[1].pk}/remove/"))
    before = OutboxMessage.objects.filter(kind="key_removed").count()
    [transfer] = KeyTransfer.objects.all()
    expect(302, asha.submit(f"{COLLECT}{transfer.pk}/", done="returned"))
    assert OutboxMessage.objects.filter(kind="key_removed").count() == before


def test_who_was_suspended_since_the_page_gets_no_joiner_code(cast, asha):
    assert moving.make_joiner_code(again(cast.ben))
    seen_before = again(cast.ben)
    expect(302, act(asha, cast.ben, "suspend/"))
    with nothing_changes(), pytest.raises(Conflict, match="standing"):
        moving.make_joiner_code(seen_before)
