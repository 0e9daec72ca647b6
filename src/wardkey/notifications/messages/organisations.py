"""Of a whole organisation: to its administrators, and to the people whom another one takes over;
and of the glass that was broken, to every platform administrator."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .letter import Message, letter


def organisation_suspended(*, name: str, organisation: str, by: str, when: str) -> Message:
    return Message(
        _("{organisation} is suspended").format(organisation=organisation),
        letter(
            name,
            _("{by} suspended {organisation} on {when}.").format(
                by=by, organisation=organisation, when=when
            ),
            _("Its people cannot log in, and roles on it give no rights until it is resumed."),
        ),
    )


def organisation_resumed(*, name: str, organisation: str, by: str, when: str) -> Message:
    return Message(
        _("{organisation} is in use again").format(organisation=organisation),
        letter(
            name,
            _("{by} resumed {organisation} on {when}.").format(
                by=by, organisation=organisation, when=when
            ),
            _("Its people can log in again, and roles on it are in force."),
        ),
    )


def organisation_woken(
    *, name: str, organisation: str, reason: str, since: str, until: str, when: str
) -> Message:
    return Message(
        _("{organisation} was restored: look at what you did last").format(
            organisation=organisation
        ),
        letter(
            name,
            _(
                "The portal was restored from a backup. {organisation} may log in again since"
                " {when}: {reason}"
            ).format(organisation=organisation, when=when, reason=reason),
            _(
                "Nobody knows what was done between {since} and {until} (UTC). If you removed or"
                " suspended a token then, suspended somebody, closed an account, took a role"
                " away or ended an application, do it again now. If you registered a token,"
                " register it again."
            ).format(since=since, until=until),
        ),
    )


def organisation_closing(*, name: str, organisation: str, by: str, when: str) -> Message:
    return Message(
        _("{organisation} closes").format(organisation=organisation),
        letter(
            name,
            _("{by} began to close {organisation} on {when}.").format(
                by=by, organisation=organisation, when=when
            ),
            _("Its people move to its successor, if it has any, and every role in it ends."),
        ),
    )


def moved_to_successor(*, name: str, organisation: str, successor: str, when: str) -> Message:
    return Message(
        _("You belong to {successor} now").format(successor=successor),
        letter(
            name,
            _("{organisation} closes, and {successor} took you over on {when}.").format(
                organisation=organisation, successor=successor, when=when
            ),
            _("Your user name, your password and your FIDO2 tokens stay as they are."),
        ),
    )


def glass_broken(*, name: str, holder: str, hours: str, reason: str, when: str) -> Message:
    return Message(
        _("{holder} was made a platform administrator in an emergency").format(holder=holder),
        letter(
            name,
            ngettext(
                "Somebody on the host gave {holder} the role of a platform administrator on "
                "{when}, for {hours} hour.",
                "Somebody on the host gave {holder} the role of a platform administrator on "
                "{when}, for {hours} hours.",
                int(hours),
            ).format(holder=holder, when=when, hours=hours),
            _("The reason that was given: {reason}").format(reason=reason),
            _("The role ends by itself. Until then, each of you can dismiss it."),
        ),
    )
