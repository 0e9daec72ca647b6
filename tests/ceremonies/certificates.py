"""Certificates made to order, with real keys and signatures, the same ones in every run."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
AFTER = datetime(2040, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Issued:
    certificate: x509.Certificate
    key: Any

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def key_for(label: str, curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(hashlib.sha256(label.encode()).digest()[:24])
    return ec.derive_private_key(number, curve or ec.SECP256R1())


def subject(name: str, unit: str = "Authenticator Attestation") -> x509.Name:
    parts = {
        NameOID.COUNTRY_NAME: "GB",
        NameOID.ORGANIZATION_NAME: "Example Keys",
        NameOID.ORGANIZATIONAL_UNIT_NAME: unit,
        NameOID.COMMON_NAME: name,
    }
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()])


def issue(
    name: str,
    *,
    issuer: Issued | None = None,
    ca: bool | None = False,
    path_length: int | None = None,
    key: Any = None,
    subject_name: x509.Name | None = None,
    issuer_name: x509.Name | None = None,
    since: datetime = BEFORE,
    until: datetime = AFTER,
    digest: hashes.HashAlgorithm | None = None,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
) -> Issued:
    """Self-signed without an `issuer`; without basic constraints where `ca` is None."""
    key = key or key_for(name)
    own_name = subject_name if subject_name is not None else subject(name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(own_name)
        .issuer_name(issuer_name or (issuer.certificate.subject if issuer else own_name))
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) | 1)
        .not_valid_before(since)
        .not_valid_after(until)
    )
    if ca is not None:
        extensions = ((x509.BasicConstraints(ca, path_length), True), *extensions)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    certificate = _sign(builder, issuer.key if issuer else key, digest or hashes.SHA256())
    return Issued(certificate=certificate, key=key)


def _sign(
    builder: x509.CertificateBuilder, key: Any, digest: hashes.HashAlgorithm
) -> x509.Certificate:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return builder.sign(key, digest, ecdsa_deterministic=True)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return builder.sign(key, None)
    return builder.sign(key, digest)


def key_usage(*, cert_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=cert_sign,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
