"""A client fetches what it was granted, goes on with it, or gives it back.

    exchange_code     for the code that a browser brought it (RFC 6749 §4.1.3, RFC 7636)
    exchange_device_code    for that of a machine without a browser (RFC 8628 §3.4)
    refresh           with a refresh secret, which is replaced each time (RFC 9700 §4.14)
    revoke            RFC 7009

A code and a refresh secret are good once. Either that comes a second time was copied: everything
that was granted with it ends. Of two windows of a client that refresh at once one is refused, and
within ten seconds of a use that ends nothing: it is no sign of a copy.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from re import compile as pattern
from typing import Any

from django.db import transaction

from ..base import clock, codes
from . import devices, endings, grants, id_tokens
from .claims import claims_for_id_token
from .models import Client, Grant
from .refusals import ClientRefused
from .scopes import OFFLINE

ACCESS_HOLDS = timedelta(minutes=10)
VERIFIER = pattern(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1
LONGEST_SECRET = 200
AT_ONCE = timedelta(seconds=10)

Fields = Mapping[str, str]
Answer = dict[str, Any]


def exchange_code(*, client: Client, fields: Fields) -> Answer:
    """Raises ClientRefused."""
    verifier = fields.get("code_verifier", "")
    if not VERIFIER.fullmatch(verifier):
        raise ClientRefused(
            "invalid_request", "code_verifier is missing or no verifier.", cause="pkce"
        )
    grant = _taken(client, fields.get("code", ""))
    is_registered = grant.redirect_uri in client.redirect_uris
    if fields.get("redirect_uri") != grant.redirect_uri or not is_registered:
        raise _invalid("redirect_uri")
    if not compare_digest(_challenge_of(verifier), grant.code_challenge):
        raise _invalid("pkce")
    return _first_given(grant)


def exchange_device_code(*, client: Client, fields: Fields) -> Answer:
    """Raises ClientRefused, also where nobody has answered yet."""
    device_code = fields.get("device_code", "")
    devices.require_answered(client, device_code)
    return _first_given(_taken(client, device_code))


def _first_given(grant: Grant) -> Answer:
    _require_stands(grant)
    return _given(grant, family=codes.new_secret() if OFFLINE in grant.scopes else "")


def _taken(client: Client, code: str) -> Grant:
    """Once, by one statement, before anything of it is judged; a refused one is used up too."""
    now, hashed = clock.now(), codes.hashed(code[:LONGEST_SECRET])
    mine = Grant.objects.filter(code_hash=hashed, client=client)
    taken = mine.filter(code_used_at=None, ended_at=None, code_ends_at__gt=now)
    is_first = bool(taken.update(code_used_at=now))
    grant: Grant | None = next(iter(grants.BY_CODE(hashed, client.pk)), None)
    if grant is None:
        raise _invalid("code")
    if not is_first:
        if grant.code_used_at:
            endings.end_grant(grant, reason="code_reused")
        raise _invalid("code_reused" if grant.code_used_at else "code")
    return grant


def _challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _require_stands(grant: Grant) -> None:
    """What it stands on, and that the organisation still lets its people in so."""
    if not grants.still_stands(grant):
        raise _invalid("ended")
    if not grants.is_let_in(grant):
        raise _invalid("use")


def _given(grant: Grant, *, family: str) -> Answer:
    access, rest = codes.new_secret(), codes.new_secret()
    grant.access_hash = codes.hashed(access)
    grant.access_ends_at = clock.now() + ACCESS_HOLDS
    grant.last_used_at = clock.now()
    grant.family_hash = codes.hashed(family) if family else None
    grant.refresh_hash = codes.hashed(rest) if family else None
    kept = ["access_hash", "access_ends_at", "last_used_at", "family_hash", "refresh_hash"]
    _keep(grant, kept)
    answer = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_HOLDS.total_seconds()),
        "scope": " ".join(grant.scopes),
        "id_token": id_tokens.signed_id_token(
            audience=str(grant.client_id), access_secret=access, claims=claims_for_id_token(grant)
        ),
    }
    return answer | ({"refresh_token": f"{family}.{rest}"} if family else {})


def _keep(grant: Grant, fields: list[str]) -> None:
    """Only where it was not ended meanwhile."""
    values = {field: getattr(grant, field) for field in fields}
    if not Grant.objects.filter(pk=grant.pk, ended_at=None).update(**values):
        raise _invalid("ended")


def refresh(*, client: Client, fields: Fields) -> Answer:
    """With the same scopes. Raises ClientRefused."""
    family, _dot, rest = fields.get("refresh_token", "")[:LONGEST_SECRET].partition(".")
    grant = _of_family(client, family)
    asked = fields.get("scope", "").split()
    if not set(asked) <= set(grant.scopes):
        raise ClientRefused("invalid_scope", "More than was granted.")
    _require_stands(grant)
    with transaction.atomic():
        # What fails from here on leaves the old secret good.
        if _used_up(grant, rest):
            grant.nonce = ""
            return _given(grant, family=family)
    _end_copied(grant)
    raise _invalid("refresh_reused")


def _of_family(client: Client, family: str) -> Grant:
    grant: Grant | None = next(iter(grants.BY_FAMILY(codes.hashed(family), client.pk)), None)
    if grant is None:
        raise _invalid("refresh")
    return grant


def _used_up(grant: Grant, rest: str) -> bool:
    """By one statement: False for whoever comes second, or with an older one."""
    current = Grant.objects.filter(pk=grant.pk, refresh_hash=codes.hashed(rest))
    return bool(current.update(refresh_hash=None))


def _end_copied(grant: Grant) -> None:
    """`grant` may have been read before the use that was first."""
    used = Grant.objects.filter(pk=grant.pk).values_list("last_used_at", flat=True).get()
    if used is None or clock.now() - used >= AT_ONCE:
        endings.end_grant(grant, reason="refresh_reused")


def revoke(*, client: Client, secret: str) -> None:
    """Of its own, and everything that was granted with it; what is unknown is no fault."""
    secret = secret[:LONGEST_SECRET]
    family = codes.hashed(secret.partition(".")[0])
    mine = Grant.objects.filter(client=client, ended_at=None)
    for grant in [*mine.filter(access_hash=codes.hashed(secret)), *mine.filter(family_hash=family)]:
        with transaction.atomic():
            endings.end_revoked(grant)


def _invalid(cause: str) -> ClientRefused:
    return ClientRefused(
        "invalid_grant", "It is unknown, used, over or not this client's.", cause=cause
    )
