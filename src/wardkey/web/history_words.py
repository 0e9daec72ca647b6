"""The audit trail's codes, told in sentences."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ..people.administrators import label
from ..reports.trail.reading import Happening
from ..sessions.levels import Level
from . import policy_words
from .act_words import ACTS
from .event_words import REASONS, SENTENCES
from .next_steps import NEXT_STEPS
from .role_words import VERDICTS

NAMED = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    actor: str
    holder: str
    sentence: str
    detail: str
    next_step: str
    reference: str


def told(happenings: list[Happening]) -> list[Line]:
    return [_line(happening) for happening in happenings]


def events_in_words() -> list[tuple[str, str]]:
    """Each event's code, and its sentence with … for what differs; by the sentences."""
    sentences = ((code, NAMED.sub("…", str(words))) for code, words in SENTENCES.items())
    return sorted(sentences, key=lambda each: each[1])


def _line(happening: Happening) -> Line:
    return Line(
        at=happening.at,
        actor=_actor(happening),
        holder=happening.holder,
        sentence=_sentence(happening),
        detail=_detail(happening.facts) or _proved_with(happening),
        next_step=str(NEXT_STEPS.get(_reason(happening.facts), "")),
        reference=happening.request_id,
    )


def _actor(happening: Happening) -> str:
    kinds = _actor_kinds()
    name = happening.actor or kinds.get(happening.actor_kind, happening.actor_kind)
    if happening.actor_today:
        name = _("{name} (today {other})").format(name=name, other=happening.actor_today)
    return _("{name}, by API").format(name=name) if happening.channel == "api" else name


def _sentence(happening: Happening) -> str:
    sentence = str(SENTENCES.get(happening.code, happening.code))
    facts = happening.facts | _roles_in_words(happening.facts) | _act_in_words(happening.facts)
    facts |= _verdict_in_words(happening.facts)
    if happening.code.startswith("policy."):
        facts = policy_words.facts_told(facts)
    return sentence.format_map(_Facts(facts))


def _roles_in_words(facts: dict) -> dict:
    named = {name: facts[name] for name in ("role", "new_role", "old_role") if name in facts}
    return {name: label(role) for name, role in named.items()}


def _act_in_words(facts: dict) -> dict:
    return {"act": str(ACTS.get(facts["act"], facts["act"]))} if "act" in facts else {}


def _verdict_in_words(facts: dict) -> dict:
    return {"verdict": str(VERDICTS.get(facts["verdict"], ""))} if "verdict" in facts else {}


class _Facts(dict):
    """A value that an entry does not hold reads as a dash."""

    def __missing__(self, name: str) -> str:
        return "—"


def _reason(facts: dict) -> str:
    """The first word: what follows it says which model, or which limit."""
    return str(facts.get("reason") or "").partition(" ")[0]


def _detail(facts: dict) -> str:
    told = (facts.get(name) for name in ("reason", "how", "identity_check", "way"))
    reason = next(filter(None, told), "")
    if not reason:
        return ""
    step, known = facts.get("step"), reason_words(str(reason))
    return _("{reason} (step {step})").format(reason=known, step=step) if step else known


def reason_words(reason: str) -> str:
    """Why something was refused or done, or by what it was shown to be right."""
    unknown = _("the answer did not hold: {reason}").format(reason=reason)
    return str(REASONS.get(reason.partition(" ")[0], unknown))


def _proved_with(happening: Happening) -> str:
    """With what somebody logged in."""
    if happening.code != "sign_in.succeeded":
        return ""
    without_key = _without_key().get(happening.facts.get("level", ""))
    if without_key:
        return without_key
    facts = _Facts(happening.facts)
    return _("with the password and token “{nickname}”").format_map(facts)


def _actor_kinds() -> dict[str, str]:
    return {
        "person": _("somebody not known"),
        "operator": _("the operator"),
        "system": _("the portal"),
        "application": _("an application"),
    }


def _without_key() -> dict[str, str]:
    """By the session's level."""
    return {
        Level.PASSWORD: _("with the password alone"),
        Level.APP: _("with the password and an authenticator app"),
        Level.RECOVERY_CODE: _("with the password and a recovery code"),
        Level.DAY_PASS: _("with the password and a day pass"),
    }
