"""A token was reset at a desk: what was registered with it is gone from it, and cannot be used.

report_reset    every registration of that serial number and model, within the asker's reach

Whoever resets a token sees its number and what model it says it is, and not whose it was. A removed
key stays as it is; the others are suspended for good.
"""

import uuid

from django.db import transaction

from ..audit import events, log
from ..base.errors import Forbidden
from ..notifications import messages
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.notices import tell, tell_administrators
from ..sessions import lifetime
from . import queries
from .models import SecurityKey, State
from .reasons import Reason
from .states import Step, enter, require_step


def report_reset(*, asker: Asker, serial_number: str, aaguid: uuid.UUID) -> list[SecurityKey]:
    """Those that are marked now, or were before. Told again, it changes nothing."""
    within = asker.organisations_for(Act.SUSPEND_KEYS)
    found = queries.keys_with_serial_number(serial_number, aaguid, within)
    return [marked for key in found if (marked := _marked(asker, key))]


def _marked(asker: Asker, seen: SecurityKey) -> SecurityKey | None:
    """None where somebody higher has to do it."""
    if seen.state_reason == Reason.RESET:
        return seen
    try:
        with transaction.atomic():
            key = queries.locked_key_of(seen.holder, seen.pk)
            require_still_administered(asker, key.holder, Act.SUSPEND_KEYS)
            require_step(key, Step.REPORT_RESET)
            _mark(asker, key)
    except Forbidden:
        return None
    return key


def _mark(asker: Asker, key: SecurityKey) -> None:
    was = enter(key, State.SUSPENDED, by=asker.person.pk, reason=Reason.RESET)
    lifetime.end_for_key(key.pk, reason="key_suspended")
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
    about = {"nickname": key.nickname, "by": asker.name, "reason": Reason.RESET}
    tell(messages.key_suspended, person=key.holder, **about)
    tell_administrators(messages.key_to_see_to, about=key.holder, besides=asker.person, **about)
