"""What is said about a key's state, the reasons to choose from, and refusals about keys."""

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
    Reason.NOT_AT_HAND: _("Suspended: its holder logged in without it"),
    Reason.COUNT_FELL: _("Suspended: it may have been copied"),
    Reason.RESET: _("Was reset: remove it, and register the token anew"),
}

# By code and reason of the mistake, as words.py has the others.
KEY_REFUSALS: dict[tuple[str, str], object] = {
    ("conflict", "key_suspended"): _(
        "This token is suspended already. Nothing was changed; the list shows it as it is."
    ),
    ("conflict", "key_reset"): _(
        "This token was reset, so nothing is left on it that could work. Remove it, and register "
        "the token anew."
    ),
    ("conflict", "key_waiting"): _(
        "This token still waits for its holder. Nothing was changed; the list shows it as it is."
    ),
    ("conflict", "key_active"): _(
        "This token is in use. Nothing was changed; the list shows it as it is."
    ),
    ("conflict", "key_lapsed"): _(
        "This token was never used and waited for more than 30 days, so it opens nothing. "
        "Remove it and register it again."
    ),
    ("conflict", "removal_final"): _(
        "This removal cannot be undone: more than 24 hours have passed, or the token was stolen, "
        "reported lost or given back. Register a token instead."
    ),
    ("forbidden", "administrators_keys"): _(
        "The policy keeps the tokens of people with a role from being removed by others. "
        "Suspend it instead: that stops it at once."
    ),
    ("conflict", "second_administrator"): _(
        "Two administrators have to agree on removing the token of somebody with a role. Ask for "
        "it on this page, or let another administrator remove it who did not ask."
    ),
    ("conflict", "one_administrator"): _(
        "Nobody has to be asked any more: load the page again, and remove the token."
    ),
    ("forbidden", "own_key_at_desk"): _(
        "This is your own token. Log in with another one and try it under My FIDO2 tokens, or let "
        "a colleague who looks after tokens do it with you."
    ),
    ("forbidden", "removed_by_another"): _(
        "Somebody else removed this token. Ask your local administrator to bring it back."
    ),
    ("forbidden", "suspended_by_another"): _(
        "Somebody else suspended this token. Ask your local administrator to resume it."
    ),
    ("forbidden", "own_pass"): _(
        "Nobody issues an access pass to themselves. Ask a colleague at the helpdesk, or another "
        "administrator."
    ),
    ("conflict", "key_in_use"): _(
        "This person has a token in use, and an access pass would open nothing. If the token is "
        "lost or broken, suspend or remove it first."
    ),
    ("conflict", "not_active"): _(
        "The account is not active, so this would open nothing. Its page says why."
    ),
    ("invalid_input", "reason"): _("Choose one of the reasons."),
    ("invalid_input", "stolen_since"): _(
        "Enter the day and time when the token was certainly still there. It must be in the past."
    ),
    ("invalid_input", "not_stolen"): _(
        "A moment was given, but the token was not called stolen. Choose that reason, or leave the "
        "moment empty."
    ),
    ("sign_in_refused", "handover_code"): _(
        "This is not the code, or it no longer works. Use the newest one; after 10 minutes or five "
        "wrong tries, ask for another."
    ),
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
