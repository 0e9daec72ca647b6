"""Somebody logs in to an application: the code, what it is exchanged for, and who they are."""

import json
from datetime import timedelta

import pytest
from django.test import Client as Program

from tests.doors import Browser, expect, half_signed_in, registered, signed_in
from tests.oidc.rp import BACK, CHALLENGE, VERIFIER, app, basic, came_back, posted, told, userinfo
from tests.traces import attempts
from wardkey.base import clock
from wardkey.clients.models import Grant
from wardkey.people import contacts

EVERYTHING = "openid profile email organisation roles offline_access"
PASSED_OVER = {"display": "popup", "ui_locales": "se", "claims_locales": "se", "acr_values": "1"}
PASSED_OVER |= {"extra": "x"}
NO_CHALLENGE = {"code_challenge": None, "code_challenge_method": None}


@pytest.fixture
def rota(cast):
    return app(cast.north)


@pytest.fixture
def ben(cast):
    return signed_in(cast.ben)


def codes_given():
    return Grant.objects.count()


# -- where the answer goes


ELSEWHERE = [
    *("https://app.example/back", "https://app.example/back?from=wardkey&more=1"),
    *("https://app.example/back/deeper?from=wardkey", "https://app.example/../back?from=wardkey"),
    *("https://app.example:444/back?from=wardkey", "https://APP.example/back?from=wardkey"),
    *("https://app.example/back?from=wardkey#x", "https://x@app.example/back?from=wardkey"),
    *("http://app.example/back?from=wardkey", "http://localhost/back?from=wardkey"),
    *("https://appxexample/back?from=wardkey", "https://app.example.evil/back?from=wardkey"),
    *("javascript:alert(1)", "", None),
]


@pytest.mark.looks_only
def test_oi01_nobody_is_sent_to_an_address_that_is_not_registered_to_the_letter(rota, ben):
    for address in ELSEWHERE:
        answer = rota.asks(ben, redirect_uri=address)
        assert "This link leads somewhere else" in expect(400, answer).text, address
        assert "Location" not in answer
    assert codes_given() == 0
    assert {each.parameters["reason"] for each in attempts("oidc.refused")} == {"redirect_uri"}
    for unknown in ("", "x", "99999999-2222-4333-8444-555555555555", rota.id.upper()):
        answer = expect(400, rota.asks(ben, client_id=unknown))
        assert "not known here" in answer.text
    assert came_back(rota.asks(ben))["code"]


REFUSED = {
    "unsupported_response_type": [{"response_type": "token"}, {"response_type": "id_token token"}],
    "request_not_supported": [{"request": "eyJhbGciOiJub25lIn0.e30."}],
    "request_uri_not_supported": [{"request_uri": "https://evil.example/"}],
    "registration_not_supported": [{"registration": "{}"}],
    "invalid_scope": [{"scope": "profile"}, {"scope": None}],
    "invalid_request": [
        *({"response_type": None}, {"response_mode": "fragment"}, {"prompt": "none login"}),
        *({"prompt": "create"}, {"max_age": "-1"}, {"max_age": "1e3"}, {"claims": "["}),
        *({"claims": "[]"}, {"claims": '{"id_token": 1}'}, {"state": "x" * 2001}),
        {"id_token_hint": "x.y.z"},
    ],
}


@pytest.mark.looks_only
def test_oi07_oi08_what_is_not_offered_is_refused_at_the_applications_own_address(rota, ben):
    for error, requests in REFUSED.items():
        for fields in requests:
            back = came_back(rota.asks(ben, **{"prompt": "none"} | fields))
            assert (back["error"], back["iss"]) == (error, "http://localhost:8000"), fields
            assert "code" not in back
    assert codes_given() == 0
    for grant_type in ("password", "implicit", "client_credentials", "x"):
        fields = {"grant_type": grant_type, "username": "ben@north.example", "password": "x"}
        assert told(rota.post("/oidc/token", fields)) == "unsupported_grant_type"


def test_oi06_only_s256_and_a_verifier_that_fits(rota, ben):
    weak = [
        *(NO_CHALLENGE, {"code_challenge_method": "plain"}, {"code_challenge_method": None}),
        *({"code_challenge": "x" * 42}, {"code_challenge": VERIFIER}, {"code_challenge": None}),
    ]
    for fields in weak:
        assert came_back(rota.asks(ben, **fields))["error"] == "invalid_request"
    assert codes_given() == 0
    assert {each.parameters["reason"] for each in attempts("oidc.refused")} == {"pkce"}
    code = came_back(rota.asks(ben))["code"]
    for verifier in ("", "x" * 42, "x" * 129, "ä" * 43):
        assert told(rota.exchange(code, code_verifier=verifier)) == "invalid_request"
    assert told(rota.exchange(code, code_verifier="x" * 43)) == "invalid_grant"
    assert told(rota.exchange(code)) == "invalid_grant", "the wrong one used it up"
    expect(200, rota.exchange(came_back(rota.asks(ben))["code"]))


@pytest.mark.looks_only
def test_oi19_the_answer_names_who_gave_it_and_returns_state(rota, ben):
    back = came_back(rota.asks(ben))
    assert back.keys() == {"from", "code", "state", "iss"}
    assert (back["iss"], back["state"]) == ("http://localhost:8000", "the state")


# -- the code


def test_a_code_is_good_once_and_a_second_use_ends_what_the_first_gave(rota, ben):
    code = came_back(rota.asks(ben))["code"]
    first = expect(200, rota.exchange(code)).json()
    expect(200, userinfo(first["access_token"]))
    assert told(rota.exchange(code)) == "invalid_grant"
    expect(401, userinfo(first["access_token"]))
    assert Grant.objects.get().end_reason == "code_reused"


def test_a_code_is_for_its_application_its_address_and_a_minute(cast, rota, ben):
    other = app(cast.north, name="Other")
    code = came_back(rota.asks(ben))["code"]
    assert told(other.exchange(code)) == "invalid_grant"
    with clock.standing_at(clock.now() + timedelta(seconds=61)):
        assert told(rota.exchange(code)) == "invalid_grant"
    assert told(rota.exchange(code, redirect_uri="https://app.example/")) == "invalid_grant"
    assert told(rota.exchange("x" * 5000)) == "invalid_grant"


def test_oi29_a_client_proves_itself_in_header_or_form_and_never_in_an_address(cast, rota, ben):
    code = came_back(rota.asks(ben))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    form |= {"code_verifier": VERIFIER}
    own = {"client_id": rota.id, "client_secret": rota.secret}
    post = posted
    assert told(post("/oidc/token", form), 401) == "invalid_client"
    assert told(post("/oidc/token", form | own, **rota.basic), 401) == "invalid_client"
    of_another = form | {"client_id": app(cast.north, name="Other").id}
    assert told(post("/oidc/token", of_another, **rota.basic), 401) == "invalid_client"
    for wrong in (basic(rota.id, "x"), basic("x", rota.secret), "Basic x", "Bearer x"):
        answer = post("/oidc/token", form, authorization=wrong)
        assert told(answer, 401) == "invalid_client"
        assert answer["WWW-Authenticate"].startswith("Basic")
    assert told(post(f"/oidc/token?client_secret={rota.secret}", form)) == "invalid_request"
    assert told(Program().get("/oidc/token", form | own)) == "invalid_request"
    assert told(Program().post("/oidc/token", form, "application/json")) == "invalid_request"
    answer = expect(200, post("/oidc/token", form | own))
    assert answer["Cache-Control"] == "no-store"
    again = form | {"client_id": rota.id, "code": came_back(rota.asks(ben))["code"]}
    expect(200, post("/oidc/token", again, **rota.basic))
    assert rota.secret not in str(attempts("oidc.refused"))


# -- who is told, and what


@pytest.mark.looks_only
def test_oi18_oi24_an_id_token_says_how_and_when_and_never_a_name(cast, rota, ben):
    given = rota.lets_in(ben, nonce="n-0S6_WzA2Mj")
    claims = given["id"]
    assert claims["nonce"] == "n-0S6_WzA2Mj"
    assert claims["sub"] == str(cast.ben.oidc_subject)
    assert claims["amr"] == ["pwd"]
    assert "acr" not in claims
    assert claims["auth_time"] == int(ben.session.started_at.timestamp())
    assert claims["exp"] - claims["iat"] == 600
    assert "ben" not in json.dumps(claims)
    assert str(cast.ben.pk) not in json.dumps(claims)
    assert given["token_type"] == "Bearer"
    assert "refresh_token" not in given
    assert expect(200, userinfo(given["access_token"])).json() == {"sub": claims["sub"]}
    assert "nonce" not in rota.lets_in(ben, nonce=None)["id"]


@pytest.mark.looks_only
def test_scopes_say_who_for_which_organisation_and_with_which_roles(cast, rota):
    contacts.mail_is_verified(cast.asha, "asha@north.example")
    asha = signed_in(cast.asha)
    given = rota.lets_in(asha, scope=EVERYTHING)
    assert expect(200, userinfo(given["access_token"])).json() == {
        "sub": str(cast.asha.oidc_subject),
        "name": "Asha Rao",
        "preferred_username": "asha@north.example",
        "locale": "en-gb",
        "email": "asha@north.example",
        "email_verified": True,
        "organisation": "NORTH",
        "organisation_name": "Northside Hospital",
        "roles": ["local_administrator"],
        "application_roles": [],
    }
    named = {"id_token": {"roles": None, "x": None}, "userinfo": {"name": {"essential": True}}}
    given = rota.lets_in(asha, claims=json.dumps(named))
    assert given["id"]["roles"] == ["local_administrator"]
    assert "name" in userinfo(given["access_token"]).json()
    # What is not offered or not known is passed over, wherever openid stands.
    given = rota.lets_in(asha, scope="phone email address openid", nonce=None, **PASSED_OVER)
    assert "nonce" not in given["id"]
    assert userinfo(given["access_token"]).json().keys() == {"sub", "email", "email_verified"}


@pytest.mark.looks_only
def test_nobody_speaks_for_an_organisation_that_does_not_use_it(cast, rota):
    nina = signed_in(cast.nina)  # of Northside, local administrator of Southside
    answer = rota.asks(nina, scope="openid organisation roles")
    told_of = expect(200, userinfo(rota.exchange(came_back(answer)["code"]).json()["access_token"]))
    assert told_of.json()["organisation"] == "NORTH"
    assert told_of.json()["roles"] == []
    eve = signed_in(cast.eve)
    waits = expect(302, rota.asks(eve))["Location"]
    assert "Your organisation does not use Rota" in expect(403, eve.get(waits)).text
    assert came_back(rota.asks(eve, prompt="none"))["error"] == "access_denied"


def test_oi22_userinfo_takes_the_header_alone_and_nothing_that_is_over(rota, ben):
    secret = rota.lets_in(ben)["access_token"]
    bare = expect(401, Program().get("/oidc/userinfo", {"access_token": secret}))
    assert bare["WWW-Authenticate"] == "Bearer"
    expect(401, Program().post("/oidc/userinfo", {"access_token": secret}))
    expect(200, userinfo(secret))
    header = {"authorization": f"Bearer {secret}"}
    expect(200, Program().post("/oidc/userinfo", headers=header))
    with clock.standing_at(clock.now() + timedelta(minutes=10)):
        over = expect(401, userinfo(secret))
    assert over["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    expect(200, rota.post("/oidc/revoke", {"token": secret}))
    expect(401, userinfo(secret))
    expect(200, rota.post("/oidc/revoke", {"token": "unknown"}))


# -- who is not logged in yet


def test_oi14_who_is_not_wholly_logged_in_is_first(cast, rota):
    root = signed_in(cast.root)
    soft_key, row = registered(root, cast.dev)
    stranger = Browser()
    away = expect(302, rota.asks(stranger, login_hint="dev@north.example"))["Location"]
    assert away.startswith("/sign-in/?next=%2Foidc%2Fauthorize%2F")
    assert 'value="dev@north.example"' in expect(200, stranger.get(away)).text
    half = half_signed_in(cast.dev)
    waits = expect(302, rota.asks(half))["Location"]
    assert expect(302, half.get(waits))["Location"].startswith("/sign-in/key/")
    for somebody in (stranger, half):
        assert came_back(rota.asks(somebody, prompt="none"))["error"] == "login_required"
    assert codes_given() == 0
    expect(200, half.use(soft_key, row))
    claims = rota.read(rota.exchange(came_back(half.get(waits))["code"]).json()["id_token"])
    assert claims["amr"] == ["pwd", "pop", "user", "mfa"]
    assert claims["acr"] == "phr"
    expect(404, half.get(waits))


@pytest.mark.looks_only
def test_a_request_that_waited_for_too_long_says_so(cast, rota):
    browser = Browser()
    away = expect(302, rota.asks(browser))["Location"]
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        ben = signed_in(cast.ben)
        waits = away.partition("next=")[2].replace("%2F", "/")
        assert "start again" in expect(404, ben.get(waits)).text


@pytest.mark.looks_only
def test_a_request_may_come_by_post_and_a_repeated_field_is_no_request(rota, ben):
    fields = {"client_id": rota.id, "redirect_uri": BACK, "response_type": "code"}
    fields |= {"scope": "openid", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    assert came_back(ben.post("/oidc/authorize", fields))["code"]
    expect(400, ben.get("/oidc/authorize?" + "scope=openid&" * 2 + f"client_id={rota.id}"))
    twice = "grant_type=authorization_code&code=x&code=y"
    answer = posted("/oidc/token", twice, **rota.basic)
    assert told(answer) == "invalid_request"
