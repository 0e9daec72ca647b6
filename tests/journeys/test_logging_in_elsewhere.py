"""People log in to other applications through the portal, in a real browser: the demo's example
application, a program of its own; authlib, another people's library; and Debian's Apache."""

import os
import subprocess
import sys
from contextlib import contextmanager
from functools import partial

import pytest
from authlib.integrations.httpx_client import OAuth2Client
from playwright.sync_api import expect

from tests.commands import PATIENCE, eventually, free_port, listens
from tests.oidc.rp import App, userinfo
from tests.oidc.test_logging_out import work
from wardkey.audit import log
from wardkey.clients import registering
from wardkey.clients.client_secrets import secret_made

from .apache import apache
from .people import registered_key, signed_in_with
from .walks import button, enter_password, log_out, use

pytestmark = pytest.mark.looks_only
VERIFIER = "x" * 64


@pytest.fixture
def example(cast, portal):
    """The example application, running; as the portal knows it, and its address."""
    port = free_port()
    home = f"http://localhost:{port}"
    row = registering.register_by_operator(
        organisation=cast.north,
        name="Example application",
        redirect_uris=f"{home}/back",
        logout_uri=f"{home}/login-ended",
        assurance="password",
    )
    app = App(row, secret_made(row, by=log.OPERATOR))
    with running(port, portal, app):
        yield app, home


@contextmanager
def running(port, portal, app):
    told = {
        "EXAMPLE_ISSUER": portal,
        "EXAMPLE_PORT": str(port),
        "EXAMPLE_CLIENT_ID": app.id,
        "EXAMPLE_CLIENT_SECRET": app.secret,
    }
    program = subprocess.Popen(
        [sys.executable, "-m", "wardkey.demo.example"], env=os.environ | told
    )
    try:
        eventually(partial(listens, port))
        yield
    finally:
        program.terminate()
        program.wait(PATIENCE)


def test_a_password_opens_the_application_and_a_token_its_cabinet(cast, page, example):
    _app, home = example
    page.goto(f"{home}/")
    page.get_by_role("link", name="Log in through the portal").click()
    enter_password(page, cast.ben)
    expect(page.get_by_text("Ben Carter is logged in here.")).to_be_visible()
    assert page.url == f"{home}/"
    expect(page.locator("pre")).to_contain_text('"pwd"')


def test_authlib_fetches_what_a_token_opened(cast, page, example, portal):
    app, home = example
    blue = registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue")
    with OAuth2Client(
        app.id,
        app.secret,
        scope="openid profile offline_access",
        redirect_uri=f"{home}/back",
        code_challenge_method="S256",
    ) as client:
        address, _state = client.create_authorization_url(
            f"{portal}/oidc/authorize", code_verifier=VERIFIER, nonce="n", acr_values="phr"
        )
        page.goto(address)
        enter_password(page, cast.ben)
        use(page, blue.in_hand(), "Blue")
        page.wait_for_url(f"{home}/back?*")
        given = client.fetch_token(
            f"{portal}/oidc/token", authorization_response=page.url, code_verifier=VERIFIER
        )
        claims = app.read(given["id_token"])
        assert (claims["acr"], claims["nonce"]) == ("phr", "n")
        assert userinfo(given["access_token"]).json()["name"] == "Ben Carter"
        again = client.refresh_token(f"{portal}/oidc/token")
        assert again["access_token"] != given["access_token"]


def test_apache_lets_in_by_the_documents_recipe_and_asks_for_a_token_at_the_cabinet(
    cast, page, portal
):
    port = free_port()
    home = f"http://localhost:{port}"
    row = registering.register_by_operator(
        organisation=cast.north,
        name="Records behind Apache",
        redirect_uris=f"{home}/oidc/back",
        logout_uri=f"{home}/oidc/back?logout=backchannel",
        assurance="password",
    )
    with apache(port, portal, App(row, secret_made(row, by=log.OPERATOR))):
        page.goto(f"{home}/")
        enter_password(page, cast.ben)
        expect(page.locator("#told")).to_have_text(
            f"index of {cast.ben.username}, Ben Carter, Northside Hospital; how: (none), pwd"
        )
        blue = registered_key(admin=cast.asha, holder=cast.ben, nickname="Blue")
        # Its first use ends the login that was by password alone, here and not at Apache.
        signed_in_with(blue)
        key = blue.in_hand()
        key.turn_back_counts(blue.soft_key.sign_count)
        page.goto(f"{home}/cabinet/")
        enter_password(page, cast.ben)
        use(page, key, "Blue")
        expect(page.locator("#told")).to_contain_text(f"cabinet of {cast.ben.username}")
        expect(page.locator("#told")).to_contain_text("how: phr, ")
        assert page.url == f"{home}/cabinet/"
        page.goto(f"{portal}/")
        log_out(page)
        page.goto(f"{home}/")
        expect(page.locator("#told")).to_be_visible()
        work()
        page.goto(f"{home}/")
        expect(button(page, "Continue")).to_be_visible()
