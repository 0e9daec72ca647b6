"""Refused sign-ins and step-ups: the trail learns the cause, the browser a reference to it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import transaction

from ..audit import events, log
from ..base import request_id
from ..base.errors import NotFound, SignInCeremonyInvalid
from ..ceremonies.refusal import Refused
from ..notifications import messages
from ..people.models import Person
from ..people.notices import tell
from ..sessions import step_up
from ..sessions.models import Session


def attempts_recorded(person: Person) -> AbstractContextManager[None]:
    return _recorded(person, record_attempt)


def step_ups_recorded(person: Person) -> AbstractContextManager[None]:
    return _recorded(person, record_step_up_refused)


@contextmanager
def owner_told(session: Session) -> Iterator[None]:
    """Around the judging alone: an answer that comes late or twice is no try of somebody else."""
    try:
        yield
    except Refused:
        tell_owner(session)
        raise


def tell_owner(session: Session) -> None:
    """Whoever answers wrongly at an open session may have found it open."""
    with transaction.atomic():
        if step_up.is_to_be_told(session):
            tell(messages.confirmation_refused, person=session.person)


@contextmanager
def _recorded(person: Person, record: Callable[..., None]) -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        record(person, step=refusal.step, reason=refusal.reason)
        raise SignInCeremonyInvalid(reference=request_id.current()) from refusal
    except NotFound as gone:
        record(person, step="7.2.6", reason="key_state")
        raise SignInCeremonyInvalid(reference=request_id.current()) from gone


def record_attempt(person: Person | None, *, reason: str, step: str = "") -> None:
    """Of nobody we know, only the reason is kept: what was typed may be a password."""
    log.record(
        events.SIGN_IN_REFUSED,
        actor=log.person(person) if person else log.NOBODY,
        holder_id=person.pk if person else None,
        organisation_id=person.home.pk if person else None,
        step=step,
        reason=reason,
    )


def record_step_up_refused(person: Person, *, reason: str, step: str = "") -> None:
    log.record(
        events.STEP_UP_REFUSED,
        actor=log.person(person),
        holder_id=person.pk,
        organisation_id=person.home.pk,
        step=step,
        reason=reason,
    )
