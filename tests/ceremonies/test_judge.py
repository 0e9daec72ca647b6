"""`wardkey ceremony judge`: verdicts, and what becomes of a hostile recording."""

import hashlib
import json
from contextlib import suppress

import pytest
from fido2 import cbor

from wardkey.ceremonies import base64url
from wardkey.ceremonies.judge import OUR_POLICY, STANDARD, Unreadable, judge

from .attestations import CREDENTIAL_ID, CREDENTIAL_KEY, cose_key, sign
from .certificates import key_for

ORIGIN = "https://portal.example"
CHALLENGE = base64url.encode(bytes(range(32)))


def client_data(kind, **changes):
    told = {"type": f"webauthn.{kind}", "challenge": CHALLENGE, "origin": ORIGIN, **changes}
    return json.dumps(told).encode()


def authenticator_data(flags, credential=b"", count=1):
    return (
        hashlib.sha256(b"portal.example").digest() + bytes([flags]) + count.to_bytes(4) + credential
    )


def answer(**response):
    name = base64url.encode(CREDENTIAL_ID)
    spelt = {member: base64url.encode(value) for member, value in response.items()}
    return {"id": name, "rawId": name, "type": "public-key", "response": spelt}


def recording(kind, credential, **others):
    asked = {"rp_id": "portal.example", "origin": ORIGIN, "challenge_b64url": CHALLENGE}
    return {"id": "one", "kind": kind, **asked, "credential": credential, **others}


def registration(flags=0x45, **others):
    key = cbor.encode(cose_key(CREDENTIAL_KEY))
    data = authenticator_data(
        flags, bytes(16) + len(CREDENTIAL_ID).to_bytes(2) + CREDENTIAL_ID + key
    )
    attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
    credential = answer(clientDataJSON=client_data("create"), attestationObject=attestation)
    return recording("registration", credential, **others)


def sign_in(flags=0x05, key=CREDENTIAL_KEY, **others):
    data, client = authenticator_data(flags), client_data("get")
    signature = sign(key, data + hashlib.sha256(client).digest())
    credential = answer(authenticatorData=data, clientDataJSON=client, signature=signature)
    stored = base64url.encode(cbor.encode(cose_key(CREDENTIAL_KEY)))
    return recording("authentication", credential, stored_public_key_b64url=stored, **others)


def verdict(ceremony, rules=OUR_POLICY):
    [found] = judge(json.dumps([ceremony]), rules=rules)
    return found


def refusal(ceremony, rules=OUR_POLICY):
    found = verdict(ceremony, rules)
    assert not found["accepted"]
    return found["step"], found["reason"]


@pytest.mark.parametrize("rules", [OUR_POLICY, STANDARD])
@pytest.mark.parametrize("ceremony", [registration(), sign_in()])
def test_a_good_ceremony_is_accepted_by_both_rules(ceremony, rules):
    assert verdict(ceremony, rules) == {
        "id": "one",
        "accepted": True,
        "step": None,
        "reason": None,
    }


def test_a_bad_ceremony_is_refused_with_step_and_reason():
    assert refusal(registration(origin="https://other.example")) == ("7.1.9", "origin")
    assert refusal(sign_in(origin="https://other.example")) == ("7.2.12", "origin")
    assert refusal(sign_in(key=key_for("Other"))) == ("7.2.21", "signature")
    assert refusal(sign_in(stored_sign_count=5)) == ("7.2.22", "sign_count")


def test_verdicts_come_in_order_one_for_each():
    several = [registration() | {"id": "a"}, sign_in(key=key_for("Other")) | {"id": "b"}, 7]
    found = list(judge(json.dumps(several), rules=STANDARD))
    assert [(each["id"], each["accepted"]) for each in found] == [
        ("a", True),
        ("b", False),
        (None, False),
    ]


def test_user_verification_is_always_asked_by_us_and_as_recorded_by_the_standard():
    for ceremony, step in ((registration(0x41), "7.1.16"), (sign_in(0x01), "7.2.17")):
        asked = ceremony | {"user_verification": "required"}
        assert refusal(ceremony) == (step, "user_verification")
        assert refusal(asked, STANDARD) == (step, "user_verification")
        assert verdict(ceremony, STANDARD)["accepted"]
        for spared in ("discouraged", None, "no value of the standard"):
            excused = ceremony | {"user_verification": spared}
            assert verdict(excused, STANDARD)["accepted"]
            assert refusal(excused) == (step, "user_verification")


def test_earlier_flags_are_compared_where_the_recording_has_them():
    for eligible, flags in ((0x08, 0x05), (0x00, 0x0D)):
        ceremony = sign_in(flags, registered_flags=0x45 | eligible)
        assert refusal(ceremony, STANDARD) == ("7.2.19", "backup_flags")
        assert verdict(sign_in(flags), STANDARD)["accepted"]


def test_a_key_that_we_do_not_offer_is_refused_by_us_at_sign_in_too():
    unknown = base64url.encode(cbor.encode(cose_key(CREDENTIAL_KEY) | {3: -9}))
    ceremony = sign_in() | {"stored_public_key_b64url": unknown}
    assert refusal(ceremony) == ("7.1.20", "algorithm")
    assert verdict(ceremony, STANDARD)["accepted"]


def test_several_origins_may_be_allowed():
    assert verdict(sign_in(allowed_origins=["https://a.example", ORIGIN]))["accepted"]
    assert refusal(sign_in(allowed_origins=["https://a.example"])) == ("7.2.12", "origin")


def test_the_answer_may_be_the_text_that_came_in():
    ceremony = sign_in()
    text = json.dumps(ceremony["credential"])
    assert verdict(ceremony | {"credential": text})["accepted"]
    twice = text.replace('"type"', '"type": "public-key", "type"')
    assert refusal(ceremony | {"credential": twice}) == ("parse", "malformed")


HOSTILE = [
    {"id": 5},
    {"kind": "Registration"},
    {"credential": None},
    {"credential": [[]]},
    {"credential": "{"},
    {"credential": {"id": "\ud800"}},
    {"credential": float("nan")},
    {"rp_id": None},
    {"origin": None},
    {"allowed_origins": "https://portal.example"},
    {"allowed_origins": [1]},
    {"challenge_b64url": None},
    {"challenge_b64url": "=="},
    {"user_verification": ["required"]},
    {"stored_public_key_b64url": None},
    {"stored_public_key_b64url": ""},
    {"stored_public_key_b64url": "oQ"},
    {"stored_public_key_b64url": "gA"},
    {"stored_sign_count": "1"},
    {"registered_flags": True},
]


@pytest.mark.parametrize("change", HOSTILE[1:], ids=str)
def test_a_hostile_ceremony_gets_a_verdict(change):
    step, _reason = refusal(sign_in() | change, STANDARD)
    assert step in ("parse", "7.1.20")


def test_an_id_is_handed_back_as_it_came():
    assert verdict(sign_in() | HOSTILE[0])["id"] == 5
    for other in (1.5, float("nan"), ["x"], {"x": 1}):
        assert verdict(sign_in() | {"id": other})["id"] is None


@pytest.mark.parametrize("ceremony", [None, [], "x", 1, True, {}])
def test_what_is_no_ceremony_gets_a_verdict(ceremony):
    assert refusal(ceremony) == ("parse", "malformed")


@pytest.mark.parametrize(
    "recording",
    [
        "",
        "{",
        "{}",
        "null",
        '"x"',
        b"\xff\xfe",
        "[" * 200_000,
        '[{"id": 1, "id": 2}]',
        "[1e999999",
        "9" * 5000,
    ],
    ids=range(10),
)
def test_a_recording_that_is_no_json_list_is_unreadable(recording):
    with pytest.raises(Unreadable):
        list(judge(recording, rules=STANDARD))


def test_a_very_deep_answer_is_refused():
    """Somewhere among these depths Python reads what is too deep for it to write."""
    recording = json.dumps([sign_in()])
    for depth in range(800, 1000):
        deep = "[" * depth + "]" * depth
        text = recording.replace('"response":', f'"x": {deep}, "response":')
        with suppress(Unreadable):
            [found] = judge(text, rules=STANDARD)
            assert (found["step"], found["reason"]) == ("parse", "malformed")
