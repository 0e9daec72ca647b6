"""What is said about a key's state, and the reasons to choose from."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..keys.reasons import REMOVED_FOR, SUSPENDED_FOR, Reason

if TYPE_CHECKING:
    from ..keys.models import SecurityKey

WHY_REMOVE: dict[Reason, object] = {
    Reason.RETURNED: _("It was given back, or is no longer needed"),
    Reason.LOST: _("It is lost"),
    Reason.STOLEN: _("It was stolen, or somebody else may have used it"),
    Reason.BROKEN: _("It is broken"),
    Reason.MISTAKE: _("It was registered by mistake"),
}
WHY_SUSPEND: dict[Reason, object] = {
    Reason.LOST: _("It cannot be found"),
    Reason.PRECAUTION: _("As a precaution"),
}
SUSPENDED: dict[str, object] = {
    Reason.LOST: _("Suspended: it cannot be found"),
    Reason.PRECAUTION: _("Suspended as a precaution"),
    Reason.COUNT_FELL: _("Suspended: it may have been copied"),
}

Choice = dict[str, str]


def reasons_to_remove() -> list[Choice]:
    return [{"value": str(each), "text": str(WHY_REMOVE[each])} for each in REMOVED_FOR]


def reasons_to_suspend() -> list[Choice]:
    return [{"value": str(each), "text": str(WHY_SUSPEND[each])} for each in SUSPENDED_FOR]


def reported(nickname: str) -> str:
    return gettext(
        "The token “{nickname}” is suspended, and your administrators were told."
    ).format(nickname=nickname)


def state_words(key: "SecurityKey") -> str:
    """The label beside a nickname; empty for a key in use."""
    if key.state == "suspended":
        return str(SUSPENDED.get(key.state_reason) or gettext("Suspended"))
    if key.has_lapsed:
        return gettext("Waited too long")
    return gettext("Not used yet") if key.state == "waiting" else ""
