"""A client, an organisation or a request asks for more than a password; the answer says what is
true, and no more."""

import json
from datetime import timedelta

import pytest

from tests.cast import hire_into
from tests.doors import (
    deed_asked_about,
    desk_of,
    expect,
    half_signed_in,
    registered,
    signed_in,
)
from tests.factors import allow, make_codes, otherwise
from tests.keymodels.catalogue import CATALOGUE, key_of, take_in
from tests.oidc.rp import app, came_back
from tests.traces import attempts, changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.clients import uses
from wardkey.clients.models import Grant
from wardkey.keymodels.models import KeyModel
from wardkey.keys.models import SecurityKey
from wardkey.sessions.levels import Level
from wardkey.sessions.models import Session

pytestmark = pytest.mark.looks_only


@pytest.fixture
def root(cast):
    return signed_in(cast.root)


def with_key(admin, person):
    soft_key, row = registered(admin, person, f"Token of {person.name}")
    browser = half_signed_in(person)
    expect(200, browser.use(soft_key, row))
    return browser


def waits(browser, answer):
    """The page at which a request waits for its person."""
    address = expect(302, answer)["Location"]
    assert address.startswith("/oidc/authorize/")
    return address


def id_token(rota, answer):
    return rota.read(expect(200, rota.exchange(came_back(answer)["code"])).json()["id_token"])


def test_oi13_what_the_client_asks_for_holds_whatever_the_request_says(cast, root):
    strict = app(cast.north, assurance="key")
    ben = signed_in(cast.ben)
    for fields in ({}, {"acr_values": ""}, {"claims": '{"id_token": {"acr": null}}'}):
        page = ben.get(waits(ben, strict.asks(ben, **fields)))
        assert "asks for a FIDO2 token" in expect(403, page).text
        assert "error=unmet_authentication_requirements" in page.text
    assert (
        came_back(strict.asks(ben, prompt="none"))["error"] == "unmet_authentication_requirements"
    )
    assert Grant.objects.count() == 0
    assert {each.parameters["reason"] for each in attempts("oidc.refused")} == {"acr"}
    dev = with_key(root, cast.dev)
    assert id_token(strict, strict.asks(dev))["acr"] == "phr"


def test_oi09_prompt_none_asks_nobody_and_gives_nothing_away(cast, root):
    dev = with_key(root, cast.dev)
    rota = app(cast.north)
    assert came_back(rota.asks(dev, prompt="none"))["code"]
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        assert came_back(rota.asks(dev, prompt="none", max_age=60))["error"] == "login_required"
    clinics = app(cast.south, name="Clinics")
    uses.decided(clinics.row, cast.north, "password", by=log.OPERATOR)
    assert came_back(clinics.asks(dev, prompt="none"))["error"] == "interaction_required"
    assert Grant.objects.count() == 1
    other = json.dumps({"id_token": {"sub": {"value": str(cast.ben.oidc_subject)}}})
    assert came_back(rota.asks(dev, prompt="none", claims=other))["error"] == "login_required"
    hint = rota.lets_in(signed_in(cast.ben))["id_token"]
    assert came_back(rota.asks(dev, prompt="none", id_token_hint=hint))["error"] == "login_required"


def test_oi10_prompt_login_takes_password_and_token_anew(cast, root):
    dev = with_key(root, cast.dev)
    rota = app(cast.north)
    before = id_token(rota, rota.asks(dev))["auth_time"]
    with clock.standing_at(clock.now() + timedelta(minutes=3)):
        page = waits(dev, rota.asks(dev, prompt="login"))
        assert expect(302, dev.get(page))["Location"].startswith("/sign-in/?next=%2Foidc")
        assert "code" not in dev.get(page)["Location"]
        expect(302, dev.enter_password(cast.dev))
        expect(200, dev.use(*dev.own_key))
        assert id_token(rota, dev.get(page))["auth_time"] >= before + 180


def test_max_age_is_met_by_showing_the_token_once_more(cast, root):
    dev = with_key(root, cast.dev)
    rota = app(cast.north)
    with clock.standing_at(clock.now() + timedelta(minutes=10)):
        began = dev.session.started_at
        page = waits(dev, rota.asks(dev, max_age=300))
        dev.confirms = False
        assert "asks you to show once more that it is you" in expect(401, dev.get(page)).text
        dev.confirms = True
        claims = id_token(rota, dev.get(page))
        assert claims["auth_time"] >= int((began + timedelta(minutes=10)).timestamp())
        assert claims["acr"] == "phr"
        # It holds for the next request as well; for one that wants it now, it does not.
        assert came_back(rota.asks(dev, max_age=300, prompt="none"))["code"]
        assert rota.lets_in(dev, max_age=10000)["id"]["auth_time"] == claims["auth_time"]
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        waits(dev, rota.asks(dev, max_age=0))


def test_a_password_makes_no_older_proof_with_a_token_look_fresh(cast, root):
    dev = with_key(root, cast.dev)
    by_password = {"level": Level.PASSWORD, "key_id": None}
    Session.objects.filter(pk=dev.session.pk).update(**by_password)
    rota = app(cast.north)
    page = waits(dev, rota.asks(dev, acr_values="phr"))
    claims = id_token(rota, dev.get(page))
    assert claims["acr"] == "phr"
    later = clock.now() + timedelta(minutes=30)
    with clock.standing_at(later):
        page = waits(dev, rota.asks(dev, acr_values="phr", max_age=0))
        dev.confirms = False
        deed = deed_asked_about(expect(401, dev.get(page)))
        by_key, dev.own_key = dev.own_key, None
        dev.prove(deed)
        told = id_token(rota, rota.asks(dev))
        assert (told["acr"], told["auth_time"]) == ("phr", claims["auth_time"])
        expect(401, dev.get(page))
        dev.own_key, dev.confirms = by_key, True
        told = id_token(rota, dev.get(page))
        assert (told["acr"], told["auth_time"]) == ("phr", int(later.timestamp()))


def test_oi12_a_token_shown_after_a_recovery_code_is_told_and_never_more(cast, root):
    allow(cast.north, other_factors_beside_key="offered")
    dev = with_key(root, cast.dev)
    codes = make_codes(dev)
    rota = app(cast.north)
    by_code = half_signed_in(cast.dev)
    expect(302, otherwise(by_code, "recovery", codes[0]))
    claims = id_token(rota, rota.asks(by_code))
    assert (claims["amr"], claims.get("acr")) == (["pwd", "mfa"], None)
    for asked in ("phr", "phrh"):
        answer = rota.asks(by_code, acr_values=asked, prompt="none")
        assert came_back(answer)["error"] == "unmet_authentication_requirements"
        page = by_code.get(waits(by_code, rota.asks(by_code, acr_values=asked)))
        assert "asks for a FIDO2 token" in expect(403, page).text, "it was suspended with the code"
    essential = json.dumps({"id_token": {"acr": {"essential": True, "values": ["phr"]}}})
    expect(403, by_code.get(waits(by_code, rota.asks(by_code, claims=essential))))
    assert id_token(rota, rota.asks(by_code, acr_values="1 2"))["amr"] == ["pwd", "mfa"]


def test_whoever_has_a_better_token_shows_it_and_that_is_told(cast, root):
    take_in()
    rota = app(cast.north)
    invented = next(each for each in CATALOGUE.models if each.aaguid)
    better = key_of(invented)
    row = root.register(desk_of(cast.dev), better, "Better")
    half = half_signed_in(cast.dev)
    expect(200, half.use(better, row))
    plain = with_key(root, cast.dev)
    assert id_token(rota, rota.asks(plain, acr_values="phr"))["acr"] == "phr"
    page = waits(plain, rota.asks(plain, acr_values="phrh"))
    asked = plain.own_key
    plain.own_key = better, row
    claims = id_token(rota, plain.get(page))
    assert (claims["acr"], claims["amr"][:2]) == ("phrh", ["pwd", "hwk"])
    assert id_token(rota, rota.asks(plain, acr_values="phrh"))["acr"] == "phrh"
    plain.own_key = asked
    expect(302, root.submit(f"{desk_of(cast.dev)}{row.pk}/suspend/", reason="precaution"))
    assert id_token(rota, rota.asks(plain))["acr"] == "phr"


def attested(admin, person, invented):
    soft_key = key_of(invented)
    row = admin.register(desk_of(person), soft_key, f"{invented.name} of {person.name}")
    browser = half_signed_in(person)
    expect(200, browser.use(soft_key, row))
    return browser


def test_hardware_and_pin_are_told_only_of_a_proved_model(cast, root):
    take_in()
    rota = app(cast.north)
    good = [each for each in CATALOGUE.models if each.aaguid]
    by_pin = next(each for each in good if ways(each) == {"passcode_external"})
    by_finger = next(each for each in good if "fingerprint_internal" in ways(each))
    dev = attested(root, cast.dev, by_pin)
    assert SecurityKey.objects.get(holder=cast.dev).proved["model"]["attested"]
    claims = id_token(rota, rota.asks(dev, acr_values="phrh"))
    assert (claims["acr"], claims["amr"]) == ("phrh", ["pwd", "hwk", "user", "mfa", "pin"])
    for elsewhere in (None, ["software"], ["remote_handle"]):
        KeyModel.objects.filter(aaguid=by_pin.aaguid).update(key_protection=elsewhere)
        claims = id_token(rota, rota.asks(dev))
        assert (claims["acr"], claims["amr"]) == ("phr", ["pwd", "pop", "user", "mfa"])
        error = came_back(rota.asks(dev, acr_values="phrh", prompt="none"))["error"]
        assert error == "unmet_authentication_requirements"
    take_in()
    copied = SecurityKey.objects.filter(holder=cast.dev)
    copied.update(backup_eligible=True)
    claims = id_token(rota, rota.asks(dev))
    assert (claims["acr"], claims["amr"]) == ("phr", ["pwd", "pop", "user", "mfa"])
    error = came_back(rota.asks(dev, acr_values="phrh", prompt="none"))["error"]
    assert error == "unmet_authentication_requirements"
    person = hire_into(cast.north, "finn")
    finn = attested(root, person, by_finger)
    claims = id_token(rota, rota.asks(finn))
    assert claims["amr"] == ["pwd", "hwk", "user", "mfa"]
    SecurityKey.objects.filter(holder=person).update(doubted_since=clock.now())
    assert id_token(rota, rota.asks(finn))["acr"] == "phr"


def test_oi12_what_is_essential_is_told_or_nobody_is_logged_in(cast, root):
    """OpenID Connect Core §5.5.1.1."""
    take_in()
    rota = app(cast.north)
    model = next(each for each in CATALOGUE.models if each.aaguid)
    hardware, plain = attested(root, cast.dev, model), with_key(root, cast.ben)
    for values in (["phr"], ["urn:made:up", "phr"]):
        for browser in (hardware, plain):
            claims = acr_claim(essential=True, values=values)
            assert id_token(rota, rota.asks(browser, claims=claims))["acr"] == "phr"
    both = acr_claim(essential=True, values=["phr", "phrh"])
    assert id_token(rota, rota.asks(hardware, claims=both))["acr"] == "phrh"
    assert id_token(rota, rota.asks(plain, claims=both))["acr"] == "phr"
    for wanted in ({"value": "urn:made:up"}, {"values": ["urn:made:up", "0"]}):
        back = came_back(rota.asks(hardware, claims=acr_claim(essential=True, **wanted)))
        assert back["error"] == "unmet_authentication_requirements"
        assert "code" not in back
        claims = acr_claim(**wanted)
        assert id_token(rota, rota.asks(hardware, claims=claims))["acr"] == "phrh", "as one likes"
    assert {each.parameters["reason"] for each in attempts("oidc.refused")} == {"acr"}


def acr_claim(**wanted):
    return json.dumps({"id_token": {"acr": wanted}})


def ways(invented):
    told = invented.entry["metadataStatement"]["userVerificationDetails"]
    methods = {each["userVerificationMethod"] for row in told for each in row}
    return methods - {"presence_internal"}


def test_select_account_asks_as_whom(cast):
    rota = app(cast.north)
    ben = signed_in(cast.ben)
    page = waits(ben, rota.asks(ben, prompt="select_account"))
    assert "As whom do you go on to Rota?" in expect(200, ben.get(page)).text
    expect(302, ben.submit(page, decision="go_on"))
    assert came_back(ben.get(page))["code"]
    asked = rota.asks(ben, prompt="select_account", id_token_hint="x")
    assert asked.status_code == 302


def test_oi30_a_client_of_another_organisation_learns_nothing_before_consent(cast, root):
    clinics = app(cast.south, name="Clinics")
    uses.decided(clinics.row, cast.north, "password", by=log.OPERATOR)
    ben = signed_in(cast.ben)
    page = waits(ben, clinics.asks(ben, scope="openid email"))
    shown = expect(200, ben.get(page))
    assert "May Clinics know who you are?" in shown.text
    assert "your e-mail address" in shown.text
    assert shown["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in shown["Content-Security-Policy"]
    expect(403, ben.post(page, {"decision": "allow"}))
    assert came_back(ben.submit(page, decision="refuse"))["error"] == "access_denied"
    page = waits(ben, clinics.asks(ben, scope="openid email"))
    expect(302, ben.submit(page, decision="allow"))
    assert came_back(ben.get(page))["code"]
    assert came_back(clinics.asks(ben, scope="openid"))["code"], "it was allowed once"
    waits(ben, clinics.asks(ben, scope="openid email roles"))
    waits(ben, clinics.asks(ben, prompt="consent"))
    assert len(changes("client.consent_given")) == 1
    assert "Clinics" in expect(200, ben.get("/me/applications/")).text
    expect(302, ben.submit(f"/me/applications/{clinics.id}/end/"))
    assert "There is none" in ben.get("/me/applications/").text
    expect(404, ben.submit(f"/me/applications/{clinics.id}/end/"))
    waits(ben, clinics.asks(ben, scope="openid"))


def test_what_another_said_at_the_same_request_counts_for_nobody_else(cast):
    clinics = app(cast.south, name="Clinics")
    uses.decided(clinics.row, cast.north, "password", by=log.OPERATOR)
    ben, dev = signed_in(cast.ben), signed_in(cast.dev)
    page = waits(ben, clinics.asks(ben))
    expect(302, ben.submit(page, decision="allow"))
    assert "May Clinics know who you are?" in expect(200, dev.get(page)).text
