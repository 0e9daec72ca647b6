"""To those whom a policy touches."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def second_factor_coming(*, name: str, organisation: str, day: str, when: str) -> Message:
    return Message(
        _("From {day} you need a FIDO2 token to log in").format(day=day),
        letter(
            name,
            _(
                "{organisation} decided on {when} that from {day} you are asked for a FIDO2 token "
                "when you log in. You do not have one yet."
            ).format(organisation=organisation, day=day, when=when),
            _("Ask your local administrator for one before that day."),
        ),
    )


def exception_allowed(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("An exception from the token policy was made for you"),
        letter(
            name,
            _("{by} made an exception from the token policy for you on {when}.").format(
                by=by, when=when
            ),
        ),
    )


def exception_ended(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("An exception from the token policy was ended"),
        letter(
            name,
            _(
                "{by} ended an exception from the token policy that was made for you, on {when}."
            ).format(by=by, when=when),
            _(
                "If you have no FIDO2 token and need one from now on, you have 14 days: "
                "ask your local administrator for one."
            ),
        ),
    )
