"""What is long over is forgotten: access passes, links and slips for a new password, codes to check
who somebody is, and who vouched for whom or asked for a pass. That they were there stays in the
audit trail.

forget_some    a portion; whether there may be more. The worker's
"""

from datetime import timedelta

from django.db.models import Model

from ..base import clock
from ..base.copying import short_transaction
from .models import AccessPass, IdentityCode, PassRequest, PasswordReset, Vouching

KEPT_FOR = timedelta(days=30)  # from when they were made: all are over within a week
ROWS_AT_A_TIME = 500
MADE: dict[type[Model], str] = {
    PasswordReset: "asked_at",
    IdentityCode: "sent_at",
    Vouching: "vouched_at",
    AccessPass: "issued_at",
    PassRequest: "asked_at",
}


def forget_some() -> bool:
    return any(_forget_some(model, made) for model, made in MADE.items())


def _forget_some(model: type[Model], made: str) -> bool:
    old = model._default_manager.filter(**{f"{made}__lt": clock.now() - KEPT_FOR})  # noqa: SLF001
    ids = list(old.values_list("pk", flat=True)[:ROWS_AT_A_TIME])
    with short_transaction():
        model._default_manager.filter(pk__in=ids).delete()  # noqa: SLF001
    return len(ids) == ROWS_AT_A_TIME
