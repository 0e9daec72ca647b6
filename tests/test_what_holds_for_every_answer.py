"""Headers, hosts and proxies: what an answer says besides its page, whoever asks."""

import re

import pytest
from django.test import Client

from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    registered,
    signed_in,
)
from tests.softkey import SoftKey
from tests.traces import attempts
from wardkey.notifications.models import OutboxMessage
from wardkey.sessions.models import Session

pytestmark = pytest.mark.looks_only

FORM = "application/x-www-form-urlencoded"
EVIL = "evil.example"


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


# -- headers

ANSWERS = [
    ("/", 200),
    ("/sign-in/", 200),
    ("/me/keys/", 302),
    ("/nowhere/", 404),
    ("/livez", 200),
    ("/.well-known/webauthn", 200),
]


@pytest.mark.parametrize(("address", "status"), ANSWERS)
def test_wb14_wb15_wb26_wb33_each_answer_confines_its_page(db, address, status):
    confined(expect(status, Browser().get(address, headers={"origin": f"https://{EVIL}"})))


def test_wb15_a_refusal_and_a_fault_of_ours_confine_their_pages_too(cast, asha, settings):
    confined(expect(403, asha.post("/sign-out/")))
    confined(expect(400, Client().get("/", headers={"host": EVIL})))
    asha.raise_request_exception = False
    settings.SERVICE_NAME = settings.ORIGINS = None
    begun = asha.begin(desk_of(cast.ben))
    answer = asha.answer(desk_of(cast.ben), begun, SoftKey().register(begun["public_key"], ORIGIN))
    confined(expect(500, answer))


def confined(answer):
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    nothing = ("default-src", "object-src", "base-uri", "frame-ancestors")
    assert {policy[each] for each in nothing} == {"'none'"}
    assert (policy["script-src"], policy["form-action"]) == ("'self'", "'self'")
    assert "unsafe" not in answer["Content-Security-Policy"]
    for each in ("create", "get"):
        assert f"publickey-credentials-{each}=(self)" in answer["Permissions-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer
    assert not {"Server", "X-Powered-By"} & set(answer.headers)


ELSEWHERE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


def test_wb33_wb34_no_page_takes_anything_from_elsewhere_or_opens_a_window(cast, asha):
    registered(asha, cast.ben)
    own = [asha.get(each) for each in ("/", "/admin/", MINE, desk_of(cast.ben), "/me/logins/")]
    for page in [*own, Browser().get("/sign-in/"), half_signed_in(cast.ben).get("/sign-in/key/")]:
        text = expect(200, page).text
        assert not ELSEWHERE.findall(text)
        assert not re.search(r"target=|window\.opener|<iframe|<object|<embed", text)
        assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", text)


# -- where a browser is sent, and what it says of itself


@pytest.mark.parametrize("next_", ["/me/%0d%0aSet-Cookie:a=b", "/me/\r\nSet-Cookie: a=b", "/a\rb"])
def test_wb17_no_header_is_split_by_an_address(cast, next_):
    answer = expect(302, Browser().enter_password(cast.ben, next=next_))
    assert not re.search(r"[\r\n]", answer["Location"])
    assert "a" not in answer.cookies


def test_wb17_no_header_is_split_by_a_nickname(cast, asha):
    row = registered(asha, cast.ben)[1]
    answer = asha.submit(f"{desk_of(cast.ben)}{row.pk}/edit/", nickname="Blue\r\nSet-Cookie: a=b")
    assert "a" not in answer.cookies
    assert not [each for each in answer.headers.values() if re.search(r"[\r\n]", each)]


def test_wb18_what_a_client_says_of_its_host_is_in_no_link(cast, asha):
    said = {"x-forwarded-host": EVIL, "forwarded": f"host={EVIL}"}
    page = asha.get("/admin/", headers=said)
    assert EVIL not in expect(200, page).text
    registered(asha, cast.ben)
    assert EVIL not in str(list(OutboxMessage.objects.values_list("parameters", flat=True)))
    for host in (f"{EVIL}:8000", f"localhost@{EVIL}", "localhost, evil.example"):
        expect(400, asha.get("/admin/", headers={"host": host}))


def test_wb19_the_relying_party_and_the_origins_are_the_settings_whatever_the_host(
    cast, asha, settings
):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, EVIL]
    asha.defaults["SERVER_NAME"] = EVIL
    headers = {"x-csrftoken": asha.csrf, "host": "localhost"}
    address = f"{desk_of(cast.ben)}register/challenge/"
    begun = asha.post(address, {}, content_type="application/json", headers=headers).json()
    assert begun["public_key"]["rp"]["id"] == "localhost"
    answer = SoftKey().register(begun["public_key"], f"https://{EVIL}")
    expect(400, asha.answer(desk_of(cast.ben), begun, answer))
    assert attempts("registration.refused")[-1].parameters["reason"] == "origin"


def test_wb22_https_that_only_a_client_speaks_of_is_none(db, settings):
    settings.SECURE_HSTS_SECONDS = 60
    answer = Client().get("/", headers={"x-forwarded-proto": "https"})
    assert "Strict-Transport-Security" not in answer
    assert "Strict-Transport-Security" in Client().get("/", secure=True)


@pytest.mark.parametrize(
    "told", [*["a", "é", "::,", "fe80::1%eth0", "fe80::1%<script>", "<script>"], "1" * 10_000]
)
def test_wb23_an_address_that_is_none_is_that_of_the_proxy(cast, settings, caplog, told):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    browser = Browser()
    browser.defaults["HTTP_X_FORWARDED_FOR"] = told
    expect(302, browser.enter_password(cast.ben))
    assert Session.objects.get().address == "127.0.0.1"
    assert "proxy.bad_header" in caplog.text


def test_wb23_one_that_the_proxy_names_is_taken(cast, settings, caplog):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    browser = Browser()
    browser.defaults["HTTP_X_FORWARDED_FOR"] = "2001:db8::17"
    expect(302, browser.enter_password(cast.ben))
    assert Session.objects.get().address == "2001:db8::17"
    assert "proxy.bad_header" not in caplog.text


def test_wb24_a_name_in_the_environment_signs_nobody_in(cast):
    for said in ("REMOTE_USER", "HTTP_REMOTE_USER", "HTTP_X_AUTH_USER", "AUTH_USER"):
        browser = Browser()
        browser.defaults[said] = cast.root.username
        assert expect(302, browser.get(MINE))["Location"].startswith("/sign-in/?")
