"""A login ends here, by whatever ends it, and the applications hear of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, parse_qsl

import pytest
from django.test import Client as Program

from tests.cast import hire_into
from tests.doors import Browser, desk_of, expect, half_signed_in, registered, signed_in
from tests.oidc.rp import app, came_back, told, userinfo
from tests.traces import attempts
from wardkey.base import clock
from wardkey.clients import ended, logouts
from wardkey.clients.models import LogoutNotice

LEFT = "https://app.example/left"


@contextmanager
def listening() -> Iterator[tuple[str, list[str], list[int]]]:
    """An application at its address for logouts: what it heard, and what it answers next."""
    heard: list[str] = []
    answers: list[int] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.append(parse_qs(body)["logout_token"][0])
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *_told: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/logout", heard, answers
    finally:
        server.shutdown()
        server.server_close()


def work() -> None:
    ended.note_ended()
    logouts.deliver_due()


def test_oi26_whatever_ends_a_login_ends_refreshes_and_is_told(cast):
    root = signed_in(cast.root)
    with listening() as (address, heard, _answers):
        rota = app(cast.north, logout_uri=address)

        def is_told(person, browser, stop):
            given = rota.lets_in(browser, scope="openid offline_access")
            work()
            assert heard == []
            stop()
            assert told(rota.refresh(given["refresh_token"])) == "invalid_grant"
            expect(401, userinfo(given["access_token"]))
            work()
            [text] = heard
            heard.clear()
            claims = rota.read(text, "logout+jwt")
            assert (claims["sub"], claims["sid"]) == (given["id"]["sub"], given["id"]["sid"])
            assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
            assert "nonce" not in claims
            work()
            assert heard == [], "once"

        for number, act in enumerate(("remove", "suspend")):
            person = hire_into(cast.north, f"p{number}")
            soft_key, row = registered(root, person, f"Key {number}")
            browser = half_signed_in(person)
            expect(200, browser.use(soft_key, row))
            page = f"{desk_of(person)}{row.pk}/{act}/"
            reason = {"remove": "broken", "suspend": "precaution"}[act]
            is_told(person, browser, lambda page=page, why=reason: root.submit(page, reason=why))
        ben = signed_in(cast.ben)
        suspended = f"/admin/people/{cast.ben.pk}/suspend/"
        is_told(cast.ben, ben, lambda: expect(302, root.submit(suspended)))
        dev = signed_in(cast.dev)
        is_told(cast.dev, dev, lambda: expect(302, dev.submit("/sign-out/")))
        assert len(attempts("oidc.backchannel")) == 4
        assert all(each.parameters["heard"] for each in attempts("oidc.backchannel"))


@pytest.mark.looks_only
def test_oi26_an_application_that_does_not_answer_is_told_again_and_sent_nowhere(cast):
    with listening() as (address, heard, answers):
        answers += [500, 302, 404]
        rota = app(cast.north, logout_uri=address)
        ben = signed_in(cast.ben)
        rota.lets_in(ben)
        rota.lets_in(ben)
        expect(302, ben.submit("/sign-out/"))
        now = clock.now()
        for seconds, times in ((0, 1), (1, 1), (6, 2), (17, 3), (38, 4), (90, 4)):
            with clock.standing_at(now + timedelta(seconds=seconds)):
                work()
            assert len(heard) == times
        assert LogoutNotice.objects.get().told_at is not None
        assert len({rota.read(text, "logout+jwt")["jti"] for text in heard}) == 4


@pytest.mark.looks_only
def test_oi26_what_cannot_be_told_is_given_up_after_ten_tries_and_recorded(cast):
    rota = app(cast.north, logout_uri="http://127.0.0.1:9/nobody")
    ben = signed_in(cast.ben)
    rota.lets_in(ben)
    expect(302, ben.submit("/sign-out/"))
    for minutes in range(0, 120, 11):
        with clock.standing_at(clock.now() + timedelta(minutes=minutes)):
            work()
    assert LogoutNotice.objects.get().given_up_at is not None
    [entry] = attempts("oidc.backchannel")
    assert entry.parameters["heard"] is False


def test_oi26_a_shared_computer_that_was_left_is_told_though_nobody_comes_back(cast):
    with listening() as (address, heard, _answers):
        rota, browser = app(cast.north, logout_uri=address), Browser()
        expect(302, browser.enter_password(cast.ben, shared_computer="yes"))
        rota.lets_in(browser)
        for minutes, times in ((8, 0), (11, 1)):
            with clock.standing_at(clock.now() + timedelta(minutes=minutes)):
                work()
            assert len(heard) == times


@pytest.mark.looks_only
def test_an_application_sends_people_to_log_out_and_gets_them_back(cast):
    rota = app(cast.north, logout_redirect_uris=LEFT)
    ben = signed_in(cast.ben)
    hint = rota.lets_in(ben)["id_token"]
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": LEFT, "state": "s t"}
    page = expect(200, ben.get("/oidc/logout", asked)).text
    assert f"0; url={LEFT}?state=s+t" in page
    assert ben.get("/me/keys/").status_code == 302
    del asked["state"]
    assert f'0; url={LEFT}"' in Program().get("/oidc/logout", asked).text
    for elsewhere in ("https://evil.example/", f"{LEFT}?x", ""):
        page = Program().get("/oidc/logout", asked | {"post_logout_redirect_uri": elsewhere}).text
        assert "0; url=" not in page
        assert "You are logged out" in page


@pytest.mark.looks_only
def test_without_a_token_of_that_session_people_are_asked_first(cast):
    rota = app(cast.north, logout_redirect_uris=LEFT)
    other = rota.lets_in(signed_in(cast.dev))["id_token"]
    ben = signed_in(cast.ben)
    for asked in ({}, {"client_id": rota.id}, {"id_token_hint": other}, {"id_token_hint": "x"}):
        page = expect(200, ben.get("/oidc/logout", asked | {"post_logout_redirect_uri": LEFT}))
        assert "Log out?" in page.text
        expect(200, ben.get("/me/keys/"))
    expect(403, ben.post("/oidc/logout/confirmed/", {}))
    expect(200, ben.get("/me/keys/"))
    back = {"client_id": rota.id, "post_logout_redirect_uri": LEFT}
    assert f"0; url={LEFT}" in ben.submit("/oidc/logout/confirmed/", **back).text
    assert ben.get("/me/keys/").status_code == 302
    for elsewhere in ("https://evil.example/", f"{LEFT}/", f"{LEFT}?x"):
        page = Program().get("/oidc/logout", back | {"post_logout_redirect_uri": elsewhere}).text
        assert "0; url=" not in page
        assert "You are logged out" in page


@pytest.mark.looks_only
def test_another_sites_form_brings_no_cookie_and_still_nobody_is_told_what_is_not_so(cast):
    rota = app(cast.north, logout_redirect_uris=LEFT)
    ben = signed_in(cast.ben)
    hint = rota.lets_in(ben)["id_token"]
    from_elsewhere = Program(enforce_csrf_checks=True)
    for fields in ({}, {"id_token_hint": hint, "post_logout_redirect_uri": LEFT, "state": "s t"}):
        answer = expect(303, from_elsewhere.post("/oidc/logout", fields))
        assert not answer.cookies, "the session would live on without its cookie"
        if not fields:
            assert "Log out?" in expect(200, ben.get(answer["Location"])).text
            expect(200, ben.get("/me/keys/"))
            assert not Program().get(answer["Location"]).cookies.get("__Host-session")
    assert f"0; url={LEFT}?state=s+t" in expect(200, ben.get(answer["Location"])).text
    assert ben.get("/me/keys/").status_code == 302


@pytest.mark.looks_only
def test_prompt_none_by_another_sites_form_finds_who_is_logged_in(cast):
    rota = app(cast.north)
    ben = signed_in(cast.ben)
    asked = dict(parse_qsl(rota.asks(Program(), prompt="none").request["QUERY_STRING"]))
    answer = expect(303, Program(enforce_csrf_checks=True).post("/oidc/authorize", asked))
    assert came_back(ben.get(answer["Location"]))["code"]
    assert came_back(Program().get(answer["Location"]))["error"] == "login_required"
