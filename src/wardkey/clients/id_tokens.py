"""What the portal signs for clients, and knows again: ID tokens and logout tokens.

signed_id_token        OpenID Connect Core §2
signed_logout_token    OpenID Connect Back-Channel Logout 1.0 §2.4
id_token_read          one of ours that comes back as a hint, or None
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ..base import clock, codes
from . import signing_keys

ALGORITHM = "RS256"
HOLDS = timedelta(minutes=10)
LOGOUT_HOLDS = timedelta(minutes=2)
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ID_TOKEN, LOGOUT_TOKEN = "JWT", "logout+jwt"
HEADERS = {"alg", "kid", "typ"}
LONGEST = 8000  # characters


@dataclass(frozen=True, slots=True)
class Hint:
    """Of an ID token that the portal signed, however long ago."""

    client_id: str
    subject: str
    session_id: str


def issuer() -> str:
    return settings.ORIGINS[0]


def signed_id_token(*, audience: str, access_secret: str, claims: dict[str, Any]) -> str:
    return _signed(
        ID_TOKEN,
        {"aud": audience, "at_hash": half_hash(access_secret), **claims},
        holds=HOLDS,
    )


def signed_logout_token(*, audience: str, subject: str, session_id: str) -> str:
    claims = {
        "aud": audience,
        "sub": subject,
        "sid": session_id,
        "jti": codes.new_secret(),
        "events": {LOGOUT_EVENT: {}},
    }
    return _signed(LOGOUT_TOKEN, claims, holds=LOGOUT_HOLDS)


def _signed(kind: str, claims: dict[str, Any], *, holds: timedelta) -> str:
    key = signing_keys.signing_key()
    now = int(clock.now().timestamp())
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": kind}
    times = {"iss": issuer(), "iat": now, "exp": now + int(holds.total_seconds())}
    return jwt.encode(header, times | claims, key, algorithms=[ALGORITHM])


def half_hash(text: str) -> str:
    """The left half of its SHA-256 (OpenID Connect Core §3.1.3.6)."""
    return urlsafe_b64encode(sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def id_token_read(text: str) -> Hint | None:
    """It may have run out: it says who was logged in, and opens nothing. Another kind, another
    issuer or algorithm, a key of somebody else's and any header besides are refused."""
    if not text or len(text) > LONGEST:
        return None
    try:
        keys = KeySet.import_key_set({"keys": signing_keys.published()})
        found = jwt.decode(text, keys, algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    claims = found.claims
    if set(found.header) != HEADERS or found.header["typ"] != ID_TOKEN:
        return None
    named = [claims.get(name) for name in ("iss", "aud", "sub", "sid")]
    its_issuer, audience, subject, session_id = (
        name if isinstance(name, str) else "" for name in named
    )
    if its_issuer != issuer() or not (audience and subject and session_id):
        return None
    return Hint(audience, subject, session_id)
