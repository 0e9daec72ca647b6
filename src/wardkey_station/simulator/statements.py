"""Attestation statements (WebAuthn L3 §8.2 and §8.7): packed by a batch or by itself, or none."""

from typing import Any

from .key import SimulatedKey
from .script import NONE, SELF
from .signing import ES256, sign
from .state import Credential

PACKED_FORMAT, NO_FORMAT = "packed", "none"


def stated(
    key: SimulatedKey,
    credential: Credential,
    signed: bytes,
    *,
    is_enterprise: bool,
    wanted: list[str],
) -> tuple[str, dict[str, Any]]:
    """`wanted` are formats, the dearest first (CTAP 2.2); the key has two to choose from."""
    known = [each for each in wanted if each in (PACKED_FORMAT, NO_FORMAT)]
    if key.profile.attestation == NONE or known[:1] == [NO_FORMAT]:
        return NO_FORMAT, {}
    if key.profile.attestation == SELF and not is_enterprise:
        signature = sign(credential.algorithm, credential.private_key, signed)
        return PACKED_FORMAT, {"alg": credential.algorithm, "sig": signature}
    batch = key.state.attestation
    certificate, private_key = batch.certificate, batch.private_key
    if is_enterprise:
        certificate, private_key = batch.enterprise_certificate, batch.enterprise_private_key
    signature = sign(ES256, private_key, signed)
    return PACKED_FORMAT, {"alg": ES256, "sig": signature, "x5c": [certificate]}
