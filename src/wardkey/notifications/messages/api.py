"""To whoever a program acts as."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def api_token_made(*, name: str, api_token: str, when: str) -> Message:
    return Message(
        _("An API token that acts as you"),
        letter(
            name,
            _("An API token “{api_token}” was made in your name on {when}.").format(
                api_token=api_token, when=when
            ),
            _("Whoever has it can do what you may do, within what it is for."),
            _(
                "If it was not you, log in, open API tokens, end it, "
                "and tell your local administrator."
            ),
        ),
    )


def application_acts_as_you(*, name: str, application: str, by: str, when: str) -> Message:
    return Message(
        _("A program acts as you"),
        letter(
            name,
            _("Since {when} the application “{application}” acts as you, as {by} decided.").format(
                when=when, application=application, by=by
            ),
            _(
                "It can do what your role allows, within what it was registered for. The audit "
                "trail names the application, not you."
            ),
            _("If you did not expect that, ask your primary local administrator."),
        ),
    )
