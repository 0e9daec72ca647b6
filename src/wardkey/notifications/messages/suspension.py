"""To whoever is kept out for a while, and let in again."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def account_suspended(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("Your account was suspended"),
        letter(
            name,
            _("{by} suspended your account on {when}.").format(by=by, when=when),
            _("You cannot log in until it is resumed. Your tokens are kept."),
        ),
    )


def account_resumed(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("Your account was resumed"),
        letter(
            name,
            _("{by} resumed your account on {when}.").format(by=by, when=when),
            _("You can log in again, with the password and the tokens that you had."),
        ),
    )
