"""Logins that are long over are forgotten, with all that hangs on them. What is asked for years
later stays: one moment a person."""

from datetime import timedelta

import pytest

from tests import chores
from tests.departures import act
from tests.doors import desk_of, expect, half_signed_in, is_signed_in, registered, signed_in
from tests.oidc.rp import app
from tests.programs import V1, program
from tests.role_pages import given_long_ago
from tests.test_api_tokens import own, with_key
from tests.test_connecting_a_station import code_shown
from tests.test_desk_session import open_one
from tests.traces import attempts
from wardkey.base import clock
from wardkey.clients import ended, logouts
from wardkey.clients import forgetting as logins
from wardkey.clients.models import Grant, LogoutNotice
from wardkey.organisations.models import Organisation
from wardkey.reports.evidence.leavers import leavers_until
from wardkey.sessions import lifetime
from wardkey.sessions.levels import Level
from wardkey.sessions.models import (
    ApiToken,
    DeskSession,
    LastTime,
    Session,
    StationCode,
    StepUp,
)
from wardkey.sessions.queries import last_seen_of

Kind = LastTime.Kind
DAY = timedelta(days=1)
ON_A_LOGIN = (StepUp, DeskSession, StationCode, Grant)


def in_days(days):
    return clock.standing_at(clock.now() + days * DAY)


def forget_all():
    while logins.forget_some():
        pass


def test_a_login_goes_30_days_after_it_began_with_all_that_hangs_on_it(cast):
    cara = signed_in(cast.cara)
    cara.confirms = False
    expect(302, open_one(cast, cara))
    cara.confirms = True
    code_shown(cara)
    app(cast.south).lets_in(cara)
    ended.note_ended()
    logged_in = len(attempts("sign_in.succeeded"))
    of_cara = Session.objects.filter(person=cast.cara)
    number = of_cara.count()
    with in_days(20):
        expect(302, cara.get("/me/keys/"))  # it ran out long ago
        ended.note_ended()
    with in_days(29.9):
        forget_all()
        assert of_cara.count() == number
        assert all(table.objects.exists() for table in ON_A_LOGIN)
        dev = signed_in(cast.dev)
    with in_days(30.1):
        forget_all()
        assert is_signed_in(dev)
    assert not of_cara.exists()
    assert not any(table.objects.exists() for table in ON_A_LOGIN)
    assert len(attempts("sign_in.succeeded")) == logged_in + 1


def test_one_whose_end_an_application_has_still_to_hear_of_stays_until_then(cast):
    rota = app(cast.north, logout_uri="http://127.0.0.1:9/logout")
    ben = signed_in(cast.ben)
    rota.lets_in(ben)
    mine = Session.objects.filter(pk=ben.session.pk)
    with in_days(31):
        forget_all()
        assert mine.exists()  # the worker has not noted its end
        ended.note_ended()
        forget_all()
        assert mine.exists()
        for _attempt in range(logouts.ATTEMPTS):
            LogoutNotice.objects.update(due_at=clock.now())
            logouts.deliver_due()
        assert LogoutNotice.objects.get().given_up_at is not None
        forget_all()
    assert not mine.exists()
    assert not LogoutNotice.objects.exists()
    assert LastTime.objects.filter(person=cast.ben, kind=Kind.GRANT).exists()


def test_they_go_in_portions_the_oldest_first(cast, monkeypatch):
    monkeypatch.setattr(logins, "ROWS_AT_A_TIME", 2)
    started = [lifetime.start(person=cast.ben, level=Level.PASSWORD)[0] for _each in range(5)]
    for age, session in enumerate(started):
        began = clock.now() - (31 + age) * DAY
        Session.objects.filter(pk=session.pk).update(started_at=began)
    oldest_first = [session.pk for session in reversed(started)]
    for left, is_more in ((3, True), (1, True), (0, False)):
        assert logins.forget_some() is is_more
        kept = list(Session.objects.order_by("started_at").values_list("pk", flat=True))
        assert kept == oldest_first[5 - left :]


def test_the_latest_moment_stays_whatever_is_forgotten_last(cast):
    """Of two open at once, the one that began first may have been used last."""
    now = clock.now()
    for began, seen in ((40, 39.5), (41, 39.7)):
        session = lifetime.start(person=cast.ben, level=Level.PASSWORD)[0]
        times = {"started_at": now - began * DAY, "last_seen_at": now - seen * DAY}
        Session.objects.filter(pk=session.pk).update(**times)
    half = half_signed_in(cast.eve).session
    Session.objects.filter(pk=half.pk).update(started_at=now - 50 * DAY)
    forget_all()
    kept = dict(LastTime.objects.filter(kind=Kind.SEEN).values_list("person", "at"))
    assert kept == {cast.ben.pk: now - 39.5 * DAY}  # half a login is none
    for at, last in ((now - 60 * DAY, 39.5), (now - 20 * DAY, 20)):
        session = lifetime.start(person=cast.ben, level=Level.PASSWORD)[0]
        Session.objects.filter(pk=session.pk).update(last_seen_at=at, started_at=now - 90 * DAY)
        forget_all()
        assert LastTime.objects.get(kind=Kind.SEEN).at == now - last * DAY
    for seen, last in ((25, 20), (15, 15)):
        session = lifetime.start(person=cast.ben, level=Level.PASSWORD)[0]
        Session.objects.filter(pk=session.pk).update(last_seen_at=now - seen * DAY)
        assert last_seen_of([cast.ben.pk]) == {cast.ben.pk: now - last * DAY}


def test_a_review_of_roles_tells_of_a_login_that_is_forgotten(cast):
    given_long_ago(cast.asha, 99)
    given_long_ago(cast.hal, 99)
    day = f"{clock.now():%-d %B %Y}"
    signed_in(cast.asha)
    with in_days(40):
        forget_all()
        assert not Session.objects.exists()
        told = expect(200, signed_in(cast.priya).get("/admin/role-review/")).text
    of_asha, of_hal = told.partition("Asha Rao")[2], told.partition("Hal Green")[2]
    assert f"Last logged in: {day}" in of_asha
    assert "Last logged in: never" in of_hal


def test_evidence_says_of_who_left_what_it_said_before_it_was_forgotten(cast):
    asha = signed_in(cast.asha)
    dev = with_key(signed_in(cast.root), cast.dev)
    own(dev)
    app(cast.north).lets_in(dev)
    expect(302, act(asha, cast.dev, "close/"))
    ended.note_ended()
    day = (Organisation.objects.all(), clock.now() - DAY, clock.now() + DAY)
    [told] = leavers_until(*day)
    assert None not in (told.sessions.at, told.grants.at, told.api_tokens.at)
    with in_days(500):
        forget_all()
        chores.done("forget_api_tokens")
        assert not Session.objects.filter(person=cast.dev).exists()
        assert not ApiToken.objects.exists()
        [still] = leavers_until(*day)
    assert still == told
    later = clock.now() + 400 * DAY
    LastTime.objects.filter(kind=Kind.SESSION).update(at=later)  # who came back, and left again
    [unknown] = leavers_until(*day)
    assert (unknown.sessions.at, unknown.grants) == (None, told.grants)


def test_the_page_of_what_a_token_opened_says_how_far_back_it_knows(cast):
    asha = signed_in(cast.asha)
    soft_key, row = registered(asha, cast.ben)
    expect(200, half_signed_in(cast.ben).use(soft_key, row))
    page, kept = f"{desk_of(cast.ben)}{row.pk}/sign-ins/", "Logins are kept here for 30 days."
    told = expect(200, asha.get(page)).text
    assert "1 login" in told
    assert kept not in told
    with in_days(31):
        forget_all()
        told = expect(200, signed_in(cast.asha).get(page)).text
    assert kept in told
    assert "Nobody logged in with it in that time." in told
    assert "Nobody logged in with it." not in told


@pytest.mark.parametrize("whose", ["own", "of an application"])
def test_an_api_token_goes_a_year_after_its_time_was_over(cast, whose):
    if whose == "own":
        bearer = own(with_key(signed_in(cast.root), cast.asha))
    else:
        bearer = program(cast.north, cast.asha)
    expires_at = ApiToken.objects.get().expires_at
    for days, left in ((364, 1), (366, 0)):
        with clock.standing_at(expires_at + days * DAY):
            chores.done("forget_api_tokens")
            expect(401, bearer.get(f"{V1}/people?q=ben"))
        assert ApiToken.objects.count() == left
    kept = LastTime.objects.filter(kind=Kind.API_TOKEN)
    assert kept.count() == (1 if whose == "own" else 0)
