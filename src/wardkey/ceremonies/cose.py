"""COSE public keys (RFC 9052, RFC 9053) and the signatures that they check (WebAuthn L3 §5.8.5).

    load                the key behind a COSE map, or a refusal of all that is not a sound key
    verify_signature    with such a key, or with the key of a certificate

Wardkey offers four algorithms. The others are here to judge recorded ceremonies by the standard
alone; RS1 (SHA-1) is not here at all.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import (
    ec,
    ed448,
    ed25519,
    mldsa,
    padding,
    rsa,
)

from . import edwards
from .refusal import Refused

ES256, EDDSA, ES384, RS256 = -7, -8, -35, -257
OFFERED = (ES256, EDDSA, ES384, RS256)

KEY_TYPE, ALGORITHM = 1, 3
OKP, EC2, RSA, AKP = 1, 2, 3, 7

# FIPS 186-5 §5.1 asks for 2048 bits and an odd exponent above 2^16, which rules out the forgeries
# that small exponents invite. The upper bounds keep a hostile key from costing seconds: nobody's
# authenticator exceeds 4096 bits, and a TPM keeps the exponent in 32.
SMALLEST_MODULUS, LARGEST_MODULUS = 2048, 8192
SMALLEST_EXPONENT, LARGEST_EXPONENT = 65537, (1 << 32) - 1


class Algorithm(NamedTuple):
    """How to load a key, its class in `cryptography`, and what its `verify` wants besides.

    `curve` is its name where the algorithm means a single one, also for the key of a certificate.
    """

    load: Callable[[Mapping[Any, Any]], Any]
    key_class: type[Any]
    arguments: tuple[Any, ...] = ()
    curve: str = ""


def load(cose: Mapping[Any, Any], *, step: str = "7.1.20") -> tuple[Any, int]:
    """A public key of `cryptography`, and its COSE algorithm identifier.

    Raises `Refused` with `step`: algorithm where it is none of `ALGORITHMS`; public_key where a
    parameter is missing, superfluous (§6.5.1 allows no optional ones) or of another length, where
    the point is not on the curve or of small order, where the RSA key is weak.
    """
    identifier = cose.get(ALGORITHM)
    if type(identifier) is not int or identifier not in ALGORITHMS:
        raise Refused(step=step, reason="algorithm")
    try:
        return ALGORITHMS[identifier].load(cose), identifier
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(step=step, reason="public_key") from error


def verify_signature(
    key: Any, algorithm: int, signature: bytes, message: bytes, *, step: str = "7.2.21"
) -> None:
    """Raises `Refused` with `step`, reason signature; also where `key` is none for `algorithm`.

    OpenSSL itself takes ECDSA signatures in strict DER only, with r and s between 0 and the order.
    It takes both s and its negative, and so it must: authenticators send either.
    """
    known = ALGORITHMS.get(algorithm)
    if known is None or not isinstance(key, known.key_class):
        raise Refused(step=step, reason="signature")
    if known.curve and key.curve.name != known.curve:
        raise Refused(step=step, reason="signature")
    try:
        key.verify(signature, message, *known.arguments)
    except InvalidSignature as error:
        raise Refused(step=step, reason="signature") from error


def _byte_strings(cose: Mapping[Any, Any], fixed: Mapping[int, int], *labels: int) -> list[bytes]:
    """The values of `labels`, all byte strings. Besides, the key has `fixed` and its algorithm."""
    if len(cose) != 1 + len(fixed) + len(labels):
        raise ValueError("a parameter is missing or superfluous")
    for label, number in fixed.items():
        # CBOR's true is no 1, though Python takes it for one.
        if type(cose.get(label)) is not int or cose[label] != number:
            raise ValueError("another key type or curve")
    for label in labels:
        if type(cose.get(label)) is not bytes:
            raise ValueError("a parameter that is no byte string")
    return [cose[label] for label in labels]


def _elliptic(number: int, curve: ec.EllipticCurve) -> Callable[[Mapping[Any, Any]], Any]:
    size = (curve.key_size + 7) // 8
    fixed = {KEY_TYPE: EC2, -1: number}

    def load(cose: Mapping[Any, Any]) -> ec.EllipticCurvePublicKey:
        x, y = _byte_strings(cose, fixed, -2, -3)
        if len(x) != size:
            raise ValueError("a coordinate of another length")
        # OpenSSL refuses a y of another length, and a point that is not on the curve.
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, b"\x04" + x + y)

    return load


def _load_ed25519(cose: Mapping[Any, Any]) -> ed25519.Ed25519PublicKey:
    [point] = _byte_strings(cose, {KEY_TYPE: OKP, -1: 6}, -2)
    key = ed25519.Ed25519PublicKey.from_public_bytes(point)
    edwards.require_sound_point(point, edwards.ED25519)
    return key


def _load_ed448(cose: Mapping[Any, Any]) -> ed448.Ed448PublicKey:
    [point] = _byte_strings(cose, {KEY_TYPE: OKP, -1: 7}, -2)
    key = ed448.Ed448PublicKey.from_public_bytes(point)
    edwards.require_sound_point(point, edwards.ED448)
    return key


def _load_rsa(cose: Mapping[Any, Any]) -> rsa.RSAPublicKey:
    n, e = _byte_strings(cose, {KEY_TYPE: RSA}, -1, -2)
    if n[:1] == b"\x00" or e[:1] == b"\x00":
        raise ValueError("leading zeros, which RFC 8230 §4 forbids")
    numbers = rsa.RSAPublicNumbers(int.from_bytes(e), int.from_bytes(n))
    require_sound_rsa(numbers)
    return numbers.public_key()


def require_sound_rsa(numbers: rsa.RSAPublicNumbers) -> None:
    """Raises ValueError."""
    modulus, exponent = numbers.n, numbers.e
    if not SMALLEST_MODULUS <= modulus.bit_length() <= LARGEST_MODULUS or modulus % 2 == 0:
        raise ValueError("a modulus that is too short, too long, or even")
    if not SMALLEST_EXPONENT <= exponent <= LARGEST_EXPONENT or exponent % 2 == 0:
        raise ValueError("an exponent that is too small, too large, or even")


def _lattice(key_class: Any) -> Callable[[Mapping[Any, Any]], Any]:
    def load(cose: Mapping[Any, Any]) -> Any:
        [public] = _byte_strings(cose, {KEY_TYPE: AKP}, -1)
        return key_class.from_public_bytes(public)

    return load


def _ecdsa(number: int, curve: ec.EllipticCurve, digest: hashes.HashAlgorithm) -> Algorithm:
    return Algorithm(_elliptic(number, curve), ec.EllipticCurvePublicKey, (ec.ECDSA(digest),))


def _with_its_curve_alone(algorithm: Algorithm, curve: ec.EllipticCurve) -> Algorithm:
    """A fully specified name of RFC 9864: ES256 says which hash, ESP256 also which curve."""
    return algorithm._replace(curve=curve.name)


_P256 = _ecdsa(1, ec.SECP256R1(), hashes.SHA256())
_P384 = _ecdsa(2, ec.SECP384R1(), hashes.SHA384())
_P521 = _ecdsa(3, ec.SECP521R1(), hashes.SHA512())
_ED25519 = Algorithm(_load_ed25519, ed25519.Ed25519PublicKey)
_SHA256 = hashes.SHA256()
# RFC 8230 §2: the salt is as long as the hash.
_PSS = padding.PSS(mgf=padding.MGF1(_SHA256), salt_length=padding.PSS.DIGEST_LENGTH)

ALGORITHMS: Mapping[int, Algorithm] = {
    ES256: _P256,
    EDDSA: _ED25519,
    ES384: _P384,
    RS256: Algorithm(_load_rsa, rsa.RSAPublicKey, (padding.PKCS1v15(), _SHA256)),
    -9: _with_its_curve_alone(_P256, ec.SECP256R1()),
    -51: _with_its_curve_alone(_P384, ec.SECP384R1()),
    -36: _P521,
    -52: _with_its_curve_alone(_P521, ec.SECP521R1()),
    -47: _with_its_curve_alone(_ecdsa(8, ec.SECP256K1(), _SHA256), ec.SECP256K1()),
    -19: _ED25519,
    -53: Algorithm(_load_ed448, ed448.Ed448PublicKey),
    -37: Algorithm(_load_rsa, rsa.RSAPublicKey, (_PSS, _SHA256)),
    -48: Algorithm(_lattice(mldsa.MLDSA44PublicKey), mldsa.MLDSA44PublicKey),
    -49: Algorithm(_lattice(mldsa.MLDSA65PublicKey), mldsa.MLDSA65PublicKey),
    -50: Algorithm(_lattice(mldsa.MLDSA87PublicKey), mldsa.MLDSA87PublicKey),
}
EVERY_ALGORITHM = tuple(ALGORITHMS)
