"""Both ceremonies with honest defaults, to be spoilt in one respect at a time."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from tests.softkey import SoftKey, decode, encode
from wardkey.ceremonies import authentication, options, registration
from wardkey.ceremonies.refusal import Refused

RP_ID, ORIGIN = "keys.example.org", "https://keys.example.org"
CHALLENGE, USER_HANDLE = bytes(range(32)), bytes(range(64))
CREATION = options.creation_options(
    rp_id=RP_ID,
    rp_name="Example",
    user_handle=USER_HANDLE,
    user_name="ben@example.org",
    display_name="Ben",
    challenge=CHALLENGE,
    exclude=[],
)
REQUEST = options.request_options(rp_id=RP_ID, challenge=CHALLENGE, allow=[])
BEGUN = registration.Expected(
    challenge_sha256=hashlib.sha256(CHALLENGE).digest(), rp_id=RP_ID, origins=frozenset({ORIGIN})
)


@contextmanager
def refused(step: str, reason: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert (caught.value.step, caught.value.reason) == (step, reason)


def self_key(name: str = "Ben's key", **about: Any) -> SoftKey:
    """A key that signs its own statement, so that nothing but its own key is in play."""
    return SoftKey(name, attestation="self", **about)


def created(key: SoftKey | None = None, **faults: Any) -> dict[str, Any]:
    return (key or self_key()).register(CREATION, ORIGIN, **faults)


def register(
    key: SoftKey | None = None, *, begun: Mapping[str, Any] | None = None, **faults: Any
) -> registration.Registration:
    """`begun` changes what the portal expects, `faults` what the key answers."""
    return registration.verify(created(key, **faults), BEGUN._replace(**(begun or {})))


class SignIn:
    """A registered key, the record of it, and its next answers."""

    def __init__(self, key: SoftKey | None = None) -> None:
        self.key = key or self_key()
        kept = register(self.key)
        self.stored = authentication.StoredCredential(
            credential_id=kept.credential_id,
            public_key=kept.public_key,
            sign_count=kept.sign_count,
            backup_eligible=kept.backup_eligible,
        )
        self.expected = authentication.Expected(
            challenge_sha256=BEGUN.challenge_sha256,
            rp_id=RP_ID,
            origins=BEGUN.origins,
            user_handle=USER_HANDLE,
            credential=self.stored,
        )

    def answer(self, **faults: Any) -> dict[str, Any]:
        return self.key.sign(REQUEST, ORIGIN, **faults)

    def with_record(self, **changes: Any) -> "SignIn":
        self.expected = self.expected._replace(credential=self.stored._replace(**changes))
        return self

    def judge(self, answer: dict[str, Any]) -> authentication.Authentication:
        return authentication.verify(answer, self.expected)

    def sign_in(self, **faults: Any) -> authentication.Authentication:
        return self.judge(self.answer(**faults))


def with_response(answer: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {**answer, "response": {**answer["response"], **members}}


def flipped(answer: dict[str, Any], member: str, bit: int) -> dict[str, Any]:
    """The answer with one bit of a member of its response turned round after signing."""
    data = bytearray(decode(answer["response"][member]))
    data[bit // 8] ^= 1 << bit % 8
    return with_response(answer, **{member: encode(bytes(data))})


def bits(answer: dict[str, Any], member: str) -> range:
    return range(8 * len(decode(answer["response"][member])))
