"""The audit trail's codes, told in sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ..reports.audit_trail import Happening
from . import policy_words
from .event_words import REASONS, SENTENCES


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    actor: str
    holder: str
    sentence: str
    detail: str
    reference: str


def told(happenings: list[Happening]) -> list[Line]:
    return [_line(happening) for happening in happenings]


def _line(happening: Happening) -> Line:
    return Line(
        at=happening.at,
        actor=happening.actor or _actor_kinds().get(happening.actor_kind, happening.actor_kind),
        holder=happening.holder,
        sentence=_sentence(happening),
        detail=_detail(happening.facts),
        reference=happening.request_id,
    )


def _sentence(happening: Happening) -> str:
    sentence = str(SENTENCES.get(happening.code, happening.code))
    facts = happening.facts
    if happening.code.startswith("policy."):
        facts = policy_words.facts_told(facts)
    return sentence.format_map(_Facts(facts))


class _Facts(dict):
    """A value that an entry does not hold reads as a dash."""

    def __missing__(self, name: str) -> str:
        return "—"


def _detail(facts: dict) -> str:
    reason = facts.get("reason")
    if not reason:
        return ""
    step = facts.get("step")
    unknown = _("the answer did not hold: {reason}").format(reason=reason)
    known = str(REASONS.get(str(reason).split()[0], unknown))
    return _("{reason} (step {step})").format(reason=known, step=step) if step else known


def _actor_kinds() -> dict[str, str]:
    return {
        "person": _("somebody not known"),
        "operator": _("the operator"),
        "system": _("the portal"),
    }
