"""§8.8: apple, a certificate made for one credential, with the ceremony's nonce in it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography import x509

from .attested import Attested, Subject, refusal, require_members
from .certificates import Certificate, extension_bytes, read_chain, require_same_key

NONCE_EXTENSION = x509.ObjectIdentifier("1.2.840.113635.100.8.2")
# SEQUENCE { [1] EXPLICIT OCTET STRING (32 bytes) }
BEFORE_NONCE = bytes.fromhex("3024a1220420")


def verify(statement: Any, subject: Subject) -> Attested:
    require_members(_without_algorithm(statement), "x5c")
    chain, leaf = read_chain(statement)
    require_nonce(leaf, hashlib.sha256(subject.message).digest())
    require_same_key(leaf, subject.data)
    return Attested("anonca", chain)


def _without_algorithm(statement: Any) -> Any:
    # The first systems that had this format also sent an `alg`, which signs nothing.
    if not isinstance(statement, Mapping):
        raise refusal()
    return {name: value for name, value in statement.items() if name != "alg"}


def require_nonce(leaf: Certificate, nonce: bytes) -> None:
    # §8.8 steps 2 to 4
    extension = leaf.extensions.get_extension_for_oid(NONCE_EXTENSION)
    if extension_bytes(extension) != BEFORE_NONCE + nonce:
        raise refusal()
