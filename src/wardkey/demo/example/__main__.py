"""An application to which people log in through the portal: a program of its own, as small as one
can be, that knows nothing of the portal but its address.

    /               who is logged in here, and how
    /log-in         sends the browser to the portal
    /cabinet        the same, and asks for a FIDO2 token, shown within five minutes
    /back           where the portal sends the browser back
    /log-out        out of both
    /login-ended    the portal tells that a login ended (back-channel logout)

EXAMPLE_ISSUER, EXAMPLE_PORT, EXAMPLE_CLIENT_ID and EXAMPLE_CLIENT_SECRET say which portal, and who
this is there. Logins are kept in memory.
"""

import html
import json
import os
import secrets
from base64 import b64encode, urlsafe_b64encode
from contextlib import suppress
from hashlib import sha256
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from urllib.request import Request, urlopen

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ISSUER, PORT = os.environ["EXAMPLE_ISSUER"], int(os.environ["EXAMPLE_PORT"])
CLIENT, SECRET = os.environ["EXAMPLE_CLIENT_ID"], os.environ["EXAMPLE_CLIENT_SECRET"]
HOME = f"http://localhost:{PORT}"
PAGE = Template((Path(__file__).parent / "page.html").read_text("utf-8"))
COOKIE, SCOPE = "example", "openid profile organisation roles"
NOBODY = "Nobody is logged in here."

# By what the browser's cookie holds: the login under way, and the claims of who is in.
asked: dict[str, dict[str, str]] = {}
logged_in: dict[str, dict[str, Any]] = {}


class Application(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        match address.path:
            case "/":
                self._show("")
            case "/log-in":
                self._send_to_portal({})
            case "/cabinet":
                self._send_to_portal({"acr_values": "phr", "max_age": "300"})
            case "/back":
                self._come_back(dict(parse_qsl(address.query)))
            case "/log-out":
                self._leave()
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        """Whoever tells that a login ended has to be the portal."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 20_000)).decode()
        claims = read(parse_qs(body).get("logout_token", [""])[0], kind="logout+jwt")
        for browser, told in list(logged_in.items()):
            if claims and told["sid"] == claims["sid"]:
                del logged_in[browser]
        self.send_response(200 if claims else 400)
        self.end_headers()

    def _browser(self) -> str:
        found = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        return found.value if found else secrets.token_urlsafe()

    def _show(self, mistake: str) -> None:
        told = logged_in.get(self._browser())
        name = told and (told.get("name") or told["sub"])
        said = mistake or (f"{name} is logged in here." if name else NOBODY)
        claims = json.dumps(told, indent=2) if told else ""
        page = PAGE.substitute(said=html.escape(said), claims=html.escape(claims)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def _send_to(self, address: str, browser: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Set-Cookie", f"{COOKIE}={browser}; Path=/; HttpOnly; SameSite=Lax")
        self.end_headers()

    def _send_to_portal(self, more: dict[str, str]) -> None:
        browser, mine = self._browser(), {name: secrets.token_urlsafe() for name in KEPT}
        asked[browser] = mine
        challenge = urlsafe_b64encode(sha256(mine["verifier"].encode()).digest()).rstrip(b"=")
        fields = {
            "client_id": CLIENT,
            "redirect_uri": f"{HOME}/back",
            "response_type": "code",
            "scope": SCOPE,
            "state": mine["state"],
            "nonce": mine["nonce"],
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        self._send_to(f"{ISSUER}/oidc/authorize?{urlencode(fields | more)}", browser)

    def _come_back(self, told: dict[str, str]) -> None:
        browser = self._browser()
        mine = asked.pop(browser, None)
        if mine is None or told.get("state") != mine["state"] or told.get("iss") != ISSUER:
            return self._show("That answer belongs to no login that was begun here.")
        if "code" not in told:
            return self._show(f"The portal says: {told.get('error_description', 'no')}")
        given = fetch(told["code"], mine["verifier"])
        claims = read(given["id_token"], kind="JWT")
        if claims is None or claims.get("nonce") != mine["nonce"]:
            return self._show("The portal's answer does not hold.")
        logged_in[browser] = claims | userinfo(given["access_token"])
        return self._send_to("/", browser)

    def _leave(self) -> None:
        browser = self._browser()
        logged_in.pop(browser, None)
        self._send_to(f"{ISSUER}/oidc/logout?{urlencode({'client_id': CLIENT})}", browser)

    def log_message(self, *_told: object) -> None:
        """Codes are in addresses: they are not logged."""


KEPT = ("state", "nonce", "verifier")


def fetch(code: str, verifier: str) -> dict[str, Any]:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{HOME}/back",
        "code_verifier": verifier,
    }
    basic = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    return asked_of_portal("/oidc/token", f"Basic {basic}", urlencode(fields).encode())


def userinfo(access_secret: str) -> dict[str, Any]:
    return asked_of_portal("/oidc/userinfo", f"Bearer {access_secret}")


def asked_of_portal(path: str, authorization: str = "", body: bytes | None = None) -> Any:
    headers = {"Authorization": authorization} if authorization else {}
    with urlopen(Request(ISSUER + path, body, headers), timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def read(text: str, *, kind: str) -> dict[str, Any] | None:
    """The claims that the portal signed, for this application and at this time; or None."""
    try:
        keys = KeySet.import_key_set(asked_of_portal("/oidc/jwks"))
        found = jwt.decode(text, keys, algorithms=["RS256"])
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": CLIENT},
            exp={"essential": True},
        ).validate(found.claims)
    except (JoseError, ValueError):
        return None
    return found.claims if found.header.get("typ") == kind else None


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # a terminal tells everybody of Ctrl-C
        ThreadingHTTPServer(("127.0.0.1", PORT), Application).serve_forever()
