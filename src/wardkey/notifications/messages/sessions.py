"""To whoever was logged out everywhere by somebody else."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def logins_ended(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("You were logged out everywhere"),
        letter(
            name,
            _("{by} ended all your logins on {when}.").format(by=by, when=when),
            _("Your password and your tokens are as they were: log in again to go on."),
        ),
    )
