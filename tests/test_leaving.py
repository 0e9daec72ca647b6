"""Somebody leaves: marked, closed after thirty days, restored within thirty more, or never."""

import pytest

from tests.cast import issue_pass
from tests.departures import (
    DAY,
    act,
    again,
    at_noon,
    joiner_code_of,
    leaver_form,
    mark_leaver,
    today,
)
from tests.doors import (
    Browser,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.newcomers import form_for, standing_of
from tests.traces import changes, last_refusal, nothing_changes
from wardkey.keys.models import SecurityKey
from wardkey.lifecycle import leaving
from wardkey.lifecycle.models import JoinerCode, KeyTransfer
from wardkey.notifications.models import OutboxMessage
from wardkey.people.grants import role_grants_of


@pytest.fixture
def priya(cast):
    return signed_in(cast.priya)


def test_a_leavers_roles_go_at_once_and_the_person_may_sign_in_until_30_days_after(cast, priya):
    asha = signed_in(cast.asha)
    last_day = today() + 5 * DAY
    expect(302, mark_leaver(priya, cast.asha, last_day=last_day))
    assert role_grants_of(cast.asha.pk) == []
    assert not is_signed_in(asha)
    expect(403, signed_in(cast.asha).get(desk_of(cast.ben)))
    with at_noon(last_day + 30 * DAY):
        assert is_signed_in(signed_in(cast.asha))
    with at_noon(last_day + 31 * DAY), nothing_changes():
        expect(401, Browser().enter_password(cast.asha))
    [marked] = changes("person.leaver_marked")
    assert (marked.parameters, marked.new) == ({"roles": 1}, {"last_day": last_day.isoformat()})
    assert [entry.old["role"] for entry in changes("role.ended")] == ["local_administrator"]


def test_a_session_opened_before_does_not_outlive_the_account(cast, priya):
    expect(302, mark_leaver(priya, cast.ben))
    with at_noon(today() + 30 * DAY):
        ben = signed_in(cast.ben)
        assert is_signed_in(ben)
    with at_noon(today() + 31 * DAY):
        assert not is_signed_in(ben)


def test_the_mark_is_taken_back_and_roles_stay_gone(cast, priya):
    expect(302, mark_leaver(priya, cast.asha))
    expect(302, act(priya, cast.asha, "leaver/take-back/"))
    assert again(cast.asha).standing == "here"
    assert role_grants_of(cast.asha.pk) == []
    with at_noon(today() + 60 * DAY):
        assert is_signed_in(signed_in(cast.asha))
    with nothing_changes():
        expect(409, act(priya, cast.asha, "leaver/take-back/"))


def test_marking_again_changes_the_day_and_what_becomes_of_the_keys(cast, priya):
    key = registered(priya, cast.ben)[1]
    expect(302, mark_leaver(priya, cast.ben, keys={key: "give"}))
    until = today() + 9 * DAY
    lent = {"last_day": today() + 3 * DAY, "keys": {key: "lend"}, "until": until}
    expect(302, mark_leaver(priya, cast.ben, **lent))
    assert again(cast.ben).last_day == today() + 3 * DAY
    [row] = KeyTransfer.objects.all()
    assert (row.handling, row.until, row.owner) == ("lend", until, cast.north)
    page = priya.get(f"/admin/people/{cast.ben.pk}/leaver/").content.decode()
    assert 'value="lend" checked' in page
    expect(302, act(priya, cast.ben, "leaver/take-back/"))
    assert not KeyTransfer.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"last_day-day": "x"}, "Enter a date"),
        ({"last_day-year": "2020"}, "today or within a year"),
        ({"last_day-year": "2999"}, "today or within a year"),
    ],
)
def test_a_last_day_that_will_not_do_is_refused(cast, priya, changed, words):
    form = {**leaver_form(last_day=today()), **changed}
    with nothing_changes():
        page = expect(400, priya.submit(f"/admin/people/{cast.ben.pk}/leaver/", **form))
    assert words in page.content.decode()


@pytest.mark.parametrize(
    ("handling", "until", "words"),
    [
        ("sell", None, "Choose for each token"),
        ("lend", None, "Enter a date"),
        ("lend", -1, "A loan must last until the last day"),
    ],
)
def test_a_decision_about_a_key_that_will_not_do_is_refused(cast, priya, handling, until, words):
    key = registered(priya, cast.ben)[1]
    with nothing_changes():
        answer = mark_leaver(
            priya, cast.ben, keys={key: handling}, until=until and today() + until * DAY
        )
    assert words in expect(400, answer).content.decode()
    assert not KeyTransfer.objects.exists()


def test_somebody_elses_key_is_not_decided_about(cast, priya):
    key = registered(priya, cast.dev)[1]
    expect(400, mark_leaver(priya, cast.ben, keys={key: "give"}))
    assert not KeyTransfer.objects.exists()


# -- closed


def test_after_30_days_the_worker_closes_and_nobody_waited_for_it(cast, priya):
    cara = signed_in(cast.cara)
    _soft_key, key = registered(cara, cast.eve)
    expect(302, mark_leaver(cara, cast.eve))
    with at_noon(today() + 30 * DAY):
        assert leaving.close_due() == 0
    with at_noon(today() + 31 * DAY):
        expect(401, Browser().enter_password(cast.eve))
        assert leaving.close_due() == 1
        assert leaving.close_due() == 0
    assert again(cast.eve).status == "closed"
    key.refresh_from_db()
    assert (key.state, key.state_reason) == ("suspended", "holder_left")
    [entry] = changes("person.closed")
    assert (entry.actor["kind"], entry.parameters) == ("system", {"keys": 1})


def test_the_worker_closes_in_portions(cast, priya):
    for person in (cast.ben, cast.dev, cast.wil):
        expect(302, mark_leaver(priya, person))
    with at_noon(today() + 31 * DAY):
        assert [leaving.close_due(at_most=2), leaving.close_due(at_most=2)] == [2, 1]


def test_closing_now_ends_everything_at_once(cast):
    cara, eve = signed_in(cast.cara), signed_in(cast.eve)
    code, joiner = issue_pass(cast.eve), joiner_code_of(eve)
    expect(302, act(cara, cast.eve, "close/"))
    assert not is_signed_in(eve)
    with nothing_changes():
        expect(401, Browser().enter_password(cast.eve))
    assert again(cast.eve).standing == "closed"
    assert not JoinerCode.objects.filter(revoked_at=None).exists()
    assert joiner
    expect(302, act(cara, cast.eve, "restore/"))
    expect(401, half_signed_in(cast.eve).enter_pass(code))
    with nothing_changes():
        expect(409, act(cara, cast.eve, "restore/"))


def test_lc13_keys_of_who_comes_back_stay_disabled_until_they_were_seen_again(cast):
    cara = signed_in(cast.cara)
    soft_key, key = registered(cara, cast.eve)
    expect(200, half_signed_in(cast.eve).use(soft_key, key))
    expect(302, mark_leaver(cara, cast.eve))
    expect(302, act(cara, cast.eve, "close/"))
    expect(302, act(cara, cast.eve, "restore/"))
    key.refresh_from_db()
    assert key.state == "suspended"
    eve = half_signed_in(cast.eve)
    expect(404, eve.call("/sign-in/key/challenge/", key_id=str(key.pk)))
    expect(302, cara.submit(f"{desk_of(cast.eve)}{key.pk}/resume/"))
    expect(200, half_signed_in(cast.eve).use(soft_key, key))
    assert [entry.actor["id"] for entry in changes("person.restored")] == [str(cast.cara.pk)]


def test_who_was_closed_by_the_day_alone_is_restored_as_if_the_worker_had_been_there(cast):
    cara = signed_in(cast.cara)
    _soft_key, key = registered(cara, cast.eve)
    expect(302, mark_leaver(cara, cast.eve))
    with at_noon(today() + 31 * DAY):
        cara = signed_in_again(cast.cara, cara)
        expect(302, act(cara, cast.eve, "restore/"))
        assert again(cast.eve).standing == "here"
    key.refresh_from_db()
    assert key.state == "suspended"
    assert len(changes("person.closed")) == 1


def signed_in_again(person, browser):
    """With the token from the first time."""
    other = half_signed_in(person)
    expect(200, other.use(browser.soft_key, SecurityKey.objects.get(holder=person)))
    return other


def test_az23_after_30_days_nobody_is_restored_and_the_user_name_is_not_given_again(cast, priya):
    expect(302, act(priya, cast.ben, "close/"))
    page = priya.get(standing_of(cast.ben)).content.decode()
    assert "Can be restored for 30 days" in page
    with at_noon(today() + 31 * DAY):
        priya = signed_in(cast.priya)
        assert "Closed for good" in priya.get(standing_of(cast.ben)).content.decode()
        with nothing_changes():
            page = expect(409, act(priya, cast.ben, "restore/")).content.decode()
            assert "more than 30 days ago" in page
            assert last_refusal() == ("act.refused", "", "too_late")
            form = form_for(cast.ben.username, email="ben@north.example")
            expect(400, priya.submit("/admin/people/add/", **form))


# -- who may


@pytest.mark.parametrize("what", ["leaver/", "leaver/take-back/", "close/", "restore/", "guest/"])
def test_nobody_lets_go_whom_they_do_not_look_after(cast, what):
    asha = signed_in(cast.asha)
    others = [signed_in(getattr(cast, who)) for who in ("ben", "hal", "olu")]
    form = leaver_form(last_day=today())
    with nothing_changes():
        for whom, status in ((cast.eve, 404), (cast.priya, 403), (cast.nina, 403)):
            expect(status, asha.submit(f"/admin/people/{whom.pk}/{what}", **form))
        for browser in others:
            expect(403, browser.submit(f"/admin/people/{cast.dev.pk}/{what}", **form))


def test_lc04_nobody_lets_themselves_go(cast, priya):
    with nothing_changes():
        for what in ("leaver/take-back/", "close/", "restore/"):
            expect(409, act(priya, cast.priya, what))
        page = expect(409, mark_leaver(priya, cast.priya)).content.decode()
    assert "Ask another administrator" in page


def test_the_person_is_told_of_each_step(cast, priya):
    expect(302, mark_leaver(priya, cast.ben))
    expect(302, act(priya, cast.ben, "leaver/take-back/"))
    expect(302, act(priya, cast.ben, "close/"))
    expect(302, act(priya, cast.ben, "restore/"))
    told = OutboxMessage.objects.filter(address="ben@north.example").order_by("created_at")
    assert [each.kind for each in told] == [
        "leaving",
        "staying",
        "account_closed",
        "account_restored",
    ]
