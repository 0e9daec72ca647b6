"""Public keys that are sound, and those that only look like keys (ML10, ML11, ML13)."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, mldsa, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from fido2.cose import CoseKey

from tests.softkey import EDDSA, ES256, ES384, RS256, private_key, signature
from wardkey.ceremonies import cose
from wardkey.ceremonies.cose import load, verify_signature

from .ceremony import refused

ES512, ES256K, PS256, ED448 = -36, -47, -37, -53
MESSAGE = b"authenticator data and the hash of the client data"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def cose_of(key, algorithm: int) -> dict:
    return dict(CoseKey.for_alg(algorithm).from_cryptography_key(key.public_key()))


def rsa_cose(bits: int = 2048, exponent: bytes = b"\x01\x00\x01", low: int = 1) -> dict:
    modulus = (1 << bits - 1 | low).to_bytes((bits + 7) // 8)
    return {1: 3, 3: RS256, -1: modulus, -2: exponent}


KEYS = {
    ES256: private_key(ES256, "cose"),
    EDDSA: private_key(EDDSA, "cose"),
    ES384: private_key(ES384, "cose"),
    RS256: private_key(RS256, "cose"),
    ES512: ec.derive_private_key(7, ec.SECP521R1()),
    ES256K: ec.derive_private_key(7, ec.SECP256K1()),
    ED448: ed448.Ed448PrivateKey.from_private_bytes(bytes(57)),
    -48: mldsa.MLDSA44PrivateKey.from_seed_bytes(bytes(32)),
    -49: mldsa.MLDSA65PrivateKey.from_seed_bytes(bytes(32)),
    -50: mldsa.MLDSA87PrivateKey.from_seed_bytes(bytes(32)),
}
ES256_KEY = cose_of(KEYS[ES256], ES256)
ED25519_KEY = cose_of(KEYS[EDDSA], EDDSA)


def test_four_algorithms_are_offered_and_sha1_is_none():
    assert cose.OFFERED == (-7, -8, -35, -257)
    assert set(cose.OFFERED) < set(cose.EVERY_ALGORITHM)
    assert set(CoseKey.supported_algorithms()) < set(cose.EVERY_ALGORITHM)
    assert -65535 not in cose.EVERY_ALGORITHM


@pytest.mark.parametrize("algorithm", KEYS)
def test_each_kind_of_key_is_loaded(algorithm):
    key, identifier = load(cose_of(KEYS[algorithm], algorithm))
    assert (key, identifier) == (KEYS[algorithm].public_key(), algorithm)


@pytest.mark.parametrize("algorithm", [ES512, ES256K, ED448, -48, -49, -50, PS256])
def test_the_wider_algorithms_verify(algorithm):
    key = KEYS[RS256] if algorithm == PS256 else KEYS[algorithm]
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    arguments = {
        ES512: (ec.ECDSA(hashes.SHA512()),),
        ES256K: (ec.ECDSA(hashes.SHA256()),),
        PS256: (pss, hashes.SHA256()),
    }
    signed = key.sign(MESSAGE, *arguments.get(algorithm, ()))
    public, identifier = load(cose_of(key, algorithm))
    verify_signature(public, identifier, signed, MESSAGE)
    with refused("7.2.21", "signature"):
        verify_signature(public, identifier, signed, MESSAGE + b"!")


@pytest.mark.parametrize("algorithm", [None, "ES256", True, [], -65535, 999, 0])
def test_an_unknown_algorithm_ml10(algorithm):
    with refused("7.1.20", "algorithm"):
        load({**ES256_KEY, 3: algorithm})


UNSOUND_CHANGES = {
    "off the curve": {-3: bytes(32)},
    "at infinity": {-2: bytes(32), -3: bytes(32)},
    "x not below p": {-2: b"\xff" * 32},
    "short x": {-2: ES256_KEY[-2][1:]},
    "long x": {-2: b"\x00" + ES256_KEY[-2]},
    "split elsewhere": {-2: ES256_KEY[-2][:31], -3: ES256_KEY[-2][31:] + ES256_KEY[-3]},
    "short y": {-3: ES256_KEY[-3][1:]},
    "long y": {-3: ES256_KEY[-3] + b"\x00"},
    "compressed y": {-3: True},
    "y is a number": {-3: 5},
    "no x": {-2: None},
    "no curve": {-1: None},
    "no key type": {1: None},
    "another key type": {1: 3},
    "another curve": {-1: 2},
    "the curve as bool": {-1: True},
    "an optional parameter": {2: b"kid"},
    "key operations": {4: [2]},
}


def without_none(members: dict) -> dict:
    return {label: value for label, value in members.items() if value is not None}


@pytest.mark.parametrize("changes", UNSOUND_CHANGES.values(), ids=UNSOUND_CHANGES.keys())
def test_an_unsound_elliptic_key_ml11(changes):
    with refused("7.1.20", "public_key"):
        load(without_none({**ES256_KEY, **changes}))


def test_a_key_of_another_curve_than_its_algorithms():
    p256_as_es384 = {**ES256_KEY, 3: ES384}
    ed448_as_eddsa = {**cose_of(KEYS[ED448], ED448), 3: EDDSA}
    for key in (p256_as_es384, ed448_as_eddsa, {**ED25519_KEY, 3: ES256}):
        with refused("7.1.20", "public_key"):
            load(key)


def test_rsa_from_2048_bits_with_a_sane_exponent():
    assert load(rsa_cose())
    assert load(rsa_cose(8192, (65539).to_bytes(3)))
    assert load(rsa_cose(exponent=b"\xff" * 4))
    for bits in (512, 1024, 2047, 8193, 65_536):
        with refused("7.1.20", "public_key"):
            load(rsa_cose(bits))


@pytest.mark.parametrize(
    "exponent",
    [
        b"",
        b"\x01",
        b"\x03",
        b"\xff\xff",
        b"\x01\x00\x02",
        b"\x00\x01\x00\x01",
        b"\x01\x00\x00\x00\x01",
    ],
)
def test_an_insane_exponent(exponent):
    with refused("7.1.20", "public_key"):
        load(rsa_cose(exponent=exponent))


def test_an_even_exponent_is_unsound_whoever_asks():
    """FIPS 186-5 §5.1, also without the library, which would refuse to load such a key."""
    modulus = KEYS[RS256].public_key().public_numbers().n
    cose.require_sound_rsa(rsa.RSAPublicNumbers(65539, modulus))
    with pytest.raises(ValueError, match="an exponent"):
        cose.require_sound_rsa(rsa.RSAPublicNumbers(65538, modulus))


def test_an_even_modulus_or_one_with_leading_zeros():
    for key in (rsa_cose(low=2), {**rsa_cose(), -1: b"\x00" + rsa_cose()[-1]}):
        with refused("7.1.20", "public_key"):
            load(key)


# The fully specified names of RFC 9864, for the same keys.
NAMES = {-9: ES256, -51: ES384, -52: ES512, -19: EDDSA}


@pytest.mark.parametrize("name", NAMES)
def test_a_fully_specified_name_means_the_same_key(name):
    key = KEYS[NAMES[name]]
    public, identifier = load({**cose_of(key, NAMES[name]), 3: name})
    assert (public, identifier) == (key.public_key(), name)


@pytest.mark.parametrize("name", [-9, -51, -52, ES256K])
def test_a_name_that_says_which_curve_takes_no_key_of_another(name):
    own = NAMES.get(name, ES256K)
    hash_of = {ES384: hashes.SHA384(), ES512: hashes.SHA512()}
    digest = ec.ECDSA(hash_of.get(own, hashes.SHA256()))
    for algorithm in (ES256, ES384, ES512, ES256K):
        key = KEYS[algorithm]
        signed = key.sign(MESSAGE, digest)
        if algorithm == own:
            verify_signature(key.public_key(), name, signed, MESSAGE)
            continue
        with refused("7.2.21", "signature"):
            verify_signature(key.public_key(), name, signed, MESSAGE)


def test_an_ml_dsa_key_has_its_own_length():
    with refused("7.1.20", "public_key"):
        load({**cose_of(KEYS[-48], -48), -1: bytes(32)})


# -- signatures


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, ES384, RS256])
def test_a_signature_and_anything_else(algorithm):
    key = KEYS[algorithm].public_key()
    good = signature(KEYS[algorithm], MESSAGE)
    verify_signature(key, algorithm, good, MESSAGE)
    for bad in (b"", good[:-1], good + b"\x00", bytes(len(good)), b"\x30" * 10_000):
        with refused("7.2.21", "signature"):
            verify_signature(key, algorithm, bad, MESSAGE)


def spoilt_ecdsa() -> dict[str, bytes]:
    good = signature(KEYS[ES256], MESSAGE)
    r, s = decode_dss_signature(good)
    return {
        "psychic": encode_dss_signature(0, 0),
        "r is 0": encode_dss_signature(0, s),
        "s is 0": encode_dss_signature(r, 0),
        "r is the order": encode_dss_signature(P256_ORDER, s),
        "r above the order": encode_dss_signature(r + P256_ORDER, s),
        "s above the order": encode_dss_signature(r, s + P256_ORDER),
        "r negative": bytes.fromhex("30060201ff020101"),
        "trailing byte": good + b"\x00",
        "trailing byte inside": bytes([0x30, good[1] + 1]) + good[2:] + b"\x00",
        "long length": b"\x30\x81" + good[1:],
        "indefinite length": b"\x30\x80" + good[2:] + b"\x00\x00",
        "raw r and s": r.to_bytes(32) + s.to_bytes(32),
    }


@pytest.mark.parametrize("bad", spoilt_ecdsa().values(), ids=spoilt_ecdsa().keys())
def test_ecdsa_in_strict_der_and_in_range_ml13(bad):
    with refused("7.2.21", "signature"):
        verify_signature(KEYS[ES256].public_key(), ES256, bad, MESSAGE)


def test_s_and_its_negative_are_both_taken_since_keys_send_either_ml13():
    r, s = decode_dss_signature(signature(KEYS[ES256], MESSAGE))
    for either in (s, P256_ORDER - s):
        signed = encode_dss_signature(r, either)
        verify_signature(KEYS[ES256].public_key(), ES256, signed, MESSAGE)


def test_a_key_of_another_kind_than_the_algorithm():
    for algorithm in (EDDSA, RS256, 999):
        with refused("7.1.22", "signature"):
            verify_signature(KEYS[ES256].public_key(), algorithm, b"", MESSAGE, step="7.1.22")


def test_rsa_keys_are_made_of_the_numbers_as_they_stand():
    numbers = KEYS[RS256].public_key().public_numbers()
    assert isinstance(load(cose_of(KEYS[RS256], RS256))[0], rsa.RSAPublicKey)
    assert load(cose_of(KEYS[RS256], RS256))[0].public_numbers() == numbers
