"""What a person has to wait for, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from ..signin.models import Limit

WHAT_FAILED: dict[str, object] = {
    "password": _("Too many wrong passwords"),
    "access_pass": _("Too many wrong access passes"),
    "reset": _("Too many links for a new password"),
    "key": _("Too many answers of tokens that did not hold"),
    "app": _("Too many wrong codes of an authenticator app"),
    "recovery": _("Too many wrong recovery codes"),
    "day_pass": _("Too many wrong day passes"),
    "device_code": _("Too many wrong codes of devices"),
}


@dataclass(frozen=True, slots=True)
class LimitTold:
    what_failed: str
    until: datetime
    in_known_browser: bool


def rounded_up(until: datetime) -> datetime:
    """To the minute that is shown: nobody is sent to try too early."""
    return until + timedelta(seconds=59, microseconds=999_999)


def limits_told(limits: "list[Limit]") -> list[LimitTold]:
    return [_told(limit, limit.blocked_until) for limit in limits if limit.blocked_until]


def _told(limit: "Limit", until: datetime) -> LimitTold:
    return LimitTold(str(WHAT_FAILED[limit.kind]), rounded_up(until), bool(limit.browser))
