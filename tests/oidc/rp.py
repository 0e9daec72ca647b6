"""An application to which people log in, as a program of its own would be: real requests, and
signatures judged by another library's reading of the published keys."""

import json
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client as DjangoClient
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.doors import Browser, expect
from wardkey.audit import log
from wardkey.clients import registering
from wardkey.clients.client_secrets import secret_made
from wardkey.clients.models import Client

BACK = "https://app.example/back?from=wardkey"
VERIFIER = "a-verifier-of-43-characters-or-more-0123456789"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
AUTHORIZE, FETCH, USERINFO = "/oidc/authorize", "/oidc/token", "/oidc/userinfo"
FORM = "application/x-www-form-urlencoded"


@dataclass
class App:
    row: Client
    secret: str

    @property
    def id(self) -> str:
        return str(self.row.pk)

    @property
    def basic(self) -> dict[str, str]:
        return {"authorization": basic(self.id, self.secret)}

    def asks(self, browser: Browser, **fields: object) -> HttpResponse:
        """What it sends a browser to. A field that is None is left out."""
        asked = {
            "client_id": self.id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "openid",
            "state": "the state",
            "nonce": "the nonce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | fields
        return browser.get(AUTHORIZE, {name: to for name, to in asked.items() if to is not None})

    def exchange(self, code: str, **fields: str) -> HttpResponse:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        } | fields
        return self.post(FETCH, asked)

    def refresh(self, secret: str, **fields: str) -> HttpResponse:
        return self.post(FETCH, {"grant_type": "refresh_token", "refresh_token": secret, **fields})

    def post(self, address: str, fields: dict[str, str]) -> HttpResponse:
        return posted(address, fields, **self.basic)

    def lets_in(self, browser: Browser, **fields: object) -> dict:
        """All the way: what the exchange answered, and the ID token's claims under `id`."""
        told = came_back(self.asks(browser, **fields))
        answer = expect(200, self.exchange(told["code"])).json()
        return answer | {"id": self.read(answer["id_token"])}

    def read(self, id_token: str, kind: str = "JWT") -> dict:
        keys = expect(200, DjangoClient().get("/oidc/jwks")).json()
        found = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=["RS256"])
        assert found.header["typ"] == kind
        assert found.claims["iss"] == settings.ORIGINS[0]
        assert found.claims["aud"] == self.id
        return found.claims


def posted(address: str, fields: dict[str, str] | str, **headers: str) -> HttpResponse:
    """A program's form, which no page gave it."""
    body = fields if isinstance(fields, str) else urlencode(fields)
    program = DjangoClient(enforce_csrf_checks=True)
    return program.post(address, body, FORM, headers=headers)


def basic(name: str, secret: str) -> str:
    return "Basic " + b64encode(f"{name}:{secret}".encode()).decode()


def app(organisation, *, assurance: str = "password", name: str = "Rota", **fields: str) -> App:
    row = registering.register_by_operator(
        organisation=organisation, name=name, redirect_uris=BACK, assurance=assurance, **fields
    )
    return App(row, "" if row.jwks else secret_made(row, by=log.OPERATOR))


def came_back(answer: HttpResponse) -> dict[str, str]:
    """What the browser brings to the application: by a redirect, or by the page that goes on."""
    address = answer.get("Location", "")
    if not address:
        page = expect(200, answer).text
        address = page.partition("0; url=")[2].partition('"')[0].replace("&amp;", "&")
    assert address.startswith(BACK), address or answer.text[:500]
    return dict(parse_qsl(urlsplit(address).query))


def told(program_answer: HttpResponse, status: int = 400) -> str:
    """The error that a program is refused with."""
    return json.loads(expect(status, program_answer).content)["error"]


def userinfo(secret: str, **more: object) -> HttpResponse:
    return DjangoClient().get(USERINFO, headers={"authorization": f"Bearer {secret}"}, **more)
