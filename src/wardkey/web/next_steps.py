"""What an administrator does about a refusal, by its reason; most need nothing."""

from django.utils.translation import gettext_lazy as _

_START_AGAIN = _("Let them load the page again and start from the beginning.")
_ANOTHER_TOKEN = _("Remove the token and register it anew. If it happens again, use another token.")
_FALSE_WEBSITE = _(
    "Ask at which address they were: it may have been a false website. Tell the helpdesk."
)

NEXT_STEPS: dict[str, object] = {
    "password": _("Ask the person whether it was them."),
    "access_pass": _("Issue another access pass."),
    "unknown_or_used": _START_AGAIN,
    "expired": _START_AGAIN,
    "no_answer_waiting": _START_AGAIN,
    "challenge": _START_AGAIN,
    "session_mismatch": _START_AGAIN,
    "purpose_mismatch": _START_AGAIN,
    "holder_mismatch": _START_AGAIN,
    "holder_changed": _START_AGAIN,
    "origin": _FALSE_WEBSITE,
    "rp_id_hash": _FALSE_WEBSITE,
    "signature": _ANOTHER_TOKEN,
    "user_handle": _ANOTHER_TOKEN,
    "sign_count": _("Take the token for copied: remove it, and give the person another one."),
    "user_verification": _("Let them set a PIN on the token, or use another model."),
    "user_presence": _("Let them touch the token when it blinks."),
    "not_in_allow_list": _("Let them choose the token that they hold."),
    "key_state": _("Register another token for them, if they need one."),
    "key_already_registered": _("Use another token, or first remove it where it is registered."),
    "too_many_keys": _("Remove a token that is no longer used."),
    "model_not_allowed": _("Use a model that the policy allows."),
    "backup_flags": _("Use a token that cannot be copied."),
    "covering": _("Somebody with that role, or a higher one, can do it."),
}
