"""To the holder of a key: what was done with it, and by whom."""

from django.utils.translation import gettext as _

from .letter import Message, letter, reason_words


def key_registered(*, name: str, nickname: str, by: str, when: str) -> Message:
    return Message(
        _("A FIDO2 token was registered for you"),
        letter(
            name,
            _("{by} registered the FIDO2 token “{nickname}” for you on {when}.").format(
                by=by, nickname=nickname, when=when
            ),
            _("You can use it the next time you log in: choose it, enter its PIN and touch it."),
        ),
    )


def key_renamed(*, name: str, was: str, nickname: str, by: str, when: str) -> Message:
    return Message(
        _("One of your FIDO2 tokens has a new nickname"),
        letter(
            name,
            _("{by} renamed your FIDO2 token “{was}” to “{nickname}” on {when}.").format(
                by=by, was=was, nickname=nickname, when=when
            ),
        ),
    )


def key_removed(*, name: str, nickname: str, by: str, when: str, reason: str = "") -> Message:
    said = reason_words(reason)
    return Message(
        _("A FIDO2 token was removed from your account"),
        letter(
            name,
            _("{by} removed your FIDO2 token “{nickname}” on {when}.").format(
                by=by, nickname=nickname, when=when
            ),
            *([_("Reason given: {reason}.").format(reason=said)] if said else []),
            _("It cannot be used to log in any more, and what was opened with it has ended."),
            _("If you have no other token, ask your local administrator for one."),
        ),
    )


def key_removal_undone(*, name: str, nickname: str, by: str, when: str) -> Message:
    return Message(
        _("A FIDO2 token is back on your account"),
        letter(
            name,
            _("{by} undid the removal of your FIDO2 token “{nickname}” on {when}.").format(
                by=by, nickname=nickname, when=when
            ),
            _("You can use it as before."),
        ),
    )


def key_count_fell(*, name: str, nickname: str, when: str) -> Message:
    return Message(
        _("A login with your FIDO2 token was refused"),
        letter(
            name,
            _("A login with your FIDO2 token “{nickname}” was refused on {when}.").format(
                nickname=nickname, when=when
            ),
            _("The token’s counter went backwards. Somebody may have made a copy of it."),
            _("Ask your local administrator for another token, and to remove this one."),
        ),
    )
