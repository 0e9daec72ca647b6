"""A proof that it is still they is judged as strictly as a login, and never taken for one."""

from datetime import timedelta

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
from tests.traces import attempts, changes, last_refusal, nothing_changes, only_mail_goes_out
from wardkey.base import clock
from wardkey.keys.models import SecurityKey


@pytest.fixture
def cara(cast):
    """An administrator who logged in with her key; her browser asks her before it confirms."""
    browser = signed_in(cast.cara)
    browser.confirms = False
    return browser


@pytest.fixture
def eves_key(cast, cara):
    return registered(cara, cast.eve, "Eve's")[1]


def change(holder):
    return {"act": "manage_keys", "about": str(holder.pk)}


def removal_of(key):
    return f"{desk_of(key.holder)}{key.pk}/remove/"


FAULTS = [
    ({"clear_flags": 0x04}, "user_verification"),
    ({"clear_flags": 0x01}, "user_presence"),
    ({"client_data": {"origin": "https://evil.example"}}, "origin"),
    ({"signature": lambda signed: signed[:-1] + bytes([signed[-1] ^ 1])}, "signature"),
    ({"client_data": {"challenge": "A" * 43}}, "challenge"),
]


@pytest.mark.parametrize(("fault", "reason"), FAULTS, ids=[reason for _fault, reason in FAULTS])
def test_an_answer_that_a_login_would_refuse_is_refused(cast, cara, eves_key, fault, reason, later):
    with only_mail_goes_out():
        problem = expect(401, cara.prove(change(cast.eve), **fault)).json()
        expect(401, cara.submit(removal_of(eves_key)))
    assert problem["code"] == "ceremony_invalid"
    assert attempts("step_up.refused")[-1].parameters["reason"] == reason


def test_a_count_that_falls_is_refused_and_told(cast, cara, later):
    with_fall = {"sign_count": 0}
    expect(200, cara.prove(change(cast.eve)))
    expect(401, cara.prove(change(cast.eve), **with_fall))
    assert attempts("step_up.refused")[-1].parameters["reason"] == "sign_count"
    assert len(changes("key.sign_count_fell")) == 1


def test_an_answer_is_good_once(cast, cara, later):
    begun = expect(200, cara.begin_to_prove(change(cast.eve), cara.own_key[1])).json()
    answer = cara.own_key[0].sign(begun["public_key"], ORIGIN)
    expect(200, cara.finish_to_prove(begun, answer))
    expect(401, cara.finish_to_prove(begun, answer))
    assert last_refusal() == ("step_up.refused", "7.2.11", "unknown_or_used")


def test_ce05_a_challenge_of_a_login_never_serves_for_a_proof(cast, cara):
    soft_key, row = cara.own_key
    half = half_signed_in(cast.cara)
    begun = half.choose(row)
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    with nothing_changes():
        expect(401, cara.finish_to_prove(begun, answer))
    assert last_refusal() == ("step_up.refused", "7.2.11", "purpose_mismatch")


def test_ce05_a_challenge_for_a_proof_never_serves_for_a_login(cast, cara):
    soft_key, row = cara.own_key
    begun = expect(200, cara.begin_to_prove(change(cast.eve), row)).json()
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    half = half_signed_in(cast.cara)
    with nothing_changes():
        expect(401, half.finish(begun, answer))
    assert last_refusal() == ("sign_in.refused", "7.2.11", "purpose_mismatch")


def test_ce05_the_challenge_decides_what_was_proved_and_nothing_else_does(
    cast, cara, eves_key, later
):
    soft_key, row = cara.own_key
    other = {"act": "register_keys", "about": str(cast.eve.pk)}
    begun = expect(200, cara.begin_to_prove(other, row)).json()
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    claimed = {"ceremony_id": begun["ceremony_id"], "credential": answer}
    expect(200, cara.call("/sign-in/again/", **claimed, **change(cast.eve)))
    with nothing_changes():
        expect(401, cara.submit(removal_of(eves_key)))
    expect(200, cara.call(f"{desk_of(cast.eve)}register/challenge/"))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"act": "rule", "about": "x"},
        {"act": "manage_keys"},
        {"act": ["manage_keys"], "about": "x"},
        {"act": "manage_keys", "about": ["x"]},
        {"act": "manage_keys", "about": "None"},
    ],
)
def test_what_no_page_would_send_is_refused(cast, cara, fields, later):
    key_id = str(cara.own_key[1].pk)
    with nothing_changes():
        expect(400, cara.call("/sign-in/again/challenge/", key_id=key_id, **fields))
        expect(400, cara.call("/sign-in/again/", password="x", **fields))
        expect(400, cara.call("/sign-in/again/", ceremony_id="x", credential={}))


@pytest.mark.parametrize("state", ["waiting", "suspended"])
def test_only_a_key_in_use_proves_anything(cast, cara, state):
    new = cara.register(MINE, SoftKey(), "New")
    SecurityKey.objects.filter(pk=new.pk).update(state=state)
    of_eve = registered(cara, cast.eve)[1]
    with nothing_changes():
        expect(404, cara.begin_to_prove(change(cast.eve), new))
        expect(404, cara.begin_to_prove(change(cast.eve), of_eve))


@pytest.mark.parametrize("end", ["", "suspend", "lost", "remove"])
def test_what_a_key_proved_ends_with_it(cast, cara, eves_key, end):
    """In a login that another key opened and that goes on."""
    second, root = SoftKey(), signed_in(cast.root)
    row = cara.register(MINE, second, "Second")
    expect(200, half_signed_in(cast.cara).use(second, row))
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        opened_with, cara.own_key = cara.own_key, (second, row)
        expect(200, cara.prove(change(cast.eve)))
        cara.own_key = opened_with
        if end == "lost":
            expect(302, half_signed_in(cast.cara).submit("/sign-in/key/lost/", key=str(row.pk)))
        elif end:
            expect(302, root.submit(f"{desk_of(cast.cara)}{row.pk}/{end}/"))
        assert is_signed_in(cara)
        answer = cara.submit(removal_of(eves_key))
        assert answer.status_code == (401 if end else 302)
