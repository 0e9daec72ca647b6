"""Who vouches for a new credential: a certificate that a batch of keys shares, or the key alone.

Each key has a batch of its own, issued when it comes into being: a root certificate, which a portal
may be told to trust, and below it one certificate for all of the batch and one with the key's
serial number for enterprise attestation. WebAuthn L3 §8.2.1 says what is in them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

FIRST_DAY, LAST_DAY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
ID_FIDO_GEN_CE_AAGUID = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
NAMES = x509.NameOID


@dataclass(frozen=True)
class Batch:
    """Certificates and private keys (PKCS #8) in DER."""

    root_certificate: bytes
    certificate: bytes
    private_key: bytes
    enterprise_certificate: bytes
    enterprise_private_key: bytes

    @classmethod
    def issued(cls, aaguid: bytes, serial: str) -> "Batch":
        root_key = ec.generate_private_key(ec.SECP256R1())
        root_name = _name("SIMULATED KEY Root", unit="SIMULATED KEY")
        root = _certificate(root_name, root_name, root_key, root_key, aaguid=None)
        issued = []
        for name in ("SIMULATED KEY Batch", f"SIMULATED KEY Serial {serial}"):
            key = ec.generate_private_key(ec.SECP256R1())
            subject = _name(name, unit="Authenticator Attestation")
            issued += [_certificate(subject, root_name, key, root_key, aaguid=aaguid), _der(key)]
        return cls(root, *issued)


def _der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _name(common_name: str, *, unit: str) -> x509.Name:
    parts = [
        (NAMES.COUNTRY_NAME, "GB"),
        (NAMES.ORGANIZATION_NAME, "Wardkey SIMULATED KEY"),
        (NAMES.ORGANIZATIONAL_UNIT_NAME, unit),
        (NAMES.COMMON_NAME, common_name),
    ]
    return x509.Name([x509.NameAttribute(each, text) for each, text in parts])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    aaguid: bytes | None,
) -> bytes:
    """A root certificate where it names no AAGUID."""
    builder = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FIRST_DAY)
        .not_valid_after(LAST_DAY)
        .add_extension(x509.BasicConstraints(ca=aaguid is None, path_length=None), critical=True)
    )
    if aaguid is not None:
        # An octet string of 16 bytes inside the extension's own.
        value = x509.UnrecognizedExtension(ID_FIDO_GEN_CE_AAGUID, b"\x04\x10" + aaguid)
        builder = builder.add_extension(value, critical=False)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
