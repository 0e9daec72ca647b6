"""Whoever answers *Confirm that it is you* wrongly may have found somebody's session open."""

from datetime import timedelta

import pytest

from tests.doors import ORIGIN, expect, half_signed_in, signed_in
from tests.test_races import twin
from wardkey.base import clock
from wardkey.notifications import messages
from wardkey.notifications.models import OutboxMessage


@pytest.fixture
def cara(cast):
    browser = signed_in(cast.cara)
    browser.confirms = False
    return browser


def spoilt(good):
    return good[::-1]


def about(person):
    return {"act": "manage_keys", "about": str(person.pk)}


def told():
    mails = OutboxMessage.objects.filter(kind="confirmation_refused")
    return sorted(mails.values_list("address", flat=True))


def test_lc09_a_wrong_answer_is_told_to_the_owner_and_a_right_one_is_not(cast, cara, later):
    expect(200, cara.prove(about(cast.eve)))
    assert told() == []
    expect(401, cara.prove(about(cast.eve), signature=spoilt))
    assert told() == ["cara@south.example"]


def test_lc09_a_wrong_password_is_told_to_the_owner(cast):
    asha = signed_in(cast.asha)
    expect(401, asha.call("/sign-in/again/", **about(cast.ben), password="guessed"))
    assert told() == ["asha@north.example"]


def test_a_session_is_told_of_once_an_hour_whoever_holds_its_cookie(cast):
    ben, start = signed_in(cast.ben), clock.now()
    for minutes, mails in ((0, 1), (5, 1), (59, 1), (61, 2)):
        with clock.standing_at(start + timedelta(minutes=minutes)):
            expect(401, twin(ben).call("/sign-in/again/", **about(cast.ben), password="guessed"))
        assert len(told()) == mails


def test_another_session_of_the_same_person_is_told_of_too(cast, cara):
    other = half_signed_in(cast.cara)
    expect(200, other.use(*cara.own_key))
    for browser in (cara, other):
        expect(401, browser.prove(about(cast.eve), signature=spoilt))
    assert told() == ["cara@south.example"] * 2


def test_an_answer_that_comes_twice_or_too_late_tells_of_nobody_else(cast, cara):
    soft_key, row = cara.own_key
    begun = expect(200, cara.begin_to_prove(about(cast.eve), row)).json()
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    expect(200, cara.finish_to_prove(begun, answer))
    expect(401, cara.finish_to_prove(begun, answer))
    late = expect(200, cara.begin_to_prove(about(cast.eve), row)).json()
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        answer = soft_key.sign(late["public_key"], ORIGIN)
        expect(401, cara.finish_to_prove(late, answer))
    assert told() == []


def test_it_says_what_happened_and_what_to_do():
    letter = messages.confirmation_refused(name="Cara", when="1 May 2026, 09:00")
    for words in ("Nothing was changed.", "Log out there.", "to log you out everywhere"):
        assert words in letter.body.replace("\n", " ")
