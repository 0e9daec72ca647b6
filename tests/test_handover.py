"""A token that somebody else registered becomes its holder's: by a code, at the desk, by another.

Southside hands over confirmed (the default), Northside at first use.
"""

import re
from datetime import timedelta

import pytest

from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.test_races import at_once, twin
from tests.traces import attempts, changes, last_refusal, nothing_changes, state_of_things
from wardkey.base import clock
from wardkey.keys.models import HandoverCode, SecurityKey
from wardkey.notifications import messages
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import ContactPoint, Person

CONFIRM = "/sign-in/confirm/"


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


@pytest.fixture
def blue(cast, cara):
    """Registered for Eve, who has no other."""
    return registered(cara, cast.eve)


def owing(cast, key) -> Browser:
    """Eve after password, PIN and touch."""
    eve = half_signed_in(cast.eve)
    assert expect(200, eve.use(*key)).json()["next"].startswith(CONFIRM)
    return eve


def code_mailed() -> str:
    """As the worker makes the newest one when it sends it."""
    row = OutboxMessage.objects.filter(kind="key_handover_code").latest("created_at")
    return re.search(r"\d{4} \d{4}", messages.key_handover_code(**row.parameters).body)[0]


def wrong(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"


def state(key) -> str:
    return SecurityKey.objects.get(pk=key[1].pk).state


def test_a_code_from_the_mail_hands_the_token_over(cast, blue):
    eve = owing(cast, blue)
    assert (is_signed_in(eve), state(blue)) == (False, "waiting")
    page = expect(200, eve.get(CONFIRM)).content.decode()
    for words in ("Cara Jones registered this token for you", "e…@south.example", "Try it now"):
        assert words in page
    expect(302, eve.submit(CONFIRM, code=code_mailed()))
    assert (is_signed_in(eve), state(blue)) == (True, "active")
    [entry] = changes("key.handed_over")
    assert (entry.parameters["how"], entry.actor["id"]) == ("code", str(cast.eve.pk))
    assert OutboxMessage.objects.filter(kind="key_handed_over").count() == 1
    assert Person.objects.get(pk=cast.eve.pk).second_factor_since is not None
    assert attempts("sign_in.succeeded")[-1].parameters["key"] == str(blue[1].pk)
    expect(200, half_signed_in(cast.eve).use(*blue))


def test_at_first_use_where_policy_says_so(cast):
    key = registered(signed_in(cast.asha), cast.ben)
    assert expect(200, half_signed_in(cast.ben).use(*key)).json()["next"] == "/"
    assert changes("key.handed_over")[0].parameters["how"] == "first_use"
    assert HandoverCode.objects.count() == 0


def refused(eve, code):
    before = state_of_things()
    page = expect(401, eve.submit(CONFIRM, code=code)).content.decode()
    assert "This is not the code" in page
    assert state_of_things() == before
    assert last_refusal() == ("sign_in.refused", "", "handover_code")


@pytest.mark.parametrize("code", ["", "1", "abcdefgh", "٠١٢٣٤٥٦٧", "0" * 5000])
def test_what_is_no_code_is_refused(cast, blue, code):
    eve = owing(cast, blue)
    refused(eve, code)
    expect(302, eve.submit(CONFIRM, code=f" {code_mailed().replace(' ', '-')} "))


def test_five_wrong_tries_and_the_code_is_gone(cast, blue):
    eve = owing(cast, blue)
    code = code_mailed()
    for _ in range(5):
        refused(eve, wrong(code))
    refused(eve, code)
    assert "No code is on its way" in eve.get(CONFIRM).content.decode()
    expect(302, eve.submit(f"{CONFIRM}another/"))
    expect(302, eve.submit(CONFIRM, code=code_mailed()))


def test_a_code_works_for_ten_minutes(cast, blue):
    eve = owing(cast, blue)
    code = code_mailed()
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        refused(eve, code)
    with clock.standing_at(clock.now() + timedelta(minutes=9)):
        expect(302, eve.submit(CONFIRM, code=code))


def test_another_code_ends_the_earlier_one(cast, blue):
    eve = owing(cast, blue)
    early = code_mailed()
    expect(302, eve.submit(f"{CONFIRM}another/"))
    refused(eve, early)
    expect(302, eve.submit(CONFIRM, code=code_mailed()))


def test_five_codes_an_hour(cast, blue):
    eve = owing(cast, blue)
    for _ in range(4):
        expect(302, eve.submit(f"{CONFIRM}another/"))
    last = code_mailed()
    page = expect(429, eve.submit(f"{CONFIRM}another/")).content.decode()
    assert "Five codes were sent within the hour" in page
    refused(owing(cast, blue), last)  # the sixth went to nobody
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        late = owing(cast, blue)
        expect(302, late.submit(CONFIRM, code=code_mailed()))


def test_a_code_counts_in_the_browser_that_asked_for_it(cast, blue):
    owing(cast, blue)
    code = code_mailed()
    thief = owing(cast, blue)
    assert code_mailed() != code
    refused(thief, code)


def test_the_code_is_in_no_table_and_in_no_entry(cast, blue):
    owing(cast, blue)
    code = code_mailed()
    kept = str(list(OutboxMessage.objects.values()) + list(HandoverCode.objects.values()))
    kept += str([entry.__dict__ for entry in attempts("sign_in.handover_asked")])
    assert code not in kept
    assert code.replace(" ", "") not in kept


def test_an_address_newer_than_the_token_gets_no_code(cast, cara):
    ContactPoint.objects.filter(person=cast.eve).update(retired_at=clock.now())
    blue = registered(cara, cast.eve)
    ContactPoint.objects.create(
        person=cast.eve, value="mallory@south.example", verified_at=clock.now()
    )
    eve = owing(cast, blue)
    assert OutboxMessage.objects.filter(kind="key_handover_code").count() == 0
    page = eve.get(CONFIRM).content.decode()
    assert "There is no address of yours" in page
    assert "mallory" not in page
    page = expect(409, eve.submit(f"{CONFIRM}another/")).content.decode()
    assert "There is no address of yours" in page
    assert "Five codes" not in page
    assert attempts("sign_in.handover_asked")[0].parameters["code_sent"] is False
    refused(eve, "00000000")


def test_a_token_removed_meanwhile_is_confirmed_no_more(cast, cara, blue):
    eve = owing(cast, blue)
    expect(302, cara.submit(f"{desk_of(cast.eve)}{blue[1].pk}/remove/"))
    assert expect(302, eve.submit(CONFIRM, code=code_mailed()))["Location"] == "/sign-in/"
    assert state(blue) == "removed"


def test_of_two_at_once_with_the_same_code_one_is_signed_in(cast_for_threads):
    cast = cast_for_threads
    blue = registered(signed_in(cast.cara), cast.eve)
    eve = owing(cast, blue)
    code, other = code_mailed(), twin(eve)
    codes = at_once(
        lambda: eve.submit(CONFIRM, code=code), lambda: other.submit(CONFIRM, code=code)
    )
    assert (codes[0], len(changes("key.handed_over"))) == (302, 1)


# -- Try it now


def test_at_the_desk_with_its_holder(cast, cara, blue):
    desk = desk_of(cast.eve)
    assert "Try it now" in cara.get(desk).content.decode()
    assert expect(200, cara.try_out(desk, *blue)).json()["next"] == desk
    assert state(blue) == "active"
    [entry] = changes("key.handed_over")
    assert (entry.parameters["how"], entry.actor["id"]) == ("desk", str(cast.cara.pk))
    assert OutboxMessage.objects.filter(kind="key_handed_over").count() == 1
    assert "Try it now" not in cara.get(desk).content.decode()
    # Nobody was signed in by it; now PIN and touch are enough.
    assert not is_signed_in(Browser())
    assert expect(200, half_signed_in(cast.eve).use(*blue)).json()["next"] == "/"


def test_by_its_holder_with_another_token(cast):
    eve = signed_in(cast.eve)
    blue = registered(signed_in(cast.cara), cast.eve)
    assert "registered for you" in eve.get(MINE).content.decode()
    expect(200, eve.try_out(MINE, *blue))
    assert changes("key.handed_over")[0].parameters["how"] == "other_key"
    assert state(blue) == "active"


def test_by_its_holder_with_the_password_alone_it_is_not(cast):
    blue = registered(signed_in(cast.asha), cast.ben)
    ben = half_signed_in(cast.ben)
    expect(302, ben.submit("/sign-in/key/later/"))
    with nothing_changes():
        expect(401, ben.call(f"{MINE}{blue[1].pk}/try/challenge/"))


def test_nobody_stands_at_the_desk_for_themselves(cast):
    asha = signed_in(cast.asha)
    own = registered(signed_in(cast.priya), cast.asha, "Asha's")
    desk = desk_of(cast.asha)
    with nothing_changes():
        expect(403, asha.get(f"{desk}{own[1].pk}/try/"))
        expect(403, asha.call(f"{desk}{own[1].pk}/try/challenge/"))
    assert last_refusal() == ("act.refused", "", "own_key_at_desk")
    assert "Try it now" not in asha.get(desk).content.decode()


@pytest.mark.parametrize("who", ["hal", "olu"])
def test_the_helpdesk_and_auditors_do_not_hand_over(cast, who):
    blue = registered(signed_in(cast.asha), cast.ben)
    browser = signed_in(getattr(cast, who))
    with nothing_changes():
        expect(403, browser.call(f"{desk_of(cast.ben)}{blue[1].pk}/try/challenge/"))


@pytest.mark.parametrize(
    ("faults", "step"),
    [({"clear_flags": 0x04}, "7.2.17"), ({"signature": lambda _: b"no"}, "7.2.21")],
)
def test_an_answer_that_does_not_hold_hands_nothing_over(cast, cara, blue, faults, step):
    with nothing_changes():
        problem = expect(400, cara.try_out(desk_of(cast.eve), *blue, **faults)).json()
    assert problem["code"] == "ceremony_invalid"
    entry = attempts("key.try_refused")[-1]
    assert (entry.parameters["step"], entry.holder) == (step, str(cast.eve.pk))
    expect(200, cara.try_out(desk_of(cast.eve), *blue))


def test_a_login_s_challenge_hands_nothing_over_and_the_other_way_round(cast, cara, blue):
    eve, desk = half_signed_in(cast.eve), f"{desk_of(cast.eve)}{blue[1].pk}/try/"
    begun = eve.choose(blue[1])
    answer = blue[0].sign(begun["public_key"], ORIGIN)
    with nothing_changes():
        expect(400, cara.call(desk, ceremony_id=begun["ceremony_id"], credential=answer))
    begun = expect(200, cara.call(f"{desk}challenge/")).json()
    answer = blue[0].sign(begun["public_key"], ORIGIN)
    with nothing_changes():
        expect(401, eve.finish(begun, answer))
    assert state(blue) == "waiting"


def test_what_does_not_wait_is_not_tried(cast, cara, blue):
    expect(200, cara.try_out(desk_of(cast.eve), *blue))
    with nothing_changes():
        expect(409, cara.call(f"{desk_of(cast.eve)}{blue[1].pk}/try/challenge/"))
        expect(409, cara.get(f"{desk_of(cast.eve)}{blue[1].pk}/try/"))
