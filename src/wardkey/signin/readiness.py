"""Can somebody log in now, with what, and how did their last try end?

readiness_of    one query for what is in flight, one for the policy where that decides; whatever
                the number of people and of tries
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from ..audit import events
from ..audit.models import AttemptEntry
from ..base import clock
from ..ceremonies.models import PendingCeremony, Purpose
from ..keys.handover import How
from ..keys.models import SecurityKey, State
from ..organisations.policy import Policy, policy_of
from ..organisations.policy_values import ON
from ..people.administrators import current
from ..people.contacts import mail_points
from ..people.models import Person, PolicyException, RoleGrant
from ..people.policy import policy_for
from ..recovery.access_pass import usable_day_passes, usable_passes
from ..recovery.codes import unused_codes
from ..recovery.totp import apps_in_use
from ..sessions.levels import Owed
from ..sessions.models import Session
from . import throttle
from .passes import open_requests

ENDED = {
    events.SIGNED_IN.code: "succeeded",
    events.SIGN_IN_REFUSED.code: "refused",
    events.PASSWORD_ACCEPTED.code: "password_only",
    events.HANDOVER_ASKED.code: "confirmation_asked",
}
REMEMBERED = timedelta(hours=24)  # as long as challenges are kept


class Answer(StrEnum):
    WITH_KEY = "with_key"
    WITH_FIRST_USE = "with_first_use"
    WITH_CODE = "with_code"
    WITH_PASS = "with_pass"
    WITH_PASSWORD = "with_password"
    WITH_OTHER = "with_other"
    WITH_DAY_PASS = "with_day_pass"
    ONLY_AT_DESK = "only_at_desk"
    NOT_ACTIVE = "not_active"
    SUSPENDED = "suspended"
    NO_KEY = "no_key"


YES = [
    Answer.WITH_KEY,
    Answer.WITH_FIRST_USE,
    Answer.WITH_CODE,
    Answer.WITH_PASS,
    Answer.WITH_PASSWORD,
    Answer.WITH_OTHER,
    Answer.WITH_DAY_PASS,
]


@dataclass(frozen=True, slots=True)
class LastTry:
    """`ended`: succeeded, refused (with its reason), password_only, confirmation_asked, unfinished
    (a key was asked for and never answered), going_on."""

    at: datetime
    ended: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """`keys` are those that the answer is about; `pass_until` is set where a pass is out,
    `pass_asked_for` where one waits for approval; `mail` is the person's address, read along.
    `has_to_wait` says that too many tries failed."""

    answer: Answer
    keys: list[SecurityKey]
    pass_until: datetime | None
    last_try: LastTry | None
    mail: str
    has_to_wait: bool
    pass_asked_for: bool

    @property
    def is_yes(self) -> bool:
        return self.answer in YES


def readiness_of(person: Person, keys: Sequence[SecurityKey]) -> Readiness:
    """`keys` are all of the person's that are not removed."""
    facts = _facts(person)
    answer, about = _answer(person, keys, facts)
    return Readiness(
        answer=answer,
        keys=about,
        pass_until=facts["pass_until"] or facts["day_pass_until"],
        last_try=_last_try(facts),
        mail=facts["mail"] or "",
        has_to_wait=facts["waits"],
        pass_asked_for=facts["pass_asked_for"],
    )


def _facts(person: Person) -> dict[str, Any]:
    """What is in flight, with one query, each part of it by an index and one row at most."""
    own = OuterRef("pk")
    tries = AttemptEntry.objects.filter(holder_id=own, code__in=list(ENDED))
    begun = _key_steps_begun(person).order_by("-created_at")
    mails = mail_points().filter(person=own)
    trusted = mails.filter(verified_at__isnull=False).order_by("verified_at")
    [facts] = Person.objects.filter(pk=person.pk).values(
        last_try=Subquery(tries.order_by("-at", "-id").values("canonical")[:1]),
        begun_at=Subquery(begun.values("created_at")[:1]),
        begun_until=Subquery(begun.values("expires_at")[:1]),
        pass_until=Subquery(usable_passes().filter(person=own).values("expires_at")[:1]),
        day_pass_until=Subquery(usable_day_passes().filter(person=own).values("expires_at")[:1]),
        pass_asked_for=Exists(open_requests().filter(person=own)),
        mail=Subquery(mails.values("value")[:1]),
        mail_since=Subquery(trusted.values("verified_at")[:1]),
        has_app=Exists(apps_in_use().filter(person=own)),
        has_codes=Exists(unused_codes().filter(person=own)),
        has_role=Exists(current(RoleGrant.objects.filter(person=own))),
        waits=Exists(throttle.waiting(person)),
        is_excepted=Exists(current(PolicyException.objects.filter(person=own))),
    )
    return dict(facts)


def _key_steps_begun(person: Person) -> QuerySet[PendingCeremony]:
    """Of sessions that still owe the key: whoever finished has another session."""
    half = Session.objects.filter(
        person=person,
        owed=Owed.SECOND_FACTOR,
        ended_at=None,
        started_at__gt=clock.now() - REMEMBERED,
    )
    return PendingCeremony.objects.filter(
        session_id__in=half.values("pk"), purpose=Purpose.SIGN_IN, taken_at=None
    )


def _answer(
    person: Person, keys: Sequence[SecurityKey], facts: dict[str, Any]
) -> tuple[Answer, list[SecurityKey]]:
    active = [key for key in keys if key.state == State.ACTIVE]
    waiting = [key for key in keys if key.is_usable and key not in active]
    if not person.is_active:
        return Answer.NOT_ACTIVE, []
    if active:
        return Answer.WITH_KEY, active
    if waiting:
        return _with_waiting(waiting, _policy(person, facts), facts), waiting
    if not person.must_prove_second_factor and not _is_asked(person, facts):
        return Answer.WITH_PASSWORD, []
    if facts["pass_until"]:
        return Answer.WITH_PASS, []
    if facts["day_pass_until"] and _policy(person, facts).day_pass == ON:
        return Answer.WITH_DAY_PASS, []
    if _has_other_factor(person, facts):
        return Answer.WITH_OTHER, []
    suspended = [key for key in keys if key.state == State.SUSPENDED]
    return (Answer.SUSPENDED, suspended) if suspended else (Answer.NO_KEY, [])


def _with_waiting(keys: list[SecurityKey], policy: Policy, facts: dict[str, Any]) -> Answer:
    if policy.handover == How.FIRST_USE:
        return Answer.WITH_FIRST_USE
    since = facts["mail_since"]
    reads_mail = since is not None and any(since <= key.registered_at for key in keys)
    return Answer.WITH_CODE if reads_mail else Answer.ONLY_AT_DESK


def _has_other_factor(person: Person, facts: dict[str, Any]) -> bool:
    """The policy costs a query, so it is asked of those who have one."""
    if not facts["has_app"] and not facts["has_codes"]:
        return False
    policy = _policy(person, facts)
    with_app = facts["has_app"] and policy.authenticator_app == ON
    return with_app or (facts["has_codes"] and policy.recovery_codes == ON)


def _is_asked(person: Person, facts: dict[str, Any]) -> bool:
    return _policy(person, facts).asks_for_second_factor(is_administrator=facts["has_role"])


def _policy(person: Person, facts: dict[str, Any]) -> Policy:
    """Exceptions cost a query more, so they are read where there are any."""
    return policy_for(person) if facts["is_excepted"] else policy_of(person.home)


def _last_try(facts: dict[str, Any]) -> LastTry | None:
    entry = _entry(facts["last_try"])
    begun_at = facts["begun_at"]
    if begun_at is not None and (entry is None or begun_at > entry.at):
        going_on = facts["begun_until"] > clock.now()
        return LastTry(begun_at, "going_on" if going_on else "unfinished")
    return entry


def _entry(canonical: bytes | None) -> LastTry | None:
    if canonical is None:
        return None
    told = json.loads(bytes(canonical))
    ended = ENDED[told["code"]]
    return LastTry(datetime.fromisoformat(told["at"]), ended, told["parameters"].get("reason", ""))
