"""WebAuthn L3 §7.1 steps 1 to 12, a test for each: what is refused, beside what is not.

Steps 13 to 29 are in test_registration_steps_of_the_key.py; step 2 is the page's, whose words are
tested in tests/journeys.
"""

import json

import pytest

from tests.softkey import (
    decode,
    encode,
)
from wardkey.ceremonies import cose, options, registration

from .ceremony import (
    BEGUN,
    CHALLENGE,
    CREATION,
    ORIGIN,
    RP_ID,
    USER_HANDLE,
    SignIn,
    created,
    refused,
    register,
    with_response,
)
from .foreign_origins import FOREIGN_ORIGINS


def test_7_1_1_the_options_ask_for_what_the_answer_is_held_against_at19():
    assert CREATION["rp"]["id"] == RP_ID
    assert decode(CREATION["challenge"]) == CHALLENGE
    assert decode(CREATION["user"]["id"]) == USER_HANDLE
    assert [offer["alg"] for offer in CREATION["pubKeyCredParams"]] == list(cose.OFFERED)
    assert CREATION["authenticatorSelection"]["userVerification"] == "required"


def test_7_1_1_the_options_word_for_word_as_the_browser_reads_them():
    """A misspelt member is one that a browser passes over in silence."""
    asked = options.creation_options(
        rp_id=RP_ID,
        rp_name="Example",
        user_handle=USER_HANDLE,
        user_name="ben",
        display_name="Ben",
        challenge=CHALLENGE,
        exclude=[(b"first credential", ["usb"]), (b"other credential", [])],
    )
    assert asked == {
        "rp": {"id": RP_ID, "name": "Example"},
        "user": {"id": encode(USER_HANDLE), "name": "ben", "displayName": "Ben"},
        "challenge": encode(CHALLENGE),
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in (-7, -8, -35, -257)],
        "timeout": 300_000,
        "excludeCredentials": [
            {"type": "public-key", "id": encode(b"first credential"), "transports": ["usb"]},
            {"type": "public-key", "id": encode(b"other credential"), "transports": []},
        ],
        "authenticatorSelection": {
            "residentKey": "preferred",
            "requireResidentKey": False,
            "userVerification": "required",
        },
        "attestation": "direct",
        "extensions": {
            "credentialProtectionPolicy": "userVerificationOptionalWithCredentialIDList",
            "enforceCredentialProtectionPolicy": False,
            "credProps": True,
            "minPinLength": True,
        },
    }


def test_7_1_3_an_assertion_is_no_registration():
    for answer in (SignIn().answer(), created(response={"signature": "AAAA"})):
        with refused("7.1.3", "response_kind"):
            registration.verify(answer, BEGUN)


def test_7_1_4_extension_results_may_be_absent_empty_or_unknown():
    for results in (None, {}, {"unheardOf": {"deep": [1]}}, {"credProps": {}}):
        assert register(answer={"clientExtensionResults": results})
    with refused("parse", "malformed"):
        register(answer={"clientExtensionResults": []})


def test_7_1_5_a_byte_order_mark_is_dropped_and_bad_utf8_refused_ml16():
    assert register(client_data_json=lambda text: b"\xef\xbb\xbf" + text)
    bad = {"extra": b"\xff", "overlong": b"\xc0\xaf", "surrogate": b"\xed\xa0\x80"}
    for member in bad.values():
        with refused("7.1.5", "malformed"):
            register(client_data_json=lambda text, m=member: text[:-1] + b',"x":"' + m + b'"}')


def test_7_1_6_unknown_members_are_welcome_and_repeated_ones_refused_ml17():
    assert register(client_data={"other_keys_can_be_added_here": "do not compare with a template"})
    for member in (b'"origin":"https://evil.example"', b'"challenge":"AAAA"'):
        with refused("7.1.6", "malformed"):
            register(client_data_json=lambda text, m=member: text[:-1] + b"," + m + b"}")


@pytest.mark.parametrize("member", ["type", "challenge", "origin"])
def test_7_1_6_what_the_client_data_must_say_is_a_string_ml19(member):
    for value in (None, 7, True, ["x"], {"x": "y"}):
        with refused("7.1.6", "malformed"):
            register(client_data={member: value})


@pytest.mark.parametrize("kind", ["webauthn.get", "WebAuthn.create", "webauthn.create ", ""])
def test_7_1_7_the_type_is_create(kind):
    with refused("7.1.7", "type"):
        register(client_data={"type": kind})


def test_7_1_8_the_challenge_is_this_ceremonys_ce04():
    assert register()
    for other in (CHALLENGE[:-1], CHALLENGE + b"\x00", bytes(32), b""):
        with refused("7.1.8", "challenge"):
            register(client_data={"challenge": encode(other)})


@pytest.mark.parametrize("spelling", ["{}=", "{} ", " {}", "{}\n"])
def test_7_1_8_the_challenge_has_one_spelling_ml19(spelling):
    with refused("7.1.8", "malformed"):
        register(client_data={"challenge": spelling.format(encode(CHALLENGE))})


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_7_1_9_the_origin_is_exactly_ours_ce15_ce16(origin):
    with refused("7.1.9", "origin"):
        register(client_data={"origin": origin})


def test_7_1_9_any_of_our_origins_will_do():
    ours = {"origins": frozenset({ORIGIN, "https://keys.example.org:8443"})}
    assert register(begun=ours, client_data={"origin": "https://keys.example.org:8443"})


@pytest.mark.parametrize("value", [True, "false", 0, 1])
def test_7_1_10_no_cross_origin(value):
    assert register(client_data={"crossOrigin": False})
    assert register(client_data={"crossOrigin": None})  # absent
    with refused("7.1.10", "cross_origin"):
        register(client_data={"crossOrigin": value})


def test_7_1_11_no_top_origin():
    with refused("7.1.11", "top_origin"):
        register(client_data={"topOrigin": ORIGIN})
    with refused("7.1.11", "top_origin"):
        register(client_data_json=lambda text: text[:-1] + b',"topOrigin":null}')


def test_7_1_12_the_hash_is_of_the_bytes_that_came():
    answer = created()
    assert registration.verify(answer, BEGUN)
    members = json.loads(decode(answer["response"]["clientDataJSON"]))
    rewritten = encode(json.dumps(members).encode())
    with refused("7.1.22", "attestation"):
        registration.verify(with_response(answer, clientDataJSON=rewritten), BEGUN)
