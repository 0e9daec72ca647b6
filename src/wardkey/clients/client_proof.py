"""A client proves that it is that client: by its secret, or by a signature (private_key_jwt).

    client_proved    by the Authorization header or the form of a request; or ClientRefused
    client_claimed   which one it says that it is, proved or not
    hash_of          a secret as the database knows it

A secret comes in the header (client_secret_basic) or in the form, by one way at a time, and never
in an address; a form names no other client than the header. It has 256 random bits: a fast keyed
hash is enough. It is compared in constant time.
"""

import hashlib
import hmac
import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_plus

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ..base import clock
from .asked import client_with_id
from .models import Client, ClientSecret, UsedAssertion
from .refusals import ClientRefused

BY_SIGNATURE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["RS256", "PS256", "ES256"]
KINDS_OF_KEY = frozenset({"RSA", "EC"})
HEADERS = frozenset({"alg", "kid", "typ"})
LONGEST = timedelta(minutes=5)
SKEW = timedelta(seconds=30)
LONGEST_TEXT = 8000
# What reading a made-up text may end with.
MALFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)

Fields = Mapping[str, str]


def hash_of(secret: str) -> bytes:
    return _hash_under(settings.SECRET_KEY, secret)


def _hash_under(key: str, secret: str) -> bytes:
    return salted_hmac("wardkey.client secret", secret, secret=key, algorithm="sha256").digest()


def client_proved(*, authorization: str, fields: Fields, issuer: str, endpoint: str) -> Client:
    """With its organisation."""
    ways = [bool(authorization), "client_secret" in fields, "client_assertion" in fields]
    if sum(ways) != 1:
        raise _refused("ways")
    if authorization:
        client_id, secret = _read_basic(authorization)
        if fields.get("client_id", client_id) != client_id:
            raise _refused("ways")
        return _by_secret(client_id, secret)
    if "client_secret" in fields:
        return _by_secret(fields.get("client_id", ""), fields["client_secret"])
    return _by_signature(fields, audiences={issuer, endpoint})


def client_claimed(*, authorization: str, fields: Fields) -> Client | None:
    assertion = fields.get("client_assertion", "")[:LONGEST_TEXT]
    try:
        if authorization:
            return client_with_id(_read_basic(authorization)[0])
        return client_with_id(fields.get("client_id") or _claimed_client(assertion))
    except ClientRefused:
        return None


def _read_basic(authorization: str) -> tuple[str, str]:
    """RFC 6749 §2.3.1: both halves are form-encoded before they are joined."""
    kind, _space, encoded = authorization.partition(" ")
    try:
        text = b64decode(encoded, validate=True).decode()
    except ValueError as error:
        raise _refused("basic") from error
    client_id, colon, secret = text.partition(":")
    if kind.lower() != "basic" or not colon:
        raise _refused("basic")
    return unquote_plus(client_id), unquote_plus(secret)


def _by_secret(client_id: str, secret: str) -> Client:
    client = client_with_id(client_id)
    if client is None or client.jwks is not None or not _fits(client, secret):
        raise _refused("secret")
    return client


def _fits(client: Client, secret: str) -> bool:
    """Also under the portal's earlier secret keys."""
    holding = Q(ends_at=None) | Q(ends_at__gt=clock.now())
    rows = ClientSecret.objects.filter(holding, client=client)
    known = [bytes(row) for row in rows.values_list("secret_hash", flat=True)]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    given = [_hash_under(key, secret) for key in keys]
    return any(hmac.compare_digest(one, other) for one in given for other in known)


def _by_signature(fields: Fields, *, audiences: set[str]) -> Client:
    """RFC 7523 §3."""
    text = fields["client_assertion"]
    if len(text) > LONGEST_TEXT:
        raise _refused("assertion")
    client = client_with_id(fields.get("client_id") or _claimed_client(text))
    if fields.get("client_assertion_type") != BY_SIGNATURE or client is None or not client.jwks:
        raise _refused("assertion")
    try:
        proof = jwt.decode(text, KeySet.import_key_set(client.jwks), algorithms=ALGORITHMS)
    except (JoseError, *MALFORMED) as error:
        raise _refused("assertion") from error
    _require_about(proof, client, audiences)
    _use_once(client, proof.claims)
    return client


def _claimed_client(text: str) -> str:
    """Unverified: only which client's keys to look with."""
    try:
        payload = text.split(".")[1]
        claims = json.loads(b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_"))
    except (ValueError, IndexError, RecursionError) as error:
        raise _refused("assertion") from error
    subject = claims.get("sub") if isinstance(claims, dict) else ""
    return subject if isinstance(subject, str) else ""


def _require_about(proof: jwt.Token, client: Client, audiences: set[str]) -> None:
    claims, own = proof.claims, str(client.pk)
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    named = {each for each in several if isinstance(each, str)}
    is_its_own = claims.get("iss") == own and claims.get("sub") == own
    if not is_its_own or not named & audiences or set(proof.header) - HEADERS:
        raise _refused("assertion")
    if not _is_text(claims.get("jti")) or not _is_in_time(claims):
        raise _refused("assertion")


def _is_text(value: object) -> bool:
    """And no half of a surrogate pair in it, which JSON can write and UTF-8 cannot."""
    return isinstance(value, str) and not any("\ud800" <= each <= "\udfff" for each in value)


def _is_in_time(claims: Mapping) -> bool:
    now = clock.now()
    ends_at, begins_at = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(ends_at, int) or not isinstance(begins_at, int):
        return False
    return _moment(begins_at) <= now + SKEW and now < _moment(ends_at) <= now + LONGEST + SKEW


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise _refused("assertion") from error


def _use_once(client: Client, claims: Mapping) -> None:
    named = hashlib.sha256(f"{client.pk} {claims['jti']}".encode()).digest()
    try:
        with transaction.atomic():
            UsedAssertion.objects.create(pk=named, ends_at=clock.now() + LONGEST + SKEW)
    except IntegrityError as error:
        raise _refused("assertion_reused") from error


def forget_old_assertions() -> int:
    return UsedAssertion.objects.filter(ends_at__lt=clock.now()).delete()[0]


def _refused(cause: str) -> ClientRefused:
    return ClientRefused("invalid_client", "The client did not prove itself.", cause=cause)
