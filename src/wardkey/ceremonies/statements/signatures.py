"""The signature over a statement, as step 7.1.22 refuses it."""

from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .. import cose
from ..refusal import Refused
from .attested import refusal

RS1 = -65535


def require_signature(key: Any, algorithm: int, signature: bytes, message: bytes) -> None:
    """`key` is a public key of `cryptography`, `algorithm` a COSE identifier."""
    require_sound_key(key)
    try:
        cose.verify_signature(key, algorithm, signature, message)
    except Refused as error:
        raise refusal() from error


def require_sound_key(key: Any) -> None:
    """Of a certificate, which whoever sends it has made: no weaker and no slower than a credential
    may be. Curves are bounded by what OpenSSL knows, and judged with the path."""
    if not isinstance(key, rsa.RSAPublicKey):
        return
    try:
        cose.require_sound_rsa(key.public_numbers())
    except ValueError as error:
        raise refusal() from error


def require_tpm_signature(key: Any, algorithm: int, signature: bytes, message: bytes) -> None:
    """As `require_signature`, and RS1, with which the TPMs of most Windows machines still sign.

    The TPM composes the message itself, most of it beyond the caller's choice, so that a collision
    of SHA-1 forges nothing; no credential key and no certificate may use it.
    """
    if algorithm != RS1:
        return require_signature(key, algorithm, signature, message)
    if not isinstance(key, rsa.RSAPublicKey):
        raise refusal()
    require_sound_key(key)
    try:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    except InvalidSignature as error:
        raise refusal() from error
