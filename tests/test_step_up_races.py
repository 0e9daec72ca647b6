"""Proofs and places that are good once, used by many at once: real threads, real transactions."""

from datetime import timedelta

import pytest

from tests.doors import ORIGIN, desk_of, expect, signed_in
from tests.test_races import at_once, twin
from tests.traces import changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.people.accounts import add_person
from wardkey.sessions.models import DeskPlace, DeskSession, Session, StepUp

OPEN = "/admin/desk-session/open/"


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


@pytest.fixture
def cara(cast):
    browser = signed_in(cast.cara)
    browser.confirms = False
    return browser


def windows(browser, number):
    others = [twin(browser) for _ in range(number)]
    for each in others:
        each.confirms = False
    return others


def test_one_proof_is_used_up_by_one_of_many_at_once(cast, cara):
    expect(200, cara.prove({"act": "open_desk_session", "about": str(cast.south.pk)}))
    codes = at_once(
        *(lambda each=each: each.submit(OPEN, for_whom="anybody") for each in windows(cara, 8))
    )
    assert codes == [302, *[401] * 7]
    assert DeskSession.objects.count() == len(changes("desk_session.opened")) == 1


def test_one_answer_is_one_proof(cast, cara):
    soft_key, row = cara.own_key
    deed = {"act": "open_desk_session", "about": str(cast.south.pk)}
    begun = expect(200, cara.begin_to_prove(deed, row)).json()
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    codes = at_once(
        *(lambda each=each: each.finish_to_prove(begun, answer) for each in windows(cara, 8))
    )
    assert codes == [200, *[401] * 7]
    assert StepUp.objects.count() == 1


def test_the_last_place_of_a_desk_session_is_taken_by_one(cast, cara):
    expect(200, cara.prove({"act": "open_desk_session", "about": str(cast.south.pk)}))
    expect(302, cara.submit(OPEN, for_whom="anybody"))
    DeskSession.objects.update(at_most=1)
    Session.objects.update(started_at=clock.now() - timedelta(minutes=6))
    people = [newcomer(cast, number) for number in range(6)]
    codes = at_once(
        *(
            lambda each=each, person=person: each.call(f"{desk_of(person)}register/challenge/")
            for each, person in zip(windows(cara, 6), people, strict=True)
        )
    )
    assert codes == [200, *[401] * 5]
    assert DeskPlace.objects.count() == DeskSession.objects.get().served == 1


def newcomer(cast, number):
    address = f"new{number}@south.example"
    return add_person(
        username=address, name=f"New {number}", email="", organisation=cast.south, by=log.SYSTEM
    )
