"""Refused sign-ins: the trail learns the cause, the browser a reference to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from ..audit import events, log
from ..base import request_id
from ..base.errors import NotFound, SignInCeremonyInvalid
from ..ceremonies import pending
from ..ceremonies.models import PendingCeremony
from ..ceremonies.refusal import Refused
from ..keys import losses, queries
from ..keys.models import SecurityKey
from ..notifications import messages
from ..people.models import Person
from ..people.notices import tell


@contextmanager
def attempts_recorded(person: Person) -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        record_attempt(person, step=refusal.step, reason=refusal.reason)
        raise SignInCeremonyInvalid(reference=request_id.current()) from refusal
    except NotFound as gone:
        record_attempt(person, step="7.2.6", reason="key_state")
        raise SignInCeremonyInvalid(reference=request_id.current()) from gone


def record_attempt(person: Person | None, *, reason: str, step: str = "") -> None:
    """Of nobody we know, only the reason is kept: what was typed may be a password."""
    log.record(
        events.SIGN_IN_REFUSED,
        actor=log.person(person.pk) if person else log.NOBODY,
        holder_id=person.pk if person else None,
        organisation_id=person.home.pk if person else None,
        step=step,
        reason=reason,
    )


@contextmanager
def copies_told(person: Person, ceremony: PendingCeremony) -> Iterator[None]:
    """A count that went backwards: perhaps somebody copied the key (WebAuthn L3 §6.1.1).

    Stands around the transaction, which the refusal undoes.
    """
    try:
        yield
    except Refused as refusal:
        if refusal.reason == "sign_count":
            key = queries.key_of(person, pending.chosen_key_id(ceremony))
            _tell_of_a_copy(person, key)
            losses.suspend_copied_key(holder=person, key_id=key.pk)
        raise


def _tell_of_a_copy(person: Person, key: SecurityKey) -> None:
    with transaction.atomic():
        log.record(
            events.KEY_COUNT_FELL,
            actor=log.person(person.pk),
            holder_id=person.pk,
            organisation_id=person.home.pk,
            key=str(key.pk),
            nickname=key.nickname,
        )
        tell(messages.key_count_fell, person=person, nickname=key.nickname)
