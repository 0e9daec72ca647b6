"""The portal's messages, one function each: what happened, and what to do if it was not you.

They carry no secret, no link that does something, and no id of a key.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Message:
    subject: str
    body: str


def key_registered(*, name: str, nickname: str, by: str, when: str) -> Message:
    return Message(
        _("A FIDO2 token was registered for you"),
        _letter(
            name,
            _("{by} registered the FIDO2 token “{nickname}” for you on {when}.").format(
                by=by, nickname=nickname, when=when
            ),
            _("You can use it the next time you sign in: choose it, enter its PIN and touch it."),
        ),
    )


def key_renamed(*, name: str, was: str, nickname: str, by: str, when: str) -> Message:
    return Message(
        _("One of your FIDO2 tokens has a new nickname"),
        _letter(
            name,
            _("{by} renamed your FIDO2 token “{was}” to “{nickname}” on {when}.").format(
                by=by, was=was, nickname=nickname, when=when
            ),
        ),
    )


def key_removed(*, name: str, nickname: str, by: str, when: str) -> Message:
    return Message(
        _("A FIDO2 token was removed from your account"),
        _letter(
            name,
            _("{by} removed your FIDO2 token “{nickname}” on {when}.").format(
                by=by, nickname=nickname, when=when
            ),
            _("It cannot be used to sign in any more."),
        ),
    )


def key_handed_over(*, name: str, nickname: str, by: str, when: str) -> Message:
    return Message(
        _("You used your new FIDO2 token"),
        _letter(
            name,
            _("The FIDO2 token “{nickname}”, registered by {by}, was first used on {when}.").format(
                nickname=nickname, by=by, when=when
            ),
            _("From now on you are asked for a FIDO2 token whenever you sign in."),
        ),
    )


def key_count_fell(*, name: str, nickname: str, when: str) -> Message:
    return Message(
        _("A sign-in with your FIDO2 token was refused"),
        _letter(
            name,
            _("A sign-in with your FIDO2 token “{nickname}” was refused on {when}.").format(
                nickname=nickname, when=when
            ),
            _("The token’s counter went backwards. Somebody may have made a copy of it."),
            _("Ask your local administrator for another token, and to remove this one."),
        ),
    )


def access_pass_used(*, name: str, when: str) -> Message:
    return Message(
        _("Your access pass was used"),
        _letter(name, _("Your access pass was used on {when}.").format(when=when)),
    )


def _letter(name: str, *paragraphs: str) -> str:
    parts = [_("Dear {name},").format(name=name), *paragraphs, _if_it_was_not_you()]
    return "\n\n".join([*parts, settings.SERVICE_NAME]) + "\n"


def _if_it_was_not_you() -> str:
    contact = " · ".join(filter(None, [settings.HELPDESK_EMAIL, settings.HELPDESK_PHONE]))
    return _(
        "If you did not expect this, tell your local administrator or the helpdesk at once: "
        "{contact}"
    ).format(contact=contact)
