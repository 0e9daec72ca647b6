"""A session that is idle for too long rests: it opens nothing until the key that opened it answers.

An hour for most, a quarter of one for whoever has a role, by the roles of that moment.
"""

import re
from datetime import timedelta

import pytest

from tests.cast import PASSWORD
from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    is_resting,
    registered,
    signed_in,
)
from tests.routes import PAGES, address_of
from tests.softkey import SoftKey
from tests.test_appointing import give
from tests.test_gate import PUBLIC
from tests.test_races import twin
from tests.traces import attempts, last_refusal, nothing_changes
from tests.ways_in import ways_in
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import RoleGrant
from wardkey.sessions.models import Session, StepUp


def later(**time):
    return clock.standing_at(clock.now() + timedelta(**time))


def left_alone(browser) -> Browser:
    """As somebody would find it: it does not show the key by itself."""
    browser.confirms = False
    return browser


@pytest.fixture
def cara(cast):
    return left_alone(signed_in(cast.cara))


@pytest.fixture
def eve(cast):
    return left_alone(signed_in(cast.eve))


@pytest.mark.parametrize(("who", "minutes"), [("eve", 60), ("cara", 15)])
def test_ck11_a_session_rests_once_its_time_without_use_is_over(cast, who, minutes):
    browser = left_alone(signed_in(getattr(cast, who)))
    with later(minutes=minutes, seconds=-2):
        expect(200, browser.get(MINE))
    Session.objects.update(last_seen_at=clock.now())
    with later(minutes=minutes), nothing_changes():
        assert is_resting(browser.get(MINE))
    assert last_refusal() == ("act.refused", "", "rests")


def test_ck11_each_use_begins_the_time_anew(cara):
    began = clock.now()
    for minutes in (14, 28, 42):
        with clock.standing_at(began + timedelta(minutes=minutes)):
            expect(200, cara.get("/admin/"))


def test_ck11_uses_within_a_minute_are_noted_once_and_a_session_never_rests_late(cara):
    began = clock.now()
    with clock.standing_at(began + timedelta(seconds=59)):
        expect(200, cara.get("/admin/"))
    with clock.standing_at(began + timedelta(minutes=15, seconds=1)):
        assert is_resting(cara.get("/admin/"))


@pytest.mark.parametrize("who", ["hal", "olu", "asha"])
def test_any_role_makes_it_a_quarter_of_an_hour(cast, who):
    browser = left_alone(signed_in(getattr(cast, who)))
    with later(minutes=16):
        assert is_resting(browser.get(MINE))


def test_a_role_that_begins_or_ends_counts_from_the_next_request(cast):
    role = give(cast.eve, "helpdesk", cast.south, with_those_below=False)
    RoleGrant.objects.filter(pk=role.pk).update(starts_at=clock.now() + timedelta(minutes=10))
    eve = left_alone(signed_in(cast.eve))
    with later(minutes=9):
        expect(200, eve.get(MINE))
    with later(minutes=30):
        assert is_resting(eve.get(MINE))
        RoleGrant.objects.filter(pk=role.pk).update(ends_at=clock.now())
        expect(200, eve.get(MINE))


@pytest.mark.looks_only
def test_ck11_while_it_rests_every_address_is_shut_but_logout_and_the_way_back(cast, cara):
    own = cast.cara.keys.get()
    with later(minutes=20), nothing_changes():
        for name in sorted(PAGES - PUBLIC - {"go_on", "go_on_challenge"}):
            for how, answer in ways_in(cara, address_of(name, cast.eve.pk, own.pk, code="SOUTH")):
                assert answer.status_code == 401, (name, how)
                assert how == "script" or is_resting(answer), (name, how)
                assert cast.eve.name not in answer.text
        assert is_resting(cara.get("/"))
        problem = expect(401, cara.call(f"{desk_of(cast.eve)}register/challenge/")).json()
    assert problem["code"] == "step_up_required"
    with later(minutes=20):
        expect(302, cara.submit("/sign-out/"))
        assert cara.get(MINE)["Location"].startswith("/sign-in/")


def test_the_page_of_a_rest_names_nobody(cast, cara):
    with later(minutes=20):
        page = cara.get(f"/admin/people/{cast.eve.pk}/").text
    for name in (cast.cara.name, cast.eve.name, cast.cara.username, "First key"):
        assert name not in page


def test_ck11_the_key_that_opened_it_opens_it_again_with_what_was_typed(cast, cara):
    _soft_key, row = registered(cara, cast.eve)
    address, before = f"{desk_of(cast.eve)}{row.pk}/edit/", cara.session
    old = twin(cara)
    with later(minutes=20):
        page = expect(401, cara.submit(address, nickname='<"Night" & day>')).text
        assert 'name="nickname" value="&lt;&#34;Night&#34; &amp; day&gt;"' in page
        expect(200, cara.go_on())
        assert cara.session.pk == before.pk
        expect(200, cara.get("/admin/"))
        assert old.get("/admin/")["Location"].startswith("/sign-in/")
    [entry] = attempts("session.resumed")
    assert entry.parameters["key"] == str(cast.cara.keys.get().pk)


def test_no_secret_that_was_typed_is_repeated(cast, cara):
    with later(minutes=20):
        typed = {"present": "the one of before", "password": "the one of tomorrow"}
        page = expect(401, cara.submit("/me/password/", **typed)).text
        assert "the one of" not in page
        assert 'name="present" value=""' in page
        assert "asked for once more afterwards" in page
        expect(200, cara.go_on())
        with nothing_changes():
            page = expect(401, cara.submit("/me/password/", present="", password="")).text
        assert "present password is not right" in page, "and nobody guessed"
        expect(302, cara.submit("/me/password/", present=PASSWORD, password="wholly other words"))


def test_a_registration_that_was_under_way_is_finished_after_the_rest(cast, cara):
    cara.confirms = True
    begun = cara.touch(desk_of(cast.eve), SoftKey())
    with later(minutes=14, seconds=59):
        Session.objects.update(last_seen_at=clock.now() - timedelta(minutes=16))
        expect(302, cara.name(desk_of(cast.eve), begun, "Named late"))
    assert SecurityKey.objects.filter(nickname="Named late").exists()


def test_ck11_before_its_time_is_over_it_goes_on_in_the_same_way(cast, cara):
    with later(minutes=14):
        assert expect(200, cara.go_on()).json() == {"seconds": 900}
    with later(minutes=28):
        expect(200, cara.get("/admin/"))


def test_going_on_is_no_proof_for_a_deed_and_makes_no_session_younger(cast, cara):
    began = cara.session.started_at
    with later(minutes=20):
        expect(200, cara.go_on())
        assert (
            "Confirm that it is you" in expect(401, cara.get(f"{desk_of(cast.eve)}register/")).text
        )
    assert StepUp.objects.count() == 0
    assert cara.session.started_at == began
    with later(hours=12):
        assert cara.get(MINE)["Location"].startswith("/sign-in/")


def test_a_resting_session_ends_with_its_twelve_hours(cara):
    with later(hours=11, minutes=59):
        assert is_resting(cara.get(MINE))
    with later(hours=12):
        expect(401, cara.call("/sign-in/go-on/challenge/"))
        assert cara.get(MINE)["Location"].startswith("/sign-in/")


def test_a_password_opens_again_what_it_opened_alone(cast):
    asha = left_alone(signed_in(cast.asha))
    with later(minutes=20):
        expect(401, asha.call("/sign-in/go-on/", password="guessed"))
        assert is_resting(asha.get(MINE))
        expect(200, asha.go_on())
        expect(200, asha.get(MINE))
    assert OutboxMessage.objects.filter(kind="confirmation_refused").count() == 1


def test_help_with_a_token_stands_where_one_is_asked_for(cast, cara):
    asha = left_alone(signed_in(cast.asha))
    for browser, is_asked_for_a_token in ((cara, True), (asha, False)):
        with later(minutes=20):
            page = browser.get(MINE)
        assert is_resting(page)
        assert ("the token does not answer?" in page.text) == is_asked_for_a_token


def test_a_password_does_not_open_what_a_key_opened(cara):
    cara.own_key = None
    with later(minutes=20):
        expect(403, cara.go_on())
        assert is_resting(cara.get(MINE))


def spoilt(good):
    return good[::-1]


@pytest.mark.parametrize(
    "faults", [{"signature": spoilt}, {"clear_flags": 4}], ids=["signature", "no PIN"]
)
def test_a_wrong_answer_opens_nothing_and_is_told(cara, faults):
    with later(minutes=20):
        expect(401, cara.go_on(**faults))
        assert is_resting(cara.get(MINE))
        assert attempts("step_up.refused")
    assert OutboxMessage.objects.filter(kind="confirmation_refused").exists()


def test_another_key_of_the_same_person_does_not_open_it(cast, cara):
    """Nor one that somebody registers while it rests: only what opened it is asked for."""
    other = SoftKey()
    left = cara.register(MINE, other, "Other")
    with later(minutes=20):
        begun = expect(200, cara.call("/sign-in/go-on/challenge/")).json()
        asked = {each["id"] for each in begun["public_key"]["allowCredentials"]}
        assert len(asked) == 1
        soft_key, row = cara.own_key
        assert row.pk != left.pk
        expect(200, cara.finish_going_on(begun, soft_key.sign(begun["public_key"], ORIGIN)))


def test_the_answer_for_a_rest_is_no_proof_and_the_other_way_round(cast, cara):
    soft_key, row = cara.own_key
    deed = {"act": "manage_keys", "about": str(cast.eve.pk)}
    for_rest = expect(200, cara.call("/sign-in/go-on/challenge/")).json()
    for_deed = expect(200, cara.begin_to_prove(deed, row)).json()
    with nothing_changes():
        expect(401, cara.finish_to_prove(for_rest, soft_key.sign(for_rest["public_key"], ORIGIN)))
        expect(401, cara.finish_going_on(for_deed, soft_key.sign(for_deed["public_key"], ORIGIN)))
    assert StepUp.objects.count() == 0


def test_a_session_that_was_ended_while_it_rested_goes_on_for_nobody(cast, cara):
    soft_key, _row = cara.own_key
    with later(minutes=20):
        begun = expect(200, cara.call("/sign-in/go-on/challenge/")).json()
        Session.objects.filter(person=cast.cara).update(ended_at=clock.now())
        with nothing_changes():
            answer = soft_key.sign(begun["public_key"], ORIGIN)
            problem = expect(401, cara.finish_going_on(begun, answer)).json()
    assert problem["code"] == "authentication_required"


def test_half_a_login_does_not_rest_and_has_no_way_back(cast):
    half = half_signed_in(cast.eve)
    with later(minutes=14):
        expect(200, half.get("/sign-in/key/"))
        expect(401, half.call("/sign-in/go-on/challenge/"))


@pytest.mark.parametrize(("who", "seconds"), [("cara", 900), ("eve", 3600)])
def test_ck11_the_page_knows_how_long_it_has(cast, who, seconds):
    browser = left_alone(signed_in(getattr(cast, who)))
    with later(seconds=30):
        found = re.search(r'data-seconds="(\d+)" data-warned="120"', browser.get(MINE).text)
    assert seconds - 40 <= int(found[1]) <= seconds - 29
