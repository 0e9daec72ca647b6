"""Somebody without a key is let in: a pass, issued after an identity check.

issue_pass          shown once, its holder is told at once; for somebody with a role it waits for a
                    second administrator instead
approve             by that one, who neither asked nor gets it
show_approved       to whoever asked, once
request_of          what waits
send_identity_code  one way to check: to an own address of the person, who reads it out
require_of_use      asked by all of them, and by the page before anybody fills it in
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, Forbidden, InvalidInput
from ..keys import queries
from ..notifications import messages
from ..organisations.policy_values import ON
from ..people.access import (
    Asker,
    require_role_still_holds,
    require_still_administered,
    still_administered,
)
from ..people.administrators import Act
from ..people.models import Person
from ..people.notices import tell, tell_administrators
from ..people.policy import policy_for
from ..people.queries import person_with_home
from ..recovery import access_pass, identity_codes, password_reset
from ..recovery.access_pass import LIFETIME, Terms
from ..recovery.models import PassKind, PassRequest
from . import vouching

DAY_AT_MOST = 12  # hours
APPROVED_WITHIN = timedelta(hours=1)


class Checked(StrEnum):
    """How whoever issues the pass made sure who asks for it."""

    IN_PERSON = "in_person"
    CALL_BACK = "call_back"
    OWN_CONTACT = "own_contact"
    COLLEAGUE = "colleague"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`code` is what the person read out, of OWN_CONTACT; `hours` are those of a day pass."""

    checked: Checked
    code: str = ""
    kind: str = PassKind.ACCESS
    hours: str = ""

    @property
    def lifetime(self) -> timedelta:
        if self.kind == PassKind.ACCESS:
            return LIFETIME
        if not (self.hours.isascii() and self.hours.isdecimal() and len(self.hours) < 3):
            raise InvalidInput("hours", field="hours")
        if not 1 <= int(self.hours) <= DAY_AT_MOST:
            raise InvalidInput("hours", field="hours")
        return timedelta(hours=int(self.hours))


def issue_pass(*, asker: Asker, person: Person, wanted: Wanted) -> str | None:
    """Returns the pass, which is shown once; None where a second administrator has to approve it.

    Raises Forbidden for oneself, or for a day pass that policy does not allow; Conflict where the
    person has a key in use, their account is not active, or the asker gave them a new
    password; InvalidInput: hours, identity_code,
    not_vouched.
    """
    lifetime = wanted.lifetime
    _require_code(asker, person, wanted)
    with transaction.atomic():
        queries.hold_keys_of(person)
        theirs = still_administered(asker, person, Act.ISSUE_PASSES)
        require_of_use(asker, person)
        _require_allowed(person, wanted.kind)
        is_vouched = wanted.checked == Checked.COLLEAGUE
        terms = Terms(
            kind=wanted.kind,
            lifetime=lifetime,
            identity_check=wanted.checked,
            vouched_by_id=vouching.take(asker, person) if is_vouched else None,
        )
        if theirs:
            _ask_for_approval(asker, person, terms)
            return None
        return _issued(asker, person, terms)


def _require_code(asker: Asker, person: Person, wanted: Wanted) -> None:
    if wanted.checked != Checked.OWN_CONTACT:
        return
    if not identity_codes.redeem(person=person, asked_by=asker.person, typed=wanted.code):
        log.record(events.IDENTITY_CODE_REFUSED, **_about(asker, person), reason="identity_code")
        raise InvalidInput("identity_code", field="code")


def _require_allowed(person: Person, kind: str) -> None:
    if kind == PassKind.DAY and policy_for(person).day_pass != ON:
        raise Forbidden("factor_not_allowed")


def _issued(asker: Asker, person: Person, terms: Terms) -> str:
    row, code = access_pass.keep_pass(
        person=person,
        by=asker.actor,
        organisation_id=person.home.pk,
        terms=terms,
        issued_by_id=asker.person.pk,
    )
    is_for_day = terms.kind == PassKind.DAY
    message = messages.day_pass_issued if is_for_day else messages.access_pass_issued
    tell(message, person=person, by=asker.name, pass_id=row.pk)
    return code


def _ask_for_approval(asker: Asker, person: Person, terms: Terms) -> None:
    """A later one takes the place of one that waits."""
    _waiting(person).update(done_at=clock.now())
    PassRequest.objects.create(
        person=person,
        kind=terms.kind,
        lifetime=terms.lifetime,
        identity_check=terms.identity_check,
        vouched_by_id=terms.vouched_by_id,
        asked_by=asker.person,
        asked_at=clock.now(),
    )
    log.record(events.PASS_ASKED_FOR, **_about(asker, person), identity_check=terms.identity_check)
    tell(messages.pass_asked_for, person=person, by=asker.name)
    tell_administrators(messages.pass_to_approve, about=person, besides=asker.person, by=asker.name)


def request_of(person: Person) -> PassRequest | None:
    """The one that waits, or is approved and not shown yet."""
    return _waiting(person).select_related("asked_by").order_by("-asked_at").first()


def _waiting(person: Person) -> QuerySet[PassRequest]:
    return open_requests().filter(person=person)


def open_requests() -> QuerySet[PassRequest]:
    """Of anybody."""
    return PassRequest.objects.filter(done_at=None, asked_at__gt=clock.now() - APPROVED_WITHIN)


def approve(*, asker: Asker, person: Person, request_id: uuid.UUID) -> None:
    """`request_id` is what whoever approves has seen. Raises Forbidden (own_pass,
    approving_oneself), Conflict (pass_request), also where another one took its place."""
    with transaction.atomic():
        queries.hold_keys_of(person)
        require_still_administered(asker, person, Act.ISSUE_PASSES)
        require_of_use(asker, person)
        request = _require_request(person)
        if request.pk != request_id:
            raise Conflict("pass_request")
        if request.asked_by_id == asker.person.pk:
            raise Forbidden("approving_oneself")
        unapproved = _waiting(person).filter(pk=request.pk, approved_at=None)
        if not unapproved.update(approved_by_id=asker.person.pk, approved_at=clock.now()):
            raise Conflict("pass_request")
        log.record(events.PASS_APPROVED, **_about(asker, person))
        tell(
            messages.pass_approved,
            person=request.asked_by,
            holder=person.name,
            by=asker.name,
        )


def show_approved(*, asker: Asker, person: Person) -> tuple[str, str]:
    """The pass, and its kind. Raises Conflict (pass_request) for whoever did not ask for it, before
    it was approved, and after it was shown."""
    with transaction.atomic():
        queries.hold_keys_of(person)
        require_still_administered(asker, person, Act.ISSUE_PASSES)
        require_of_use(asker, person)
        request = _require_request(person)
        approved = _waiting(person).filter(
            pk=request.pk, asked_by=asker.person, approved_at__isnull=False
        )
        if not approved.update(done_at=clock.now()):
            raise Conflict("pass_request")
        _require_allowed(person, request.kind)
        terms = Terms(
            kind=request.kind,
            lifetime=request.lifetime,
            identity_check=request.identity_check,
            vouched_by_id=request.vouched_by_id,
            approved_by_id=request.approved_by_id,
        )
        return _issued(asker, person, terms), request.kind


def _require_request(person: Person) -> PassRequest:
    request = request_of(person)
    if request is None:
        raise Conflict("pass_request")
    return request


def send_identity_code(*, asker: Asker, person: Person) -> bool:
    """False where none went out. It is no proof by itself, and uses none up."""
    with transaction.atomic():
        queries.hold_keys_of(person)
        require_role_still_holds(asker, person, Act.ISSUE_PASSES)
        require_of_use(asker, person)
        was_sent = identity_codes.send(person=person, asked_by=asker.person)
        log.record(events.IDENTITY_CODE_SENT, **_about(asker, person), code_sent=was_sent)
    return was_sent


def require_of_use(asker: Asker, person: Person) -> None:
    if asker.person.pk == person.pk:
        raise Forbidden("own_pass")
    if queries.has_key_in_use(person):
        raise Conflict("key_in_use")
    found = person_with_home(person.pk)
    if found is None or not found.is_active:
        raise Conflict("not_active")
    if password_reset.issued_lately(person=person, issued_by_id=asker.person.pk):
        raise Conflict("slip_by_same")


def _about(asker: Asker, person: Person) -> dict:
    return {
        "actor": asker.actor,
        "holder_id": person.pk,
        "organisation_id": person.home.pk,
    }
