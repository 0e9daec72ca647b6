"""Which firmware a key runs, where its attestation certificate tells it.

Most makers tell it only of a model as a whole, in its metadata. Versions are compared as numbers,
as FIDO's authenticatorVersion is: 5.7.1 is 0x050701.
"""

from cryptography import x509

# Yubico's: an OCTET STRING of three bytes
VERSION_EXTENSION = x509.ObjectIdentifier("1.3.6.1.4.1.41482.13.1")
BEFORE_VERSION, LENGTH = b"\x04\x03", 5


def is_older(one: int | None, other: int | None) -> bool:
    """Certainly: both are known."""
    return one is not None and other is not None and one < other


def told_by(leaf: bytes) -> int | None:
    """`leaf` is DER. None where nothing is told, or not in that shape."""
    try:
        extensions = x509.load_der_x509_certificate(leaf).extensions
        told = extensions.get_extension_for_oid(VERSION_EXTENSION).value.public_bytes()
    except (ValueError, x509.ExtensionNotFound):
        return None
    if len(told) != LENGTH or not told.startswith(BEFORE_VERSION):
        return None
    return int.from_bytes(told.removeprefix(BEFORE_VERSION))
