"""To whoever an access pass was issued for."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def access_pass_used(*, name: str, when: str) -> Message:
    return Message(
        _("Your access pass was used"),
        letter(name, _("Your access pass was used on {when}.").format(when=when)),
    )
