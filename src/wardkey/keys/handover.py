"""A key that somebody else registered becomes its holder's (design: rule 8; docs/a-keys-life.md).

hand_over            the step itself, in the transaction of whatever proved it
needs_confirmation   whether policy wants more than PIN and touch at a sign-in
begin_try            Try it now: at the desk with its holder, or the holder with another key
finish_try           its PIN and touch hand it over; no session is opened
require_to_wait      asked by all of them, and by the page before anybody presses
"""

import uuid
from enum import StrEnum

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, Forbidden
from ..ceremonies import pending
from ..ceremonies.models import PendingCeremony, Purpose
from ..notifications import messages
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person
from ..people.notices import tell
from ..people.policy import policy_for
from ..sessions import lifetime
from . import proving, queries
from .first_use import came_into_use
from .models import SecurityKey, State
from .states import Step, enter, require_step


class How(StrEnum):
    """What proved that the key is in its holder's hands."""

    FIRST_USE = "first_use"
    CODE = "code"
    DESK = "desk"
    OTHER_KEY = "other_key"


def needs_confirmation(key: SecurityKey) -> bool:
    return key.state == State.WAITING and policy_for(key.holder).handover != How.FIRST_USE


def hand_over(*, key: SecurityKey, by: Person, session_id: uuid.UUID, how: How) -> None:
    """The key was just used. Raises Conflict where it does not wait, or waited too long."""
    holder = key.holder
    require_waiting(key)
    key.last_used_at = clock.now()
    key.save(update_fields=["last_used_at"])
    enter(key, State.ACTIVE, by=by.pk)
    came_into_use(holder, session_id=session_id)
    log.record(
        events.KEY_HANDED_OVER,
        actor=log.person(by),
        holder_id=holder.pk,
        organisation_id=holder.home.pk,
        key=str(key.pk),
        nickname=key.nickname,
        how=how,
        old={"state": State.WAITING},
        new={"state": State.ACTIVE},
    )
    tell(messages.key_handed_over, person=holder, nickname=key.nickname, by=key.registered_by.name)


def begin_try(*, asker: Asker, holder: Person, key_id: uuid.UUID) -> tuple[PendingCeremony, dict]:
    """A challenge for exactly this key. Raises Conflict where it does not wait, or its holder may
    not log in now (standing): nobody touches it in vain."""
    if not holder.is_active:
        raise Conflict("standing")
    key = queries.key_of(holder, key_id)
    require_to_wait(asker, key)
    return pending.begin(
        purpose=Purpose.TRY,
        holder_id=holder.pk,
        actor_id=asker.person.pk,
        organisation_id=asker.organisation_id,
        session_id=asker.session_id,
        security_stamp=holder.security_stamp,
        options_for=proving.options_for(key),
        key_id=key.pk,
        sign_count=key.sign_count,
    )


def finish_try(
    *, asker: Asker, holder: Person, ceremony_id: uuid.UUID, answer: dict
) -> SecurityKey:
    """Raises CeremonyInvalid, whose cause only the trail learns; Conflict as `begin_try`."""
    with proving.refusals_recorded(asker, holder):
        ceremony = pending.take(
            ceremony_id,
            purpose=Purpose.TRY,
            holder_id=holder.pk,
            actor_id=asker.person.pk,
            organisation_id=asker.organisation_id,
            session_id=asker.session_id,
        )
        with proving.copies_told(holder, ceremony), transaction.atomic():
            key = queries.locked_key_of(holder, pending.chosen_key_id(ceremony))
            require_still_administered(asker, holder, Act.TRY_KEYS)
            lifetime.require_live(asker.session_id)
            require_to_wait(asker, key)
            proof = proving.judge(ceremony, answer, key)
            proving.note_unconfirmed_use(key, proof)
            how = How.OTHER_KEY if asker.organisation is None else How.DESK
            hand_over(key=key, by=asker.person, session_id=asker.session_id, how=how)
    return key


def require_to_wait(asker: Asker, key: SecurityKey) -> None:
    """Raises Conflict where it does not wait, or waited too long; Forbidden where somebody stands
    at the desk for themselves: that takes a colleague, or one's other key."""
    if asker.organisation is not None and asker.person.pk == key.holder_id:
        raise Forbidden("own_key_at_desk")
    require_waiting(key)


def require_waiting(key: SecurityKey) -> None:
    """Raises Conflict."""
    require_step(key, Step.HAND_OVER)
    if key.has_lapsed:
        raise Conflict("key_lapsed")
