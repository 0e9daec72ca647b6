"""What was alive in a copy ends with its restoring: it may have been ended since.

    cut_off    how many sessions, API tokens of people's own, and one-time ways in there were

What applications were granted stands on sessions: the worker ends it and lets them know. API tokens
of applications go on: the trail tells which of them ended, and without it they sleep with their
organisation. Nobody is stamped anew, which would be two million rows: what hangs on a
stamp ends here by itself.
"""

from datetime import datetime

from django.db import models
from django.db.models import Q

from ...audit import log
from ...audit.models import Checkpoint
from ...base import clock
from ...bulk.models import UNDER_WAY, PeopleImport
from ...bulk.models import State as ImportState
from ...ceremonies.models import PendingCeremony
from ...clients import signing_keys
from ...clients.models import DeviceRequest, PendingRequest
from ...keys.models import HandoverCode
from ...lifecycle.models import Invitation, JoinerCode
from ...recovery.models import AccessPass, IdentityCode, PassRequest, PasswordReset, Vouching
from ...sessions.models import ApiToken, DeskSession, FirstAnswer, Session, StationCode

REASON = "restored"

# One-time ways in, by the column that says that they are over.
ONE_TIME: dict[type[models.Model], str] = {
    AccessPass: "revoked_at",
    PasswordReset: "revoked_at",
    Invitation: "revoked_at",
    JoinerCode: "revoked_at",
    PassRequest: "done_at",
    IdentityCode: "used_at",
    Vouching: "used_at",
    HandoverCode: "used_at",
    StationCode: "used_at",
    DeviceRequest: "decided_at",
}
FORGOTTEN: list[type[models.Model]] = [PendingCeremony, PendingRequest, FirstAnswer]


def cut_off() -> dict[str, int]:
    """In the transaction of the restoring."""
    now = clock.now()
    over = {"ended_at": now, "end_reason": REASON}
    sessions = Session.objects.filter(ended_at=None).update(may_end_at=now, **over)
    api_tokens = ApiToken.objects.filter(ended_at=None).exclude(person=None).update(**over)
    DeskSession.objects.filter(ends_at__gt=now).update(ends_at=now)
    one_time = sum(_over(table, column, now) for table, column in ONE_TIME.items())
    for table in FORGOTTEN:
        models.QuerySet(table).delete()
    under_way = PeopleImport.objects.filter(state__in=UNDER_WAY)
    under_way.update(state=ImportState.CANCELLED)
    _cut_off_keys_that_sign(now)
    return {"sessions": sessions, "api_tokens": api_tokens, "ways_in": one_time}


def _over(table: type[models.Model], column: str, now: datetime) -> int:
    rows: models.QuerySet = models.QuerySet(table).filter(Q(**{column: None}))
    if table is PasswordReset or table is AccessPass:
        rows = rows.filter(Q(expires_at=None) | Q(expires_at__gt=now))
    return rows.update(**{column: now})


def _cut_off_keys_that_sign(now: datetime) -> None:
    """One may have been rotated since because others had seen it. And what waited to leave the
    machine has left it: what did not is covered by the next checkpoint."""
    signing_keys.rotate_at_once(by=log.OPERATOR)
    Checkpoint.objects.filter(pushed_at=None).update(pushed_at=now)
