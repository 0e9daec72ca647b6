"""Judging what a key answered at its registration: by the standard, the portal, the policy."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from ..base import clock
from ..base.errors import KeyAlreadyRegistered
from ..ceremonies import registration
from ..ceremonies.models import PendingCeremony
from ..keymodels.attestation import Proved, prove
from ..keymodels.policy import ModelPolicy, require_allowed_model
from ..organisations.policy import Policy
from ..people.models import Person
from ..people.policy import policy_for
from .queries import key_with_credential_id, public_key_is_known


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    credential: registration.Registration
    proved: Proved

    def as_json(self) -> dict[str, object]:
        """What was proved at the registration, as it is kept with the key."""
        return {
            "algorithm": self.credential.algorithm,
            "attestation": self.credential.attestation,
            "user_verified": self.credential.user_verified,
            "resident_key": self.credential.credential_properties_rk,
            "min_pin_length": self.credential.min_pin_length,
            "cred_protect": self.credential.cred_protect,
            "model": self.proved.as_json(),
        }


def judge(ceremony: PendingCeremony, answer: Any, *, registrar: Person, holder: Person) -> Judged:
    """Raises Refused, KeyAlreadyRegistered, ModelNotAllowed."""
    credential = registration.verify(answer, _expected(ceremony))
    _require_new(credential.credential_id, registrar=registrar, holder=holder)
    _require_key_pair_of_its_own(credential.public_key)
    proved = prove(credential, at=clock.now())  # WebAuthn L3 §7.1 steps 23 and 24
    require_allowed_model(model_policy(policy_for(holder)), proved)  # and 18 and 19
    return Judged(credential=credential, proved=proved)


def _expected(ceremony: PendingCeremony) -> registration.Expected:
    return registration.Expected(
        challenge_sha256=bytes(ceremony.challenge_sha256),
        rp_id=ceremony.options["rp"]["id"],
        origins=frozenset(settings.ORIGINS),
        algorithms=tuple(offer["alg"] for offer in ceremony.options["pubKeyCredParams"]),
    )


def _require_new(credential_id: bytes, *, registrar: Person, holder: Person) -> None:
    # WebAuthn L3 §7.1 step 26
    known = key_with_credential_id(credential_id)
    if known is None:
        return
    if known.holder_id == holder.pk:
        raise KeyAlreadyRegistered("holders_key")
    raise KeyAlreadyRegistered("own_key" if known.holder_id == registrar.pk else "registered")


def _require_key_pair_of_its_own(public_key: bytes) -> None:
    """A key makes a new pair for each credential (WebAuthn L3 §6.3.2). The same one under another
    id is a copy, or comes from a key whose random numbers repeat."""
    if public_key_is_known(public_key):
        raise KeyAlreadyRegistered("duplicate_pubkey")


def model_policy(policy: Policy) -> ModelPolicy:
    return ModelPolicy(
        models=policy.models,
        listed=policy.listed_models,
        minimum_certification=policy.minimum_certification,
        synced_passkeys=policy.synced_passkeys,
    )
