"""About a key that waits for its holder: to the holder, and to whoever registered it."""

from django.utils.translation import gettext as _

from ...base.codes import short_code_for
from .letter import Message, letter


def key_handover_code(*, name: str, nickname: str, by: str, when: str, code_id: str) -> Message:
    """The code is made here, when the message is sent; until then it is nowhere."""
    code = short_code_for("handover", code_id)
    return Message(
        _("Your code for a new FIDO2 token"),
        letter(
            name,
            _(
                "You log in with the FIDO2 token “{nickname}”, which {by} registered for you."
            ).format(nickname=nickname, by=by),
            _("To confirm that you have it, enter this code on the page: {code}").format(
                code=f"{code[:4]} {code[4:]}"
            ),
            _("It was made on {when}, works once and for 10 minutes. Nobody else needs it.").format(
                when=when
            ),
            _(
                "If you are not logging in at this moment, somebody else has your password and a "
                "token in your name: do not enter the code anywhere."
            ),
        ),
    )


def key_handed_over(*, name: str, nickname: str, by: str, when: str) -> Message:
    return Message(
        _("Your new FIDO2 token is in use"),
        letter(
            name,
            _("The FIDO2 token “{nickname}”, registered by {by}, is yours since {when}.").format(
                nickname=nickname, by=by, when=when
            ),
            _("From now on you are asked for a FIDO2 token whenever you log in."),
        ),
    )


def key_will_lapse(*, name: str, nickname: str, by: str, days: str, when: str) -> Message:
    return Message(
        _("A FIDO2 token waits for you"),
        letter(
            name,
            _("{by} registered the FIDO2 token “{nickname}” for you. You have not used it.").format(
                nickname=nickname, by=by
            ),
            _("Days left, counted from {when}: {days}. After that it opens nothing.").format(
                when=when, days=days
            ),
            _("If you do not have it, ask your local administrator where it is."),
        ),
    )


def key_not_fetched(*, name: str, holder: str, nickname: str, days: str, when: str) -> Message:
    return Message(
        _("{holder} has not used their FIDO2 token").format(holder=holder),
        letter(
            name,
            _(
                "You registered the FIDO2 token “{nickname}” for {holder}. It was never used."
            ).format(nickname=nickname, holder=holder),
            _("Days left, counted from {when}: {days}. After that it opens nothing.").format(
                when=when, days=days
            ),
            _("See whether {holder} has it. If it is not needed, remove it.").format(holder=holder),
        ),
    )


def key_lapsed(*, name: str, nickname: str, when: str) -> Message:
    return Message(
        _("A FIDO2 token that waited for you was removed"),
        letter(
            name,
            _("You never used the FIDO2 token “{nickname}”, so it was removed on {when}.").format(
                nickname=nickname, when=when
            ),
            _("If you need it, ask your local administrator to register it again."),
        ),
    )


def key_lapsed_unused(*, name: str, holder: str, nickname: str, when: str) -> Message:
    return Message(
        _("A FIDO2 token for {holder} was never used").format(holder=holder),
        letter(
            name,
            _("{holder} never used the token “{nickname}”, so it was removed on {when}.").format(
                holder=holder, nickname=nickname, when=when
            ),
            _("If it is found, it can be registered again, for anybody."),
        ),
    )
