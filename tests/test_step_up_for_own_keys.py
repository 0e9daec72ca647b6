"""One's own keys: no password, no stolen session and no key on its own changes them."""

import pytest

from tests.doors import (
    MINE,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    registered,
    signed_in,
)
from tests.softkey import SoftKey
from tests.test_races import twin
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage
from wardkey.sessions.models import Session


def change(holder):
    return {"act": "manage_keys", "about": str(holder.pk)}


def removal_of(key):
    return f"{desk_of(key.holder)}{key.pk}/remove/"


@pytest.fixture
def asha(cast):
    browser = signed_in(cast.asha)
    browser.confirms = False
    return browser


@pytest.fixture
def eve(cast):
    browser = signed_in(cast.eve)
    browser.confirms = False
    return browser


def own_removal(key):
    return f"{MINE}{key.pk}/remove/"


def test_lc07_the_password_alone_removes_no_own_key(cast):
    _soft_key, row = registered(signed_in(cast.asha), cast.ben)
    ben = half_signed_in(cast.ben)
    expect(302, ben.submit("/sign-in/key/later/"))
    with nothing_changes():
        assert expect(302, ben.submit(own_removal(row)))["Location"] == "/sign-in/key/"
    assert last_refusal() == ("act.refused", "", "second_factor")


def test_lc07_nor_does_it_at_the_administrators_desk(cast, asha):
    own = registered(asha, cast.asha, "Own")[1]
    registered(asha, cast.asha, "Spare")
    SecurityKey.objects.filter(holder=cast.asha, nickname="Spare").update(state="active")
    with nothing_changes():
        page = expect(401, asha.submit(removal_of(own)))
    assert 'name="password"' not in page.content.decode()


def test_lc08_a_key_does_not_prove_its_own_removal(cast, eve):
    first, spare = eve.own_key, SoftKey()
    spare_row = eve.register(MINE, spare, "Spare")
    with nothing_changes():
        page = expect(401, eve.submit(own_removal(first[1])))
    text = page.content.decode()
    assert (f'value="{spare_row.pk}"' in text, str(first[1].pk) in text) == (True, False)
    assert "Use another token than the one that is to be removed" in text
    expect(200, eve.prove(change(cast.eve)))
    expect(401, eve.submit(own_removal(first[1])))
    eve.own_key = spare, spare_row
    expect(200, eve.prove(change(cast.eve)))
    expect(302, eve.submit(own_removal(first[1])))
    assert [entry.parameters["key"] for entry in changes("key.removed")] == [str(first[1].pk)]


def test_lc08_the_last_key_stays_whatever_proves_it(cast, eve):
    with nothing_changes():
        expect(409, eve.submit(own_removal(eve.own_key[1])))


def test_lc08_another_key_than_the_one_logged_in_with_is_removed_at_once(cast, eve):
    spare = eve.register(MINE, SoftKey(), "Spare")
    expect(302, eve.submit(own_removal(spare)))


def test_lc09_a_stolen_session_adds_no_key(cast, eve, later):
    thief = twin(eve)
    thief.confirms = False
    with nothing_changes():
        expect(401, thief.get(f"{MINE}register/"))
        problem = expect(401, thief.call(f"{MINE}register/challenge/")).json()
    assert problem["code"] == "step_up_required"
    assert attempts("step_up.required")[-1].parameters["act"] == "register_keys"
    expect(200, eve.prove({"act": "register_keys", "about": str(cast.eve.pk)}))
    eve.register(MINE, SoftKey(), "Spare")
    told = OutboxMessage.objects.latest("created_at")
    assert (told.kind, told.parameters["nickname"]) == ("key_registered", "Spare")


def test_the_first_own_key_is_registered_with_the_pass_as_its_proof(cast):
    assert isinstance(signed_in(cast.eve), Browser)
    assert Session.objects.filter(person=cast.eve, level="key", ended_at=None).count() == 1
