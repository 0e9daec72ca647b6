"""tpm, apple, android-key and android-safetynet: each demand of §8 broken alone."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from wardkey.ceremonies.refusal import Refused
from wardkey.ceremonies.statements import FORMATS_OF_THE_STANDARD, der
from wardkey.ceremonies.statements.tpm_structures import read_certification, read_public_area

from .attestations import (
    AAGUID,
    CREDENTIAL_KEY,
    MADE_HERE,
    ROOT,
    SIGNED,
    SIGNS,
    aaguid_extension,
    android_key,
    apple,
    certification,
    cose_key,
    data_for,
    element,
    judge,
    key_description,
    public_area,
    safetynet,
    sign,
    tagged,
    tpm,
    tpm_leaf,
)
from .certificates import key_for, subject

NONCE = hashlib.sha256(SIGNED).digest()
OTHER_KEY = key_for("Other")


def refused(format, statement, *, reason="attestation", **others):
    with pytest.raises(Refused) as refusal:
        judge(format, statement, **others)
    return (refusal.value.step, refusal.value.reason) == ("7.1.22", reason)


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


# -- tpm

AIK = tpm_leaf()


def test_tpm_certifies_the_credential_for_this_ceremony():
    attested = judge("tpm", tpm(AIK))
    assert (attested.type, attested.trust_path) == ("attca", (AIK.der,))


def test_tpm_has_its_members_and_no_others():
    assert refused("tpm", tpm(AIK, ecdaaKeyId=b"1"))
    assert refused("tpm", None)


@pytest.mark.parametrize("version", ["1.2", "2", "", None, 2.0])
def test_tpm_is_of_version_2(version):
    assert refused("tpm", tpm(AIK, ver=version))


def test_tpm_public_area_is_the_credential():
    assert refused("tpm", tpm(AIK, pubArea=public_area(OTHER_KEY)))
    assert refused("tpm", tpm(AIK), data=data_for(cose_key(OTHER_KEY)))


def test_tpm_name_is_the_digest_of_the_public_area():
    area = public_area(CREDENTIAL_KEY)
    spoilt = certification(area).replace(hashlib.sha256(area).digest(), bytes(32))
    assert refused("tpm", tpm(AIK, certInfo=spoilt))
    assert refused("tpm", tpm(AIK, certInfo=certification(public_area(OTHER_KEY))))


def test_tpm_extra_data_is_the_digest_of_what_was_asked():
    spoilt = certification(public_area(CREDENTIAL_KEY)).replace(NONCE, bytes(32))
    assert refused("tpm", tpm(AIK, certInfo=spoilt))


def test_tpm_structure_was_made_by_the_tpm_to_certify():
    area = public_area(CREDENTIAL_KEY)
    assert refused("tpm", tpm(AIK, certInfo=certification(area, magic=b"\xffTCH")))
    assert refused("tpm", tpm(AIK, certInfo=certification(area, kind=0x8018)))


def test_tpm_structures_end_where_their_lengths_say():
    area = public_area(CREDENTIAL_KEY)
    whole = certification(area)
    assert refused("tpm", tpm(AIK, pubArea=area + b"\x00"))
    assert refused("tpm", tpm(AIK, pubArea=area[:-1]))
    assert refused("tpm", tpm(AIK, certInfo=whole + b"\x00"))
    assert refused("tpm", tpm(AIK, certInfo=whole[:-1]))


def test_tpm_signature_is_over_the_certification():
    assert refused("tpm", tpm(AIK, sig=sign(AIK.key, SIGNED)))
    assert refused("tpm", tpm(AIK, sig=sign(OTHER_KEY, certification(public_area(CREDENTIAL_KEY)))))
    assert refused("tpm", tpm(AIK, alg=-65535))
    assert refused("tpm", tpm(AIK, alg=-999))


@pytest.mark.parametrize(
    "options",
    [
        {"name": subject("A name")},
        {"parts": 2},
        {"purpose": "1.3.6.1.5.5.7.3.2"},
        {"ca": True},
        {"ca": None},
    ],
)
def test_tpm_leaf_is_the_certificate_of_an_attestation_key(options):
    assert refused("tpm", tpm(tpm_leaf(**options)))


def test_at03_tpm_leaf_names_the_model_where_it_names_one():
    right = tpm_leaf(extensions=(aaguid_extension(AAGUID),))
    wrong = tpm_leaf(extensions=(aaguid_extension(bytes(16)),))
    assert judge("tpm", tpm(right)).type == "attca"
    assert refused("tpm", tpm(wrong), reason="aaguid_mismatch")


def rs1_statement(leaf):
    area = public_area(CREDENTIAL_KEY)
    cert_info = certification(area).replace(
        b"\x00\x20" + NONCE, b"\x00\x14" + hashlib.sha1(SIGNED).digest()
    )
    signature = leaf.key.sign(cert_info, padding.PKCS1v15(), hashes.SHA1())
    return tpm(AIK) | {"alg": -65535, "x5c": [leaf.der], "sig": signature, "certInfo": cert_info}


def test_tpm_may_still_sign_with_rs1_as_windows_machines_do(rsa_key):
    statement = rs1_statement(tpm_leaf(key=rsa_key))
    assert judge("tpm", statement).type == "attca"
    assert refused("tpm", statement | {"sig": bytes(256)})
    small = tpm_leaf(key=rsa.generate_private_key(65537, 1024))
    assert refused("tpm", rs1_statement(small))


def test_tpm_public_area_of_rsa():
    head = bytes.fromhex("0001000b000604720000")
    modulus = bytes([0x80]) + bytes(254) + b"\x01"
    usual = head + bytes.fromhex("0010001008000000000001 00") + modulus
    assert read_public_area(usual).numbers == (int.from_bytes(modulus), 65537)
    schemed = head + bytes.fromhex("00100014000b0800000000030100") + modulus
    assert read_public_area(schemed).numbers == (int.from_bytes(modulus), 3)
    with pytest.raises(ValueError, match="signing"):
        read_public_area(usual.replace(bytes.fromhex("00100010"), bytes.fromhex("00060010"), 1))


@pytest.mark.parametrize("name_algorithm", [0x0004, 0x0010, 0x0012])
def test_tpm_names_rest_on_sha_2(name_algorithm):
    assert refused("tpm", tpm(AIK, pubArea=public_area(CREDENTIAL_KEY, name_algorithm)))


def test_tpm_clock_may_say_what_it_likes_about_being_safe():
    area = public_area(CREDENTIAL_KEY)
    read = read_certification(certification(area).replace(bytes(25), bytes([0x33]) * 25))
    assert read.name == read_public_area(area).name


# -- apple


def test_apple_certificate_carries_the_nonce():
    assert judge("apple", apple(NONCE)).type == "anonca"
    assert refused("apple", apple(bytes(32)))
    assert refused("apple", apple(NONCE + b"\x00"))
    assert refused("apple", {"x5c": [AIK.der]})


def test_apple_certificate_is_for_the_credential():
    assert refused("apple", apple(NONCE, key=OTHER_KEY))


def test_apple_may_name_an_algorithm_and_nothing_else():
    assert judge("apple", apple(NONCE) | {"alg": -7}).type == "anonca"
    assert refused("apple", apple(NONCE) | {"sig": b""})
    assert refused("apple", [])


# -- android-key


def test_android_key_certificate_describes_the_credential():
    attested = judge("android-key", android_key(key_description()))
    assert (attested.type, len(attested.trust_path)) == ("basic", 1)


def test_android_key_is_signed_with_the_credential_key():
    statement = android_key(key_description())
    assert refused("android-key", statement | {"sig": sign(OTHER_KEY, SIGNED)})
    assert refused("android-key", android_key(key_description(), key=OTHER_KEY))


def test_android_key_has_its_members_and_no_others():
    statement = android_key(key_description())
    assert refused("android-key", statement | {"ver": "1"})
    assert refused("android-key", [])


def test_android_key_was_made_for_this_challenge():
    assert refused("android-key", android_key(key_description(challenge=bytes(32))))


IMPORTED = tagged(702, b"\x02\x01\x02")
FOR_ALL = tagged(600, b"\x05\x00")
ENCRYPTS = tagged(1, b"\x31\x03\x02\x01\x00")
VERIFIES = tagged(1, b"\x31\x03\x02\x01\x03")


@pytest.mark.parametrize("wrong", [IMPORTED, FOR_ALL, ENCRYPTS, VERIFIES])
@pytest.mark.parametrize("place", ["software", "hardware"])
def test_android_key_must_not_say_what_forbids_it_in_either_list(place, wrong):
    lists = {"software": SIGNS + MADE_HERE, "hardware": SIGNS + MADE_HERE}
    assert judge("android-key", android_key(key_description(**lists))).type == "basic"
    assert refused("android-key", android_key(key_description(**lists | {place: wrong})))


def test_android_key_may_spread_over_both_lists():
    description = key_description(software=SIGNS, hardware=MADE_HERE)
    assert judge("android-key", android_key(description)).type == "basic"


@pytest.mark.parametrize("cut", [1, 40, 60])
def test_android_key_description_is_whole(cut):
    assert refused("android-key", android_key(key_description()[:-cut]))
    assert refused("android-key", android_key(key_description() + b"\x00"))


def test_android_key_description_has_eight_fields_and_says_nothing_twice():
    fields = der.read_one(key_description(), der.SEQUENCE)
    assert refused("android-key", android_key(element(0x30, fields + element(0x30, b""))))
    assert refused("android-key", android_key(key_description(software=ENCRYPTS + SIGNS)))


INDEFINITE = "3080" + "00" * 128


@pytest.mark.parametrize(
    "data", ["", "30", "3001", "30830000010a", "bf", "bf85", "02820001", "020100", INDEFINITE]
)
def test_der_is_one_element_with_a_definite_length(data):
    with pytest.raises((ValueError, IndexError)):
        der.read_one(bytes.fromhex(data), der.SEQUENCE)
    assert der.read_one(bytes.fromhex("3003020100"), der.SEQUENCE) == bytes.fromhex("020100")


# -- android-safetynet: only where it is asked for by name


def judge_safetynet(statement):
    return judge("android-safetynet", statement, formats=FORMATS_OF_THE_STANDARD)


def test_safetynet_is_judged_by_the_standard_and_refused_by_our_policy(rsa_key):
    statement = safetynet(rsa_key)
    assert judge_safetynet(statement).type == "basic"
    with pytest.raises(Refused) as refusal:
        judge("android-safetynet", statement)
    assert refusal.value.step == "7.1.21"


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "attest.android.com.example"},
        {"algorithm": "none"},
        {"nonce": "AAAA"},
        {"ctsProfileMatch": False},
        {"ctsProfileMatch": 1},
    ],
)
def test_safetynet_answer_is_from_google_for_this_ceremony(rsa_key, changes):
    with pytest.raises(Refused):
        judge_safetynet(safetynet(rsa_key, **changes))


def test_safetynet_signature_covers_the_answer(rsa_key):
    statement = safetynet(rsa_key)
    other = safetynet(rsa_key, timestampMs=1)
    protected, _payload, signature = statement["response"].split(b".")
    mixed = b".".join([protected, other["response"].split(b".")[1], signature])
    with pytest.raises(Refused):
        judge_safetynet(statement | {"response": mixed})


def test_a_certificate_on_another_curve_is_refused_where_the_credential_must_match():
    assert refused("apple", apple(NONCE, key=key_for("P-384", ec.SECP384R1())))
    assert refused("tpm", tpm(AIK) | {"x5c": [ROOT.der]})
