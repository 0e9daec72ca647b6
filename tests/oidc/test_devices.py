"""Somebody logs in for a machine without a browser (RFC 8628): what it asks, what they are told and
say, and what it is given."""

import re
import uuid
from copy import copy
from datetime import timedelta

import pytest
from authlib.integrations.httpx_client import OAuth2Client
from django.test import Client as Program
from httpx import MockTransport, Request, Response

from tests.doors import expect, half_signed_in, registered, signed_in
from tests.oidc.rp import app, came_back, posted, told, userinfo
from tests.traces import attempts
from wardkey.audit import log
from wardkey.base import clock
from wardkey.clients import devices, uses
from wardkey.clients.models import DeviceRequest, Grant
from wardkey.signin.models import Kind, Limit

ASK, ENTER = "/oidc/device", "/device/"
DISCOVERY = "http://localhost:8000/.well-known/openid-configuration"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
NOT_KNOWN = "This code is not known"


@pytest.fixture
def monitor(cast):
    return app(cast.north, name="Ward monitor", on_devices="yes")


@pytest.fixture
def ben(cast):
    return signed_in(cast.ben)


def asked(client, **fields):
    return expect(200, client.post(ASK, {"scope": "openid profile", **fields})).json()


def polled(client, begun, **fields):
    given = {"grant_type": DEVICE, "device_code": begun["device_code"], **fields}
    return client.post("/oidc/token", given)


def minutes(count):
    return clock.standing_at(clock.now() + timedelta(minutes=count))


def typed(browser, begun):
    """The page that asks whether to log in on the device."""
    code = begun if isinstance(begun, str) else begun["user_code"]
    return expect(302, browser.submit(ENTER, user_code=code))["Location"]


def allowed(browser, begun):
    page = typed(browser, begun)
    expect(200, browser.get(page))
    return expect(200, browser.submit(page, decision="allow"))


def reads(client, answer):
    return client.read(expect(200, answer).json()["id_token"])


def test_a_nurse_logs_in_for_a_monitor_that_polls_meanwhile(cast, monitor, ben):
    begun = asked(monitor, scope="openid profile offline_access")
    assert re.fullmatch(r"[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}", begun["user_code"])
    assert (begun["expires_in"], begun["interval"]) == (600, 5)
    assert begun["verification_uri"] == "http://localhost:8000/device/"
    complete = begun["verification_uri_complete"].removeprefix("http://localhost:8000")
    assert told(polled(monitor, begun)) == "authorization_pending"
    assert told(polled(monitor, begun)) == "slow_down"
    with clock.standing_at(clock.now() + timedelta(seconds=6)):
        assert told(polled(monitor, begun)) == "slow_down", "ten seconds by now"
    page = ben.get(complete)
    assert begun["user_code"] in expect(200, page).text, "filled in, and sent by hand"
    assert NOT_KNOWN in expect(400, ben.submit(ENTER, user_code="BBBB-BBBB")).text
    question = expect(200, ben.get(typed(ben, begun["user_code"].lower().replace("-", " ")))).text
    for words in (
        "Ward monitor",
        "Northside",
        "127.0.0.1",
        "Ben Carter",
        "your name and user name",
    ):
        assert words in question
    assert "You are logged in on the device" in allowed(ben, begun).text
    assert NOT_KNOWN in expect(400, ben.submit(ENTER, user_code=begun["user_code"])).text
    with minutes(1):
        answer = polled(monitor, begun)
        claims = reads(monitor, answer)
        assert claims["sub"] == str(cast.ben.oidc_subject)
        assert (claims["amr"], claims["sid"]) == (["pwd"], str(ben.session.pk))
        assert "nonce" not in claims
        given = answer.json()
        assert userinfo(given["access_token"]).json()["name"] == "Ben Carter"
        given = expect(200, monitor.refresh(given["refresh_token"])).json()
    with minutes(10):
        assert told(polled(monitor, begun)) == "invalid_grant", "it is good once"
        assert userinfo(given["access_token"]).status_code == 401, "and a copy ends what it gave"
        assert told(monitor.refresh(given["refresh_token"])) == "invalid_grant"
    trail = {"device_asked": 1, "device_allowed": 1, "signed_in": 1, "refused": 2}
    assert {each: len(attempts(f"oidc.{each}")) for each in trail} == trail, "no entry a poll"
    history = signed_in(cast.asha).get(f"/admin/people/{cast.ben.pk}/history/")
    assert "Logged in to Ward monitor on a device at 127.0.0.1" in expect(200, history).text


def test_no_is_told_and_what_is_over_or_of_another_opens_nothing(cast, monitor, ben):
    begun = asked(monitor)
    page = typed(ben, begun)
    for answer in ("allow", "refuse"):
        assert "on a device?" in expect(200, ben.get(f"{page}&decision={answer}")).text
    assert "The device was refused" in expect(200, ben.submit(page, decision="refuse")).text
    expect(404, ben.submit(page, decision="allow"))
    assert told(polled(monitor, begun)) == "access_denied"
    dev = signed_in(cast.dev)
    for sent in (page, page.partition("?")[0]):
        expect(404, dev.get(sent))
        expect(404, dev.submit(sent, decision="allow"))
    over, live, unfetched = (asked(monitor) for _ in range(3))
    page = typed(ben, over)
    allowed(ben, unfetched)
    other = app(cast.north, name="Other", on_devices="yes")
    assert told(polled(other, live)) == told(polled(other, {"device_code": "x"})) == "invalid_grant"
    allowed(ben, live)
    as_code = {"grant_type": "authorization_code", "code": live["device_code"]}
    as_code |= {"code_verifier": "x" * 43, "redirect_uri": ""}
    assert told(other.post("/oidc/token", as_code)) == "invalid_grant"
    assert told(monitor.post("/oidc/token", as_code)) == "invalid_grant"
    with minutes(10):
        for late in (over, unfetched):
            assert told(polled(monitor, late)) == "expired_token"
        assert "Start again on the device" in expect(404, ben.get(page)).text
        assert NOT_KNOWN in expect(400, ben.submit(ENTER, user_code=over["user_code"])).text
    with minutes(61):
        assert devices.forget_old() == 4
        assert told(polled(monitor, over)) == "invalid_grant"
    assert len(attempts("oidc.device_refused")) == 1


def as_another(row, number):
    made = copy(row)
    made.pk, made.device_hash, made.typed_hash = uuid.uuid4(), b"%d" % number, b"%d" % number
    return made


@pytest.mark.looks_only
def test_only_an_application_that_may_and_proves_itself_is_given_codes(cast, monitor, ben):
    rota = app(cast.north)
    assert told(rota.post(ASK, {"scope": "openid"})) == "unauthorized_client"
    assert told(polled(rota, {"device_code": "x"})) == "unauthorized_client"
    assert told(monitor.post(ASK, {"scope": "profile"})) == "invalid_scope"
    assert told(monitor.post(ASK, {"scope": "openid \0"})) == "invalid_request"
    assert told(posted(ASK, {"client_id": monitor.id, "scope": "openid"}), 401) == "invalid_client"
    wrong = {"client_id": monitor.id, "client_secret": "x", "scope": "openid"}
    assert told(posted(ASK, wrong), 401) == "invalid_client"
    assert told(monitor.post(f"{ASK}?scope=openid", {})) == "invalid_request"
    assert DeviceRequest.objects.count() == 0
    begun = asked(monitor)
    row = DeviceRequest.objects.get()
    DeviceRequest.objects.bulk_create(as_another(row, number) for number in range(999))
    before = len(attempts("oidc.refused"))
    assert told(monitor.post(ASK, {"scope": "openid"})) == "slow_down", "a thousand wait"
    assert len(attempts("oidc.refused")) == before == 7, "of which each is in the trail"
    with minutes(10):
        asked(monitor)
    monitor.row.on_devices = False
    monitor.row.save()
    assert told(polled(monitor, begun)) == "unauthorized_client"
    assert NOT_KNOWN in expect(400, ben.submit(ENTER, user_code=begun["user_code"])).text


@pytest.mark.looks_only
def test_the_level_the_use_and_the_yes_are_asked_for_as_in_a_browser(cast):
    root = signed_in(cast.root)
    strict = app(cast.south, name="Pumps", assurance="key", on_devices="yes")
    begun, ben = asked(strict), signed_in(cast.ben)
    assert "does not use Pumps" in expect(403, ben.get(typed(ben, begun))).text
    uses.decided(strict.row, cast.north, "password", by=log.OPERATOR)
    page = typed(ben, begun)
    assert "asks for a FIDO2 token" in expect(403, ben.get(page)).text
    expect(403, ben.submit(page, decision="allow"))
    assert told(polled(strict, begun)) == "authorization_pending", "somebody else may"
    soft_key, row = registered(root, cast.dev, "Token of Dev")
    dev = half_signed_in(cast.dev)
    owing = expect(302, dev.get(f"{ENTER}?user_code={begun['user_code']}"))["Location"]
    assert owing.startswith("/sign-in/key/")
    expect(200, dev.use(soft_key, row))
    allowed(dev, begun)
    silently = came_back(strict.asks(dev, prompt="none"))
    assert silently["error"] == "interaction_required", "a yes to a device is none to an address"
    with minutes(1):
        assert reads(strict, polled(strict, begun))["acr"] == "phr"
        assert "Pumps" in expect(200, dev.get("/me/applications/")).text
    reasons = {each.parameters["reason"] for each in attempts("oidc.refused")}
    assert reasons == {"use", "acr", "prompt_none"}
    assert Grant.objects.get().person == cast.dev


@pytest.mark.looks_only
def test_it_ends_by_whoever_said_yes_and_with_their_login(cast, monitor, ben):
    regretted = asked(monitor)
    allowed(ben, regretted)
    assert "Ward monitor" in expect(200, ben.get("/me/applications/")).text, "not fetched yet"
    expect(302, ben.submit(f"/me/applications/{monitor.id}/end/"))
    assert told(polled(monitor, regretted)) == "invalid_grant"
    begun = asked(monitor, scope="openid offline_access", acr_values="1")
    allowed(ben, begun)
    given = expect(200, polled(monitor, begun)).json()
    second = asked(monitor)
    allowed(ben, second)
    expect(302, ben.submit("/sign-out/"))
    assert userinfo(given["access_token"]).status_code == 401
    assert told(monitor.refresh(given["refresh_token"])) == "invalid_grant"
    assert told(polled(monitor, second)) == "invalid_grant", "also where nobody fetched it yet"
    assert ben.get(ENTER)["Location"].startswith("/sign-in/?next=")


def test_guesses_make_whoever_guesses_wait_and_many_who_do_make_all(cast, monitor, ben):
    begun = asked(monitor)
    expect(400, ben.submit(ENTER, user_code=" "))
    for _ in range(5):
        expect(400, ben.submit(ENTER, user_code="BBBB-BBBB"))
    assert int(expect(429, ben.submit(ENTER, user_code=begun["user_code"]))["Retry-After"]) <= 30
    asha = signed_in(cast.asha)
    assert "Too many wrong codes of devices" in asha.get(f"/admin/people/{cast.ben.pk}/").text
    dev = signed_in(cast.dev)
    expect(400, dev.submit(ENTER, user_code="BBBB-BBBB"))
    Limit.objects.filter(kind=Kind.ALL_DEVICE_CODES).update(failures=299)
    expect(400, dev.submit(ENTER, user_code="BBBB-BBBB"))
    expect(429, dev.submit(ENTER, user_code=begun["user_code"]))
    limits = {(each.parameters["limit"], each.holder) for each in attempts("sign_in.limited")}
    assert limits == {("device_code", str(cast.ben.pk)), ("device_codes", "")}
    with minutes(9):
        allowed(dev, asked(monitor))


def over_the_network(request: Request) -> Response:
    """To the portal's door: the network alone is replaced."""
    headers = {name: value for name, value in request.headers.items() if name != "host"}
    body, kind = request.content, request.headers.get("content-type", "")
    program = Program(enforce_csrf_checks=True)
    address = request.url.raw_path.decode()
    answer = program.generic(request.method, address, body, kind, headers=headers)
    return Response(answer.status_code, headers=dict(answer.items()), content=answer.content)


@pytest.mark.looks_only
def test_authlib_polls_as_the_standard_has_it(cast, monitor, ben):
    with OAuth2Client(
        monitor.id, monitor.secret, transport=MockTransport(over_the_network)
    ) as client:
        found = client.request("GET", DISCOVERY, withhold_token=True).json()
        assert DEVICE in found["grant_types_supported"]
        begun = client.request(
            "POST",
            found["device_authorization_endpoint"],
            data={"scope": "openid"},
            auth=(monitor.id, monitor.secret),
            withhold_token=True,
        ).json()
        fields = {"grant_type": DEVICE, "device_code": begun["device_code"]}
        with pytest.raises(Exception, match="authorization_pending"):
            client.fetch_token(found["token_endpoint"], **fields)
        allowed(ben, begun)
        with minutes(1):
            given = client.fetch_token(found["token_endpoint"], **fields)
        assert monitor.read(given["id_token"])["sub"] == str(cast.ben.oidc_subject)
