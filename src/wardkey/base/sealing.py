"""Secrets that are read again, and so cannot be hashed: sealed under the portal's secret key.

seal            AES-256-GCM, bound to what the secret is for and whose it is
unseal          also what was sealed under an earlier key; raises Unreadable
vouch           for what is no secret, and comes back from elsewhere unchanged
is_vouched_for  also under an earlier key

docs/adr/0020 says why there are such secrets at all.
"""

import hmac
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
    for key in _keys():
        try:
            return _cipher(key, purpose).decrypt(sealed[:NONCE], sealed[NONCE:], owner.encode())
        except (InvalidTag, ValueError):
            continue
    raise Unreadable


def _cipher(key: str, purpose: str) -> AESGCM:
    return AESGCM(_derived(key, purpose))


def _derived(key: str, purpose: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"wardkey.{purpose}".encode())
    return derive.derive(key.encode())


def name_of_key(*, purpose: str) -> str:
    """By which the secret key is known again: it tells nothing about the key itself."""
    return _names(purpose)[0]


def has_key_named(name: str, *, purpose: str) -> bool:
    """Whether that is the secret key, or an earlier one that is still given."""
    return name in _names(purpose)


def vouch(told: bytes, *, purpose: str) -> str:
    """HMAC-SHA256, in hex: nobody who lacks the secret key makes it."""
    return _mac(settings.SECRET_KEY, told, purpose)


def is_vouched_for(told: bytes, mac: str, *, purpose: str) -> bool:
    return any(hmac.compare_digest(_mac(key, told, purpose), mac) for key in _keys())


def _names(purpose: str) -> list[str]:
    return [_mac(key, b"name", f"{purpose}.name")[:16] for key in _keys()]


def _mac(key: str, told: bytes, purpose: str) -> str:
    return hmac.digest(_derived(key, purpose), told, "sha256").hex()


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
