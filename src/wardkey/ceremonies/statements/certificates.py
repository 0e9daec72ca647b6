"""The certificates of a statement, read with a limit, and what §8 asks of the leaf."""

from collections.abc import Mapping
from typing import Any

from cryptography import x509

from ..authenticator_data import AuthenticatorData
from .attested import refusal

Certificate = x509.Certificate

# Real paths have at most five certificates of about 1 KiB.
MAXIMUM_CERTIFICATES = 8
MAXIMUM_CERTIFICATE_BYTES = 8 * 1024

AAGUID_EXTENSION = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")


def read_chain(statement: Mapping[str, Any]) -> tuple[tuple[bytes, ...], Certificate]:
    """The DER certificates of `x5c`, and the leaf. Each of them must be a certificate."""
    chain = statement["x5c"]
    if type(chain) is not list or not 1 <= len(chain) <= MAXIMUM_CERTIFICATES:
        raise refusal()
    certificates = [_read(der) for der in chain]
    return tuple(chain), certificates[0]


def _read(der: Any) -> Certificate:
    if type(der) is not bytes or len(der) > MAXIMUM_CERTIFICATE_BYTES:
        raise refusal()
    return x509.load_der_x509_certificate(der)


def require_end_entity(leaf: Certificate) -> None:
    """Version 3 and no authority (§8.2.1, §8.3.1)."""
    if leaf.version is not x509.Version.v3:
        raise refusal()
    constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints)
    if constraints.value.ca:
        raise refusal()


def require_aaguid_matches(leaf: Certificate, data: AuthenticatorData) -> None:
    """Where the leaf names a model, it is the one of the key (§8.2, §8.2.1, §8.3)."""
    try:
        named = leaf.extensions.get_extension_for_oid(AAGUID_EXTENSION)
    except x509.ExtensionNotFound:
        return
    if named.critical:
        raise refusal()
    if data.aaguid is None or extension_bytes(named) != b"\x04\x10" + data.aaguid:
        raise refusal("aaguid_mismatch")


def require_same_key(leaf: Certificate, data: AuthenticatorData) -> None:
    """The leaf certifies the credential itself (§8.4, §8.8)."""
    if leaf.public_key() != data.credential_key[0]:
        raise refusal()


def extension_bytes(extension: x509.Extension[Any]) -> bytes:
    """The DER of an extension that the library does not know."""
    return extension.value.value


def extended_key_usages(leaf: Certificate) -> list[str]:
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    return [purpose.dotted_string for purpose in usage]
