"""A chosen key answers: what signing in and stepping up have in common.

begin       a challenge for exactly this key, bound to the session and to what it is for
take        that challenge, once
judged      the answer judged against the key, whose row is locked
note_use    what an accepted answer changes in the row
"""

import uuid

from django.conf import settings

from ..base import clock
from ..ceremonies import authentication, options, pending
from ..ceremonies.models import PendingCeremony, Purpose
from ..ceremonies.refusal import Refused
from ..keys import queries
from ..keys.models import SecurityKey
from ..people.models import Person
from ..sessions.models import Session

COUNTED = ["sign_count", "backup_state", "last_used_at"]


def begin(
    *, purpose: Purpose, session: Session, key: SecurityKey, deed: str = ""
) -> tuple[PendingCeremony, dict]:
    def options_for(challenge: bytes) -> dict:
        return options.request_options(
            rp_id=key.relying_party_id,
            challenge=challenge,
            allow=[(bytes(key.credential_id), key.transports)],
        )

    return pending.begin(
        purpose=purpose,
        holder_id=session.person.pk,
        actor_id=session.person.pk,
        organisation_id=None,
        session_id=session.pk,
        security_stamp=session.person.security_stamp,
        options_for=options_for,
        key_id=key.pk,
        sign_count=key.sign_count,
        deed=deed,
    )


def take(ceremony_id: uuid.UUID, *, purpose: Purpose, session: Session) -> PendingCeremony:
    return pending.take(
        ceremony_id,
        purpose=purpose,
        holder_id=session.person.pk,
        actor_id=session.person.pk,
        organisation_id=None,
        session_id=session.pk,
    )


def judged(
    ceremony: PendingCeremony, answer: dict, person: Person
) -> tuple[SecurityKey, authentication.Authentication]:
    """The key and what it proved. Raises Refused."""
    key = queries.locked_key_of(person, pending.chosen_key_id(ceremony))
    if not key.is_usable:
        raise Refused(step="7.2.6", reason="key_state")
    if key.holder.security_stamp != ceremony.security_stamp or not key.holder.is_active:
        raise Refused(step="7.2.6", reason="holder_changed")
    return key, authentication.verify(answer, _expected(ceremony, key))


def _expected(ceremony: PendingCeremony, key: SecurityKey) -> authentication.Expected:
    return authentication.Expected(
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
    )


def note_use(key: SecurityKey, proof: authentication.Authentication) -> None:
    # WebAuthn L3 §7.2 step 24: only now, when all else held.
    key.sign_count = max(key.sign_count, proof.sign_count)
    key.backup_state = proof.backup_state
    key.last_used_at = clock.now()
