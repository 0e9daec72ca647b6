"""Why a check of a device failed, and what to do next."""

from django.utils.translation import gettext_lazy as _

_TOOK_TOO_LONG = _("It took too long, and the browser gave up. Check again, and touch the token.")
_ANOTHER_TOKEN = _("The token cannot do what is needed: a PIN or a fingerprint. Try another model.")

WHY: dict[str, object] = {
    "NotAllowedError": _(
        "The token did not answer, and the browser does not say why. Perhaps no token was"
        " inserted or touched in time, the PIN was wrong, or the window was closed. Perhaps no"
        " window came at all: then try another browser, or another USB port. After three wrong"
        " PINs take the token out and insert it again."
    ),
    "InvalidStateError": _("The token refused, because it answered before. Check again."),
    "NotSupportedError": _ANOTHER_TOKEN,
    "ConstraintError": _ANOTHER_TOKEN,
    "SecurityError": _(
        "The browser refused, because this page is not at the address that the portal was set up"
        " for. Tell the helpdesk."
    ),
    "AbortError": _TOOK_TOO_LONG,
    "TimeoutError": _TOOK_TOO_LONG,
    "Unsupported": _(
        "This browser cannot use FIDO2 tokens. Use a current version of Edge, Chrome, Firefox or"
        " Safari; on Windows, version 2004 of Windows 10 or later."
    ),
    "refused": _(
        "The token answered, and the portal could not accept the answer. Check again. If it happens"
        " again, try another token: your local administrator finds the cause in the audit trail."
    ),
    "other": _(
        "The browser gave up for a reason that the portal does not know. Restart the browser and"
        " check again; then try another browser."
    ),
}
