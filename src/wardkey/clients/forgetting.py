"""Logins that are long over are forgotten, with what applications were granted on them.

forget_some    a portion; whether there may be more. The worker's
"""

from django.db.models.functions import Coalesce

from ..base.copying import short_transaction
from ..sessions.forgetting import Kind, forget_sessions, keep_last, sessions_over
from .models import DeviceRequest, Grant, LogoutNotice

# One portion a second: 17 million a day, for some 3 million that two million people make.
ROWS_AT_A_TIME = 200


def forget_some() -> bool:
    """What an application has still to hear of stays until it did, or was given up."""
    untold = LogoutNotice.objects.filter(told_at=None, given_up_at=None)
    over = sessions_over().exclude(pk__in=untold.values("session"))
    ids = list(over.values_list("pk", flat=True)[:ROWS_AT_A_TIME])
    grants = Grant.objects.filter(session__in=ids)
    with short_transaction():
        keep_last(Kind.GRANT, grants, Coalesce("ended_at", "last_used_at", "made_at"))
        DeviceRequest.objects.filter(grant__session__in=ids).delete()
        grants.delete()
        LogoutNotice.objects.filter(session__in=ids).delete()
        forget_sessions(ids)
    return len(ids) == ROWS_AT_A_TIME
