"""WebAuthn L3 §7.2, a test for each step by its number: what is refused, beside what is not.

Elsewhere: 2, what the page says, in tests/journeys; 24, what is written and when, and the rest of
25, with the tests of signin/flow.py.
"""

import hashlib
import json

import pytest

from tests.softkey import (
    BACKED_UP,
    ELIGIBLE,
    PRESENT,
    VERIFIED,
    SoftKey,
    decode,
    encode,
    private_key,
    signature,
)
from wardkey.ceremonies import cose, options
from wardkey.ceremonies.refusal import Refused

from .ceremony import (
    CHALLENGE,
    ORIGIN,
    RP_ID,
    USER_HANDLE,
    SignIn,
    bits,
    created,
    flipped,
    refused,
    self_key,
    with_response,
)
from .foreign_origins import FOREIGN_ORIGINS


@pytest.fixture
def ben() -> SignIn:
    return SignIn()


def test_7_2_1_the_options_ask_for_the_chosen_key_alone():
    chosen = (b"the chosen credential", ["usb", "nfc"])
    asked = options.request_options(rp_id=RP_ID, challenge=CHALLENGE, allow=[chosen])
    allowed = {"type": "public-key", "id": encode(chosen[0]), "transports": ["usb", "nfc"]}
    assert asked == {
        "rpId": RP_ID,
        "challenge": encode(CHALLENGE),
        "timeout": 300_000,
        "allowCredentials": [allowed],
        "userVerification": "required",
    }


def test_7_2_3_an_attestation_is_no_assertion(ben):
    for answer in (created(), ben.answer(response={"attestationObject": "oA"})):
        with refused("7.2.3", "response_kind"):
            ben.judge(answer)


def test_7_2_4_extension_results_are_ignored_ce39(ben):
    for results in (None, {}, {"appid": True, "prf": {}, "unheardOf": [1]}):
        assert ben.sign_in(answer={"clientExtensionResults": results})
    with refused("parse", "malformed"):
        ben.sign_in(answer={"clientExtensionResults": [1]})


def test_7_2_5_only_the_key_that_was_asked_for_ce08_ce38(ben):
    ben.key.register(
        {"user": {"id": encode(USER_HANDLE)}, "rp": {"id": RP_ID}, "challenge": "AAAA"}, ORIGIN
    )
    first, second = ben.key.credentials
    assert ben.sign_in(credential_id=first)
    with refused("7.2.5", "not_in_allow_list"):
        ben.sign_in(credential_id=second)


def test_7_2_5_an_id_has_one_spelling_ce11(ben):
    with refused("parse", "id_mismatch"):
        ben.sign_in(answer={"id": encode(bytes(32))})
    padded = encode(ben.stored.credential_id) + "="
    with refused("parse", "malformed"):
        ben.sign_in(answer={"id": padded, "rawId": padded})


def test_7_2_6_the_user_handle_is_the_holders_where_present_ce07_ce10(ben):
    assert ben.sign_in()
    assert ben.sign_in(response={"userHandle": None})
    assert ben.judge(with_response(ben.answer(), userHandle=None))
    for other in (bytes(64), USER_HANDLE[:-1], b""):
        with refused("7.2.6", "user_handle"):
            ben.sign_in(response={"userHandle": encode(other)})
    with refused("7.2.6", "malformed"):
        ben.sign_in(response={"userHandle": 7})


def test_7_2_6_a_recording_without_a_user_compares_none(ben):
    ben.expected = ben.expected._replace(user_handle=None)
    assert ben.sign_in(response={"userHandle": encode(bytes(64))})


@pytest.mark.parametrize("member", ["clientDataJSON", "authenticatorData", "signature"])
def test_7_2_7_three_members_each_a_base64url_string(ben, member):
    with refused("7.2.3", "response_kind"):
        ben.sign_in(response={member: None})
    for bad in (None, 7, True, ["AAAA"], {}, "AAA=", "AA A", "A", "AB"):
        with refused("7.2.7", "malformed"):
            ben.judge(with_response(ben.answer(), **{member: bad}))


def test_7_2_7_authenticator_data_of_an_assertion_holds_no_credential(ben):
    credential = decode(created(self_key("other"))["response"]["attestationObject"])
    start = credential.index(hashlib.sha256(RP_ID.encode()).digest())
    with refused("7.2.7", "malformed"):
        ben.sign_in(authenticator_data=lambda _: credential[start:])
    with refused("7.2.7", "malformed"):
        ben.sign_in(authenticator_data=lambda data: data + b"\x00")


def test_7_2_8_a_byte_order_mark_is_dropped_and_bad_utf8_refused_ml16(ben):
    assert ben.sign_in(client_data_json=lambda text: b"\xef\xbb\xbf" + text)
    with refused("7.2.8", "malformed"):
        ben.sign_in(client_data_json=lambda text: text[:-1] + b',"x":"\xff"}')


def test_7_2_9_unknown_members_are_welcome_and_repeated_ones_refused_ml17(ben):
    assert ben.sign_in(client_data={"unheardOf": [1, {"x": None}]})
    with refused("7.2.9", "malformed"):
        ben.sign_in(client_data_json=lambda text: text[:-1] + b',"type":"webauthn.get"}')


@pytest.mark.parametrize("kind", ["webauthn.create", "Webauthn.get", "payment.get", ""])
def test_7_2_10_the_type_is_get_ce04(ben, kind):
    with refused("7.2.10", "type"):
        ben.sign_in(client_data={"type": kind})


def test_7_2_11_the_challenge_is_this_ceremonys_ce04_ce05(ben):
    assert ben.sign_in()
    for other in (bytes(32), CHALLENGE[:31], CHALLENGE + b"\x00", b""):
        with refused("7.2.11", "challenge"):
            ben.sign_in(client_data={"challenge": encode(other)})
    with refused("7.2.11", "malformed"):
        ben.sign_in(client_data={"challenge": encode(CHALLENGE) + "="})


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_7_2_12_the_origin_is_exactly_ours_ce15_ce16(ben, origin):
    with refused("7.2.12", "origin"):
        ben.sign_in(client_data={"origin": origin})


def test_7_2_13_no_cross_origin(ben):
    assert ben.sign_in(client_data={"crossOrigin": None})  # absent
    for value in (True, "true", 1, 0):
        with refused("7.2.13", "cross_origin"):
            ben.sign_in(client_data={"crossOrigin": value})


def test_7_2_14_no_top_origin(ben):
    with refused("7.2.14", "top_origin"):
        ben.sign_in(client_data={"topOrigin": ORIGIN})


def test_7_2_15_the_rp_id_hash_is_ours_whatever_appid_says_ce18_ce39(ben):
    for other in ("example.org", ORIGIN):
        with refused("7.2.15", "rp_id_hash"):
            ben.sign_in(rp_id=other, answer={"clientExtensionResults": {"appid": True}})


def test_7_2_16_the_user_was_present_ce19(ben):
    with refused("7.2.16", "user_presence"):
        ben.sign_in(clear_flags=PRESENT)


def test_7_2_17_the_user_was_verified_ce20(ben):
    assert ben.sign_in().user_verified
    with refused("7.2.17", "user_verification"):
        ben.sign_in(clear_flags=VERIFIED)
    ben.expected = ben.expected._replace(user_verification_required=False)
    assert not ben.sign_in(clear_flags=VERIFIED).user_verified


def test_7_2_18_what_cannot_be_backed_up_is_not_ce21(ben):
    with refused("7.2.18", "backup_flags"):
        ben.sign_in(set_flags=BACKED_UP)


def test_7_2_19_eligibility_is_as_it_was_registered_ce21(ben):
    with refused("7.2.19", "backup_flags"):
        ben.sign_in(set_flags=ELIGIBLE)
    synced = SignIn(self_key("synced", backup_eligible=True))
    assert synced.sign_in(set_flags=BACKED_UP).backup_state
    with refused("7.2.19", "backup_flags"):
        synced.sign_in(clear_flags=ELIGIBLE)
    assert ben.with_record(backup_eligible=None).sign_in(set_flags=ELIGIBLE)


def test_7_2_20_the_hash_is_of_the_bytes_that_came(ben):
    answer = ben.answer()
    assert ben.judge(answer)
    rewritten = json.dumps(json.loads(decode(answer["response"]["clientDataJSON"])))
    with refused("7.2.21", "signature"):
        ben.judge(with_response(answer, clientDataJSON=encode(rewritten.encode())))


@pytest.mark.parametrize("algorithm", cose.OFFERED)
def test_7_2_21_each_offered_algorithm(algorithm):
    ben = SignIn(self_key(algorithm=algorithm))
    assert ben.sign_in()
    with refused("7.2.21", "signature"):
        ben.judge(flipped(ben.answer(), "signature", 77))


@pytest.mark.parametrize("member", ["signature", "authenticatorData", "clientDataJSON"])
def test_7_2_21_no_bit_of_what_is_signed_can_change_ce12(ben, member):
    answer = ben.answer()
    assert ben.judge(answer)
    for bit in bits(answer, member):
        with pytest.raises(Refused):
            ben.judge(flipped(answer, member, bit))


def test_7_2_21_only_the_stored_key_signs_ce12(ben):
    other = SignIn(self_key("another key"))
    with refused("7.2.21", "signature"):
        ben.with_record(public_key=other.stored.public_key).sign_in()


def test_7_2_21_a_signature_of_other_bytes_ml14(ben):
    key = private_key(cose.ES256, "Ben's key 1")
    honest = ben.answer()["response"]
    data, client_data = decode(honest["authenticatorData"]), decode(honest["clientDataJSON"])
    hashed = hashlib.sha256(client_data).digest()
    assert ben.judge(with_response(ben.answer(), **honest))
    swapped = signature(key, hashed + data)
    for bad in (swapped, b"", b"\x00" * 10_000, decode(honest["signature"]) + b"\x00"):
        with refused("7.2.21", "signature"):
            ben.judge(with_response(ben.answer(), **{**honest, "signature": encode(bad)}))


def test_7_2_21_a_damaged_record_is_a_refusal_too(ben):
    for damaged in (b"", b"\xa0", b"\x80", b"\x01", ben.stored.public_key[:-1]):
        with pytest.raises(Refused) as caught:
            ben.with_record(public_key=damaged).sign_in()
        assert caught.value.step == "7.2.21"


@pytest.mark.parametrize(
    ("stored", "answered"),
    [(7, 7), (7, 6), (7, 0), (1, 0), (0xFFFFFFFF, 0), (0xFFFFFFFF, 1), (0xFFFFFFFF, 0xFFFFFFFF)],
)
def test_7_2_22_a_count_that_does_not_rise_ce23_ce25(ben, stored, answered):
    with refused("7.2.22", "sign_count"):
        ben.with_record(sign_count=stored).sign_in(sign_count=answered)


@pytest.mark.parametrize(("stored", "answered"), [(0, 0), (0, 1), (7, 8), (7, 0xFFFFFFFF)])
def test_7_2_22_a_count_that_rises_or_is_not_kept(ben, stored, answered):
    proof = ben.with_record(sign_count=stored).sign_in(sign_count=answered)
    assert proof.sign_count == answered


def test_7_2_22_a_false_signature_is_no_copied_key(ben):
    # The holder is told of a copy only when the key itself signed the fallen count.
    with refused("7.2.21", "signature"):
        ben.with_record(sign_count=9).judge(flipped(ben.answer(sign_count=1), "signature", 77))


def test_7_2_23_extensions_nobody_asked_for_are_ignored(ben):
    assert ben.sign_in(extensions={"unheardOf": {"x": [1, True]}})
    with refused("7.2.7", "malformed"):
        ben.sign_in(set_flags=0x80)


def test_7_2_25_what_an_assertion_proved(ben):
    proof = ben.sign_in()
    assert (proof.credential_id, proof.sign_count) == (ben.stored.credential_id, 2)
    assert (proof.user_verified, proof.backup_state) == (True, False)


def test_7_2_25_a_key_that_does_not_count():
    assert SignIn(SoftKey(attestation="none", counts=False)).sign_in().sign_count == 0
