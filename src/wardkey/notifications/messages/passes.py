"""About passes: to whoever they are for, and to those who issue, approve and look after them."""

from django.conf import settings
from django.utils.translation import gettext as _

from ...base import codes
from .letter import Message, letter


def access_pass_used(*, name: str, when: str) -> Message:
    return Message(
        _("Your access pass was used"),
        letter(name, _("Your access pass was used on {when}.").format(when=when)),
    )


def access_pass_issued(*, name: str, by: str, when: str, pass_id: str = "") -> Message:
    return Message(
        _("An access pass was issued for you"),
        letter(
            name,
            _("{by} issued an access pass for you on {when}. It works once, for one hour.").format(
                by=by, when=when
            ),
            _("With it and your password, a token can be registered in your name."),
            *_stop_this(pass_id),
        ),
    )


def day_pass_issued(*, name: str, by: str, when: str, pass_id: str) -> Message:
    return Message(
        _("A day pass was issued for you"),
        letter(
            name,
            _("{by} issued a day pass for you on {when}.").format(by=by, when=when),
            _("With it and your password, one logs in without a token until your shift ends."),
            *_stop_this(pass_id),
        ),
    )


def _stop_this(pass_id: str) -> list[str]:
    """The code is made here, when the message is sent, and stands in the link's fragment, which
    browsers send to nobody."""
    if not pass_id:  # a message that the release before put into the outbox
        return []
    code = codes.readable_code_for("stop_pass", pass_id)
    return [
        _("If you did not ask for it, somebody pretends to be you. Stop this:"),
        f"{settings.ORIGINS[0]}/stop-pass/#{code}",
        _(
            "The link works for seven days and needs no login. It ends the pass, your sessions and "
            "what was set up with it; then tell your local administrator or the helpdesk."
        ),
    ]


def pass_asked_for(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("An access pass was asked for in your name"),
        letter(
            name,
            _(
                "{by} asked on {when} for a pass for you. You hold a role, so a second one has to "
                "approve it."
            ).format(by=by, when=when),
            _(
                "If you did not ask for it, somebody pretends to be you: tell another "
                "administrator or the helpdesk at once."
            ),
        ),
    )


def pass_to_approve(*, name: str, holder: str, by: str, when: str) -> Message:
    return Message(
        _("A pass for {holder} waits for your approval").format(holder=holder),
        letter(
            name,
            _("{by} checked who {holder} is, and asked on {when} for a pass.").format(
                by=by, holder=holder, when=when
            ),
            _(
                "{holder} holds a role, so a second administrator approves it within an hour, on "
                "the page of {holder} under User Management. Make sure yourself that it is them."
            ).format(holder=holder),
        ),
    )


def pass_approved(*, name: str, holder: str, by: str, when: str) -> Message:
    return Message(
        _("The pass for {holder} is approved").format(holder=holder),
        letter(
            name,
            _("{by} approved the pass for {holder} on {when}.").format(
                by=by, holder=holder, when=when
            ),
            _("Open the page of {holder} under User Management: it is shown to you, once.").format(
                holder=holder
            ),
        ),
    )


def identity_code(*, name: str, by: str, when: str, code_id: str) -> Message:
    """The code is made here, when the message is sent; until then it is nowhere."""
    code = codes.short_code_for("identity", code_id)
    return Message(
        _("A code to show who you are"),
        letter(
            name,
            _(
                "{by} wants to make sure who you are, before they let you in without a token."
            ).format(by=by),
            _("If you asked {by} for that, read them this code: {code}").format(
                by=by, code=f"{code[:4]} {code[4:]}"
            ),
            _("It was made on {when}, works once and for 10 minutes.").format(when=when),
            _("If you did not ask for it, tell the code to nobody: somebody pretends to be you."),
        ),
    )


def pass_stopped(*, name: str, when: str) -> Message:
    return Message(
        _("The pass was stopped"),
        letter(
            name,
            _("The pass that was issued for you was stopped on {when}.").format(when=when),
            _(
                "Your sessions were ended. A token that was registered with it is suspended, and "
                "other ways to log in that were set up since are gone."
            ),
            _("Ask your local administrator or the helpdesk what happened."),
        ),
    )


def pass_of_another_stopped(*, name: str, holder: str, by: str, when: str) -> Message:
    return Message(
        _("{holder} stopped a pass").format(holder=holder),
        letter(
            name,
            _(
                "On {when} {holder} stopped a pass that {by} had issued for them: they did not ask "
                "for it. Somebody may have pretended to be them."
            ).format(when=when, holder=holder, by=by or _("an operator")),
            _(
                "Their sessions were ended, and what was set up with it is suspended or gone. "
                "Speak to {holder}, and look at their history."
            ).format(holder=holder),
        ),
    )
