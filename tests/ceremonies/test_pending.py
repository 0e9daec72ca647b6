"""Challenges in flight: bound to all that they were begun with, taken once, good for five minutes.

What their owners are told is tested at the doors: tests/test_registering_refused.py and others.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from wardkey.base import clock
from wardkey.ceremonies import pending
from wardkey.ceremonies.models import PendingCeremony, Purpose

from .ceremony import refused

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SHORTEST = timedelta(microseconds=1)
STAMP = UUID(int=9)
NOBODY = UUID(int=99)
WHOSE = {
    "holder_id": UUID(int=1),
    "actor_id": UUID(int=2),
    "organisation_id": 3,
    "session_id": UUID(int=4),
}
BOUND = {"purpose": Purpose.REGISTER, **WHOSE}
OTHERS = {**dict.fromkeys(WHOSE, NOBODY), "organisation_id": None}
ANSWER = {"id": "AAAA"}


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.standing_at(NOW):
        yield


def options_for(challenge):
    return {"challenge": challenge.hex(), "timeout": 5}


def begin(**changes):
    return pending.begin(**BOUND | changes, security_stamp=STAMP, options_for=options_for)


def begun(**changes):
    ceremony, _options = begin(**changes)
    return ceremony.pk


def answered(**changes):
    ceremony = pending.take(begun(**changes), **BOUND | changes)
    pending.keep_answer(ceremony, ANSWER)
    return ceremony.pk


def test_the_row_holds_what_the_answer_is_held_against_and_no_challenge():
    ceremony, options = begin()
    challenge = bytes.fromhex(options["challenge"])
    row = PendingCeremony.objects.get(pk=ceremony.pk)
    assert len(challenge) == 32
    assert row.challenge_sha256 == hashlib.sha256(challenge).digest()
    assert row.options == {"timeout": 5}
    assert {name: getattr(row, name) for name in BOUND} == BOUND
    assert (row.security_stamp, row.created_at) == (STAMP, NOW)
    assert (row.key_id, row.sign_count, row.deed) == (None, 0, "")
    assert (row.taken_at, row.answer, row.finished_at) == (None, None, None)
    assert begin()[1]["challenge"] != options["challenge"]


def test_a_sign_in_is_for_one_key_and_a_step_up_for_one_deed():
    about = {"key_id": UUID(int=5), "sign_count": 6, "deed": "keys.remove"}
    taken = pending.take(begun(**about), **BOUND)
    assert {name: getattr(taken, name) for name in about} == about
    assert pending.chosen_key_id(taken) == UUID(int=5)
    with refused("7.2.5", "not_in_allow_list"):
        pending.chosen_key_id(pending.take(begun(), **BOUND))


def test_a_challenge_is_taken_once():
    first, second = begun(), begun()
    assert pending.take(first, **BOUND).taken_at == NOW
    for unknown in (first, NOBODY):
        with refused("7.1.8", "unknown_or_used"):
            pending.take(unknown, **BOUND)
    assert pending.take(second, **BOUND).pk == second


@pytest.mark.parametrize("name", WHOSE)
def test_a_challenge_is_for_one_holder_actor_organisation_and_session(name):
    ceremony = begun()
    with refused("7.1.8", f"{name.removesuffix('_id')}_mismatch"):
        pending.take(ceremony, **BOUND | {name: OTHERS[name]})
    with refused("7.1.8", "unknown_or_used"):
        pending.take(ceremony, **BOUND)


def test_a_challenge_serves_one_purpose_under_whose_step_it_is_refused():
    for purpose in (Purpose.SIGN_IN, Purpose.STEP_UP):
        with refused("7.2.11", "purpose_mismatch"):
            pending.take(begun(), **BOUND | {"purpose": purpose})
        assert pending.take(begun(purpose=purpose), **BOUND | {"purpose": purpose})


def test_a_challenge_is_good_for_five_minutes():
    soon, late = begun(), begun()
    five_minutes = NOW + timedelta(minutes=5)
    with clock.standing_at(five_minutes - SHORTEST):
        assert pending.take(soon, **BOUND)
    with clock.standing_at(five_minutes), refused("7.1.8", "expired"):
        pending.take(late, **BOUND)


def test_an_answer_waits_fifteen_minutes_and_is_taken_once():
    first, other = answered(), answered()
    fifteen_minutes = NOW + timedelta(minutes=15)
    with clock.standing_at(fifteen_minutes - SHORTEST):
        taken = pending.take_answered(first, **WHOSE)
        assert (taken.answer, taken.finished_at) == (ANSWER, clock.now())
        with refused("7.1.8", "no_answer_waiting"):
            pending.take_answered(first, **WHOSE)
    assert PendingCeremony.objects.get(pk=first).answer is None
    assert PendingCeremony.objects.get(pk=other).answer == ANSWER
    with clock.standing_at(fifteen_minutes), refused("7.1.8", "no_answer_waiting"):
        pending.take_answered(other, **WHOSE)


@pytest.mark.parametrize("name", WHOSE)
def test_an_answer_waits_for_one_holder_actor_organisation_and_session(name):
    ceremony = answered()
    with refused("7.1.8", "no_answer_waiting"):
        pending.take_answered(ceremony, **WHOSE | {name: OTHERS[name]})
    assert pending.take_answered(ceremony, **WHOSE)


def test_only_a_judged_registration_waits_for_a_nickname():
    waiting = answered()
    for other in (begun(), answered(purpose=Purpose.TRY), NOBODY):
        with refused("7.1.8", "no_answer_waiting"):
            pending.take_answered(other, **WHOSE)
    assert pending.take_answered(waiting, **WHOSE).pk == waiting


def still_there(ceremonies):
    found = set(PendingCeremony.objects.values_list("pk", flat=True))
    return [ceremony in found for ceremony in ceremonies]


def a_second_apart(*makers):
    ceremonies = []
    for seconds, make in enumerate(makers):
        with clock.standing_at(NOW + timedelta(seconds=seconds)):
            ceremonies.append(make())
    return ceremonies


def test_a_session_has_five_in_flight_and_the_oldest_gives_way():
    stranger = begun(session_id=NOBODY)
    six = a_second_apart(*[begun] * 6)
    assert still_there([stranger, *six]) == [True, False, *[True] * 5]


def test_answers_that_wait_are_in_flight_too():
    six = a_second_apart(*[answered, begun] * 3)
    assert still_there(six) == [False, *[True] * 5]


def test_what_is_being_judged_or_finished_is_not_in_flight():
    def judged():
        return pending.take(begun(), **BOUND).pk

    def finished():
        return pending.take_answered(answered(), **WHOSE).pk

    seven = a_second_apart(judged, finished, *[begun] * 5)
    assert all(still_there(seven))
    assert still_there([*seven, begun()]) == [True, True, False, *[True] * 5]


def test_ceremonies_are_forgotten_a_day_after_they_expired():
    ceremony = begun()
    a_day_later = NOW + timedelta(minutes=5, hours=24)
    with clock.standing_at(a_day_later):
        assert pending.forget_old() == 0
    with clock.standing_at(a_day_later + SHORTEST):
        assert pending.forget_old() == 1
    assert still_there([ceremony]) == [False]
