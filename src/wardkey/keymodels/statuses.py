"""What FIDO reports about a model over time (FIDO Metadata Service §3.1.4)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from .models import Certification

BAD = frozenset(
    {
        "REVOKED",
        "USER_VERIFICATION_BYPASS",
        "ATTESTATION_KEY_COMPROMISE",
        "USER_KEY_REMOTE_COMPROMISE",
        "USER_KEY_PHYSICAL_COMPROMISE",
    }
)
# FIDO_CERTIFIED without a level is the older name of level 1.
LEVELS = {
    "FIDO_CERTIFIED": Certification.L1,
    "FIDO_CERTIFIED_L1": Certification.L1,
    "FIDO_CERTIFIED_L1plus": Certification.L1_PLUS,
    "FIDO_CERTIFIED_L2": Certification.L2,
    "FIDO_CERTIFIED_L2plus": Certification.L2_PLUS,
    "FIDO_CERTIFIED_L3": Certification.L3,
    "FIDO_CERTIFIED_L3plus": Certification.L3_PLUS,
}
ENDS_CERTIFICATION = frozenset({"NOT_FIDO_CERTIFIED", "REVOKED"})

Statuses = Sequence[Mapping[str, Any]]


def certification_on(day: date, statuses: Statuses) -> Certification:
    """The highest level reached by that day and not taken back. `statuses`, the oldest first."""
    level = Certification.NONE
    for report in statuses:
        if report["since"] > day.isoformat():
            continue
        if report["status"] in ENDS_CERTIFICATION:
            level = Certification.NONE
        level = max(level, LEVELS.get(report["status"], Certification.NONE))
    return level


def bad_statuses(statuses: Statuses, certificates: Collection[str]) -> tuple[str, ...]:
    """The bad ones, whenever reported: a later good one does not repair keys already made.

    A report about one certificate counts only for keys whose path holds it: `certificates` are
    SHA-256 in hex.
    """
    return tuple(
        report["status"]
        for report in statuses
        if report["status"] in BAD
        and (not report["certificate_sha256"] or report["certificate_sha256"] in certificates)
    )
