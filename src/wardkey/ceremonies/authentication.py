"""Signing in with a credential: WebAuthn L3 §7.2, step by step.

    verify    what an assertion proved, or a refusal that names the step

Steps 1 and 2 are done when the options are made (options.py) and by the page; step 24, keeping
the new sign count, by whoever calls `verify`, once all else has held. Step 15's exception for
AppIDs is never asked for, and step 23's extensions are none that an assertion is asked for.
"""

import hashlib
import hmac
from typing import Any, NamedTuple

from . import answer as envelope
from . import authenticator_data, base64url, client_data, cose, strict_cbor, strict_json
from .answer import Answer
from .authenticator_data import AuthenticatorData
from .refusal import Refused

MEMBERS = frozenset({"clientDataJSON", "authenticatorData", "signature"})


class StoredCredential(NamedTuple):
    """The record of the one credential that was asked for; `public_key` is its COSE key.

    `backup_eligible` is None only for a recording that does not tell it, and then not compared.
    """

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backup_eligible: bool | None


class Expected(NamedTuple):
    """What the ceremony was begun with. The answer chooses none of it.

    `challenge_sha256` is the digest of the challenge, `origins` are compared letter by letter.
    `user_handle` is None only for a recording that does not tell it, and then not compared.
    """

    challenge_sha256: bytes
    rp_id: str
    origins: frozenset[str]
    user_handle: bytes | None
    credential: StoredCredential
    user_verification_required: bool = True


class Authentication(NamedTuple):
    """What to keep of an assertion that held (step 24)."""

    credential_id: bytes
    sign_count: int
    user_verified: bool
    backup_state: bool


def verify(answer: dict[str, Any], expected: Expected) -> Authentication:
    """`answer` is an AuthenticationResponseJSON as strict_json reads it. Raises `Refused` only."""
    stored = expected.credential
    credential = envelope.read(answer)
    require_assertion_response(credential)  # step 3, and 4
    require_asked_for(credential, stored)  # step 5
    require_user_handle(credential, expected.user_handle)  # step 6
    client_data_json, raw, signature = _read_response(credential)  # step 7
    text = strict_json.decode_utf8(client_data_json, step="7.2.8")
    client = client_data.read(text, step="7.2.9")
    client_data.require_type(client, "webauthn.get", step="7.2.10")
    client_data.require_challenge(client, expected.challenge_sha256, step="7.2.11")
    client_data.require_origin(client, expected.origins, step="7.2.12")
    client_data.require_same_origin(client, step="7.2.13")
    client_data.require_no_top_origin(client, step="7.2.14")
    data = read_authenticator_data(raw)
    authenticator_data.require_rp_id(data, expected.rp_id, step="7.2.15")
    authenticator_data.require_user_present(data, step="7.2.16")
    if expected.user_verification_required:
        authenticator_data.require_user_verified(data, step="7.2.17")
    authenticator_data.require_consistent_backup(data, step="7.2.18")
    require_same_eligibility(data, stored)  # step 19
    client_data_hash = hashlib.sha256(client_data_json).digest()  # step 20
    require_signature(stored, signature, raw + client_data_hash)  # step 21
    require_risen_count(data, stored)  # step 22
    return Authentication(
        credential_id=credential.credential_id,
        sign_count=data.sign_count,
        user_verified=data.user_verified,
        backup_state=data.backup_state,
    )


def require_assertion_response(credential: Answer) -> None:
    envelope.require_members(credential, MEMBERS, never="attestationObject", step="7.2.3")


def require_asked_for(credential: Answer, stored: StoredCredential) -> None:
    if credential.credential_id != stored.credential_id:
        raise Refused(step="7.2.5", reason="not_in_allow_list")


def require_user_handle(credential: Answer, expected: bytes | None) -> None:
    """Whoever signs in is known before; the key names its user only where it keeps the name."""
    told = credential.response.get("userHandle")
    if told is None:
        return
    handle = base64url.decode(told, step="7.2.6")
    if expected is not None and not hmac.compare_digest(handle, expected):
        raise Refused(step="7.2.6", reason="user_handle")


def _read_response(credential: Answer) -> tuple[bytes, bytes, bytes]:
    """Client data, authenticator data and signature."""
    response = credential.response
    return (
        base64url.decode(response["clientDataJSON"], step="7.2.7"),
        base64url.decode(response["authenticatorData"], step="7.2.7"),
        base64url.decode(response["signature"], step="7.2.7"),
    )


def read_authenticator_data(raw: bytes) -> AuthenticatorData:
    data = authenticator_data.parse(raw, step="7.2.7")
    # §6.1: an assertion holds no attested credential data.
    if data.public_key is not None:
        raise Refused(step="7.2.7", reason="malformed")
    return data


def require_same_eligibility(data: AuthenticatorData, stored: StoredCredential) -> None:
    if stored.backup_eligible is not None and data.backup_eligible != stored.backup_eligible:
        raise Refused(step="7.2.19", reason="backup_flags")


def require_signature(stored: StoredCredential, signature: bytes, signed: bytes) -> None:
    stored_key = strict_cbor.read_map(stored.public_key, step="7.2.21")
    key, algorithm = cose.load(stored_key, step="7.2.21")
    cose.verify_signature(key, algorithm, signature, signed)


def require_risen_count(data: AuthenticatorData, stored: StoredCredential) -> None:
    """A count that did not rise means that the key may have a copy; zero means it does not count.

    Whoever calls recognises the reason "sign_count", tells the holder, and may suspend the key.
    """
    if stored.sign_count and data.sign_count <= stored.sign_count:
        raise Refused(step="7.2.22", reason="sign_count")
