"""Certificate paths, validated as RFC 5280 §6.1 asks, to anchors that the caller names.

Attestation certificates are no TLS certificates, so that the validator of `cryptography`, which
is bound to the Web's rules, refuses most of them. Here: signatures and names, dates, authority,
key usage, path length, critical extensions, and keys and hashes that are strong enough.

    require_trusted_path    the path ends at one of the anchors, or the answer is refused
    path_is_trusted         the same as a question
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtensionOID

from .refusal import Refused

Certificate = x509.Certificate

LONGEST_PATH = 8
SMALLEST_RSA = 2048
STRONG_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
# What a certificate may insist on: the first two are enforced below, the third by the statement
# of its format; the others only describe.
UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.CERTIFICATE_POLICIES,
}


class _NoPath(Exception):
    """Why a path does not hold; the caller learns only that it does not."""


def require_trusted_path(
    *, trust_path: Sequence[bytes], anchors: Collection[bytes], at: datetime
) -> None:
    """WebAuthn L3 §7.1 step 24. As `path_is_trusted`; raises `Refused` with reason chain."""
    if not path_is_trusted(trust_path=trust_path, anchors=anchors, at=at):
        raise Refused(step="7.1.24", reason="chain")


def path_is_trusted(
    *, trust_path: Sequence[bytes], anchors: Collection[bytes], at: datetime
) -> bool:
    """Whether the certificates lead to an anchor, all of them valid at that time.

    `trust_path` is DER, the leaf first, each followed by its issuer. An anchor, also DER, is a
    root, an intermediate or the leaf itself (FIDO Metadata Statement, attestationRootCertificates).
    `at` is an aware datetime. Anything that cannot be read or checked is not trusted.
    """
    try:
        path = _path_to_anchor(trust_path, anchors)
        _require_valid(path, at)
    except Exception:  # noqa: BLE001  whatever breaks while a path is checked means no
        return False
    return True


def _path_to_anchor(trust_path: Sequence[bytes], anchors: Collection[bytes]) -> list[Certificate]:
    """The path cut at the first certificate that is an anchor, or with the anchor added."""
    if not 1 <= len(trust_path) <= LONGEST_PATH:
        raise _NoPath("length")
    path = []
    for der in trust_path:
        path.append(x509.load_der_x509_certificate(der))
        if der in anchors:
            return path
    return [*path, _issuing_anchor(path[-1], anchors)]


def _issuing_anchor(last: Certificate, anchors: Collection[bytes]) -> Certificate:
    for der in anchors:
        anchor = x509.load_der_x509_certificate(der)
        if _is_issued_by(last, anchor):
            return anchor
    raise _NoPath("no anchor")


def _is_issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Makers have roots of one name with several keys: another's, of whatever kind, is no fault."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _require_valid(path: list[Certificate], at: datetime) -> None:
    for certificate in path:
        _require_in_time(certificate, at)
        _require_understood(certificate)
        _require_strong_key(certificate)
    for below, (certificate, issuer) in enumerate(pairwise(path)):
        _require_strong_hash(certificate)
        _require_authority(issuer, below, path[-1])
        certificate.verify_directly_issued_by(issuer)


def _require_in_time(certificate: Certificate, at: datetime) -> None:
    # RFC 5280 §6.1.3 (a)(2)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise _NoPath("dates")


def _require_understood(certificate: Certificate) -> None:
    # RFC 5280 §6.1.4 (o), §6.1.5 (f). Name constraints bind critical or not; nobody who makes
    # attestation certificates uses them, and what is not enforced is not accepted.
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in UNDERSTOOD:
            raise _NoPath("critical extension")
        if extension.oid == ExtensionOID.NAME_CONSTRAINTS:
            raise _NoPath("name constraints")


def _require_strong_key(certificate: Certificate) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        strong = key.key_size >= SMALLEST_RSA
    elif isinstance(key, ec.EllipticCurvePublicKey):
        strong = isinstance(key.curve, CURVES)
    else:
        strong = isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey))
    if not strong:
        raise _NoPath("key")


def _require_strong_hash(certificate: Certificate) -> None:
    # Edwards curves bring their own hash: None. The anchor's own signature proves nothing.
    algorithm = certificate.signature_hash_algorithm
    if algorithm is not None and not isinstance(algorithm, STRONG_HASHES):
        raise _NoPath("hash")


def _require_authority(issuer: Certificate, below: int, anchor: Certificate) -> None:
    """RFC 5280 §6.1.4 (k) to (n). `below` counts the authorities between issuer and leaf."""
    constraints = _extension(issuer, x509.BasicConstraints)
    if constraints is None:
        # An anchor is a name and a key (§6.1.1 (d)): the roots of several makers are of version 1.
        authority, length = issuer is anchor, None
    else:
        authority, length = constraints.ca, constraints.path_length
    if not authority or (length is not None and below > length):
        raise _NoPath("authority")
    usage = _extension(issuer, x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise _NoPath("key usage")


def _extension(certificate: Certificate, kind: type[x509.ExtensionType]) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
