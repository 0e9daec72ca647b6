"""Whatever a field holds, a request is answered: never by a fault, and never by a database's."""

import json

from django.test import Client as Program

from tests.doors import expect, signed_in
from tests.oidc.rp import BACK, app, came_back, told
from wardkey.clients.models import PendingRequest

FIELDS = [
    *("client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce"),
    *("prompt", "max_age", "acr_values", "claims", "login_hint", "id_token_hint", "unknown"),
    *("code_challenge", "code_challenge_method"),
]
DEEP = "[" * 900 + "]" * 900
LONG = "9" * 3000
VALUES = ["\0", "x\0y", "\ufffd", "\x7f", "x" * 9000, "9" * 5000, "-1", DEEP, "{}", "%00", "\u202e"]
CLAIMS = [
    *('{"id_token":{"acr":{"values":5}}}', '{"id_token":{"acr":{"values":"phr"}}}'),
    *('{"id_token":{"acr":{"values":{}}}}', f'{{"userinfo":{{"x":{LONG}}}}}'),
    *('{"userinfo":{"\\ud800":null}}', '{"id_token":{"sub":{"value":"\\ud800"}}}'),
    *(f'{{"userinfo":{{"x":{DEEP}}}}}', '{"userinfo":null,"userinfo":{}}', '{"id_token":NaN}'),
]
PROGRAMS = [
    *("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope"),
    *("client_id", "client_secret", "client_assertion", "client_assertion_type", "token"),
]


def test_whatever_a_browser_brings_is_answered_and_never_by_a_fault(cast):
    rota = app(cast.north)
    ben, nobody = signed_in(cast.ben), Program()
    for name in FIELDS:
        for value in VALUES:
            for browser in (ben, nobody):
                assert rota.asks(browser, **{name: value}).status_code in {302, 400}, (name, value)
    for claims in CLAIMS:
        for browser in (ben, nobody):
            assert came_back(rota.asks(browser, claims=claims))["error"] == "invalid_request"


def test_whatever_a_program_sends_is_answered_and_never_by_a_fault(cast):
    rota = app(cast.north)
    for name in PROGRAMS:
        for value in VALUES:
            for grant_type in ("authorization_code", "refresh_token"):
                asked = {"grant_type": grant_type, "code_verifier": "x" * 43, name: value}
                assert rota.post("/oidc/token", asked).status_code in {400, 401, 429}, (name, value)
            answer = rota.post("/oidc/revoke", {name: value})
            assert answer.status_code in {200, 400, 401, 429}, (name, value)


def test_only_what_is_understood_is_kept_and_a_long_state_comes_back(cast):
    rota = app(cast.north)
    state = f"abc:https://app.example/{'x' * 1900}"
    made_up = json.dumps({"userinfo": {"name": None, "made up": None}})
    answer = rota.asks(Program(), state=state, made_up="x" * 3000, claims=made_up)
    assert "next=" in expect(302, answer)["Location"]
    assert "made_up" not in PendingRequest.objects.get().asked
    told_back = came_back(rota.asks(signed_in(cast.ben), state=state, claims=made_up))
    assert told_back["state"] == state
    assert told(rota.exchange(told_back["code"], redirect_uri=BACK + "\0")) == "invalid_grant"
