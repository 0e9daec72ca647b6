"""WebAuthn L3 §7.1 steps 13 to 29, a test for each: what is refused, beside what is not.

Elsewhere: 18 and 19, synced keys by policy, and 23 and 24, trust in the maker, in tests/keymodels
and test_trust.py; 26 and 29, the database, with the tests of keys/registration.py; each format of
22 in test_statements.py.
"""

import uuid

import cbor2
import pytest

from tests.softkey import (
    AAGUID,
    BACKED_UP,
    EDDSA,
    ELIGIBLE,
    ES384,
    PRESENT,
    RS256,
    VERIFIED,
    SoftKey,
    decode,
    encode,
    private_key,
    signature,
)
from wardkey.ceremonies import cose, registration, strict_cbor
from wardkey.ceremonies.refusal import Refused

from .ceremony import (
    BEGUN,
    ORIGIN,
    bits,
    created,
    flipped,
    refused,
    register,
    self_key,
    with_response,
)


def test_7_1_13_the_attestation_object_is_strict_cbor():
    honest = decode(created()["response"]["attestationObject"])
    for bad in (
        b"",
        honest[:-1],
        honest + b"\x00",
        b"\x80",
        b"\xa0",
        b"\xf6",
        b"\xbf" + honest[1:],
    ):
        with refused("7.1.13", "malformed"):
            register(attestation_object=lambda _, bad=bad: bad)


@pytest.mark.parametrize(
    "members", [{"fmt": 7}, {"fmt": ["none"]}, {"authData": "text"}, {"fmt": b""}]
)
def test_7_1_13_each_member_has_its_type(members):
    honest = cbor2.loads(decode(created()["response"]["attestationObject"]))
    with refused("7.1.13", "malformed"):
        register(attestation_object=lambda _: cbor2.dumps({**honest, **members}))


def test_7_1_13_authenticator_data_without_a_credential_registers_nothing():
    with refused("7.1.13", "malformed"):
        register(authenticator_data=lambda data: data[:32] + b"\x05" + data[33:37])


def test_7_1_13_authenticator_data_ends_where_it_says():
    for spoil in (lambda data: data[:36], lambda data: data + b"\x00"):
        with refused("7.1.13", "malformed"):
            register(authenticator_data=spoil)


def test_7_1_14_the_rp_id_hash_is_ours_ce18():
    with refused("7.1.14", "rp_id_hash"):
        register(rp_id="example.org")


def test_7_1_15_the_user_was_present_ce19():
    with refused("7.1.15", "user_presence"):
        register(clear_flags=PRESENT)


def test_7_1_16_the_user_was_verified_ce20_at18():
    assert register().user_verified
    with refused("7.1.16", "user_verification"):
        register(clear_flags=VERIFIED)
    recorded = register(begun={"user_verification_required": False}, clear_flags=VERIFIED)
    assert not recorded.user_verified


def test_7_1_17_what_cannot_be_backed_up_is_not_ce21():
    with refused("7.1.17", "backup_flags"):
        register(set_flags=BACKED_UP)


@pytest.mark.parametrize("flags", [0, ELIGIBLE, ELIGIBLE | BACKED_UP])
def test_7_1_18_7_1_19_both_backup_flags_are_told_to_the_policy_ce22(flags):
    told = register(set_flags=flags)
    assert told.backup_eligible == bool(flags & ELIGIBLE)
    assert told.backup_state == bool(flags & BACKED_UP)


@pytest.mark.parametrize("algorithm", cose.OFFERED)
def test_7_1_20_each_offered_algorithm(algorithm):
    assert register(self_key(algorithm=algorithm)).algorithm == algorithm


@pytest.mark.parametrize("algorithm", [-65535, 999, -47, 7, 0, None])
def test_7_1_20_an_algorithm_that_was_not_offered_ml10(algorithm):
    with refused("7.1.20", "algorithm"):
        register(SoftKey(attestation="none"), cose={3: algorithm})


@pytest.mark.parametrize("algorithm", [EDDSA, ES384, RS256])
def test_7_1_20_an_algorithm_that_this_ceremony_did_not_offer_at18(algorithm):
    with refused("7.1.20", "algorithm"):
        register(self_key(algorithm=algorithm), begun={"algorithms": (cose.ES256,)})


def test_7_1_20_an_unsound_key_is_refused_at_once_ml11():
    with refused("7.1.20", "public_key"):
        register(SoftKey(attestation="none"), cose={-3: bytes(32)})


@pytest.mark.parametrize("format", ["Packed", "packed ", "", "fido-u2f2"])
def test_7_1_21_the_format_is_known_letter_by_letter(format):
    answer = created()
    honest = decode(answer["response"]["attestationObject"])
    text = bytes([0x60 | len(format)]) + format.encode()
    spoilt = encode(honest.replace(b"\x66packed", text))
    with refused("7.1.21", "attestation_format"):
        registration.verify(with_response(answer, attestationObject=spoilt), BEGUN)


def test_7_1_22_no_bit_of_what_is_signed_can_change():
    answer = created()
    assert registration.verify(answer, BEGUN)
    for member in ("attestationObject", "clientDataJSON"):
        for bit in bits(answer, member):
            with pytest.raises(Refused):
                registration.verify(flipped(answer, member, bit), BEGUN)


def test_7_1_22_a_statement_signed_by_another_key():
    other = signature(private_key(cose.ES256, "another key"), b"anything")
    with refused("7.1.22", "attestation"):
        register(statement={"sig": other})


def test_7_1_25_the_length_of_the_credential_id():
    for length in (16, 1023):
        assert len(register(credential_id=bytes(length)).credential_id) == length
    for length in (1, 15, 1024):
        with refused("7.1.25", "credential_id_length"):
            register(credential_id=bytes(length))


def test_7_1_25_the_id_is_the_same_in_all_three_places_ce11():
    other = encode(bytes(32))
    with refused("parse", "id_mismatch"):
        register(answer={"id": other})
    with refused("parse", "id_mismatch"):
        register(answer={"rawId": other})
    with refused("7.1.25", "id_mismatch"):
        register(answer={"id": other, "rawId": other})


def test_7_1_27_what_is_kept_is_what_was_proved():
    key = self_key()
    answer = created(key)
    kept = registration.verify(answer, BEGUN)
    [credential] = key.credentials.values()
    assert kept.credential_id == credential.credential_id
    assert kept.public_key in decode(answer["response"]["attestationObject"])
    assert cose.load(strict_cbor.read(kept.public_key))[0] == credential.private_key.public_key()
    assert (kept.algorithm, kept.sign_count, kept.aaguid) == (-7, 1, uuid.UUID(bytes=AAGUID))
    assert (kept.format, kept.attestation, kept.trust_path) == ("packed", "self", ())
    assert (kept.user_verified, kept.backup_eligible, kept.backup_state) == (True, False, False)
    assert encode(kept.client_data_json) == answer["response"]["clientDataJSON"]
    assert encode(kept.attestation_object) == answer["response"]["attestationObject"]


def test_7_1_27_a_statement_with_certificates_keeps_them():
    kept = register(SoftKey())
    assert (kept.format, kept.attestation, len(kept.trust_path)) == ("packed", "basic", 1)
    assert register(SoftKey(attestation="none")).attestation == "none"


def test_what_was_kept_tells_its_maker_again():
    kept = register(SoftKey(backup_eligible=True))
    again = registration.reread(
        attestation_object=kept.attestation_object, client_data_json=kept.client_data_json
    )
    assert {name: getattr(kept, name) for name in again._fields} == again._asdict()
    with refused("7.1.22", "attestation"):
        registration.reread(attestation_object=kept.attestation_object, client_data_json=b"another")


def test_7_1_27_transports_are_known_strings_and_few_ml25():
    assert register().transports == ("usb", "nfc")
    assert register(response={"transports": None}).transports == ()
    assert register(response={"transports": ["warp", "ble", "ble"]}).transports == ("ble",)
    assert register(response={"transports": ["usb"] * 16}).transports == ("usb",)
    known = ("usb", "nfc", "ble", "smart-card", "hybrid", "internal")
    assert register(response={"transports": list(known)}).transports == known
    for bad in ([7], ["usb", None], "usb", {"usb": 1}, ["usb"] * 17, ["usb"] * 10_000):
        with refused("parse", "malformed"):
            register(response={"transports": bad})


def test_7_1_28_what_the_extensions_tell():
    told = register(extensions={"credProtect": 3, "minPinLength": 8})
    assert (told.cred_protect, told.min_pin_length, told.credential_properties_rk) == (3, 8, True)
    quiet = register(extensions={}, answer={"clientExtensionResults": {"credProps": {"rk": False}}})
    assert quiet.cred_protect is quiet.min_pin_length is None
    assert quiet.credential_properties_rk is False
    vague = register(answer={"clientExtensionResults": {"credProps": {"rk": "yes"}}})
    assert vague.credential_properties_rk is None


@pytest.mark.parametrize("level", [0, 1, 3, 4])
@pytest.mark.parametrize("length", [3, 4, 63, 64])
def test_7_1_28_numbers_that_ctap_does_not_know_are_ignored(level, length):
    told = register(extensions={"credProtect": level, "minPinLength": length})
    assert told.cred_protect == (level if 1 <= level <= 3 else None)
    assert told.min_pin_length == (length if 4 <= length <= 63 else None)


def test_7_1_28_unasked_and_absurd_extensions_are_ignored_ce39():
    assert register(extensions={"credProtect": True}).cred_protect is None
    absurd = {"credProtect": 1 << 60, "minPinLength": True, "largeBlob": {"x": [True]}}
    results = {"appid": True, "credProps": "yes", "prf": {"enabled": True}}
    told = register(extensions=absurd, answer={"clientExtensionResults": results})
    assert told.cred_protect is told.min_pin_length is told.credential_properties_rk is None
    with refused("7.1.14", "rp_id_hash"):
        register(rp_id=ORIGIN, answer={"clientExtensionResults": results})
