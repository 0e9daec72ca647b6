"""When a key is lost, stolen or stopped: to its holder, and to those who look after it."""

from django.utils.translation import gettext as _

from .letter import Message, letter, reason_words


# A key is reported lost with no more than the password, so whoever has that can stop it.
def _if_not_reported(reason: str) -> list[str]:
    if reason != "lost":
        return []
    return [
        _(
            "If you did not report it as lost, and nobody did it for you, somebody may have your "
            "password: tell your local administrator or the helpdesk at once."
        )
    ]


def _if_reported_by_somebody_else(reason: str, holder: str) -> list[str]:
    if reason != "lost":
        return []
    return [
        _(
            "If {holder} did not report it, somebody may have the password of {holder}, and can "
            "stop the token again: suspend the account while you look into it."
        ).format(holder=holder)
    ]


def key_suspended(*, name: str, nickname: str, by: str, when: str, reason: str) -> Message:
    who = by or _("The portal")
    return Message(
        _("Your FIDO2 token was suspended"),
        letter(
            name,
            _("{by} suspended your FIDO2 token “{nickname}” on {when}: {reason}.").format(
                by=who, nickname=nickname, when=when, reason=reason_words(reason)
            ),
            _("It cannot be used to log in, and what was opened with it has ended."),
            _(
                "If you have another token, use that one. Otherwise ask your local administrator "
                "for one, or to take the suspension back."
            ),
            *_if_not_reported(reason),
        ),
    )


def key_resumed(*, name: str, nickname: str, by: str, when: str) -> Message:
    return Message(
        _("Your FIDO2 token can be used again"),
        letter(
            name,
            _("{by} took the suspension of your FIDO2 token “{nickname}” back on {when}.").format(
                by=by, nickname=nickname, when=when
            ),
            _("You can log in with it as before."),
        ),
    )


def key_to_see_to(
    *, name: str, holder: str, nickname: str, by: str, when: str, reason: str
) -> Message:
    who = by or _("The portal")
    return Message(
        _("A FIDO2 token of {holder} was suspended").format(holder=holder),
        letter(
            name,
            _(
                "{by} suspended the FIDO2 token “{nickname}” of {holder} on {when}: {reason}."
            ).format(
                by=who, nickname=nickname, holder=holder, when=when, reason=reason_words(reason)
            ),
            _(
                "Speak to {holder}. If the token is found, resume it; if not, remove it and "
                "register another one. Both are under User Management."
            ).format(holder=holder),
            *_if_reported_by_somebody_else(reason, holder),
        ),
    )


def key_stolen(
    *, name: str, holder: str, nickname: str, by: str, when: str, reason: str
) -> Message:
    return Message(
        _("A FIDO2 token of {holder} was stolen").format(holder=holder),
        letter(
            name,
            _("{by} removed the FIDO2 token “{nickname}” of {holder} on {when}: {reason}.").format(
                by=by, nickname=nickname, holder=holder, when=when, reason=reason_words(reason)
            ),
            _("It opens nothing any more, and all sessions of {holder} were ended.").format(
                holder=holder
            ),
            _(
                "Look at what was opened with it since it was stolen: the page of {holder} under "
                "User Management leads to it. Report the theft as your organisation asks you to."
            ).format(holder=holder),
        ),
    )


def key_to_be_removed(*, name: str, nickname: str, by: str, when: str, reason: str) -> Message:
    return Message(
        _("Somebody wants to remove one of your FIDO2 tokens"),
        letter(
            name,
            _(
                "{by} asked on {when} to have your FIDO2 token “{nickname}” removed: {reason}."
            ).format(by=by, nickname=nickname, when=when, reason=reason_words(reason)),
            _(
                "You hold a role, so another administrator has to agree. Until then you can use "
                "the token. If this is a mistake, tell your administrators."
            ),
        ),
    )


def removal_to_agree_with(
    *, name: str, holder: str, nickname: str, by: str, when: str, reason: str
) -> Message:
    return Message(
        _("A second administrator is asked for: a FIDO2 token of {holder}").format(holder=holder),
        letter(
            name,
            _(
                "{by} asked on {when} to have the FIDO2 token “{nickname}” of {holder} removed: "
                "{reason}."
            ).format(
                by=by, nickname=nickname, holder=holder, when=when, reason=reason_words(reason)
            ),
            _(
                "{holder} holds a role, so two administrators have to agree. If you do, remove the "
                "token on the page of {holder} under User Management, within seven days."
            ).format(holder=holder),
        ),
    )


def administrators_key_removed(
    *, name: str, holder: str, nickname: str, by: str, when: str, reason: str
) -> Message:
    """To whoever removed a key of somebody who holds a role."""
    return Message(
        _("You removed a FIDO2 token of {holder}").format(holder=holder),
        letter(
            name,
            _("{by} removed the FIDO2 token “{nickname}” of {holder} on {when}: {reason}.").format(
                by=by, nickname=nickname, holder=holder, when=when, reason=reason_words(reason)
            ),
            _("{holder} holds a role, so both of you are told.").format(holder=holder),
        ),
    )
