"""A key that its holder never used does not wait for ever.

warn     seven days before, once: the holder and whoever registered it
lapse    after thirty days the row says what its dates say already

That a key opens nothing after its thirtieth day follows from its dates (`SecurityKey.has_lapsed`);
the worker only tidies up and tells. Both may be done by several workers at once.
"""

import uuid
from datetime import timedelta

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..notifications import messages
from ..people.notices import tell
from .models import WAITS_AT_MOST, SecurityKey, State
from .reasons import Reason
from .states import enter

WARNED_BEFORE = timedelta(days=7)
AT_A_TIME = 100


def warn() -> int:
    """Returns how many keys were warned of."""
    soon = clock.now() - WAITS_AT_MOST + WARNED_BEFORE
    waiting = SecurityKey.objects.filter(state=State.WAITING, state_since__lte=soon)
    due = waiting.filter(lapse_warned_at=None).order_by("state_since")
    keys = list(due.select_related("holder__home", "registered_by__home")[:AT_A_TIME])
    return sum(_warn_of(key) for key in keys if not key.has_lapsed)


def _warn_of(key: SecurityKey) -> bool:
    now = clock.now()
    unwarned = SecurityKey.objects.filter(
        pk=key.pk, state=State.WAITING, state_since=key.state_since, lapse_warned_at=None
    )
    with transaction.atomic():
        if not unwarned.update(lapse_warned_at=now):
            return False
        about = {"nickname": key.nickname, "days": str((key.lapses_at - now).days)}
        tell(messages.key_will_lapse, person=key.holder, by=key.registered_by.name, **about)
        tell(messages.key_not_fetched, person=key.registered_by, holder=key.holder.name, **about)
    return True


def lapse() -> int:
    """Returns how many keys lapsed."""
    over = SecurityKey.objects.filter(
        state=State.WAITING, state_since__lte=clock.now() - WAITS_AT_MOST
    )
    ids = list(over.order_by("state_since").values_list("pk", flat=True)[:AT_A_TIME])
    return sum(_lapse(key_id) for key_id in ids)


def _lapse(key_id: uuid.UUID) -> bool:
    rows = SecurityKey.objects.select_for_update(of=("self",)).filter(pk=key_id)
    with transaction.atomic():
        key = rows.select_related("holder__home", "registered_by__home").get()
        if not key.has_lapsed:
            return False
        enter(key, State.REMOVED, by=None, reason=Reason.LAPSED)
        log.record(
            events.KEY_LAPSED,
            actor=log.SYSTEM,
            holder_id=key.holder.pk,
            organisation_id=key.holder.home.pk,
            key=str(key.pk),
            nickname=key.nickname,
            old={"state": State.WAITING},
            new={"state": State.REMOVED},
        )
        about = {"nickname": key.nickname}
        tell(messages.key_lapsed, person=key.holder, **about)
        tell(messages.key_lapsed_unused, person=key.registered_by, holder=key.holder.name, **about)
    return True
