"""Secrets that are read again, and so cannot be hashed: sealed under the portal's secret key.

seal      AES-256-GCM, bound to what the secret is for and whose it is
unseal    also what was sealed under an earlier key; raises Unreadable

docs/adr/0020 says why there are such secrets at all.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12  # bytes, as NIST SP 800-38D §8.2 has them


class Unreadable(Exception):
    """Changed, of somebody else, or sealed under a key that is no longer there."""


def seal(secret: bytes, *, purpose: str, owner: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher(settings.SECRET_KEY, purpose).encrypt(nonce, secret, owner.encode())


def unseal(sealed: bytes, *, purpose: str, owner: str) -> bytes:
    for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        try:
            return _cipher(key, purpose).decrypt(sealed[:NONCE], sealed[NONCE:], owner.encode())
        except (InvalidTag, ValueError):
            continue
    raise Unreadable


def _cipher(key: str, purpose: str) -> AESGCM:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"wardkey.{purpose}".encode())
    return AESGCM(derive.derive(key.encode()))
