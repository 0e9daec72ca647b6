"""Each of the 54 steps of WebAuthn L3 §7: what breaks it is refused, beside what does not.

Most steps refuse under their own number: `BROKEN` has one fault for each, in an answer that is
accepted without it. The others are elsewhere: in what is asked, in the page, in the policy, in the
database. `ELSEWHERE` names their tests, refusal and success.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.softkey import BACKED_UP, ELIGIBLE, PRESENT, VERIFIED, encode

from .ceremony import ORIGIN, SignIn, refused, register

TESTS = Path(__file__).resolve().parents[1]
STEPS = [f"7.1.{step}" for step in range(1, 30)] + [f"7.2.{step}" for step in range(1, 26)]


def told_twice(text: bytes) -> bytes:
    return text.replace(b"{", b'{"type":"", ', 1)


def no_utf8(text: bytes) -> bytes:
    return text.replace(b"{", b'{"more":"\xff", ', 1)


def cut(data: bytes) -> bytes:
    return data[:-1]


def of_another_format(attestation_object: bytes) -> bytes:
    return attestation_object.replace(b"packed", b"locked")


OTHER_CHALLENGE = {"challenge": encode(b"another challenge")}
CROSS, TOP = {"crossOrigin": True}, {"topOrigin": ORIGIN}
ABROAD = {"origin": f"{ORIGIN}.example"}
ANOTHER_KEY = {"id": encode(bytes(32)), "rawId": encode(bytes(32))}
Broken = Mapping[str, tuple[dict[str, Any], str]]

BROKEN_REGISTRATION: Broken = {
    "7.1.3": ({"response": {"signature": "AAAA"}}, "response_kind"),
    "7.1.5": ({"client_data_json": no_utf8}, "malformed"),
    "7.1.6": ({"client_data_json": told_twice}, "malformed"),
    "7.1.7": ({"client_data": {"type": "webauthn.get"}}, "type"),
    "7.1.8": ({"client_data": OTHER_CHALLENGE}, "challenge"),
    "7.1.9": ({"client_data": ABROAD}, "origin"),
    "7.1.10": ({"client_data": CROSS}, "cross_origin"),
    "7.1.11": ({"client_data": TOP}, "top_origin"),
    "7.1.13": ({"attestation_object": cut}, "malformed"),
    "7.1.14": ({"rp_id": "example.org"}, "rp_id_hash"),
    "7.1.15": ({"clear_flags": PRESENT}, "user_presence"),
    "7.1.16": ({"clear_flags": VERIFIED}, "user_verification"),
    "7.1.17": ({"set_flags": BACKED_UP}, "backup_flags"),
    "7.1.20": ({"cose": {3: -47}}, "algorithm"),
    "7.1.21": ({"attestation_object": of_another_format}, "attestation_format"),
    "7.1.22": ({"statement": {"sig": b"false"}}, "attestation"),
    "7.1.25": ({"credential_id": b"15 bytes and no"}, "credential_id_length"),
}
BROKEN_AUTHENTICATION: Broken = {
    "7.2.3": ({"response": {"attestationObject": "AAAA"}}, "response_kind"),
    "7.2.5": ({"answer": ANOTHER_KEY}, "not_in_allow_list"),
    "7.2.6": ({"response": {"userHandle": encode(b"somebody else")}}, "user_handle"),
    "7.2.7": ({"authenticator_data": cut}, "malformed"),
    "7.2.8": ({"client_data_json": no_utf8}, "malformed"),
    "7.2.9": ({"client_data_json": told_twice}, "malformed"),
    "7.2.10": ({"client_data": {"type": "webauthn.create"}}, "type"),
    "7.2.11": ({"client_data": OTHER_CHALLENGE}, "challenge"),
    "7.2.12": ({"client_data": ABROAD}, "origin"),
    "7.2.13": ({"client_data": CROSS}, "cross_origin"),
    "7.2.14": ({"client_data": TOP}, "top_origin"),
    "7.2.15": ({"rp_id": "example.org"}, "rp_id_hash"),
    "7.2.16": ({"clear_flags": PRESENT}, "user_presence"),
    "7.2.17": ({"clear_flags": VERIFIED}, "user_verification"),
    "7.2.18": ({"set_flags": BACKED_UP}, "backup_flags"),
    "7.2.19": ({"set_flags": ELIGIBLE}, "backup_flags"),
    "7.2.21": ({"signature": cut}, "signature"),
    "7.2.22": ({"sign_count": 1}, "sign_count"),
}


@pytest.mark.parametrize("step", BROKEN_REGISTRATION)
def test_a_registration_that_breaks_one_step_is_refused_by_that_step(step):
    faults, reason = BROKEN_REGISTRATION[step]
    assert register()
    with refused(step, reason):
        register(**faults)


@pytest.mark.parametrize("step", BROKEN_AUTHENTICATION)
def test_a_sign_in_that_breaks_one_step_is_refused_by_that_step(step):
    faults, reason = BROKEN_AUTHENTICATION[step]
    ben = SignIn()
    assert ben.sign_in(sign_count=2)
    with refused(step, reason):
        ben.sign_in(**{"sign_count": 2} | faults)


# The test of the refusal, and of the success beside it; sometimes one is both.
ELSEWHERE = {
    "7.1.1": (
        "a_person_in_the_middle_of_a_login_registers_nothing",
        "7_1_1_the_options_ask_for_what_the_answer_is_held_against_at19",
    ),
    "7.1.2": ("7_1_2_no_token_in_time", "own_tokens_are_registered_renamed_and_removed"),
    "7.1.4": ("7_1_4_extension_results_may_be_absent_empty_or_unknown",),
    "7.1.12": ("7_1_12_the_hash_is_of_the_bytes_that_came",),
    "7.1.18": (
        "ce22_a_synced_passkey_is_refused_in_words_of_its_own",
        "7_1_18_7_1_19_both_backup_flags_are_told_to_the_policy_ce22",
    ),
    "7.1.19": (
        "ce22_a_synced_passkey_is_refused_in_words_of_its_own",
        "7_1_18_7_1_19_both_backup_flags_are_told_to_the_policy_ce22",
    ),
    "7.1.23": (
        "at04_7_1_23_the_root_must_be_that_of_the_claimed_model",
        "a_key_of_a_known_model_is_attested",
    ),
    "7.1.24": ("at06_7_1_24_the_path_must_be_valid_at_the_registration",),
    "7.1.26": (
        "ce27_7_1_26_somebody_elses_key_is_refused_and_stays_theirs",
        "a_registered_key_is_kept_recorded_and_in_the_list",
    ),
    "7.1.27": ("a_false_answer_is_refused", "7_1_27_what_is_kept_is_what_was_proved"),
    "7.1.28": ("7_1_28_unasked_and_absurd_extensions_are_ignored_ce39",),
    "7.1.29": (
        "az02_7_1_29_a_holder_named_in_the_body_is_ignored",
        "a_registered_key_is_kept_recorded_and_in_the_list",
    ),
    "7.2.1": (
        "a_removed_token_cannot_be_chosen",
        "7_2_1_the_options_ask_for_the_chosen_key_alone",
    ),
    "7.2.2": ("7_2_2_no_token_in_time", "exactly_the_chosen_token_is_asked_for"),
    "7.2.4": ("7_2_4_extension_results_are_ignored_ce39",),
    "7.2.20": ("7_2_20_the_hash_is_of_the_bytes_that_came",),
    "7.2.23": ("7_2_23_extensions_nobody_asked_for_are_ignored",),
    "7.2.24": (
        "7_2_24_a_holder_who_changes_while_the_answer_is_judged_is_refused",
        "the_chosen_token_opens_the_portal",
    ),
    "7.2.25": ("a_false_answer_is_refused", "7_2_25_what_an_assertion_proved"),
}


@cache
def names() -> frozenset[str]:
    """Of every test there is."""
    texts = [file.read_text() for file in sorted(TESTS.rglob("test_*.py"))]
    return frozenset(re.findall(r"^def test_(\w+)", "\n".join(texts), re.M))


@pytest.mark.parametrize("step", STEPS)
def test_each_step_has_a_refusal_and_a_success(step):
    broken_here = step in BROKEN_REGISTRATION or step in BROKEN_AUTHENTICATION
    assert broken_here is not (step in ELSEWHERE)
    assert names() >= set(ELSEWHERE.get(step, ()))


@pytest.mark.parametrize("step", STEPS)
def test_each_step_has_a_test_with_its_number(step):
    number = step.replace(".", "_")
    assert any(f"{number}_" in name for name in names())
