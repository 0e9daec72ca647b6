"""To somebody who leaves, stays after all, or comes back."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def leaving(*, name: str, by: str, last_day: str, closes: str, when: str) -> Message:
    return Message(
        _("You are marked as leaver"),
        letter(
            name,
            _("{by} marked you as leaver on {when}. Your last day is {last_day}.").format(
                by=by, when=when, last_day=last_day
            ),
            _("Your roles have ended. You can log in until {closes}.").format(closes=closes),
            _("You move to another organisation? Log in and make a joiner code for it."),
        ),
    )


def staying(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("You are no longer marked as leaver"),
        letter(
            name,
            _("{by} took back the mark on {when}. Your account stays open.").format(
                by=by, when=when
            ),
            _("Roles that ended do not come back by themselves."),
        ),
    )


def account_closed(*, name: str, when: str) -> Message:
    return Message(
        _("Your account was closed"),
        letter(
            name,
            _("Your account was closed on {when}. You cannot log in any more.").format(when=when),
            _("For 30 days an administrator can restore it."),
        ),
    )


def account_restored(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("Your account was restored"),
        letter(
            name,
            _("{by} restored your account on {when}.").format(by=by, when=when),
            _(
                "Bring your tokens to your local administrator: each stays out of use until it "
                "was seen again."
            ),
        ),
    )
