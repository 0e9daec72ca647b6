"""What every message is made of."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Message:
    subject: str
    body: str


def letter(name: str, *paragraphs: str) -> str:
    parts = [_("Dear {name},").format(name=name), *paragraphs, if_it_was_not_you()]
    return "\n\n".join([*parts, settings.SERVICE_NAME]) + "\n"


def if_it_was_not_you() -> str:
    contact = " · ".join(filter(None, [settings.HELPDESK_EMAIL, settings.HELPDESK_PHONE]))
    return _(
        "If you did not expect this, tell your local administrator or the helpdesk at once: "
        "{contact}"
    ).format(contact=contact)


def reason_words(reason: str) -> str:
    """Why a key was suspended or removed; empty where nobody said."""
    known = {
        "lost": _("it is lost"),
        "stolen": _("it was stolen"),
        "broken": _("it is broken"),
        "returned": _("it was given back, or is no longer needed"),
        "mistake": _("it was registered by mistake"),
        "precaution": _("as a precaution"),
        "not_at_hand": _("its holder logged in without it"),
        "reset": _("it was reset, so nothing is left on it that could log you in"),
        "count_fell": _("its counter went backwards, so it may have been copied"),
    }
    return known.get(reason, "")
