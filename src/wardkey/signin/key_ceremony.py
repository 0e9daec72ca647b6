"""A chosen key answers: what signing in and stepping up have in common.

begin       a challenge for exactly this key, bound to the session and to what it is for
take        that challenge, once
judged      the answer judged against the key, whose row is locked
"""

import uuid

from ..ceremonies import authentication, pending
from ..ceremonies.models import PendingCeremony, Purpose
from ..keys import proving, queries
from ..keys.models import SecurityKey
from ..people.models import Person
from ..sessions.models import Session


def begin(
    *, purpose: Purpose, session: Session, key: SecurityKey, deed: str = ""
) -> tuple[PendingCeremony, dict]:
    return pending.begin(
        purpose=purpose,
        holder_id=session.person.pk,
        actor_id=session.person.pk,
        organisation_id=None,
        session_id=session.pk,
        security_stamp=session.person.security_stamp,
        options_for=proving.options_for(key),
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
    return key, proving.judge(ceremony, answer, key)
