"""Somebody joins: invited by an administrator, opened by themselves, once and in time."""

from datetime import timedelta

import pytest

from tests.cast import decide
from tests.doors import MINE, Browser, expect, half_signed_in, is_signed_in, registered, signed_in
from tests.newcomers import (
    NEW_PASSWORD,
    added,
    invite,
    join,
    joined,
    link_for,
    slip_for,
    standing_of,
)
from tests.softkey import SoftKey
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.lifecycle.models import Invitation
from wardkey.notifications.models import OutboxMessage
from wardkey.people.contacts import addressees_of
from wardkey.people.models import Person

DAY = timedelta(days=1)


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def today():
    return clock.today("Europe/London")


def at_noon(day):
    return clock.standing_at(clock.start_of(day, "Europe/London") + timedelta(hours=12))


def test_a_slip_lets_the_newcomer_choose_a_password_with_which_they_log_in(cast, asha):
    nia = added(asha)
    code = slip_for(asha, nia)
    browser = Browser()
    page = expect(200, browser.submit("/join/", code=code)).content.decode()
    assert "Welcome, Nia Newcomer" in page
    answer = expect(302, join(code, browser=browser))
    assert answer["Location"] == "/sign-in/"
    expect(302, browser.enter_password(nia, NEW_PASSWORD))
    assert is_signed_in(browser)
    assert [entry.parameters["way"] for entry in changes("invitation.accepted")] == ["slip"]


@pytest.mark.parametrize("as_typed", [str.lower, lambda code: f" {code.replace('-', ' ')} "])
def test_a_code_is_read_whatever_case_spaces_and_hyphens_are_typed(asha, as_typed):
    expect(302, join(as_typed(slip_for(asha, added(asha)))))


def test_where_a_token_is_asked_for_the_invitation_opens_the_registration_of_the_first(cast):
    cara = signed_in(cast.cara)
    nia = added(cara, "nia@south.example", organisation="SOUTH")
    browser = Browser()
    answer = expect(302, join(slip_for(cara, nia), browser=browser))
    assert answer["Location"] == "/me/keys/register/"
    assert not is_signed_in(browser)
    browser.register(MINE, SoftKey(), "My first")
    assert is_signed_in(browser)


def test_who_was_given_a_token_before_logs_in_with_it(cast):
    cara = signed_in(cast.cara)
    nia = added(cara, "nia@south.example", organisation="SOUTH")
    soft_key, row = registered(cara, nia)
    answer = expect(302, join(slip_for(cara, nia)))
    assert answer["Location"] == "/sign-in/"
    browser = Browser()
    expect(302, browser.enter_password(nia, NEW_PASSWORD))
    expect(200, browser.use(soft_key, row))


def test_a_link_is_mailed_and_proves_the_address(cast, asha):
    nia = added(asha)
    code = link_for(asha, nia)
    assert addressees_of(nia) == []
    expect(302, join(code))
    assert [each.address for each in addressees_of(nia)] == ["nia@elsewhere.example"]
    assert OutboxMessage.objects.filter(kind="account_opened").count() == 1


def test_a_slip_proves_no_address(cast, asha):
    nia = added(asha)
    expect(302, join(slip_for(asha, nia)))
    assert addressees_of(nia) == []


def test_without_an_address_no_link_is_sent(asha):
    nia = added(asha, email="")
    with nothing_changes():
        page = expect(400, invite(asha, nia, "link")).content.decode()
    assert "Print a slip instead" in page
    expect(302, join(slip_for(asha, nia)))


@pytest.mark.parametrize("way", ["", "pigeon", "LINK"])
def test_an_invitation_goes_by_link_or_slip(asha, way):
    nia = added(asha)
    with nothing_changes():
        expect(400, invite(asha, nia, way))
    assert not Invitation.objects.exists()


def test_no_table_and_no_entry_holds_the_code(cast, asha):
    nia = added(asha)
    for code in (slip_for(asha, nia), link_for(asha, nia)):
        kept = [
            *Invitation.objects.values(),
            *OutboxMessage.objects.values(),
            *changes("invitation.issued"),
        ]
        assert code not in str(kept)
        assert code.replace("-", "") not in str(kept)


# -- once, in time, the newest one only


def refused(code, status=401, words="This invitation does not work", **more):
    with nothing_changes():
        page = expect(status, join(code, **more)).content.decode()
    assert words in page


def test_ck09_an_invitation_works_once(cast, asha):
    code = slip_for(asha, added(asha))
    expect(302, join(code))
    refused(code)
    assert last_refusal() == ("sign_in.refused", "", "invitation")


def test_an_address_where_many_codes_failed_has_to_wait(asha, settings):
    settings.NAMES_AN_ADDRESS = 3
    code = slip_for(asha, added(asha))
    for number in range(4):
        refused(f"AAAA-AAAA-AAAA-AAA{number}")
    answer = join(code)
    assert expect(429, answer)["Retry-After"] == "30"
    with clock.standing_at(clock.now() + timedelta(seconds=31)):
        expect(302, join(code))


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "\x00", "é" * 4000])
def test_what_is_no_invitation_is_refused(cast, asha, code):
    slip_for(asha, added(asha))
    refused(code)


def test_an_invitation_holds_from_the_first_day_to_14_days_after_it(asha):
    start = today() + 3 * DAY
    early, late = added(asha, starts=start), added(asha, "n2@north.example", starts=start)
    early_code, late_code = slip_for(asha, early), slip_for(asha, late)
    refused(early_code, 409, "does not start yet")
    with at_noon(start - DAY):
        refused(early_code, 409, "does not start yet")
    with at_noon(start):
        expect(302, join(early_code))
    with at_noon(start + 13 * DAY):
        expect(302, join(late_code))


def test_ck08_after_14_days_an_invitation_is_worth_nothing(asha):
    start = today() + 3 * DAY
    code = slip_for(asha, added(asha, starts=start))
    with at_noon(start + 14 * DAY):
        refused(code)


def test_for_whose_first_day_is_past_the_14_days_begin_now(asha):
    code = slip_for(asha, added(asha, starts=today() - 60 * DAY))
    with clock.standing_at(clock.now() + 13 * DAY):
        expect(302, join(code))


def test_a_new_invitation_ends_the_one_before(asha):
    nia = added(asha)
    before, after = link_for(asha, nia), slip_for(asha, nia)
    refused(before)
    expect(302, join(after))


def test_a_withdrawn_invitation_is_worth_nothing(asha):
    nia = added(asha)
    code = slip_for(asha, nia)
    assert "Withdraw the invitation" in asha.get(standing_of(nia)).content.decode()
    withdraw = f"/admin/people/{nia.pk}/invitation/withdraw/"
    expect(302, asha.submit(withdraw))
    refused(code)
    with nothing_changes():
        expect(409, asha.submit(withdraw))
    expect(302, join(slip_for(asha, nia)))


def test_who_has_joined_is_not_invited_again(asha):
    nia = joined(asha)
    with nothing_changes():
        page = expect(409, invite(asha, nia, "slip")).content.decode()
    assert "has joined already" in page


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "10 characters or more"),
        ("123456789", "10 characters or more"),
        ("x" * 129, "128 characters or fewer"),
        ("i am newcomer!", "must not contain your name"),
        ("NEWCÖMER-2026", "must not contain your name"),
    ],
)
def test_a_password_that_will_not_do_leaves_the_invitation_as_it_is(asha, password, words):
    code = slip_for(asha, added(asha))
    refused(code, 400, words, password=password)
    expect(302, join(code, password="x" * 128))


def test_before_the_first_day_nobody_logs_in_and_the_words_are_the_usual_ones(cast, asha):
    nia = joined(asha)
    expect(302, Browser().enter_password(nia, NEW_PASSWORD))
    Person.objects.filter(pk=nia.pk).update(starts_at=clock.now() + DAY)
    early = expect(401, Browser().enter_password(nia, NEW_PASSWORD)).content
    wrong = expect(401, Browser().enter_password(nia, "something else")).content
    assert [line for line in early.splitlines() if b"csrf" not in line] == [
        line for line in wrong.splitlines() if b"csrf" not in line
    ]


def test_a_session_of_somebody_else_ends_where_an_invitation_is_accepted(cast):
    decide(cast.north, second_factor="everyone")
    cara = signed_in(cast.cara)
    nia = added(cara, "nia@south.example", organisation="SOUTH")
    code, browser = slip_for(cara, nia), half_signed_in(cast.eve)
    before = browser.secret
    expect(302, join(code, browser=browser))
    browser.cookies["__Host-session"] = before
    assert not is_signed_in(browser)
    assert attempts("sign_in.refused") == []
