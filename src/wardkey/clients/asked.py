"""A client's request, read (OpenID Connect Core §3.1.2, RFC 7636, RFC 9700).

client_and_address    who asks, and whether the answer may go where it says; or UnsafeAddress
read                  the rest of it; or ClientRefused, which that address is told
read_of_machine       of one that comes from a machine without a browser (RFC 8628 §3.1)
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..base.prepared import Prepared
from ..ceremonies import strict_json
from ..ceremonies.refusal import Refused
from .models import Client
from .refusals import ClientRefused, UnsafeAddress
from .scopes import CLAIMS, OPENID, known_among, needed_for
from .signed_in_how import ASSURANCE

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256, base64url
PROMPTS = frozenset({"none", "login", "consent", "select_account"})
# In characters. A state may carry the address of the page to which its person goes back.
LONGEST = {
    "state": 2000,
    "nonce": 500,
    "login_hint": 500,
    "scope": 1000,
    "acr_values": 500,
    "claims": 4000,
    "id_token_hint": 8000,
    "redirect_uri": 500,
    "prompt": 100,
    "max_age": 9,
    "client_id": 36,
    "response_type": 50,
    "response_mode": 50,
    "code_challenge": 128,
    "code_challenge_method": 10,
}
NOT_ENDED = Prepared(Client.objects.select_related("organisation").filter(ended_at=None), "id")
NOT_SUPPORTED = ("request", "request_uri", "registration")

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`max_age` is in seconds. `claims` has the names asked for in `id_token` and `userinfo`,
    `subject` the only one for whom an answer will do, or is empty. Of the acr values `insisted` on,
    one has to be told."""

    redirect_uri: str
    scopes: list[str]
    state: str
    nonce: str
    code_challenge: str
    prompts: frozenset[str]
    max_age: int | None
    acr_values: list[str]
    insisted: list[str] = field(default_factory=list)
    claims: dict[str, list[str]] = field(default_factory=dict)
    subject: str = ""
    login_hint: str = ""
    id_token_hint: str = ""


def client_and_address(fields: Fields) -> Client:
    client = client_with_id(fields.get("client_id", ""))
    if client is None:
        raise UnsafeAddress("client")
    if fields.get("redirect_uri") not in client.redirect_uris:
        raise UnsafeAddress("redirect_uri", client_name=client.name)
    return client


def client_with_id(text: str) -> Client | None:
    """With its organisation. None for one that has ended, and for what is no id."""
    try:
        client_id = uuid.UUID(text)
    except ValueError:
        return None
    client = next(iter(NOT_ENDED(client_id)), None)
    return client if client and str(client.pk) == text else None


def known_fields(fields: Fields) -> dict[str, str]:
    """What of a request is understood, and may be kept."""
    return {name: fields[name] for name in LONGEST if name in fields}


def read(fields: Fields) -> Asked:
    """Its address was judged before."""
    _require_sound(fields)
    _require_supported(fields)
    _require_challenge(fields)
    claims = _claims_of(fields.get("claims", ""))
    scopes = _scopes_of(fields.get("scope", ""), claims)
    return Asked(
        redirect_uri=fields["redirect_uri"],
        scopes=scopes,
        state=fields.get("state", ""),
        nonce=fields.get("nonce", ""),
        code_challenge=fields["code_challenge"],
        prompts=_prompts_of(fields.get("prompt", "")),
        max_age=_max_age_of(fields.get("max_age", "")),
        acr_values=fields.get("acr_values", "").split() + _acr_in(claims),
        insisted=_insisted_in(claims),
        claims={part: _known_in(claims.get(part)) for part in ("id_token", "userinfo")},
        subject=_value_in(claims, "sub"),
        login_hint=fields.get("login_hint", ""),
        id_token_hint=fields.get("id_token_hint", ""),
    )


def read_of_machine(fields: Fields) -> tuple[list[str], list[str]]:
    """Scopes and acr values."""
    _require_sound(fields)
    return _scopes_of(fields.get("scope", ""), {}), fields.get("acr_values", "").split()


def _require_sound(fields: Fields) -> None:
    """PostgreSQL keeps no NUL."""
    for name, longest in LONGEST.items():
        value = fields.get(name, "")
        if len(value) > longest:
            raise ClientRefused("invalid_request", f"{name} has more than {longest} characters.")
        if "\0" in value:
            raise ClientRefused("invalid_request", f"{name} has a NUL.")


def _require_supported(fields: Fields) -> None:
    for name in NOT_SUPPORTED:
        if fields.get(name):
            raise ClientRefused(f"{name}_not_supported")
    if not fields.get("response_type"):
        raise ClientRefused("invalid_request", "response_type is missing.")
    if fields["response_type"] != "code":
        raise ClientRefused("unsupported_response_type", "Only the authorization code flow is.")
    if fields.get("response_mode", "query") != "query":
        raise ClientRefused("invalid_request", "response_mode must be query.")


def _require_challenge(fields: Fields) -> None:
    """Of S256 alone: a plain challenge is read by whoever reads the request (RFC 9700 §2.1.1)."""
    if fields.get("code_challenge_method", "plain") != "S256":
        raise ClientRefused("invalid_request", "code_challenge_method must be S256.", cause="pkce")
    if not CHALLENGE.fullmatch(fields.get("code_challenge", "")):
        raise ClientRefused(
            "invalid_request", "code_challenge must be the base64url of a SHA-256.", cause="pkce"
        )


def _scopes_of(text: str, claims: dict) -> list[str]:
    asked = set(text.split())
    if OPENID not in asked:
        raise ClientRefused("invalid_scope", "scope must have openid.")
    for part in ("id_token", "userinfo"):
        asked |= needed_for(claims.get(part) or {})
    return known_among(asked)


def _prompts_of(text: str) -> frozenset[str]:
    prompts = frozenset(text.split())
    if prompts - PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise ClientRefused("invalid_request", "prompt is none, or of login, consent and such.")
    return prompts


def _max_age_of(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise ClientRefused("invalid_request", "max_age is a number of seconds.")
    return int(text)


def _claims_of(text: str) -> dict:
    """OpenID Connect Core §5.5: what is not understood is left out."""
    if not text:
        return {}
    try:
        claims = strict_json.read_object(text)
    except Refused as error:
        raise ClientRefused("invalid_request", "claims is no JSON object.") from error
    if not all(part is None or isinstance(part, dict) for part in claims.values()):
        raise ClientRefused("invalid_request", "claims is an object of objects.")
    return claims


def _acr_in(claims: dict) -> list[str]:
    wanted = (claims.get("id_token") or {}).get("acr")
    if not isinstance(wanted, dict):
        return []
    values = wanted.get("values", [wanted.get("value")])
    if not isinstance(values, list):
        raise ClientRefused("invalid_request", "The values of acr are a list.")
    return [value for value in values if isinstance(value, str)]


def _insisted_in(claims: dict) -> list[str]:
    """OpenID Connect Core §5.5.1.1: what cannot be met is a failed login."""
    wanted = (claims.get("id_token") or {}).get("acr") or {}
    values = _acr_in(claims)
    if not values or wanted.get("essential") is not True:
        return []
    if not ASSURANCE.keys() & set(values):
        raise ClientRefused(
            "unmet_authentication_requirements",
            "None of the acr values that are essential is known here.",
            cause="acr",
        )
    return values


def _known_in(part: dict | None) -> list[str]:
    return sorted(CLAIMS.keys() & (part or {}).keys())


def _value_in(claims: dict, name: str) -> str:
    wanted = (claims.get("id_token") or {}).get(name)
    value = wanted.get("value") if isinstance(wanted, dict) else ""
    return value if isinstance(value, str) else ""
