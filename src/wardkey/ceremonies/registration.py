"""Registering a credential: WebAuthn L3 §7.1, step by step.

    verify    what a new credential proved, or a refusal that names the step
    reread    what a credential that was kept proved about its make

Steps 1 and 2 are done when the options are made (options.py) and by the page. Steps 23 and 24
need the metadata of the key's model, 18 and 19 and 26 and 29 the organisation's policy and the
database: whoever calls `verify` asks them before anything is stored.
"""

import hashlib
import uuid
from typing import Any, NamedTuple

from . import answer as envelope
from . import authenticator_data, base64url, client_data, cose, strict_cbor, strict_json
from .answer import Answer
from .authenticator_data import AuthenticatorData
from .refusal import Refused
from .statements import FORMATS, Formats, verify_statement

MEMBERS = frozenset({"clientDataJSON", "attestationObject"})
# §7.1 step 25 sets the upper bound; 16 bytes are what makes an id unguessable and unique (§4).
SHORTEST_ID, LONGEST_ID = 16, 1023
TRANSPORTS = ("usb", "nfc", "ble", "smart-card", "hybrid", "internal")
MAXIMUM_TRANSPORTS = 16
# The values that CTAP 2.2 §12.1 and §12.4 allow
PROTECTION_LEVELS = range(1, 4)
PIN_LENGTHS = range(4, 64)


class Expected(NamedTuple):
    """What the ceremony was begun with. The answer chooses none of it.

    `challenge_sha256` is the digest of the challenge, `origins` are compared letter by letter,
    `algorithms` are COSE identifiers.
    """

    challenge_sha256: bytes
    rp_id: str
    origins: frozenset[str]
    algorithms: tuple[int, ...] = cose.OFFERED
    formats: Formats = FORMATS
    user_verification_required: bool = True


class Registration(NamedTuple):
    """A credential as it proved itself. Nobody has asked yet whether its maker is trusted.

    `public_key` is the COSE key byte for byte; `attestation` is none, self, basic, attca or anonca,
    with the DER certificates in `trust_path`, leaf first. None stands for what was not told.
    """

    credential_id: bytes
    public_key: bytes
    algorithm: int
    sign_count: int
    aaguid: uuid.UUID
    format: str
    attestation: str
    trust_path: tuple[bytes, ...]
    user_verified: bool
    backup_eligible: bool
    backup_state: bool
    transports: tuple[str, ...]
    credential_properties_rk: bool | None
    min_pin_length: int | None
    cred_protect: int | None
    attestation_object: bytes
    client_data_json: bytes


def verify(answer: dict[str, Any], expected: Expected) -> Registration:
    """`answer` is a RegistrationResponseJSON as strict_json reads it. Raises `Refused` only."""
    credential = envelope.read(answer)
    require_attestation_response(credential)  # step 3, and 4
    client_data_json = base64url.decode(credential.response["clientDataJSON"])
    attestation_object = base64url.decode(credential.response["attestationObject"])
    text = strict_json.decode_utf8(client_data_json, step="7.1.5")
    client = client_data.read(text, step="7.1.6")
    client_data.require_type(client, "webauthn.create", step="7.1.7")
    client_data.require_challenge(client, expected.challenge_sha256, step="7.1.8")
    client_data.require_origin(client, expected.origins, step="7.1.9")
    client_data.require_same_origin(client, step="7.1.10")
    client_data.require_no_top_origin(client, step="7.1.11")
    client_data_hash = hashlib.sha256(client_data_json).digest()  # step 12
    format, statement, data = read_attestation_object(attestation_object)  # step 13
    authenticator_data.require_rp_id(data, expected.rp_id, step="7.1.14")
    authenticator_data.require_user_present(data, step="7.1.15")
    if expected.user_verification_required:
        authenticator_data.require_user_verified(data, step="7.1.16")
    authenticator_data.require_consistent_backup(data, step="7.1.17")
    require_offered_key(data, expected.algorithms)  # step 20
    attested = verify_statement(  # steps 21 and 22
        format=format,
        statement=statement,
        data=data,
        client_data_hash=client_data_hash,
        formats=expected.formats,
    )
    require_sound_id(data, credential.credential_id)  # step 25
    return Registration(  # steps 27 and 28
        **_recorded(credential, data),
        format=format,
        attestation=attested.type,
        trust_path=attested.trust_path,
        attestation_object=attestation_object,
        client_data_json=client_data_json,
    )


class Reread(NamedTuple):
    """The part of a `Registration` that tells who made the key."""

    format: str
    attestation: str
    trust_path: tuple[bytes, ...]
    aaguid: uuid.UUID
    backup_eligible: bool


def reread(*, attestation_object: bytes, client_data_json: bytes) -> Reread:
    """Both as they were kept, so that trust can be asked for again (§13.4.5). Raises `Refused`."""
    format, statement, data = read_attestation_object(attestation_object)
    attested = verify_statement(
        format=format,
        statement=statement,
        data=data,
        client_data_hash=hashlib.sha256(client_data_json).digest(),
    )
    aaguid = uuid.UUID(bytes=data.aaguid)
    return Reread(format, attested.type, attested.trust_path, aaguid, data.backup_eligible)


def require_attestation_response(credential: Answer) -> None:
    envelope.require_members(credential, MEMBERS, never="signature", step="7.1.3")


def read_attestation_object(attestation_object: bytes) -> tuple[str, Any, AuthenticatorData]:
    """Format, statement and authenticator data, which holds a credential (§6.5.4)."""
    members = strict_cbor.read_map(attestation_object, step="7.1.13")
    format, raw = members.get("fmt"), members.get("authData")
    if type(format) is not str or type(raw) is not bytes:
        raise Refused(step="7.1.13", reason="malformed")
    data = authenticator_data.parse(raw, step="7.1.13")
    if data.public_key is None:
        raise Refused(step="7.1.13", reason="malformed")
    return format, members.get("attStmt"), data


def require_offered_key(data: AuthenticatorData, algorithms: tuple[int, ...]) -> None:
    if data.cose.get(cose.ALGORITHM) not in algorithms:
        raise Refused(step="7.1.20", reason="algorithm")
    # Loads it: an unsound key is refused here, not at the first sign-in with it.
    _ = data.credential_key


def require_sound_id(data: AuthenticatorData, answered: bytes) -> None:
    if data.credential_id != answered:
        raise Refused(step="7.1.25", reason="id_mismatch")
    if not SHORTEST_ID <= len(answered) <= LONGEST_ID:
        raise Refused(step="7.1.25", reason="credential_id_length")


def _recorded(credential: Answer, data: AuthenticatorData) -> dict[str, Any]:
    """What the key and the browser tell of a credential; extensions that nobody knows are not."""
    return {
        "credential_id": data.credential_id,
        "public_key": data.public_key,
        "algorithm": data.cose[cose.ALGORITHM],
        "sign_count": data.sign_count,
        "aaguid": uuid.UUID(bytes=data.aaguid),
        "user_verified": data.user_verified,
        "backup_eligible": data.backup_eligible,
        "backup_state": data.backup_state,
        "min_pin_length": _number(data, "minPinLength", PIN_LENGTHS),
        "cred_protect": _number(data, "credProtect", PROTECTION_LEVELS),
        "transports": read_transports(credential.response.get("transports", [])),
        "credential_properties_rk": _discoverable(credential.extension_results.get("credProps")),
    }


def _number(data: AuthenticatorData, extension: str, possible: range) -> int | None:
    value = data.extensions.get(extension)
    return value if type(value) is int and value in possible else None


def _discoverable(properties: Any) -> bool | None:
    told = properties.get("rk") if type(properties) is dict else None
    return told if type(told) is bool else None


def read_transports(told: Any) -> tuple[str, ...]:
    """Those of `TRANSPORTS` among them: a hint, which nothing signs (§5.2.1)."""
    if type(told) is not list or len(told) > MAXIMUM_TRANSPORTS:
        raise Refused(step="parse", reason="malformed")
    for transport in told:
        if type(transport) is not str:
            raise Refused(step="parse", reason="malformed")
    return tuple(transport for transport in TRANSPORTS if transport in told)
