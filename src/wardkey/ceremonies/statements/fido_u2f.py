"""§8.6: fido-u2f, keys older than FIDO2. The signature covers neither flags nor AAGUID."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .attested import Attested, Subject, bytes_of, refusal, require_members
from .certificates import Certificate, read_chain
from .signatures import require_signature

ES256 = -7


def verify(statement: Any, subject: Subject) -> Attested:
    require_members(statement, "sig", "x5c")
    chain, leaf = read_chain(statement)
    require_p256(leaf, chain)
    signature = bytes_of(statement, "sig")
    require_signature(leaf.public_key(), ES256, signature, signed_message(subject))
    return Attested("basic", chain)


def require_p256(leaf: Certificate, chain: tuple[bytes, ...]) -> None:
    # §8.6 step 2: exactly one certificate, on P-256
    key = leaf.public_key()
    on_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if len(chain) != 1 or not on_p256:
        raise refusal()


def signed_message(subject: Subject) -> bytes:
    """The raw message of U2F, with the point in 65 bytes of ANSI X9.62 (§8.6 steps 4 and 5)."""
    data = subject.data
    key, algorithm = data.credential_key
    if algorithm != ES256 or data.credential_id is None:
        raise refusal()
    told = data.rp_id_hash + subject.client_data_hash + data.credential_id
    return b"\x00" + told + key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
