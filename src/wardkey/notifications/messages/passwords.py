"""About somebody's password."""

from django.utils.translation import gettext as _

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
