"""Register New Token, refused: nothing is kept, and the trail knows why."""

import uuid
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from tests.doors import ORIGIN, desk_of, expect, half_signed_in, registered, signed_in
from tests.softkey import BACKED_UP, ELIGIBLE, PRESENT, VERIFIED, SoftKey
from tests.traces import last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.people.models import Person


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def desk(cast):
    return desk_of(cast.ben)


def refused(answer, *, step, reason, code="ceremony_invalid", status=400):
    problem = expect(status, answer).json()
    assert problem["code"] == code
    assert "reason" not in problem
    assert last_refusal() == ("registration.refused", step, reason)


def touched_again(soft_key):
    """The key without its memory: what `excludeCredentials` should have prevented."""
    soft_key.credentials.clear()
    return soft_key


ALREADY = {"step": "", "code": "key_already_registered", "status": 409}


def test_ce26_the_holders_key_again_is_refused(cast, asha, desk):
    soft_key, _row = registered(asha, cast.ben)
    begun = asha.begin(desk)
    with nothing_changes():
        answer = asha.answer(
            desk, begun, touched_again(soft_key).register(begun["public_key"], ORIGIN)
        )
    assert "already registered for this person" in answer.json()["detail"]
    refused(answer, reason="key_already_registered holders_key", **ALREADY)


def test_the_administrators_own_key_left_in_the_port_is_named(cast, asha, desk):
    soft_key = SoftKey()
    asha.register(desk_of(cast.asha), soft_key, "Asha's own")
    begun = asha.begin(desk)
    with nothing_changes():
        answer = asha.answer(
            desk, begun, touched_again(soft_key).register(begun["public_key"], ORIGIN)
        )
    assert "That is your own token" in answer.json()["detail"]
    refused(answer, reason="key_already_registered own_key", **ALREADY)


def test_ce27_7_1_26_somebody_elses_key_is_refused_and_stays_theirs(cast, asha, desk):
    soft_key, row = registered(asha, cast.dev, "Dev's")
    begun = asha.begin(desk)
    with nothing_changes():
        answer = asha.answer(
            desk, begun, touched_again(soft_key).register(begun["public_key"], ORIGIN)
        )
    assert "Dev" not in answer.content.decode()
    refused(answer, reason="key_already_registered registered", **ALREADY)
    assert SecurityKey.objects.get().holder == row.holder


@pytest.mark.parametrize("whose", ["ben", "dev"])
def test_ce28_a_removed_key_is_refused_for_its_holder_and_for_others(cast, asha, desk, whose):
    holder = getattr(cast, whose)
    soft_key, row = registered(asha, holder, "Gone")
    expect(302, asha.submit(f"{desk_of(holder)}{row.pk}/remove/"))
    begun = asha.begin(desk)
    with nothing_changes():
        answer = asha.answer(
            desk, begun, touched_again(soft_key).register(begun["public_key"], ORIGIN)
        )
    assert expect(409, answer).json()["code"] == "key_already_registered"


OTHER_ID = b"another id, with 32 bytes like it"


@pytest.mark.parametrize("state", ["waiting", "removed"])
def test_ce29_a_key_pair_that_is_known_under_another_id_is_refused(cast, asha, desk, state):
    soft_key, row = registered(asha, cast.dev, "Dev's")
    if state == "removed":
        expect(302, asha.submit(f"{desk_of(cast.dev)}{row.pk}/remove/"))
    begun = asha.begin(desk)
    copied = SoftKey(soft_key.name).register(begun["public_key"], ORIGIN, credential_id=OTHER_ID)
    with nothing_changes():
        answer = asha.answer(desk, begun, copied)
    assert "One of them is a copy, or faulty" in answer.json()["detail"]
    refused(answer, reason="key_already_registered duplicate_pubkey", **ALREADY)
    asha.register(desk, SoftKey(), "With a pair of its own")


def test_ce29_the_key_pair_may_become_known_between_touch_and_nickname(cast, asha, desk):
    soft_key = SoftKey()
    begun = asha.touch(desk, SoftKey(soft_key.name), credential_id=OTHER_ID)
    asha.register(desk_of(cast.dev), soft_key, "Dev's")
    with nothing_changes():
        expect(409, asha.name(desk, begun, "Blue"))
    reason = "key_already_registered duplicate_pubkey"
    assert last_refusal() == ("registration.refused", "", reason)


def test_ce29_keys_from_before_public_keys_were_hashed_are_hashed_later(cast, asha):
    row = asha.register(desk_of(cast.ben), SoftKey(), "Ben's")
    asha.register(desk_of(cast.dev), SoftKey(), "Dev's")
    hashes = set(SecurityKey.objects.values_list("public_key_sha256", flat=True))
    SecurityKey.objects.update(public_key_sha256=None)
    migration = import_module("wardkey.keys.migrations.0006_public_keys_hashed")
    migration.hash_public_keys(apps, None)
    assert set(SecurityKey.objects.values_list("public_key_sha256", flat=True)) == hashes

    SecurityKey.objects.update(public_key_sha256=None, public_key=row.public_key)
    migration.hash_public_keys(apps, None)
    assert SecurityKey.objects.filter(public_key_sha256=None).count() == 1


def test_a_key_registered_between_touch_and_nickname_is_refused(cast, asha, desk):
    soft_key = SoftKey()
    begun = asha.touch(desk, soft_key)
    asha.register(desk_of(cast.dev), touched_again(soft_key), "Dev's")
    with nothing_changes():
        expect(409, asha.name(desk, begun, "Blue"))
    assert last_refusal() == ("registration.refused", "", "key_already_registered registered")


def test_ck02_an_expired_ceremony_is_refused(cast, asha, desk):
    begun = asha.begin(desk)
    answer = SoftKey().register(begun["public_key"], ORIGIN)
    with clock.standing_at(clock.now() + timedelta(seconds=301)), nothing_changes():
        refused(asha.answer(desk, begun, answer), step="7.1.8", reason="expired")


def test_a_used_ceremony_is_refused(cast, asha, desk):
    begun = asha.touch(desk, SoftKey())
    answer = SoftKey().register(begun["public_key"], ORIGIN)
    with nothing_changes():
        refused(asha.answer(desk, begun, answer), step="7.1.8", reason="unknown_or_used")


def test_a_refused_answer_has_used_up_its_ceremony(cast, asha, desk):
    begun = asha.begin(desk)
    bad = SoftKey().register(begun["public_key"], ORIGIN, clear_flags=VERIFIED)
    good = SoftKey().register(begun["public_key"], ORIGIN)
    with nothing_changes():
        refused(asha.answer(desk, begun, bad), step="7.1.16", reason="user_verification")
        refused(asha.answer(desk, begun, good), step="7.1.8", reason="unknown_or_used")
        expect(400, asha.name(desk, begun, "Blue"))


def test_a_nickname_cannot_be_given_twice(cast, asha, desk):
    begun = asha.touch(desk, SoftKey())
    expect(302, asha.name(desk, begun, "Blue"))
    with nothing_changes():
        expect(400, asha.name(desk, begun, "Green"))
    assert last_refusal() == ("registration.refused", "7.1.8", "no_answer_waiting")


def test_a_nickname_without_an_answer_is_refused(cast, asha, desk):
    begun = asha.begin(desk)
    with nothing_changes():
        expect(400, asha.name(desk, begun, "Blue"))
    assert last_refusal() == ("registration.refused", "7.1.8", "no_answer_waiting")


def test_a_made_up_ceremony_is_refused(cast, asha, desk):
    begun = {**asha.begin(desk), "registration_id": str(uuid.uuid4())}
    answer = SoftKey().register(begun["public_key"], ORIGIN)
    with nothing_changes():
        refused(asha.answer(desk, begun, answer), step="7.1.8", reason="unknown_or_used")


def test_the_ceremony_of_another_session_is_refused(cast, asha, desk):
    begun = asha.begin(desk)
    answer = SoftKey().register(begun["public_key"], ORIGIN)
    elsewhere = signed_in(cast.asha)
    with nothing_changes():
        refused(elsewhere.answer(desk, begun, answer), step="7.1.8", reason="session_mismatch")


def test_az03_a_ceremony_for_one_person_registers_nothing_for_another(cast, asha, desk):
    begun = asha.begin(desk)
    answer = SoftKey().register(begun["public_key"], ORIGIN)
    with nothing_changes():
        refused(
            asha.answer(desk_of(cast.dev), begun, answer), step="7.1.8", reason="holder_mismatch"
        )
        refused(asha.answer(desk, begun, answer), step="7.1.8", reason="unknown_or_used")


def test_az03_an_answer_for_one_person_gets_no_nickname_at_anothers_desk(cast, asha, desk):
    begun = asha.touch(desk, SoftKey())
    with nothing_changes():
        expect(400, asha.name(desk_of(cast.dev), begun, "Blue"))
    assert last_refusal() == ("registration.refused", "7.1.8", "no_answer_waiting")
    expect(302, asha.name(desk, begun, "Blue"))


@pytest.mark.parametrize("who", ["asha", "priya"])
def test_an_answer_gets_no_nickname_in_another_session(cast, asha, desk, who):
    begun = asha.touch(desk, SoftKey())
    elsewhere = signed_in(getattr(cast, who))
    with nothing_changes():
        expect(400, elsewhere.name(desk, begun, "Blue"))
    assert last_refusal() == ("registration.refused", "7.1.8", "no_answer_waiting")
    expect(302, asha.name(desk, begun, "Blue"))


def test_ce04_a_sign_in_challenge_registers_nothing(cast, asha, desk):
    soft_key, row = registered(asha, cast.asha, "Asha's")
    asha = half_signed_in(cast.asha)
    begun = asha.choose(row)
    expect(200, asha.use(soft_key, row))
    answer = SoftKey().register({**asha.begin(desk)["public_key"], **begun["public_key"]}, ORIGIN)
    with nothing_changes():
        mixed_up = {"registration_id": begun["ceremony_id"]}
        refused(asha.answer(desk, mixed_up, answer), step="7.1.8", reason="purpose_mismatch")


def test_az02_7_1_29_a_holder_named_in_the_body_is_ignored(cast, asha, desk):
    begun = expect(200, asha.call(f"{desk}register/challenge/", user_id=str(cast.eve.pk))).json()
    answer = SoftKey().register(begun["public_key"], ORIGIN)
    expect(200, asha.answer(desk, begun, answer))
    expect(302, asha.name(desk, begun, "Blue"))
    assert SecurityKey.objects.get().holder == cast.ben


@pytest.mark.parametrize("change", [{"security_stamp": uuid.uuid4()}, {"status": "suspended"}])
def test_a_holder_who_changed_meanwhile_gets_no_key(cast, asha, desk, change):
    begun = asha.touch(desk, SoftKey())
    Person.objects.filter(pk=cast.ben.pk).update(**change)
    with nothing_changes():
        expect(400, asha.name(desk, begun, "Blue"))
    assert last_refusal()[2] == "holder_changed"


@pytest.mark.parametrize(
    ("faults", "step", "reason"),
    [
        ({"client_data": {"origin": "https://evil.example"}}, "7.1.9", "origin"),
        ({"client_data": {"crossOrigin": True}}, "7.1.10", "cross_origin"),
        ({"rp_id": "evil.example"}, "7.1.14", "rp_id_hash"),
        ({"clear_flags": PRESENT}, "7.1.15", "user_presence"),
        ({"clear_flags": VERIFIED}, "7.1.16", "user_verification"),
        ({"set_flags": BACKED_UP}, "7.1.17", "backup_flags"),
    ],
)
def test_a_false_answer_is_refused(cast, asha, desk, faults, step, reason):
    begun = asha.begin(desk)
    answer = SoftKey().register(begun["public_key"], ORIGIN, **faults)
    with nothing_changes():
        refused(asha.answer(desk, begun, answer), step=step, reason=reason)
    asha.register(desk, SoftKey(), "Honest")


def test_ce22_a_synced_passkey_is_refused_in_words_of_its_own(cast, asha, desk):
    begun = asha.begin(desk)
    answer = SoftKey().register(begun["public_key"], ORIGIN, set_flags=ELIGIBLE)
    with nothing_changes():
        response = asha.answer(desk, begun, answer)
    assert "copied between devices" in response.json()["detail"]
    refused(
        response,
        step="",
        reason="model_not_allowed synced_passkey",
        code="model_not_allowed",
        status=403,
    )
