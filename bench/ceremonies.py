"""What judging a ceremony costs, against the least that it can cost, and beside two libraries.

The floor is: the public key made from its stored point, one ECDSA verification, two SHA-256. All
is process CPU. Each round times the floor and one contender on the same answers, one after the
other; the ratio is the median over the rounds. Every answer has a key of its own, and all begin
with the JSON text and the COSE bytes of the key: nobody keeps a key object.

A busy machine raises all ratios to the floor: Python suffers more from lost caches than OpenSSL's
arithmetic does. So ours is also timed against py_webauthn itself, round by round, and that ratio
holds still.

    python -m bench.ceremonies
"""

import hashlib
import json
import statistics
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass

import webauthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.server import Fido2Server
from fido2.webauthn import AttestedCredentialData, PublicKeyCredentialRpEntity

from tests.softkey import SoftKey
from wardkey.ceremonies import authentication, options, registration, strict_cbor, strict_json

RP_ID, ORIGIN = "keys.example.org", "https://keys.example.org"
CHALLENGE, USER_HANDLE = bytes(range(32)), bytes(range(64))
CHALLENGE_SHA256 = hashlib.sha256(CHALLENGE).digest()
ANSWERS, ROUNDS = 50, 61
LIMITS = {
    "ceremonies.assertion": 1.55,
    "ceremonies.registration": 1.85,
    "ceremonies.assertion.py_webauthn": 1.0,
    "ceremonies.registration.py_webauthn": 1.0,
}

Judge = Callable[["Recording"], object]


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One key's registration and first sign-in, as the portal gets and keeps them."""

    registration: str
    assertion: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    attested_credential: AttestedCredentialData
    point: bytes
    signature: bytes
    signed: bytes


def record(name: str) -> Recording:
    key = SoftKey(name, attestation="self")
    created = key.register(creation_options(), ORIGIN)
    kept = registration.verify(created, registration_expected())
    asked = options.request_options(rp_id=RP_ID, challenge=CHALLENGE, allow=[])
    answer = key.sign(asked, ORIGIN)
    cose = strict_cbor.read(kept.public_key)
    raw, client_data, signature = (
        webauthn.base64url_to_bytes(answer["response"][part])
        for part in ("authenticatorData", "clientDataJSON", "signature")
    )
    return Recording(
        registration=json.dumps(created),
        assertion=json.dumps(answer),
        credential_id=kept.credential_id,
        public_key=kept.public_key,
        sign_count=kept.sign_count,
        attested_credential=AttestedCredentialData.create(
            kept.aaguid.bytes, kept.credential_id, cose
        ),
        point=b"\x04" + cose[-2] + cose[-3],
        signature=signature,
        signed=raw + hashlib.sha256(client_data).digest(),
    )


def creation_options() -> dict:
    return options.creation_options(
        rp_id=RP_ID,
        rp_name="Example",
        user_handle=USER_HANDLE,
        user_name="ben",
        display_name="Ben",
        challenge=CHALLENGE,
        exclude=[],
    )


def registration_expected() -> registration.Expected:
    return registration.Expected(
        challenge_sha256=CHALLENGE_SHA256, rp_id=RP_ID, origins=frozenset({ORIGIN})
    )


def floor(recording: Recording) -> None:
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), recording.point)
    key.verify(recording.signature, recording.signed, ec.ECDSA(hashes.SHA256()))
    hashlib.sha256(recording.signed).digest()
    hashlib.sha256(recording.signed).digest()


def wardkey_assertion(recording: Recording) -> None:
    stored = authentication.StoredCredential(
        credential_id=recording.credential_id,
        public_key=recording.public_key,
        sign_count=recording.sign_count,
        backup_eligible=False,
    )
    expected = authentication.Expected(
        challenge_sha256=CHALLENGE_SHA256,
        rp_id=RP_ID,
        origins=frozenset({ORIGIN}),
        user_handle=USER_HANDLE,
        credential=stored,
    )
    authentication.verify(strict_json.read_object(recording.assertion), expected)


def wardkey_registration(recording: Recording) -> None:
    answer = strict_json.read_object(recording.registration)
    registration.verify(answer, registration_expected())


def py_webauthn_assertion(recording: Recording) -> None:
    webauthn.verify_authentication_response(
        credential=recording.assertion,
        expected_challenge=CHALLENGE,
        expected_rp_id=RP_ID,
        expected_origin=ORIGIN,
        credential_public_key=recording.public_key,
        credential_current_sign_count=recording.sign_count,
        require_user_verification=True,
    )


def py_webauthn_registration(recording: Recording) -> None:
    webauthn.verify_registration_response(
        credential=recording.registration,
        expected_challenge=CHALLENGE,
        expected_rp_id=RP_ID,
        expected_origin=ORIGIN,
        require_user_verification=True,
    )


FIDO2 = Fido2Server(PublicKeyCredentialRpEntity(name="Example", id=RP_ID), attestation="direct")
FIDO2_STATE = {
    "challenge": urlsafe_b64encode(CHALLENGE).rstrip(b"=").decode(),
    "user_verification": "required",
}


def fido2_assertion(recording: Recording) -> None:
    credentials = [recording.attested_credential]
    FIDO2.authenticate_complete(FIDO2_STATE, credentials, json.loads(recording.assertion))


def fido2_registration(recording: Recording) -> None:
    FIDO2.register_complete(FIDO2_STATE, json.loads(recording.registration))


CONTENDERS: dict[str, Judge] = {
    "ceremonies.assertion": wardkey_assertion,
    "py_webauthn assertion": py_webauthn_assertion,
    "fido2 assertion": fido2_assertion,
    "ceremonies.registration": wardkey_registration,
    "py_webauthn registration": py_webauthn_registration,
    "fido2 registration": fido2_registration,
}

PEERS: dict[str, tuple[Judge, Judge]] = {
    "ceremonies.assertion.py_webauthn": (wardkey_assertion, py_webauthn_assertion),
    "ceremonies.registration.py_webauthn": (wardkey_registration, py_webauthn_registration),
}


def microseconds(judge: Judge, recordings: list[Recording]) -> float:
    """Of process CPU, for one answer."""
    began = time.process_time_ns()
    for recording in recordings:
        judge(recording)
    return (time.process_time_ns() - began) / len(recordings) / 1000


def ratio(judge: Judge, other: Judge, recordings: list[Recording]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        least = microseconds(other, recordings)
        rounds.append(microseconds(judge, recordings) / least)
    return statistics.median(rounds[1:])


def run() -> list[tuple[str, float, float]]:
    """(name, ratio, limit) of what has a limit. Prints all of them as a table."""
    recordings = [record(f"bench {number}") for number in range(ANSWERS)]
    least = statistics.median(microseconds(floor, recordings) for _ in range(ROUNDS))
    print(f"\n{'one ceremony':28}{'CPU µs':>10}{'ratio':>8}\n{'floor':28}{least:10.1f}{1:8.2f}")
    ratios = {}
    for name, judge in CONTENDERS.items():
        ratios[name] = ratio(judge, floor, recordings)
        print(f"{name:28}{ratios[name] * least:10.1f}{ratios[name]:8.2f}")
    ratios |= {name: ratio(ours, theirs, recordings) for name, (ours, theirs) in PEERS.items()}
    return [(name, ratios[name], limit) for name, limit in LIMITS.items()]


if __name__ == "__main__":
    for name, measured, limit in run():
        print(f"bench {name} ratio {measured:.2f} limit {limit:.2f}")
