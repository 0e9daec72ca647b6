"""What becomes of a login when the token, its counter or its holder is not as it was."""

import uuid

import pytest

from tests.doors import (
    MINE,
    ORIGIN,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.softkey import SoftKey
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.base.errors import SignInCeremonyInvalid
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import Person
from wardkey.sessions.models import Session
from wardkey.signin import flow
from wardkey.signin.source import Source


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def blue(cast, asha):
    return registered(asha, cast.ben)


def ceremony_invalid(answer):
    assert expect(401, answer).json()["code"] == "ceremony_invalid"


def test_the_first_use_hands_the_token_over(cast, blue):
    soft_key, row = blue
    assert row.state == "waiting"
    expect(200, half_signed_in(cast.ben).use(soft_key, row))
    row.refresh_from_db()
    assert (row.state, row.state_by_id) == ("active", cast.ben.pk)
    [entry] = changes("key.handed_over")
    assert (entry.old, entry.new) == ({"state": "waiting"}, {"state": "active"})
    assert Person.objects.get(pk=cast.ben.pk).second_factor_since is not None
    expect(200, half_signed_in(cast.ben).use(soft_key, row))
    assert len(changes("key.handed_over")) == 1


def test_a_fallen_sign_count_is_refused_recorded_and_told(cast, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    expect(200, ben.use(soft_key, row, sign_count=20))
    ben = half_signed_in(cast.ben)
    ceremony_invalid(ben.use(soft_key, row, sign_count=19))
    assert last_refusal() == ("sign_in.refused", "7.2.22", "sign_count")
    assert not is_signed_in(ben)
    [entry] = changes("key.sign_count_fell")
    assert (entry.holder, entry.parameters["key"]) == (str(cast.ben.pk), str(row.pk))
    assert (
        OutboxMessage.objects.filter(kind="key_count_fell", address="ben@north.example").count()
        == 1
    )
    row.refresh_from_db()
    assert (row.sign_count, row.state) == (20, "active")
    expect(200, ben.use(soft_key, row, sign_count=21))


def test_an_equal_sign_count_is_a_fall_too(cast, blue):
    soft_key, row = blue
    expect(200, half_signed_in(cast.ben).use(soft_key, row, sign_count=20))
    ceremony_invalid(half_signed_in(cast.ben).use(soft_key, row, sign_count=20))
    assert len(changes("key.sign_count_fell")) == 1


def test_ceremonies_that_overlapped_are_no_fall(cast, blue):
    soft_key, row = blue
    slow, quick = half_signed_in(cast.ben), half_signed_in(cast.ben)
    begun_slowly, begun_quickly = slow.choose(row), quick.choose(row)
    early = soft_key.sign(begun_slowly["public_key"], ORIGIN)
    expect(200, quick.finish(begun_quickly, soft_key.sign(begun_quickly["public_key"], ORIGIN)))
    expect(200, slow.finish(begun_slowly, early))
    row.refresh_from_db()
    assert row.sign_count == soft_key.sign_count
    assert changes("key.sign_count_fell") == []


def test_a_token_that_does_not_count_signs_in_every_time(cast, asha):
    soft_key = SoftKey(counts=False)
    row = asha.register(desk_of(cast.ben), soft_key, "No counter")
    expect(200, half_signed_in(cast.ben).use(soft_key, row))
    expect(200, half_signed_in(cast.ben).use(soft_key, row))


def test_a_token_removed_while_its_holder_signs_in_opens_nothing(cast, asha, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    begun = ben.choose(row)
    expect(302, asha.submit(f"{desk_of(cast.ben)}{row.pk}/remove/"))
    with nothing_changes():
        ceremony_invalid(ben.finish(begun, soft_key.sign(begun["public_key"], ORIGIN)))
    assert last_refusal() == ("sign_in.refused", "7.2.6", "key_state")
    assert not is_signed_in(ben)


def test_a_removed_token_cannot_be_chosen(cast, asha, blue):
    ben = half_signed_in(cast.ben)
    expect(302, asha.submit(f"{desk_of(cast.ben)}{blue[1].pk}/remove/"))
    with nothing_changes():
        answer = ben.call("/sign-in/key/challenge/", key_id=str(blue[1].pk))
    assert "removed meanwhile" in expect(404, answer).json()["detail"]
    assert last_refusal() == ("act.refused", "", "key_gone")


def test_ce32_a_suspended_token_opens_nothing(cast, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    begun = ben.choose(row)
    SecurityKey.objects.filter(pk=row.pk).update(state="suspended")
    with nothing_changes():
        ceremony_invalid(ben.finish(begun, soft_key.sign(begun["public_key"], ORIGIN)))
        expect(404, ben.call("/sign-in/key/challenge/", key_id=str(row.pk)))
    assert attempts("sign_in.refused")[-1].parameters == {"step": "7.2.6", "reason": "key_state"}
    SecurityKey.objects.filter(pk=row.pk).update(state="active")
    expect(200, ben.use(soft_key, row))


@pytest.mark.parametrize("change", [{"security_stamp": uuid.uuid4()}, {"status": "suspended"}])
def test_a_holder_who_changed_meanwhile_begins_again(cast, blue, change):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    begun = ben.choose(row)
    Person.objects.filter(pk=cast.ben.pk).update(**change)
    with nothing_changes():
        answer = expect(401, ben.finish(begun, soft_key.sign(begun["public_key"], ORIGIN)))
    assert answer.json()["code"] == "authentication_required"


def test_rc13_of_two_logins_in_one_browser_the_last_one_counts(cast, asha, blue):
    soft_key, row = blue
    registered(asha, cast.dev, "Dev's")
    browser = half_signed_in(cast.ben)
    begun = browser.choose(row)
    expect(302, browser.enter_password(cast.dev))
    with nothing_changes():
        ceremony_invalid(browser.finish(begun, soft_key.sign(begun["public_key"], ORIGIN)))
    assert last_refusal() == ("sign_in.refused", "7.2.11", "session_mismatch")


@pytest.mark.parametrize("change", [{"security_stamp": uuid.uuid4()}, {"status": "suspended"}])
def test_7_2_24_a_holder_who_changes_while_the_answer_is_judged_is_refused(cast, blue, change):
    """After the gate let the request in: the flow asks again in its transaction."""
    soft_key, row = blue
    begun = half_signed_in(cast.ben).choose(row)
    session = Session.objects.select_related("person__home").get(person=cast.ben, ended_at=None)
    Person.objects.filter(pk=cast.ben.pk).update(**change)
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    with nothing_changes(), pytest.raises(SignInCeremonyInvalid):
        flow.finish_key_step(
            session=session,
            ceremony_id=begun["ceremony_id"],
            answer=answer,
            source=Source(address="127.0.0.1"),
        )
    assert last_refusal() == ("sign_in.refused", "7.2.6", "holder_changed")


def test_a_waiting_token_is_put_off_where_nothing_asks_for_it(cast, blue):
    ben = half_signed_in(cast.ben)
    assert b"Go on without it this time" in ben.get("/sign-in/key/").content
    expect(302, ben.submit("/sign-in/key/later/"))
    assert is_signed_in(ben)
    assert len(attempts("sign_in.waiting_key_put_off")) == 1
    blue[1].refresh_from_db()
    assert blue[1].state == "waiting"


def test_a_waiting_token_is_not_put_off_where_the_policy_asks_for_one(cast):
    cara = signed_in(cast.cara)
    registered(cara, cast.eve)
    eve = half_signed_in(cast.eve)
    assert b"Go on without it this time" not in eve.get("/sign-in/key/").content
    with nothing_changes():
        expect(403, eve.submit("/sign-in/key/later/"))
    assert last_refusal() == ("act.refused", "", "second_factor")
    assert not is_signed_in(eve)


def test_a_waiting_token_is_not_put_off_beside_one_in_use(cast, asha, blue):
    expect(200, half_signed_in(cast.ben).use(*blue))
    registered(asha, cast.ben, "Spare")
    ben = half_signed_in(cast.ben)
    with nothing_changes():
        expect(403, ben.submit("/sign-in/key/later/"))
    assert not is_signed_in(ben)


def test_whoever_used_a_second_factor_once_is_always_asked(cast, asha, blue):
    expect(200, half_signed_in(cast.ben).use(*blue))
    expect(302, asha.submit(f"{desk_of(cast.ben)}{blue[1].pk}/remove/"))
    ben = half_signed_in(cast.ben)
    assert b"You need a FIDO2 token to go on" in ben.get("/sign-in/key/").content
    with nothing_changes():
        expect(403, ben.submit("/sign-in/key/later/"))
    assert ben.get(MINE)["Location"] == "/sign-in/key/"


def test_removing_a_token_never_used_leaves_the_password_enough(cast, asha, blue):
    expect(302, asha.submit(f"{desk_of(cast.ben)}{blue[1].pk}/remove/"))
    assert is_signed_in(signed_in(cast.ben))
