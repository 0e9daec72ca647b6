"""What FIDO reports about a model over time (FIDO Metadata Service §3.1.3 and §3.1.4).

A report may name a firmware version. A certificate then counts from that version on; a weakness
counts up to it. Of a key whose version is not known, the worse is believed of a weakness.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from .firmware import is_older
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


def certification_on(
    day: date, statuses: Statuses, *, firmware: int | None = None
) -> Certification:
    """The highest level reached by that day and not taken back. `statuses`, the oldest first.

    `firmware` is None for a model as a whole.
    """
    level = Certification.NONE
    for report in statuses:
        if report["since"] > day.isoformat():
            continue
        if report["status"] in ENDS_CERTIFICATION:
            level = Certification.NONE
        if not is_older(firmware, report.get("firmware")):
            level = max(level, LEVELS.get(report["status"], Certification.NONE))
    return level


def bad_statuses(
    statuses: Statuses, certificates: Collection[str], *, firmware: int | None
) -> tuple[str, ...]:
    """The bad ones, whenever reported: a later good one does not repair keys already made.

    A report about one certificate counts only for keys whose path holds it: `certificates` are
    SHA-256 in hex. `firmware` is the lowest that the key may run.
    """
    return tuple(
        report["status"]
        for report in statuses
        if report["status"] in BAD
        and (not report["certificate_sha256"] or report["certificate_sha256"] in certificates)
        and not is_older(report.get("firmware"), firmware)
    )


def weak_up_to(statuses: Statuses) -> int | None:
    """The last firmware version with a weakness; None where some weakness names none."""
    versions: list[Any] = [report.get("firmware") for report in statuses if report["status"] in BAD]
    return None if None in versions else max(versions)
