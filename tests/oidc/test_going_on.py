"""A client goes on with what it was granted, as long as what that stands on stands."""

from datetime import timedelta

import pytest

from tests.cast import hire_into
from tests.doors import expect, signed_in
from tests.oidc.rp import BACK, App, app, came_back, told, userinfo
from tests.programs import V1
from tests.programs import Program as ApiProgram
from tests.traces import attempts
from wardkey.base import clock
from wardkey.clients import ended
from wardkey.clients.models import Client, ClientUse, Grant, LogoutNotice
from wardkey.organisations.models import Organisation
from wardkey.people.models import Membership, Person, RoleGrant
from wardkey.sessions.levels import Owed
from wardkey.sessions.models import Session


@pytest.fixture
def rota(cast):
    return app(cast.north)


@pytest.fixture
def ben(cast):
    return signed_in(cast.ben)


def test_rc15_a_refresh_is_good_once_and_a_copy_ends_it(rota, ben):
    given = rota.lets_in(ben, scope="openid offline_access")
    first = given["refresh_token"]
    again = expect(200, rota.refresh(first)).json()
    assert again["refresh_token"] != first
    claims = rota.read(again["id_token"])
    assert "nonce" not in claims
    assert claims["auth_time"] == given["id"]["auth_time"]
    expect(401, userinfo(given["access_token"]))
    expect(200, userinfo(again["access_token"]))
    assert told(rota.refresh(again["refresh_token"], scope="openid email")) == "invalid_scope"
    assert told(rota.refresh(first)) == "invalid_grant"
    again = expect(200, rota.refresh(again["refresh_token"])).json()
    with clock.standing_at(clock.now() + timedelta(seconds=10)):
        assert told(rota.refresh(first)) == "invalid_grant", "no longer two at once"
    assert told(rota.refresh(again["refresh_token"])) == "invalid_grant"
    expect(401, userinfo(again["access_token"]))
    assert Grant.objects.get().end_reason == "refresh_reused"


def test_a_refresh_is_for_its_application_alone(cast, rota, ben):
    secret = rota.lets_in(ben, scope="openid offline_access")["refresh_token"]
    other = app(cast.north, name="Other")
    for wrong in ("", ".", "x.y", secret[:-1] + ".", "x" * 3000):
        if wrong.partition(".")[0] != secret.partition(".")[0]:
            assert told(rota.refresh(wrong)) == "invalid_grant"
    assert told(other.refresh(secret)) == "invalid_grant"
    expect(200, other.post("/oidc/revoke", {"token": secret}))
    secret = expect(200, rota.refresh(secret)).json()["refresh_token"]
    expect(200, rota.post("/oidc/revoke", {"token": secret}))
    assert told(rota.refresh(secret)) == "invalid_grant"


def test_nothing_goes_on_without_the_session_the_person_the_key_or_the_use(cast, rota):
    root = signed_in(cast.root)

    def somebody(name):
        browser = signed_in(hire_into(cast.north, name))
        return browser, rota.lets_in(browser, scope="openid offline_access")

    def is_over(given):
        expect(401, userinfo(given["access_token"]))
        assert told(rota.refresh(given["refresh_token"])) == "invalid_grant"

    left, given = somebody("left")
    expect(302, left.submit("/sign-out/"))
    is_over(given)
    stopped, given = somebody("stopped")
    person = stopped.session.person
    expect(302, root.submit(f"/admin/people/{person.pk}/suspend/"))
    is_over(given)
    _late, given = somebody("late")
    with clock.standing_at(clock.now() + timedelta(hours=12, minutes=1)):
        is_over(given)
    _stays, given = somebody("stays")
    with clock.standing_at(clock.now() + timedelta(hours=2)):
        expect(200, rota.refresh(given["refresh_token"]))


@pytest.mark.looks_only
def test_oi16_an_access_secret_opens_no_api_and_an_id_token_no_userinfo(rota, ben):
    given = rota.lets_in(ben)
    expect(401, userinfo(given["id_token"]))
    for secret in (given["access_token"], given["id_token"]):
        expect(401, ApiProgram(secret).get(f"{V1}/people"))
    back = came_back(rota.asks(ben, id_token_hint=given["access_token"], prompt="none"))
    assert back["error"] == "invalid_request"


def test_everything_is_asked_at_each_use_and_each_is_enough(cast):
    """Of the client's organisation, the person's place, the use and the session."""
    above, wil = app(cast.platform), signed_in(cast.wil)
    given = above.lets_in(wil, scope="openid offline_access")
    secret = given["refresh_token"]
    person = Person.objects.filter(pk=cast.wil.pk)
    session = Session.objects.filter(pk=wil.session.pk)
    faults = [
        (Organisation.objects.filter(pk=cast.platform.pk), "status", "suspended"),
        (Organisation.objects.filter(pk=cast.platform.pk), "status", "closed"),
        (person, "home_id", cast.north.pk),
        (session, "owed", Owed.SECOND_FACTOR),
        (ClientUse.objects.filter(client=above.row), "decision", "refused"),
        (ClientUse.objects.filter(client=above.row), "decision", "key"),
    ]
    for rows, field, fault in faults:
        [was] = rows.values_list(field, flat=True)
        rows.update(**{field: fault})
        expect(401, userinfo(given["access_token"]))
        assert told(above.refresh(secret)) == "invalid_grant", (field, fault)
        rows.update(**{field: was})
        expect(200, userinfo(given["access_token"]))
    expect(200, above.refresh(secret))


def test_the_end_of_a_role_and_a_guest_s_last_day_end_what_stands_on_them(cast):
    """Asha has a role at home, Nina one elsewhere, and Ben is a guest there."""
    now = clock.now()
    until = now + timedelta(minutes=5)
    RoleGrant.objects.filter(person__in=[cast.asha, cast.nina]).update(ends_at=until)
    guest = {"kind": Membership.Kind.GUEST, "starts_at": now, "ends_at": until}
    Membership.objects.create(person=cast.ben, organisation=cast.south, **guest)
    rota, clinics = app(cast.north), app(cast.south, name="Clinics", logout_uri=BACK)
    of_asha = rota.lets_in(signed_in(cast.asha), scope="openid roles offline_access")
    assert userinfo(of_asha["access_token"]).json()["roles"] == ["local_administrator"]
    there = {"ben": [], "nina": ["local_administrator"]}
    browsers = {who: signed_in(getattr(cast, who)) for who in there}
    given = {who: agreed_to(clinics, browser) for who, browser in browsers.items()}
    for who, roles in there.items():
        claims = expect(200, userinfo(given[who]["access_token"])).json()
        assert (claims["organisation"], claims["roles"]) == ("SOUTH", roles)
    assert ended.note_overlooked() == 0
    with clock.standing_at(until + timedelta(minutes=1)):
        assert userinfo(of_asha["access_token"]).json()["roles"] == []
        expect(200, rota.refresh(of_asha["refresh_token"]))
        for who, browser in browsers.items():
            expect(401, userinfo(given[who]["access_token"]))
            assert told(clinics.refresh(given[who]["refresh_token"])) == "invalid_grant"
            assert came_back(clinics.asks(browser, prompt="none"))["error"] == "access_denied"
        assert (ended.note_overlooked(), ended.note_overlooked()) == (2, 0)
        notices = LogoutNotice.objects.order_by("person__username")
        assert [each.person for each in notices] == [cast.ben, cast.nina], "and are told of it"


def agreed_to(client, browser):
    scope = "openid organisation roles offline_access"
    page = expect(302, client.asks(browser, scope=scope))["Location"]
    expect(302, browser.submit(page, decision="allow"))
    return expect(200, client.exchange(came_back(browser.get(page))["code"])).json()


@pytest.mark.looks_only
def test_an_address_that_was_taken_out_gets_no_code_any_more(rota, ben):
    page = expect(302, rota.asks(ben, prompt="select_account"))["Location"]
    code = came_back(rota.asks(ben))["code"]
    expect(200, ben.get(page))
    Client.objects.update(redirect_uris=["https://app.example/other"])
    assert "start again" in expect(404, ben.get(page)).text
    expect(404, ben.submit(page, decision="go_on"))
    assert told(rota.exchange(code)) == "invalid_grant"


@pytest.mark.looks_only
def test_bf12_whoever_guesses_at_a_client_s_secret_waits_and_the_trail_names_the_client(cast, rota):
    other = app(cast.north, name="Other")
    wrong = App(rota.row, "wrong")
    answers = [wrong.refresh("x.y") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert told(answers[-1], 429) == "temporarily_unavailable"
    assert {each.parameters["name"] for each in attempts("oidc.refused")} == {"Rota"}
    assert [each.parameters["limit"] for each in attempts("sign_in.limited")] == ["client"]
    assert told(App(other.row, "wrong").refresh("x.y"), 401) == "invalid_client"
    assert told(rota.refresh("x.y")) == "invalid_grant", "who has the secret is not locked out"
