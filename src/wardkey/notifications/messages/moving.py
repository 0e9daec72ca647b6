"""To somebody who moves, and to the administrators of both sides."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def joiner_code_made(*, name: str, when: str) -> Message:
    return Message(
        _("You made a joiner code"),
        letter(
            name,
            _("A joiner code was made for you on {when}. It works for 30 days.").format(when=when),
            _("Whoever has it, and your leaver mark, can take you on at another organisation."),
        ),
    )


def moved(*, name: str, was: str, organisation: str, when: str) -> Message:
    return Message(
        _("You moved to {organisation}").format(organisation=organisation),
        letter(
            name,
            _("On {when} you moved from {was} to {organisation}. Log in again.").format(
                when=when, was=was, organisation=organisation
            ),
            _("Your roles ended. Tokens that {was} kept were removed.").format(was=was),
        ),
    )


def somebody_moved(*, name: str, holder: str, was: str, organisation: str, when: str) -> Message:
    return Message(
        _("{holder} moved to {organisation}").format(holder=holder, organisation=organisation),
        letter(
            name,
            _("On {when} {holder} moved from {was} to {organisation}.").format(
                when=when, holder=holder, was=was, organisation=organisation
            ),
            _("See “Tokens to collect” for tokens that are to come back."),
        ),
    )
