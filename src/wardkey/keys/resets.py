"""A token was reset at a desk: what was registered with it is gone from it, and cannot be used.

report_reset    every registration of that serial number and model, within the asker's reach

Whoever resets a token sees its number and what model it says it is, and not whose it was. A removed
key stays as it is; the others are suspended for good. That is as final as a removal, and nobody but
the asker saw the token: whose key one administrator alone may not remove, it is suspended as a
precaution, and somebody may resume it.
"""

import uuid
from dataclasses import dataclass

from django.db import transaction

from ..audit import events, log
from ..base.errors import Forbidden
from ..notifications import messages
from ..people.access import Asker, still_administered
from ..people.administrators import Act
from ..people.notices import tell, tell_administrators
from ..sessions import lifetime
from . import queries
from .four_eyes import By, removal_of
from .models import SecurityKey, State
from .reasons import Reason
from .states import Step, enter, require_step


@dataclass(frozen=True, slots=True)
class Stopped:
    """`skipped`: how many somebody with a higher role has to see to."""

    keys: list[SecurityKey]
    skipped: int


def report_reset(*, asker: Asker, serial_number: str, aaguid: uuid.UUID) -> Stopped:
    """Those that are stopped now, or were before. Told again, it changes nothing."""
    within = asker.organisations_for(Act.REPORT_RESETS)
    found = queries.keys_with_serial_number(serial_number, aaguid, within)
    stopped = [key for each in found if (key := _stopped(asker, each))]
    return Stopped(stopped, skipped=len(found) - len(stopped))


def _stopped(asker: Asker, seen: SecurityKey) -> SecurityKey | None:
    """None where somebody higher has to do it."""
    if seen.state_reason == Reason.RESET:
        return seen
    try:
        with transaction.atomic():
            key = queries.locked_key_of(seen.holder, seen.pk)
            theirs = still_administered(asker, key.holder, Act.REPORT_RESETS)
            require_step(key, Step.REPORT_RESET)
            if removal_of(key, asker=asker, holder=key.holder, roles=theirs).by == By.ONE:
                _mark(asker, key)
            elif key.state != State.SUSPENDED:
                _suspend(asker, key)
    except Forbidden:
        return None
    return key


def _mark(asker: Asker, key: SecurityKey) -> None:
    was = enter(key, State.SUSPENDED, by=asker.person.pk, reason=Reason.RESET)
    lifetime.end_for_key(key.pk, holder_id=key.holder_id, reason="key_suspended")
    log.record(
        events.KEY_ORPHANED,
        actor=asker.actor,
        holder_id=key.holder_id,
        organisation_id=key.holder.home_id,
        key=str(key.pk),
        nickname=key.nickname,
        serial_number=key.serial_number,
        old={"state": was},
        new={"state": key.state},
    )
    _announce(asker, key)


def _suspend(asker: Asker, key: SecurityKey) -> None:
    """As losses.suspend_key, for an act that was asked about."""
    was = enter(key, State.SUSPENDED, by=asker.person.pk, reason=Reason.PRECAUTION)
    lifetime.end_for_key(key.pk, holder_id=key.holder_id, reason="key_suspended")
    log.record(
        events.KEY_SUSPENDED,
        actor=asker.actor,
        holder_id=key.holder_id,
        organisation_id=key.holder.home_id,
        key=str(key.pk),
        nickname=key.nickname,
        reason=key.state_reason,
        old={"state": was},
        new={"state": key.state},
    )
    _announce(asker, key)


def _announce(asker: Asker, key: SecurityKey) -> None:
    about = {"nickname": key.nickname, "by": asker.name, "reason": key.state_reason}
    tell(messages.key_suspended, person=key.holder, **about)
    tell_administrators(messages.key_to_see_to, about=key.holder, besides=asker.person, **about)
