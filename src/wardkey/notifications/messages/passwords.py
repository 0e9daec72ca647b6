"""About somebody's password."""

from django.conf import settings
from django.utils.translation import gettext as _

from ...base import codes
from .letter import Message, letter


def password_changed(*, name: str, when: str) -> Message:
    return Message(
        _("Your password was changed"),
        letter(
            name,
            _("Your password was changed on {when}, by somebody who knew the old one.").format(
                when=when
            ),
            _("Wherever else you were logged in, you are not any more."),
        ),
    )


def password_link(*, name: str, reset_id: str) -> Message:
    """The code is in the link's fragment, which browsers send to nobody."""
    code = codes.readable_code_for("password reset", reset_id)
    return Message(
        _("Choose a new password"),
        letter(
            name,
            _("Somebody asked for a new password with your user name. If it was you, open this:"),
            f"{settings.ORIGINS[0]}/sign-in/new-password/#{code}",
            _("It works once, for one hour. Show it to nobody."),
            _("Your FIDO2 token is asked for as before: the link alone logs nobody in."),
        ),
    )


def password_slip_printed(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("A slip for a new password was printed for you"),
        letter(
            name,
            _(
                "{by} printed a slip on {when} with which a new password can be chosen for your "
                "account. It works once, for 24 hours."
            ).format(by=by, when=when),
            _("Your FIDO2 token is asked for as before: the slip alone logs nobody in."),
        ),
    )


def password_was_reset(*, name: str, when: str) -> Message:
    return Message(
        _("A new password was chosen for your account"),
        letter(
            name,
            _("On {when}, a new password was chosen with a link or a slip.").format(when=when),
            _("Wherever you were logged in, you are not any more. Your FIDO2 tokens stay."),
        ),
    )
