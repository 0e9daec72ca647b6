"""Primary and platform administrators add applications to which people log in, make their secrets,
and decide which organisations use them and how."""

import json
import re
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from tests.doors import expect, half_signed_in, registered, signed_in
from tests.oidc.rp import BACK, VERIFIER, App, app, came_back, posted, told
from tests.traces import changes, nothing_changes
from wardkey.base import clock, codes
from wardkey.clients.models import Client, ClientSecret, ClientUse
from wardkey.signin.models import Limit

ADD = "/admin/login-applications/add/"
FIELDS = {"name": "Rota", "redirect_uris": BACK, "assurance": "password"}


@pytest.fixture
def root(cast):
    return signed_in(cast.root)


@pytest.fixture
def priya(cast, root):
    soft_key, row = registered(root, cast.priya, "Token of Priya")
    browser = half_signed_in(cast.priya)
    expect(200, browser.use(soft_key, row))
    return browser


def secret_in(page):
    [secret] = re.findall(r"wkc_[A-Za-z0-9_-]{43}", expect(200, page).text)
    assert page["Cache-Control"] == "no-store"
    return secret


def posted_form(browser, address, **fields):
    expect(200, browser.get(address))
    return browser.submit(address, **fields)


def test_an_application_is_added_given_a_secret_changed_and_ended(cast, priya):
    address = expect(302, posted_form(priya, ADD, **FIELDS))["Location"]
    rota = App(Client.objects.get(), secret_in(posted_form(priya, f"{address}secret/")))
    ben = signed_in(cast.ben)
    assert rota.lets_in(ben)["id"]["sub"] == str(cast.ben.oidc_subject)
    page = expect(200, priya.get(address)).text
    assert rota.id in page
    assert rota.secret not in page
    assert "Rota" in expect(200, priya.get("/admin/applications/")).text
    changed = FIELDS | {"name": "Rotas", "redirect_uris": "https://else.example/"}
    expect(302, posted_form(priya, f"{address}edit/", **changed))
    expect(400, rota.asks(ben))
    expect(302, posted_form(priya, f"{address}edit/", **FIELDS))
    expect(302, posted_form(priya, f"{address}edit/", **FIELDS | {"assurance": "key"}))
    assert came_back(rota.asks(ben, prompt="none"))["error"].startswith("unmet")
    expect(302, posted_form(priya, f"{address}edit/", **FIELDS | {"assurance": "password"}))
    given = rota.lets_in(ben, scope="openid offline_access")
    expect(302, posted_form(priya, f"{address}end/"))
    expect(400, rota.asks(ben))
    assert told(rota.refresh(given["refresh_token"]), 401) == "invalid_client"
    expect(404, priya.get(address))
    on_devices = FIELDS | {"name": "Monitor", "redirect_uris": "", "on_devices": "yes"}
    address = expect(302, posted_form(priya, ADD, **on_devices))["Location"]
    assert "checked" in priya.get(f"{address}edit/").text.partition('value="yes"')[2][:100]
    expect(400, posted_form(priya, f"{address}edit/", **FIELDS | {"redirect_uris": ""}))
    expect(302, posted_form(priya, f"{address}edit/", **FIELDS | {"name": "Monitor"}))
    assert Client.objects.filter(on_devices=True).count() == 0
    trail = ["registered", "secret_made", "changed", "ended"]
    assert [len(changes(f"client.{each}")) for each in trail] == [2, 1, 5, 1]


NO_NAMES = ["https://.a/", "https://a..b/", f"https://{'a' * 64}.example/"]
REFUSED = {
    "redirect_uris": ["", "http://app.example/", "https://app.example/#x", "https://*.example/"],
    "logout_uri": ["https://one.example/\nhttps://two.example/", "ftp://app.example/", *NO_NAMES],
    "logout_redirect_uris": ["app.example", "https://u:p@app.example/", "https:///x"],
    "assurance": ["", "none"],
    "name": ["", "x" * 201],
}


@pytest.mark.looks_only
def test_what_cannot_be_kept_is_refused_beside_its_field(priya):
    private = RSAKey.generate_key(2048).as_dict(private=True)
    secret = OctKey.generate_key().as_dict(private=True)
    keys = ["x", "[]", "{}", json.dumps({"keys": [private]}), json.dumps({"keys": [secret]})]
    expect(200, priya.get(ADD))
    for field, values in {**REFUSED, "jwks": keys}.items():
        for value in values:
            with nothing_changes():
                page = expect(400, priya.submit(ADD, **FIELDS | {field: value}))
            assert f'href="#{field}"' in page.text, (field, value)
    assert not Client.objects.exists()
    expect(302, priya.submit(ADD, **FIELDS | {"redirect_uris": "http://localhost:9000/back"}))


def test_a_secret_is_followed_by_another_without_a_gap(cast, priya):
    rota = app(cast.north)
    ben = signed_in(cast.ben)
    first = rota.secret
    second = secret_in(posted_form(priya, f"/admin/login-applications/{rota.id}/secret/"))
    for secret in (first, second):
        rota.secret = secret
        rota.lets_in(ben)
    with clock.standing_at(clock.now() + timedelta(days=7, seconds=1)):
        code = came_back(rota.asks(signed_in(cast.dev)))["code"]
        rota.secret = first
        assert told(rota.exchange(code), 401) == "invalid_client"
        rota.secret = second
        expect(200, rota.exchange(code))
    kept = [bytes(each) for each in ClientSecret.objects.values_list("secret_hash", flat=True)]
    assert codes.hashed(second) not in kept, "its hash is keyed"


def b64(text):
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.looks_only
def test_an_application_that_signs_its_requests_has_no_secret(cast, priya):
    own = ECKey.generate_key("P-256")
    rota = app(cast.north, jwks=json.dumps({"keys": [own.as_dict(private=False)]}))
    expect(409, posted_form(priya, f"/admin/login-applications/{rota.id}/secret/"))
    ben = signed_in(cast.ben)
    good = {"iss": rota.id, "sub": rota.id, "aud": "http://localhost:8000", "jti": "one"}

    def fetched(*, key=own, header=(), **changes):
        now = int(clock.now().timestamp())
        claims = {**good, "exp": now + 60, **changes}
        claims = {name: value for name, value in claims.items() if value is not None}
        proof = jwt.encode({"alg": "ES256", **dict(header)}, claims, key, algorithms=["ES256"])
        return sent(proof)

    def sent(proof):
        Limit.objects.all().delete()  # so many wrong ones would make it wait
        form = {"grant_type": "authorization_code", "redirect_uri": BACK}
        form |= {"code_verifier": VERIFIER, "code": came_back(rota.asks(ben))["code"]}
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return posted(
            "/oidc/token", form | {"client_assertion_type": kind, "client_assertion": proof}
        )

    expect(200, fetched())
    assert told(fetched(), 401) == "invalid_client", "it counts once"
    another = ECKey.generate_key("P-256")
    now = int(clock.now().timestamp())
    wrong = [
        *({"key": another}, {"aud": "https://else.example"}, {"iss": "x"}, {"sub": "x"}),
        *({"jti": None}, {"exp": None}, {"exp": now - 60}, {"exp": now + 3600}),
        *({"exp": 10**20}, {"nbf": now + 600}, {"header": {"jku": "https://evil.example"}.items()}),
    ]
    for number, fault in enumerate(wrong):
        assert told(fetched(**{"jti": f"wrong {number}"} | fault), 401) == "invalid_client", fault
    deep = "[" * 2000 + "]" * 2000
    odd = [
        *('"aud": [{}]', '"aud": 5', '"aud": {}', f'"aud": {deep}', '"jti": "\\ud800"'),
        *('"jti": {}', '"exp": ' + "9" * 5000, '"exp": 1e400', '"nbf": []', '"sub": []'),
    ]
    proofs = [
        jws.serialize_compact({"alg": "ES256"}, text.encode(), own)
        for text in [json.dumps(good | {"exp": now + 60})[:-1] + f", {each}}}" for each in odd]
    ]
    nothing, of_no_kind = b64("{}"), b64('{"alg": "ES256", "kid": {}}')
    headers = [b64(deep), b64("[]"), of_no_kind]
    proofs += [f"{nothing}.{b64(deep)}.x", *(f"{header}.{nothing}.x" for header in headers)]
    for proof in ("", "x", "e30.e30.", "." * 9000, *proofs):
        assert told(sent(proof), 401) == "invalid_client"
    expect(200, fetched(jti="two", aud=["http://localhost:8000/oidc/token"]))


def test_an_organisation_below_is_stricter_and_never_looser(cast, root, priya):
    everywhere = app(cast.platform, assurance="second_factor", name="Everywhere")
    wards = app(cast.north, name="Wards")
    use = f"/admin/login-applications/{everywhere.id}/use/"
    assert "Everywhere" in expect(200, priya.get("/admin/applications/")).text
    expect(302, posted_form(priya, use, organisation="NORTH", decision="password"))
    wil, dev = signed_in(cast.wil), signed_in(cast.dev)
    for person in (wil, dev):
        assert came_back(everywhere.asks(person, prompt="none"))["error"].startswith("unmet")
    assert came_back(wards.asks(wil, prompt="none"))["code"]
    expect(302, posted_form(priya, use, organisation="WARD7", decision="refused"))
    assert came_back(everywhere.asks(wil, prompt="none"))["error"] == "access_denied"
    assert came_back(everywhere.asks(dev, prompt="none"))["error"].startswith("unmet")
    expect(400, priya.submit(use, organisation="SOUTH", decision="refused"))
    expect(400, priya.submit(use, organisation="NORTH", decision="x"))
    one = f"/admin/login-applications/{everywhere.id}/"
    expect(404, priya.get(f"{one}edit/"))
    expect(404, priya.submit(f"{one}end/"))
    expect(404, root.get(f"/admin/login-applications/{wards.id}/"))
    assert "Everywhere" in expect(200, priya.get(one)).text
    assert len(changes("client.use_decided")) == 4


@pytest.mark.looks_only
def test_a_refused_use_ends_what_was_granted_at_its_next_use(cast, priya):
    rota = app(cast.north)
    given = rota.lets_in(signed_in(cast.ben), scope="openid offline_access")
    use = f"/admin/login-applications/{rota.id}/use/"
    expect(302, posted_form(priya, use, organisation="NORTH", decision="refused"))
    assert told(rota.refresh(given["refresh_token"])) == "invalid_grant"
    assert ClientUse.objects.get().decision == "refused"


@pytest.mark.looks_only
def test_others_add_none(cast):
    asha = signed_in(cast.asha)
    expect(403, asha.get(ADD))
    expect(403, asha.submit(ADD, **FIELDS))
    assert not Client.objects.exists()
