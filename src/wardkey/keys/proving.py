"""A registered key proves that it is there: what every ceremony with one shares.

options_for         what the browser is asked for: exactly this key
judge               its answer, held against the row (WebAuthn L3 §7.2)
note_use            what an accepted answer changes in the row; note_unconfirmed_use
copies_told         a count that went backwards is recorded, told, and may suspend the key
refusals_recorded   of a key that was tried at a desk
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction

from ..audit import events, log
from ..base import clock, request_id
from ..base.errors import CeremonyInvalid
from ..base.prepared import PreparedUpdate
from ..ceremonies import authentication, options, pending
from ..ceremonies.models import PendingCeremony
from ..ceremonies.refusal import Refused
from ..notifications import messages
from ..people.access import Asker
from ..people.models import Person
from ..people.notices import tell
from . import losses, queries
from .models import SecurityKey
from .wanting import is_unused

NOTE_USE = PreparedUpdate(SecurityKey, "sign_count", "backup_state", "last_used_at")


def options_for(key: SecurityKey) -> Callable[[bytes], dict]:
    def options_with(challenge: bytes) -> dict:
        return options.request_options(
            rp_id=key.relying_party_id,
            challenge=challenge,
            allow=[(bytes(key.credential_id), key.transports)],
        )

    return options_with


def judge(
    ceremony: PendingCeremony, answer: dict, key: SecurityKey
) -> authentication.Authentication:
    """Raises Refused. The key's row is locked, with its holder as they are now."""
    if not key.is_usable:
        raise Refused(step="7.2.6", reason="key_state")
    if key.holder.security_stamp != ceremony.security_stamp or not key.holder.is_active:
        raise Refused(step="7.2.6", reason="holder_changed")
    return authentication.verify(
        answer,
        authentication.Expected(
            challenge_sha256=bytes(ceremony.challenge_sha256),
            rp_id=key.relying_party_id,
            origins=frozenset(settings.ORIGINS),
            user_handle=bytes(key.holder.user_handle),
            credential=authentication.StoredCredential(
                credential_id=bytes(key.credential_id),
                public_key=bytes(key.public_key),
                sign_count=ceremony.sign_count,
                backup_eligible=key.backup_eligible,
            ),
        ),
    )


def note_use(key: SecurityKey, proof: authentication.Authentication) -> None:
    # WebAuthn L3 §7.2 step 24: only now, when all else held.
    was_unused = is_unused(key)
    key.last_used_at = clock.now()
    _note(key, proof)
    if was_unused:
        log.record(
            events.KEY_USED_AGAIN,
            actor=log.person(key.holder),
            holder_id=key.holder.pk,
            organisation_id=key.holder.home_id,
            key=str(key.pk),
            nickname=key.nickname,
        )


def note_unconfirmed_use(key: SecurityKey, proof: authentication.Authentication) -> None:
    """The count is kept all the same: the key has moved on."""
    _note(key, proof)


def _note(key: SecurityKey, proof: authentication.Authentication) -> None:
    key.sign_count = max(key.sign_count, proof.sign_count)
    key.backup_state = proof.backup_state
    NOTE_USE(key)


@contextmanager
def copies_told(holder: Person, ceremony: PendingCeremony) -> Iterator[None]:
    """A count that went backwards: perhaps somebody copied the key (WebAuthn L3 §6.1.1).

    Stands around the transaction, which the refusal undoes.
    """
    try:
        yield
    except Refused as refusal:
        if refusal.reason == "sign_count":
            key = queries.key_of(holder, pending.chosen_key_id(ceremony))
            _tell_of_a_copy(holder, key)
            losses.suspend_copied_key(holder=holder, key_id=key.pk)
        raise


def _tell_of_a_copy(holder: Person, key: SecurityKey) -> None:
    with transaction.atomic():
        log.record(
            events.KEY_COUNT_FELL,
            actor=log.person(holder),
            holder_id=holder.pk,
            organisation_id=holder.home.pk,
            key=str(key.pk),
            nickname=key.nickname,
        )
        tell(messages.key_count_fell, person=holder, nickname=key.nickname)


@contextmanager
def refusals_recorded(asker: Asker, holder: Person) -> Iterator[None]:
    """The trail learns step and reason; the browser a reference to them."""
    try:
        yield
    except Refused as refusal:
        log.record(
            events.KEY_TRY_REFUSED,
            actor=asker.actor,
            holder_id=holder.pk,
            organisation_id=holder.home.pk,
            step=refusal.step,
            reason=refusal.reason,
        )
        raise CeremonyInvalid(reference=request_id.current()) from refusal
