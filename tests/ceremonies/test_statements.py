"""none, packed, fido-u2f and compound: each demand of §8 broken alone, beside the statement that
keeps them all; and that nothing but a refusal ever comes out, quickly (ML27)."""

import time
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from wardkey.ceremonies.refusal import Refused
from wardkey.ceremonies.statements import none as none_format
from wardkey.ceremonies.statements import verify_statement

from .attestations import (
    AAGUID,
    CLIENT_DATA_HASH,
    CREDENTIAL_KEY,
    DATA,
    ROOT,
    aaguid_extension,
    cose_key,
    data_for,
    fido_u2f,
    judge,
    packed,
    packed_self,
)
from .certificates import issue, key_for, subject

LEAF = issue("Batch", issuer=ROOT, extensions=(aaguid_extension(AAGUID),))


def refused(format, statement, *, step="7.1.22", reason="attestation", data=DATA):
    with pytest.raises(Refused) as refusal:
        judge(format, statement, data)
    return (refusal.value.step, refusal.value.reason) == (step, reason)


# -- the door


@pytest.mark.parametrize("format", ["Packed", "packed ", "", "android-safetynet", "fido_u2f"])
def test_step_21_a_format_is_known_by_its_exact_name_only(format):
    assert refused(format, packed_self(), step="7.1.21", reason="attestation_format")


def test_an_exception_inside_a_format_means_no():
    def break_down(*_arguments):
        raise RuntimeError("fault injected")

    formats = {"none": none_format.verify, "broken": break_down}
    arguments = {"statement": {}, "data": DATA, "client_data_hash": CLIENT_DATA_HASH}
    assert verify_statement(format="none", formats=formats, **arguments).type == "none"
    with pytest.raises(Refused) as refusal:
        verify_statement(format="broken", formats=formats, **arguments)
    assert str(refusal.value) == "7.1.22 attestation"


# -- none


def test_none_must_be_empty():
    assert judge("none", {}).type == "none"
    assert judge("none", {}).trust_path == ()
    assert refused("none", {"alg": -7})
    assert refused("none", [])
    assert refused("none", None)


# -- packed, signed by the credential itself


def test_packed_self_is_signed_by_the_credential():
    assert judge("packed", packed_self()).type == "self"
    assert refused("packed", packed_self() | {"sig": packed(LEAF)["sig"]})
    assert refused("packed", packed_self(), data=data_for(cose_key(CREDENTIAL_KEY), bytes(16)))


def test_packed_self_names_the_algorithm_of_the_credential():
    assert refused("packed", packed_self() | {"alg": -257})
    assert refused("packed", packed_self() | {"alg": "ES256"})
    assert refused("packed", packed_self() | {"alg": True})


@pytest.mark.parametrize("statement", [None, [], {}, {"alg": -7}, {"sig": b""}, {"x5c": []}])
def test_packed_has_its_members_and_no_others(statement):
    assert refused("packed", statement)
    assert refused("packed", packed_self() | {"ecdaaKeyId": b"1"})
    assert refused("packed", packed(LEAF) | {"ecdaaKeyId": b"1"})


# -- packed, signed by a certificate


def test_packed_full_brings_its_path_leaf_first():
    attested = judge("packed", packed(LEAF, ROOT))
    assert attested.type == "basic"
    assert attested.trust_path == (LEAF.der, ROOT.der)


def test_packed_full_is_signed_by_its_leaf():
    assert refused("packed", packed(LEAF) | {"sig": packed_self()["sig"]})
    assert refused("packed", packed(LEAF) | {"alg": -257})
    assert refused("packed", packed(LEAF) | {"sig": "text"})


def test_at03_packed_leaf_names_the_model_of_the_key_where_it_names_one():
    assert judge("packed", packed(issue("No model", issuer=ROOT))).type == "basic"
    other = issue("Other model", issuer=ROOT, extensions=(aaguid_extension(bytes(16)),))
    assert refused("packed", packed(other), reason="aaguid_mismatch")
    critical = issue("Critical", issuer=ROOT, extensions=(aaguid_extension(AAGUID, critical=True),))
    assert refused("packed", packed(critical))


@pytest.mark.parametrize("ca", [True, None])
def test_packed_leaf_is_no_authority_and_says_so(ca):
    assert refused("packed", packed(issue("Leaf", issuer=ROOT, ca=ca)))


def leaf_without(oid, *, instead=()):
    parts = [part for part in subject("Leaf") if part.oid != oid]
    instead = [x509.NameAttribute(oid, value, _validate=False) for value in instead]
    name = x509.Name(parts + instead)
    return issue("Leaf", issuer=ROOT, subject_name=name)


@pytest.mark.parametrize(
    "oid",
    [
        NameOID.COUNTRY_NAME,
        NameOID.ORGANIZATION_NAME,
        NameOID.ORGANIZATIONAL_UNIT_NAME,
        NameOID.COMMON_NAME,
    ],
)
def test_packed_leaf_has_the_subject_of_section_8_2_1(oid):
    assert refused("packed", packed(leaf_without(oid)))


# The library refuses to make such a name; reading it, it only warns.
odd_names = pytest.mark.filterwarnings("ignore:Attribute's length must be")


@odd_names
@pytest.mark.parametrize("country", ["G", "GBR", ""])
def test_packed_leaf_has_a_country_of_two_letters(country):
    assert refused("packed", packed(leaf_without(NameOID.COUNTRY_NAME, instead=[country])))
    assert judge("packed", packed(leaf_without(NameOID.COUNTRY_NAME, instead=["SE"])))


@odd_names
@pytest.mark.parametrize("oid", [NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME])
def test_packed_leaf_names_its_maker_and_itself(oid):
    assert refused("packed", packed(leaf_without(oid, instead=[""])))
    assert judge("packed", packed(leaf_without(oid, instead=["Anything"])))


@pytest.mark.parametrize("unit", ["authenticator attestation", "Keys"])
def test_packed_leaf_has_the_literal_unit(unit):
    instead = leaf_without(NameOID.ORGANIZATIONAL_UNIT_NAME, instead=[unit])
    assert refused("packed", packed(instead))
    good = leaf_without(NameOID.ORGANIZATIONAL_UNIT_NAME, instead=["Authenticator Attestation"])
    assert judge("packed", packed(good)).type == "basic"


# -- fido-u2f


def test_fido_u2f_is_signed_over_the_raw_message_of_u2f():
    attested = judge("fido-u2f", fido_u2f(LEAF))
    assert (attested.type, attested.trust_path) == ("basic", (LEAF.der,))
    assert refused("fido-u2f", fido_u2f(LEAF) | {"sig": packed(LEAF)["sig"]})
    assert refused("fido-u2f", fido_u2f(LEAF) | {"alg": -7})


def test_fido_u2f_has_one_certificate_on_p_256():
    assert refused("fido-u2f", fido_u2f(LEAF) | {"x5c": [LEAF.der, ROOT.der]})
    assert refused("fido-u2f", fido_u2f(issue("P-384", key=key_for("P-384", ec.SECP384R1()))))


def test_fido_u2f_credential_is_an_es256_key():
    esp256 = data_for(cose_key(CREDENTIAL_KEY) | {3: -9})
    assert refused("fido-u2f", fido_u2f(LEAF), data=esp256)
    assert refused("fido-u2f", fido_u2f(LEAF), data=data_for(cose_key(key_for("Other"))))


def test_an_unsound_credential_key_is_refused_as_such():
    data = data_for(cose_key(CREDENTIAL_KEY) | {-2: bytes(31)})
    for format, statement in (("packed", packed_self()), ("fido-u2f", fido_u2f(LEAF))):
        assert refused(format, statement, step="7.1.20", reason="public_key", data=data)


# -- compound


def part(format, statement):
    return {"fmt": format, "attStmt": statement}


def test_compound_holds_where_each_part_holds():
    attested = judge("compound", [part("none", {}), part("packed", packed(LEAF))])
    assert (attested.type, attested.trust_path) == ("basic", (LEAF.der,))
    assert judge("compound", [part("packed", packed_self()), part("none", {})]).type == "self"
    spoilt = part("packed", packed(LEAF) | {"sig": b""})
    assert refused("compound", [part("none", {}), spoilt])


def test_compound_is_a_list_of_two_to_four_that_are_not_compound():
    nothing = part("none", {})
    for statement in (nothing, [], [nothing], [nothing] * 5, [nothing, {}], [nothing, "none"]):
        assert refused("compound", statement)
    for statement in ([nothing, nothing | {"more": 1}], None):
        assert refused("compound", statement)
    assert refused("compound", [nothing, part("compound", [nothing, nothing])])
    unknown = [nothing, part("android-safetynet", {})]
    assert refused("compound", unknown, step="7.1.21", reason="attestation_format")


# -- hostile certificates (ML27)

HOSTILE_CHAINS = {
    "a thousand certificates": [LEAF.der] * 1000,
    "nine certificates": [LEAF.der] * 9,
    "a certificate of 1 MB": [LEAF.der + bytes(1 << 20)],
    "a malformed leaf": [b"\x30\x82"],
    "a malformed issuer": [LEAF.der, b"\x30\x82"],
    "a certificate with a byte left over": [LEAF.der + b"\x00"],
    "no certificate": [],
    "text": ["MIIB"],
    "no list": LEAF.der,
    "a map": {0: LEAF.der},
    "a list in a list": [[LEAF.der]],
}


@pytest.mark.parametrize("chain", HOSTILE_CHAINS.values(), ids=HOSTILE_CHAINS.keys())
@pytest.mark.parametrize("format", ["packed", "fido-u2f"])
def test_ml27_a_hostile_chain_is_refused_at_once(format, chain):
    statement = {"packed": packed, "fido-u2f": fido_u2f}[format](LEAF) | {"x5c": chain}
    start = time.process_time()
    assert refused(format, statement)
    assert time.process_time() - start < 0.2


def test_eight_certificates_are_read():
    assert len(judge("packed", packed(LEAF) | {"x5c": [LEAF.der] * 8}).trust_path) == 8


def test_a_flipped_bit_anywhere_in_what_is_signed_refuses():
    statement = packed_self()
    for place in range(0, len(DATA.raw) - 77, 5):
        spoilt = bytearray(DATA.raw)
        spoilt[place] ^= 1
        with pytest.raises(Refused):
            judge("packed", statement, replace(DATA, raw=bytes(spoilt)))
