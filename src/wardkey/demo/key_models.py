"""Invented key models in every status, and a metadata BLOB of them that is really signed.

    invent    a catalogue: its root, its BLOB, and for each model the root of its attestation

Everything is derived from a seed: the demo draws one at each start and keeps no key, tests choose
theirs. The BLOB is read by the same verifier as the real one, under a signer's name of our own.
"""

import hashlib
import json
import uuid
import zlib
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

SIGNER = "mds.wardkey.example"
NUMBER = 1  # of the metadata that the demo takes in at each start
YEARS = timedelta(days=365)
COLOURS = ("005eb8", "007f3b", "d5281b", "41b6e6", "7c2855", "ae2573", "ed8b00", "425563")

# Name, and the statuses one after the other, a year apart.
FIDO2_MODELS = (
    ("Thistle One", "FIDO_CERTIFIED_L1"),
    ("Thistle One NFC", "FIDO_CERTIFIED_L1"),
    ("Thistle Two", "FIDO_CERTIFIED", "FIDO_CERTIFIED_L2"),
    ("Thistle Two NFC", "FIDO_CERTIFIED_L2"),
    ("Thistle Bio", "FIDO_CERTIFIED_L2plus"),
    ("Heron Key A", "FIDO_CERTIFIED_L1plus"),
    ("Heron Key C", "FIDO_CERTIFIED_L1plus"),
    ("Heron Key FIPS", "FIDO_CERTIFIED_L3", "FIPS140_CERTIFIED_L2"),
    ("Heron Key Vault", "FIDO_CERTIFIED_L3plus", "FIPS140_CERTIFIED_L3"),
    ("Heron Key Archive", "FIPS140_CERTIFIED_L4"),
    ("Heron Key Basic", "FIPS140_CERTIFIED_L1"),
    ("Lantern Card", "FIDO_CERTIFIED_L2"),
    ("Lantern Card Nano", "FIDO_CERTIFIED_L2", "UPDATE_AVAILABLE"),
    ("Lantern Badge", "SELF_ASSERTION_SUBMITTED"),
    ("Lantern Badge Early", "FIDO_CERTIFIED_L1", "RETIRED"),
    ("Osprey Stick", "NOT_FIDO_CERTIFIED"),
    ("Osprey Stick Pro", "NOT_FIDO_CERTIFIED", "FIDO_CERTIFIED_L1"),
    ("Osprey Stick Lapsed", "FIDO_CERTIFIED_L2", "NOT_FIDO_CERTIFIED"),
    ("Osprey Prototype", "FIDO_CERTIFIED_L1", "REVOKED"),
    ("Quarry Key 1", "FIDO_CERTIFIED_L1", "USER_VERIFICATION_BYPASS"),
    ("Quarry Key 2", "FIDO_CERTIFIED_L1", "ATTESTATION_KEY_COMPROMISE"),
    ("Quarry Key 3", "FIDO_CERTIFIED_L2", "USER_KEY_REMOTE_COMPROMISE"),
    ("Quarry Key 4", "FIDO_CERTIFIED_L2", "USER_KEY_PHYSICAL_COMPROMISE"),
    ("Quarry Key 5", "FIDO_CERTIFIED_L2", "USER_KEY_PHYSICAL_COMPROMISE", "FIDO_CERTIFIED_L3"),
    ("Rowan Key", "FIDO_CERTIFIED_L1"),
    ("Rowan Key Mini", "FIDO_CERTIFIED_L1"),
    ("Rowan Key Bio", "FIDO_CERTIFIED_L2"),
    ("Saddle Token", "FIDO_CERTIFIED"),
    ("Saddle Token NFC", "FIDO_CERTIFIED"),
    ("Tern Authenticator",),
)
U2F_MODELS = (
    ("Thistle Classic U2F", "FIDO_CERTIFIED"),
    ("Heron Classic U2F", "FIDO_CERTIFIED_L1"),
    ("Quarry Classic U2F", "FIDO_CERTIFIED", "REVOKED"),
)
IN_SOFTWARE = {"Tern Authenticator"}
# Their shape, of some: of the others nobody has told it.
PLUGS = {
    "Thistle One": ["USB-A"],
    "Thistle One NFC": ["USB-A"],
    "Thistle Two": ["USB-A"],
    "Thistle Two NFC": ["USB-C"],
    "Thistle Bio": ["USB-C"],
    "Heron Key A": ["USB-A"],
    "Heron Key C": ["USB-C"],
    "Heron Key FIPS": ["USB-A", "USB-C"],
    "Lantern Card": ["none"],
    "Lantern Card Nano": ["none"],
    "Rowan Key Mini": ["USB-C", "Lightning"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedModel:
    """`aaguid` is None for U2F models; those are known by the key of `batch`, the leaf."""

    name: str
    aaguid: uuid.UUID | None
    root: Authority
    batch: Authority
    entry: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """`root` is the DER to verify `blob` with."""

    root: bytes
    blob: bytes
    models: tuple[InventedModel, ...]
    payload: dict[str, Any]
    signer: Authority


def invent(*, seed: bytes, at: datetime, number: int = NUMBER) -> Catalogue:
    """`seed` has 32 bytes; the BLOB is of that moment, and its next one is due in 30 days."""
    root = _authority(seed, "Invented Metadata Root", at=at)
    signer = _authority(seed, SIGNER, at=at, issuer=root, names=(SIGNER,))
    models = tuple(
        _model(seed, name, statuses, at=at, protocol=protocol)
        for protocol, group in (("fido2", FIDO2_MODELS), ("u2f", U2F_MODELS))
        for name, *statuses in group
    )
    payload = {
        "legalHeader": "Invented for demonstrations and tests.",
        "no": number,
        "nextUpdate": (at + timedelta(days=30)).date().isoformat(),
        "entries": [model.entry for model in models],
    }
    blob = sign_blob(payload, signer=signer)
    return Catalogue(root=root.der, blob=blob, models=models, payload=payload, signer=signer)


def sign_blob(payload: Any, *, signer: Authority, **header: Any) -> bytes:
    """A JWS with ES256 (RFC 7515). `header` adds to its header, or replaces."""
    chain = [b64encode(signer.der).decode()]
    told = {"alg": "ES256", "typ": "JWT", "x5c": chain, **header}
    signed = b".".join(_encoded(json.dumps(part).encode()) for part in (told, payload))
    der = signer.key.sign(signed, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(der)
    return signed + b"." + _encoded(r.to_bytes(32) + s.to_bytes(32))


def _encoded(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _model(
    seed: bytes, name: str, statuses: list[str], *, at: datetime, protocol: str
) -> InventedModel:
    root = _authority(seed, f"{name} Root", at=at)
    batch = _authority(seed, name, at=at, issuer=root)
    aaguid = aaguid_of(name) if protocol == "fido2" else None
    known_by = (
        {"aaguid": str(aaguid)}
        if aaguid
        else {"attestationCertificateKeyIdentifiers": [_key_identifier(batch)]}
    )
    entry = {
        **known_by,
        "metadataStatement": _statement(name, root, protocol),
        "statusReports": _reports(name, statuses, at),
        "timeOfLastStatusChange": at.date().isoformat(),
    }
    return InventedModel(name=name, aaguid=aaguid, root=root, batch=batch, entry=entry)


def aaguid_of(name: str) -> uuid.UUID:
    """The same at each start, so that a list of allowed models stays right."""
    return uuid.UUID(bytes=hashlib.sha256(name.encode()).digest()[:16])


def _key_identifier(authority: Authority) -> str:
    public_key = authority.certificate.public_key()
    return x509.SubjectKeyIdentifier.from_public_key(public_key).digest.hex()


def _reports(name: str, statuses: list[str], at: datetime) -> list[dict[str, str]]:
    count = len(statuses)
    return [
        _report(name, status, since=at - (count - place) * YEARS)
        for place, status in enumerate(statuses)
    ]


def _report(name: str, status: str, *, since: datetime) -> dict[str, str]:
    report = {"status": status, "effectiveDate": since.date().isoformat()}
    if not status.startswith("FIDO_CERTIFIED"):
        return report
    serial = zlib.crc32(f"{name} {status}".encode()) % 1000
    return report | {"certificateNumber": f"FIDO20020{since:%Y%m%d}{serial:03}"}


def _statement(name: str, root: Authority, protocol: str) -> dict[str, Any]:
    statement = {
        "description": name,
        "protocolFamily": protocol,
        "authenticatorVersion": 2,
        "schema": 3,
        "icon": _icon(name),
        "attestationTypes": ["basic_full"],
        "attestationRootCertificates": [b64encode(root.der).decode()],
        "userVerificationDetails": [[{"userVerificationMethod": "presence_internal"}]],
        "keyProtection": _protection(name, protocol),
    }
    return statement if protocol == "u2f" else statement | _fido2_facts(name)


def _protection(name: str, protocol: str) -> list[str]:
    if name in IN_SOFTWARE:
        return ["software"]
    return ["hardware", "secure_element", *(["remote_handle"] if protocol == "u2f" else [])]


def _fido2_facts(name: str) -> dict[str, Any]:
    method = "fingerprint_internal" if "Bio" in name else "passcode_external"
    methods = ["presence_internal", method]
    return {
        "userVerificationDetails": [[{"userVerificationMethod": each}] for each in methods],
        "attachmentHint": _attachment(name),
        "authenticatorGetInfo": {
            "minPINLength": 6 if "FIPS" in name or "Vault" in name else 4,
            "firmwareVersion": 257,
        },
    }


def _attachment(name: str) -> list[str]:
    """A card is held to a reader, a prototype says nothing of how it is plugged in."""
    if "Card" in name or "Badge" in name:
        return ["external", "wireless", "nfc"]
    if "Prototype" in name:
        return ["external"]
    return ["external", "wired", *(["wireless", "nfc"] if "NFC" in name else [])]


def _icon(name: str) -> str:
    """A key to plug in, in the colour of the maker, the first word of the name."""
    maker = name.split()[0]
    colour = COLOURS[sum(maker.encode()) % len(COLOURS)]
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        '<rect x="12" y="1" width="8" height="9" fill="#aeb7bd"/>'
        f'<rect x="8" y="8" width="16" height="23" rx="4" fill="#{colour}"/>'
        '<circle cx="16" cy="18" r="4" fill="#fff"/></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(picture.encode()).decode()


def _authority(
    seed: bytes,
    name: str,
    *,
    at: datetime,
    issuer: Authority | None = None,
    names: tuple[str, ...] = (),
) -> Authority:
    """A root without an `issuer`, otherwise a leaf; `names` are DNS names."""
    scalar = int.from_bytes(hashlib.sha256(seed + name.encode()).digest()[:31]) | 1
    key = ec.derive_private_key(scalar, ec.SECP256R1())
    subject = _subject(name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) | 1)
        .not_valid_before(at - 5 * YEARS)
        .not_valid_after(datetime(2060, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        builder = builder.add_extension(alternatives, critical=False)
    signing_key = issuer.key if issuer else key
    certificate = builder.sign(signing_key, hashes.SHA256(), ecdsa_deterministic=True)
    return Authority(certificate=certificate, key=key)


def _subject(name: str) -> x509.Name:
    parts = {
        NameOID.COUNTRY_NAME: "GB",
        NameOID.ORGANIZATION_NAME: "Invented Keys",
        NameOID.ORGANIZATIONAL_UNIT_NAME: "Authenticator Attestation",
        NameOID.COMMON_NAME: name,
    }
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()])
