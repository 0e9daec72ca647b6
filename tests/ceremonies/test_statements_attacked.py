"""Statements made by somebody who knows the rules: weak and slow certificate keys, lists that say
one thing twice, numbers spelt in two ways. What is nearly the same and honest is accepted."""

import time
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from wardkey.ceremonies.refusal import Refused
from wardkey.ceremonies.statements import FORMATS_OF_THE_STANDARD, der

from .attestations import (
    MADE_HERE,
    ROOT,
    SIGNED,
    SIGNS,
    android_key,
    element,
    judge,
    key_description,
    packed,
    safetynet,
    tagged,
    unknown,
)
from .certificates import AFTER, BEFORE, issue, key_for, subject

HONEST = packed(issue("Honest", issuer=ROOT))


def refused(format, statement, *, times=20, **others):
    """At less than so many times the cost of an honest one."""
    with pytest.raises(Refused) as refusal:
        judge(format, statement, **others)
    assert fastest(format, statement, **others) < times * fastest("packed", HONEST)
    return str(refusal.value) == "7.1.22 attestation"


def fastest(format, statement, **others):
    """Seconds of process CPU: the least of five, since other work may push in between."""
    times = []
    for _ in range(5):
        began = time.process_time()
        with suppress(Refused):
            judge(format, statement, **others)
        times.append(time.process_time() - began)
    return min(times)


# -- keys of certificates


def signed_by(key, algorithm, *arguments):
    """packed, with a leaf that certifies `key`."""
    leaf = issue("Leaf", issuer=ROOT, key=key)
    return {"alg": algorithm, "sig": key.sign(SIGNED, *arguments), "x5c": [leaf.der]}


def with_rsa_leaf(modulus: int, exponent: int):
    """A leaf whose private key nobody has, and any signature."""
    builder = x509.CertificateBuilder(
        issuer_name=ROOT.certificate.subject,
        subject_name=subject("Leaf"),
        public_key=rsa.RSAPublicNumbers(exponent, modulus).public_key(),
        serial_number=1,
        not_valid_before=BEFORE,
        not_valid_after=AFTER,
    ).add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    leaf = builder.sign(ROOT.key, hashes.SHA256()).public_bytes(Encoding.DER)
    return {"alg": -257, "sig": bytes(modulus.bit_length() // 8), "x5c": [leaf]}


def test_ml27_an_rsa_leaf_is_as_strong_as_a_credential_has_to_be():
    strong, weak = (rsa.generate_private_key(65537, size) for size in (2048, 1024))
    how = (padding.PKCS1v15(), hashes.SHA256())
    assert judge("packed", signed_by(strong, -257, *how)).type == "basic"
    assert refused("packed", signed_by(weak, -257, *how))
    guessable = rsa.generate_private_key(3, 2048)
    assert refused("packed", signed_by(guessable, -257, *how))


@pytest.mark.parametrize(
    ("bits", "exponent"), [(16384, (1 << 63) + 1), (3072, (1 << 3070) + 1), (2048, 1 << 2040 | 1)]
)
def test_ml27_an_rsa_leaf_that_would_cost_milliseconds_is_not_tried(bits, exponent):
    assert refused("packed", with_rsa_leaf((1 << bits) - 1, exponent), times=2)


ON_P256, ON_P384 = key_for("On P-256"), key_for("On P-384", ec.SECP384R1())
ON_P521, ON_K256 = key_for("On P-521", ec.SECP521R1()), key_for("On K-256", ec.SECP256K1())
WITH_CURVE = {
    -9: (ON_P256, hashes.SHA256()),
    -51: (ON_P384, hashes.SHA384()),
    -52: (ON_P521, hashes.SHA512()),
    -47: (ON_K256, hashes.SHA256()),
}


@pytest.mark.parametrize("algorithm", WITH_CURVE)
def test_a_fully_specified_algorithm_means_its_own_curve(algorithm):
    own, digest = WITH_CURVE[algorithm]
    for key, _digest in WITH_CURVE.values():
        statement = signed_by(key, algorithm, ec.ECDSA(digest))
        if key is own:
            assert judge("packed", statement).type == "basic"
        else:
            assert refused("packed", statement)


def test_es256_says_only_which_hash_a_certificate_uses():
    for key in (ON_P256, ON_P384):
        assert judge("packed", signed_by(key, -7, ec.ECDSA(hashes.SHA256()))).type == "basic"
        assert refused("packed", signed_by(key, -7, ec.ECDSA(hashes.SHA384())))


# -- sizes


# Its signatures are all of one length.
ED_ROOT = issue(
    "Edwards root", ca=True, key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
)


def leaf_with(padding_bytes: int):
    extensions = (unknown("1.2.3.4", bytes(padding_bytes)),)
    return issue("Large", issuer=ED_ROOT, extensions=extensions)


def leaf_of(size: int):
    """A leaf of exactly that many bytes of DER."""
    return leaf_with(7000 + size - len(leaf_with(7000).der))


def test_ml27_a_certificate_has_eight_kilobytes_at_most():
    assert judge("packed", packed(leaf_of(8192))).type == "basic"
    assert refused("packed", packed(leaf_of(8193)))


def test_compound_has_up_to_four_statements():
    nothing = {"fmt": "none", "attStmt": {}}
    assert judge("compound", [nothing] * 4).type == "none"


# -- android-key: one answer to each question


@pytest.mark.parametrize(
    "twice",
    [
        tagged(702, b"\x02\x01\x02") + SIGNS + MADE_HERE,  # imported, and made here
        tagged(1, b"\x31\x03\x02\x01\x00") + SIGNS + MADE_HERE,
        SIGNS + MADE_HERE + MADE_HERE,
    ],
)
def test_android_key_says_nothing_twice(twice):
    assert judge("android-key", android_key(key_description())).type == "basic"
    assert refused("android-key", android_key(key_description(hardware=twice)))
    assert refused("android-key", android_key(key_description(software=twice, hardware=b"")))


def test_android_key_origin_and_purpose_are_numbers():
    no_digits, another_type = tagged(702, b"\x02\x00"), tagged(702, b"\x04\x01\x00")
    for origin in (no_digits, another_type):
        assert refused("android-key", android_key(key_description(hardware=SIGNS + origin)))
    for purpose in (b"\x31\x02\x02\x00", b"\x30\x03\x02\x01\x02", b"\x31\x00"):
        hardware = tagged(1, purpose) + MADE_HERE
        assert refused("android-key", android_key(key_description(hardware=hardware)))


def test_android_key_may_be_silent_about_origin_and_purpose():
    assert judge("android-key", android_key(key_description(hardware=b""))).type == "basic"


def test_android_key_description_has_eight_fields():
    whole = der.read_one(key_description(), der.SEQUENCE)
    assert judge("android-key", android_key(element(der.SEQUENCE, whole))).type == "basic"
    for contents in (whole + b"\x30\x00", whole.removesuffix(element(0x30, SIGNS + MADE_HERE))):
        assert refused("android-key", android_key(element(der.SEQUENCE, contents)))


def test_android_key_challenge_is_a_byte_string():
    description = key_description()
    spoilt = description.replace(b"\x04\x20", b"\x0c\x20")
    assert refused("android-key", android_key(spoilt))


@pytest.mark.parametrize("contents", [b"\x1f" + b"\xff" * 7000, b"\x05\x00" * 3500])
def test_android_key_with_endless_lists_is_refused_at_once(contents):
    description = b"\x30\x82" + len(contents).to_bytes(2) + contents
    assert refused("android-key", android_key(description), times=40)


READ = {
    "5f1f00": (0x40, 31),
    "bf7f00": (0xA0, 127),
    "bf810000": (0xA0, 128),
    "bf853e00": (0xA0, 702),
    "bfff7f00": (0xA0, 16383),
    "1e00": (0x00, 30),
    "ff8449027f00": None,
}


@pytest.mark.parametrize("data", READ)
def test_der_tags_up_to_16383(data):
    elements = list(der.read_elements(bytes.fromhex(data)))
    expected = READ[data] or (0xE0, 585)
    assert [each[:2] for each in elements] == [expected]


@pytest.mark.parametrize("data", ["1f1e00", "bf1e00", "bf807f00", "bf828000", "bf818000"])
def test_der_tags_are_spelt_in_one_way(data):
    with pytest.raises(ValueError, match=r"longer|no key description"):
        list(der.read_elements(bytes.fromhex(data)))


@pytest.mark.parametrize("size", [0, 1, 127, 128, 129, 255, 256, 257, 65535])
def test_der_lengths_up_to_65535(size):
    shortest = {1: [size], 2: [0x81, size], 3: [0x82, size >> 8, size & 0xFF]}
    needed = 1 if size < 128 else 2 if size < 256 else 3
    for spelling, length in shortest.items():
        if max(length) > 0xFF or (spelling == 1 and size > 127):
            continue
        data = bytes([der.OCTETS, *length]) + bytes(size)
        if spelling == needed:
            assert der.read_one(data, der.OCTETS) == bytes(size)
        else:
            with pytest.raises(ValueError, match="longer than it need be"):
                der.read_one(data, der.OCTETS)


@pytest.mark.parametrize("length", ["80", "83010000", "84ffffffff", "ff"])
def test_der_knows_no_other_lengths(length):
    with pytest.raises(ValueError, match="no key description"):
        der.read_one(b"\x04" + bytes.fromhex(length) + bytes(65536), der.OCTETS)


def test_der_numbers_have_a_sign():
    assert [der.integer(each) for each in (b"\x00", b"\x02", b"\xff")] == [0, 2, -1]
    assert element(der.INTEGER, b"\x05") == b"\x02\x01\x05"


# -- android-safetynet


def test_safetynet_has_its_members_and_no_others():
    statement = safetynet(rsa.generate_private_key(65537, 2048))
    formats = {"formats": FORMATS_OF_THE_STANDARD}
    assert judge("android-safetynet", statement, **formats).type == "basic"
    assert refused("android-safetynet", statement | {"more": 1}, **formats)
    assert refused("android-safetynet", statement | {"ver": 1, "response": "text"}, **formats)
