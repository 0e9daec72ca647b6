"""What may have been taken away in minutes of which no export tells sleeps until somebody looked.

    put_to_sleep   every organisation in use, with its people, their tokens and the roles on it
    wake           some of them again, as the operator says, for a reason that is told there
    wake_all       those that still sleep
    asleep         which do

An organisation that sleeps is suspended: nobody of it logs in, and no role on it gives a right. One
that was suspended before stays so. Platform administrators may wake one on its page (Resume).
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from ...audit import events, log
from ...audit.models import ChangeEntry
from ...base import clock
from ...base.errors import InvalidInput
from ...base.text import has_forbidden_characters
from ...notifications import messages
from ...organisations.models import Organisation, Status
from ...people.notices import tell_administrators_of
from ...signin import throttle

REASON_AT_MOST = 200
MINUTE = "%Y-%m-%d %H:%M"


def put_to_sleep() -> int:
    """In the transaction of the restoring. How many there were."""
    now = clock.now()
    awake = Organisation.objects.filter(status=Status.ACTIVE)
    ids = list(awake.order_by("pk").values_list("pk", flat=True))
    awake.update(status=Status.SUSPENDED, asleep_since=now)
    for organisation_id in ids:
        log.record(
            events.ORGANISATION_PUT_TO_SLEEP,
            actor=log.OPERATOR,
            organisation_id=organisation_id,
        )
    return len(ids)


def asleep() -> QuerySet[Organisation]:
    """The root first."""
    suspended = Organisation.objects.filter(status=Status.SUSPENDED)
    return suspended.filter(asleep_since__isnull=False).order_by("path")


def wake(codes: Sequence[str], *, reason: str) -> list[Organisation]:
    """Raises InvalidInput: reason, organisation_awake."""
    with transaction.atomic():
        found = list(asleep().select_for_update(no_key=True).filter(code__in=codes))
        if missing := set(codes) - {each.code for each in found}:
            raise InvalidInput("organisation_awake", codes=" ".join(sorted(missing)))
        _wake(found, reason=_clean(reason))
    return found


def wake_all(*, reason: str) -> list[Organisation]:
    """Raises InvalidInput (reason)."""
    with transaction.atomic():
        found = list(asleep().select_for_update(no_key=True))
        _wake(found, reason=_clean(reason))
    return found


def _clean(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_AT_MOST or has_forbidden_characters(reason):
        raise InvalidInput("reason", field="reason")
    return reason


def _wake(organisations: list[Organisation], *, reason: str) -> None:
    for each in organisations:
        each.status, each.asleep_since = Status.ACTIVE, None
        each.save(update_fields=["status", "asleep_since"])
        log.record(
            events.ORGANISATION_WOKEN,
            actor=log.OPERATOR,
            organisation_id=each.pk,
            reason_given=reason,
        )
    restored = newest_restore()
    if restored is not None:
        throttle.forget_since(restored.at)
    gap = gap_of(restored)
    for each in organisations:
        tell_administrators_of(
            each,
            messages.organisation_woken,
            besides=[],
            organisation=each.name,
            reason=reason,
            **gap,
        )


def newest_restore() -> ChangeEntry | None:
    restored = ChangeEntry.objects.filter(code=events.BACKUP_RESTORED.code)
    return restored.order_by("-pk").first()


def gap_of(restored: ChangeEntry | None) -> dict[str, str]:
    """`since` when nothing is known, and `until` when the portal was restored, in UTC. To whole
    minutes that have all of it between them."""
    if restored is None:
        return {"since": "", "until": ""}
    told = json.loads(bytes(restored.canonical))
    last = datetime.fromisoformat(told["at"]) + timedelta(minutes=1)
    since = datetime.fromisoformat(told["parameters"]["known_until"])
    return {"since": f"{since:{MINUTE}}", "until": f"{last:{MINUTE}}"}
