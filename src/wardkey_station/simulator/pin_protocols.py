"""PIN/UV auth protocols one and two (CTAP §6.5.6 and §6.5.7), the authenticator's side.

Shared secrets are bytes: 32 of protocol one, 64 of protocol two (for HMAC, then for AES).
"""

import hmac
import os
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fido2.ctap import CtapError

ERR = CtapError.ERR
BLOCK = 16
EC2, P256, ECDH_ES_HKDF_256 = 2, 1, -25
Cose = dict[int, Any]


class PinUvAuthProtocol:
    def __init__(self, version: int) -> None:
        self.version = version
        self.regenerate()

    def regenerate(self) -> None:
        """Another key agreement key: whoever has a shared secret has to agree anew."""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def public_key(self) -> Cose:
        numbers = self._key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return {1: EC2, 3: ECDH_ES_HKDF_256, -1: P256, -2: x, -3: y}

    def decapsulate(self, peer: Mapping[Any, Any]) -> bytes:
        """The shared secret. INVALID_PARAMETER where the platform's key is none."""
        secret = self._key.exchange(ec.ECDH(), _peer_key(peer))
        if self.version == 1:
            return sha256(secret).digest()
        return _derived(secret, b"CTAP2 HMAC key") + _derived(secret, b"CTAP2 AES key")

    def encrypt(self, shared: bytes, plain: bytes) -> bytes:
        vector = bytes(BLOCK) if self.version == 1 else os.urandom(BLOCK)
        encryptor = _cipher(shared, vector).encryptor()
        prefix = b"" if self.version == 1 else vector
        return prefix + encryptor.update(plain) + encryptor.finalize()

    def decrypt(self, shared: bytes, encrypted: bytes) -> bytes:
        """ValueError where it does not consist of whole blocks."""
        vector = bytes(BLOCK)
        if self.version == 2:
            vector, encrypted = encrypted[:BLOCK], encrypted[BLOCK:]
        decryptor = _cipher(shared, vector).decryptor()
        return decryptor.update(encrypted) + decryptor.finalize()

    def verifies(self, secret: bytes, message: bytes, signature: bytes) -> bool:
        """`secret` is a shared one or a pinUvAuthToken."""
        expected = hmac.digest(secret[:32], message, "sha256")
        if self.version == 1:
            expected = expected[:BLOCK]
        return hmac.compare_digest(expected, signature)


def _peer_key(peer: Mapping[Any, Any]) -> ec.EllipticCurvePublicKey:
    x, y = peer.get(-2), peer.get(-3)
    if (peer.get(1), peer.get(3), peer.get(-1)) != (EC2, ECDH_ES_HKDF_256, P256):
        raise CtapError(ERR.INVALID_PARAMETER)
    if not (isinstance(x, bytes) and isinstance(y, bytes) and len(x) == len(y) == 32):
        raise CtapError(ERR.INVALID_PARAMETER)
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError:
        raise CtapError(ERR.INVALID_PARAMETER) from None


def _derived(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=bytes(32), info=info).derive(secret)


def _cipher(shared: bytes, vector: bytes) -> Cipher:
    return Cipher(algorithms.AES(shared[-32:]), modes.CBC(vector))
