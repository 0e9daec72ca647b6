"""Discovery, the portal's own keys, and what it signs: known again, and nothing else for it."""

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client
from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from tests.doors import expect, signed_in
from tests.oidc.rp import app, came_back, told
from tests.traces import changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.cli import main
from wardkey.clients import id_tokens, signing_keys
from wardkey.clients.id_tokens import id_token_read
from wardkey.clients.models import SigningKey

pytestmark = [pytest.mark.looks_only, pytest.mark.django_db]
DISCOVERY = "/.well-known/openid-configuration"


def published():
    return expect(200, Client().get("/oidc/jwks")).json()["keys"]


def test_oi33_discovery_and_keys_are_for_everybody_and_hold_nothing_private():
    answer = expect(200, Client().get(DISCOVERY))
    told = answer.json()
    assert told["issuer"] == "http://localhost:8000"
    for name in (each for each in told if each.endswith(("_endpoint", "_uri"))):
        path = told[name].removeprefix(told["issuer"])
        assert Client().get(path).status_code in {200, 400, 401}, name
    assert answer["Access-Control-Allow-Origin"] == "*"
    keys = expect(200, Client().get("/oidc/jwks"))
    assert keys["Access-Control-Allow-Origin"] == "*"
    [key] = keys.json()["keys"]
    assert key.keys() == {"kty", "n", "e", "kid", "use", "alg"}
    row = SigningKey.objects.get()
    assert row.pk == key["kid"] == RSAKey.import_key(key).thumbprint()
    assert b"PRIVATE" not in bytes(row.sealed)
    for address in ("/oidc/token", "/oidc/userinfo"):
        assert "Access-Control-Allow-Origin" not in Client().post(address)


def test_oi15_oi28_only_what_is_safe_is_offered():
    told = expect(200, Client().get(DISCOVERY)).json()
    assert told["id_token_signing_alg_values_supported"] == ["RS256"]
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert (
        told["backchannel_logout_supported"] is told["backchannel_logout_session_supported"] is True
    )
    assert "registration_endpoint" not in told
    for address in ("/oidc/register", "/register", "/oidc/clients", "/o/register/"):
        expect(404, Client().post(address))


def test_oi34_a_newer_key_is_published_before_it_signs_and_an_older_one_while_it_counts(cast):
    rota, ben = app(cast.north), signed_in(cast.ben)
    before = rota.lets_in(ben)
    [old] = published()
    new = signing_keys.rotate(by=log.OPERATOR).pk
    assert {key["kid"] for key in published()} == {old["kid"], new}
    assert kid_of(rota.lets_in(ben)["id_token"]) == old["kid"]
    with clock.standing_at(clock.now() + timedelta(hours=24, minutes=1)):
        after = rota.lets_in(signed_in(cast.dev))
        assert kid_of(after["id_token"]) == new
        assert id_token_read(before["id_token"]) is not None
    with clock.standing_at(clock.now() + timedelta(hours=25, minutes=1)):
        assert [key["kid"] for key in published()] == [new]
        assert id_token_read(before["id_token"]) is None
    assert [each.parameters["kid"] for each in changes("oidc.key_rotated")] == [old["kid"], new]


def kid_of(text):
    return jws.extract_compact(text.encode()).headers()["kid"]


def test_keys_follow_each_other_every_ninety_days_by_themselves(cast):
    [first] = published()
    assert not signing_keys.rotate_where_due()
    with clock.standing_at(clock.now() + timedelta(days=89, minutes=1)):
        assert signing_keys.rotate_where_due()
        assert not signing_keys.rotate_where_due()
        assert signing_keys.signing_key().kid == first["kid"]
    with clock.standing_at(clock.now() + timedelta(days=90, minutes=2)):
        assert signing_keys.signing_key().kid != first["kid"]


def test_a_key_that_others_may_have_seen_counts_no_longer_at_once(cast):
    rota, ben = app(cast.north), signed_in(cast.ben)
    before = rota.lets_in(ben)["id_token"]
    new = signing_keys.rotate_at_once(by=log.OPERATOR)
    assert [key["kid"] for key in published()] == [new.pk]
    assert id_token_read(before) is None
    assert kid_of(rota.lets_in(ben)["id_token"]) == new.pk


def test_a_key_whose_secret_key_is_gone_has_a_successor_at_once(cast, settings, monkeypatch):
    """In a process that began under another one. A client's own secret it needs anew; and nothing
    is in the way when the former one is back."""
    rota, secret_key = app(cast.north), settings.SECRET_KEY
    old = kid_of(rota.lets_in(signed_in(cast.ben))["id_token"])
    settings.SECRET_KEY = "another secret key of fifty characters, and of no more"
    monkeypatch.setattr(signing_keys, "_unsealed", {})
    dev = signed_in(cast.dev)
    told(rota.exchange(came_back(rota.asks(dev))["code"]), 401)
    new = kid_of(app(cast.north, name="Wards").lets_in(dev)["id_token"])
    assert [key["kid"] for key in published()] == [old, new]
    assert [each.parameters["kid"] for each in changes("oidc.key_rotated")] == [old, new]
    settings.SECRET_KEY = secret_key
    monkeypatch.setattr(signing_keys, "_unsealed", {})
    assert kid_of(rota.lets_in(signed_in(cast.hal))["id_token"]) == old


def test_the_operator_has_a_new_key_made_from_tomorrow_on_or_at_once(cast):
    [old] = published()
    told = CliRunner().invoke(main, ["rotate-signing-key"], catch_exceptions=False).output
    [_, new] = [key["kid"] for key in published()]
    assert f"Key {new} is published" in told
    assert signing_keys.signing_key().kid == old["kid"]
    CliRunner().invoke(main, ["rotate-signing-key", "--at-once"], catch_exceptions=False)
    [newest] = published()
    assert signing_keys.signing_key().kid == newest["kid"]
    assert newest["kid"] not in {old["kid"], new}


def test_oi15_oi16_oi17_what_was_tampered_with_is_no_id_token_of_ours(cast):
    rota, ben = app(cast.north), signed_in(cast.ben)
    good = rota.lets_in(ben)["id_token"]
    assert id_token_read(good).client_id == rota.id
    claims, own = rota.read(good), signing_keys.signing_key()
    header = {"alg": "RS256", "kid": own.kid, "typ": "JWT"}
    public = RSAKey.import_key(published()[0])

    def made(key=own, algorithm="RS256", changes=(), **headers):
        told = {**header, "alg": algorithm, **headers}
        return jwt.encode(told, claims | dict(changes), key, algorithms=[algorithm])

    assert id_token_read(made()) is not None
    logout = id_tokens.signed_logout_token(audience=rota.id, subject="x", session_id="y")
    unsigned = encoded({"alg": "none", "typ": "JWT"}) + "." + encoded(claims) + "."
    wrong = [
        *(logout, unsigned, "", "x", "a.b.c", good + "x", good.rpartition(".")[0] + "."),
        by_hmac(public.as_pem(), encoded({**header, "alg": "HS256"}) + "." + encoded(claims)),
        made(RSAKey.generate_key(2048)),
        made(RSAKey.generate_key(2048), kid="unknown"),
        made(jku="https://evil.example/keys"),
        made(jwk=published()[0]),
        made(x5u="https://evil.example/cert"),
        made(typ="at+jwt"),
        made(changes={"iss": "http://localhost:8000/"}),
        made(changes={"aud": [rota.id]}),
    ]
    assert [text for text in wrong if id_token_read(text) is not None] == []
    back = came_back(rota.asks(ben, prompt="none", id_token_hint=logout))
    assert back["error"] == "invalid_request"


def by_hmac(key, text):
    proof = hmac.digest(key, text.encode(), "sha256")
    return text + "." + urlsafe_b64encode(proof).rstrip(b"=").decode()


def encoded(told):
    return urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
