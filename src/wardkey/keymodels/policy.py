"""Which key models an organisation lets in: one function for every door."""

import logging
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from ..base.errors import ModelNotAllowed
from .attestation import Proved
from .models import Certification

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPolicy:
    """`models`: any, attested or listed; `listed` are ids of key models, and none means nobody.

    `minimum_certification` is a `Certification`, 0 or None where none is asked for;
    `synced_passkeys`: refused or allowed.
    """

    models: str = "any"
    listed: Collection[uuid.UUID] = field(default_factory=frozenset)
    minimum_certification: int | None = None
    synced_passkeys: str = "refused"


def require_allowed_model(policy: ModelPolicy, proved: Proved) -> None:
    """Raises ModelNotAllowed; its reason, for the page, is one of: synced_passkey, bad_status,
    certification, not_listed, firmware, attestation_none, attestation_self, model_unknown, chain,
    policy."""
    if objection := _objection_or_none(policy, proved):
        raise ModelNotAllowed(objection)


def lets_in(policy: ModelPolicy, proved: Proved) -> bool:
    return not _objection_or_none(policy, proved)


def _objection_or_none(policy: ModelPolicy, proved: Proved) -> str:
    try:
        return _objection(policy, proved)
    except Exception:
        # A policy that breaks says no.
        logger.exception("security.exception in the policy of key models")
        return "policy"


def _objection(policy: ModelPolicy, proved: Proved) -> str:
    if proved.backup_eligible and policy.synced_passkeys != "allowed":
        return "synced_passkey"
    if proved.bad_statuses:
        return "bad_status"
    return _objection_to_origin(policy, proved) or _objection_to_level(policy, proved)


def _objection_to_origin(policy: ModelPolicy, proved: Proved) -> str:
    if policy.models == "any":
        return ""
    if policy.models not in ("attested", "listed"):
        raise ValueError(f"unknown policy {policy.models!r}")
    if not proved.attested:
        return proved.reason or "policy"
    if policy.models == "listed" and proved.model_id not in policy.listed:
        return "not_listed"
    return "firmware" if proved.outdated else ""


def _objection_to_level(policy: ModelPolicy, proved: Proved) -> str:
    """Also under `any`: only an attested key has a certification to show."""
    minimum = policy.minimum_certification or Certification.NONE
    if proved.certification < minimum:
        return "certification"
    return ""
