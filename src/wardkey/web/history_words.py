"""The audit trail's codes, told in sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ..reports.audit_trail import Happening


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
        sentence=_sentences()
        .get(happening.code, happening.code)
        .format_map(_Facts(happening.facts)),
        detail=_detail(happening.facts),
        reference=happening.request_id,
    )


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
    known = _reasons().get(str(reason).split()[0], unknown)
    return _("{reason} (step {step})").format(reason=known, step=step) if step else known


def _actor_kinds() -> dict[str, str]:
    return {
        "person": _("somebody not known"),
        "operator": _("the operator"),
        "system": _("the portal"),
    }


def _sentences() -> dict[str, str]:
    return {
        "key.registered": _("Token “{new_nickname}” registered"),
        "key.renamed": _("Token “{old_nickname}” renamed to “{new_nickname}”"),
        "key.removed": _("Token “{nickname}” removed"),
        "key.handed_over": _("Token “{nickname}” used for the first time"),
        "key.sign_count_fell": _("Counter of token “{nickname}” went backwards"),
        "access_pass.issued": _("Access pass issued"),
        "access_pass.used": _("Access pass used"),
        "key_models.taken_in": _("Metadata of key models taken in: number {number}"),
        "person.added": _("Person added"),
        "person.home_moved": _("Moved to another organisation"),
        "role.granted": _("Role given: {new_role}"),
        "administrator.created": _("Administrator created"),
        "sign_in.succeeded": _("Logged in"),
        "sign_in.password_accepted": _("Password accepted, token asked for"),
        "sign_in.refused": _("Login refused"),
        "sign_in.signed_out": _("Logged out"),
        "sign_in.waiting_key_put_off": _("Logged in without the token that waits"),
        "registration.refused": _("Registration of a token refused"),
        "act.refused": _("Refused: {route}"),
    }


def _reasons() -> dict[str, str]:
    return {
        "password": _("wrong password"),
        "not_active": _("the account is not active"),
        "access_pass": _("the access pass did not work"),
        "unknown_or_used": _("the page was used twice, or its challenge is not known"),
        "expired": _("the page was left open for too long"),
        "no_answer_waiting": _("the page was left open for too long"),
        "challenge": _("the answer belongs to another page"),
        "origin": _("the answer was made for another website"),
        "rp_id_hash": _("the answer was made for another website"),
        "signature": _("the signature is not the token’s"),
        "sign_count": _("the token’s counter went backwards; it may have been copied"),
        "user_verification": _("no PIN was asked for"),
        "user_presence": _("the token was not touched"),
        "not_in_allow_list": _("another token answered than the one chosen"),
        "key_state": _("the token was removed or suspended meanwhile"),
        "key_already_registered": _("the token is already registered"),
        "too_many_keys": _("too many tokens"),
        "model_not_allowed": _("this model of token is not allowed"),
        "holder_changed": _("the account was changed meanwhile"),
        "user_handle": _("the token answered for another account"),
        "backup_flags": _("the token may be a copy between devices"),
        "malformed": _("the answer could not be read"),
        "session_mismatch": _("the answer belongs to another page"),
        "purpose_mismatch": _("the answer belongs to another page"),
        "holder_mismatch": _("the answer belongs to another person’s page"),
        "key_gone": _("the token was removed meanwhile"),
        "second_factor": _("a second factor was still owed"),
        "first_key": _("the first token was still to be registered"),
        "role": _("the role does not allow it"),
        "covering": _("the person holds a role that the administrator’s does not cover"),
    }
