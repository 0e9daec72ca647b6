"""To whoever an access pass was issued for."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def access_pass_used(*, name: str, when: str) -> Message:
    return Message(
        _("Your access pass was used"),
        letter(name, _("Your access pass was used on {when}.").format(when=when)),
    )


def access_pass_issued(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("An access pass was issued for you"),
        letter(
            name,
            _("{by} issued an access pass for you on {when}. It works once, for one hour.").format(
                by=by, when=when
            ),
            _("With it and your password, a token can be registered in your name."),
            _(
                "If you did not ask for it, somebody pretends to be you: tell your local "
                "administrator or the helpdesk at once."
            ),
        ),
    )
