"""Key pairs and signatures, by COSE algorithm. Private keys are PKCS #8 in DER."""

from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2.cose import CoseKey

ES256, EDDSA, ES384, ES512, ES256K, RS256, PS256 = -7, -8, -35, -36, -47, -257, -37
CURVES: dict[int, tuple[type[ec.EllipticCurve], type[hashes.HashAlgorithm]]] = {
    ES256: (ec.SECP256R1, hashes.SHA256),
    ES384: (ec.SECP384R1, hashes.SHA384),
    ES512: (ec.SECP521R1, hashes.SHA512),
    ES256K: (ec.SECP256K1, hashes.SHA256),
}
ALGORITHMS = [ES256, EDDSA, ES384, ES512, ES256K, RS256, PS256]
RSA_BITS, RSA_EXPONENT = 2048, 65537


def new_private_key(algorithm: int) -> bytes:
    return _generated(algorithm).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _generated(algorithm: int) -> Any:
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm][0]())
    if algorithm == EDDSA:
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=RSA_EXPONENT, key_size=RSA_BITS)


def public_key(algorithm: int, private_key: bytes) -> dict[int, Any]:
    """In COSE."""
    return dict(CoseKey.for_alg(algorithm).from_cryptography_key(_loaded(private_key).public_key()))


def uncompressed_point(private_key: bytes) -> bytes:
    """Of a P-256 key, in 65 bytes, as U2F has it."""
    return (
        _loaded(private_key)
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )


def sign(algorithm: int, private_key: bytes, message: bytes) -> bytes:
    key = _loaded(private_key)
    if algorithm in CURVES:
        return key.sign(message, ec.ECDSA(CURVES[algorithm][1]()))
    if algorithm == EDDSA:
        return key.sign(message)
    return key.sign(message, _padding(algorithm), hashes.SHA256())


def _padding(algorithm: int) -> padding.AsymmetricPadding:
    if algorithm == RS256:
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)


def _loaded(private_key: bytes) -> Any:
    return serialization.load_der_private_key(private_key, password=None)
