"""To somebody who joins."""

from django.conf import settings
from django.utils.translation import gettext as _

from ...base import codes
from .letter import Message, letter


def invitation(*, name: str, organisation: str, username: str, invitation_id: str) -> Message:
    """The code is in the link's fragment, which browsers send to nobody."""
    code = codes.readable_code_for("invitation", invitation_id)
    return Message(
        _("Your account at {organisation}").format(organisation=organisation),
        letter(
            name,
            _("{organisation} has made an account for you. Your user name is {username}.").format(
                organisation=organisation, username=username
            ),
            _("Open this link on your first day or after it, and choose a password:"),
            f"{settings.ORIGINS[0]}/join/#{code}",
            _("It works once, until 14 days after your first day. Show it to nobody."),
        ),
    )


def account_opened(*, name: str, when: str) -> Message:
    return Message(
        _("Your account was opened"),
        letter(
            name,
            _("Your invitation was used on {when}, and a password was chosen.").format(when=when),
        ),
    )
