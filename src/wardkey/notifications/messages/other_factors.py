"""Other ways to log in than a key: to whoever set them up, and of recovery codes to others too."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def app_set_up(*, name: str, when: str) -> Message:
    return Message(
        _("An authenticator app was set up for your account"),
        letter(
            name,
            _("On {when} an authenticator app was set up for your account.").format(when=when),
            _("With your password and its codes one can log in without a FIDO2 token."),
        ),
    )


def app_removed(*, name: str, when: str) -> Message:
    return Message(
        _("The authenticator app of your account was removed"),
        letter(
            name,
            _("On {when} the authenticator app of your account was removed.").format(when=when),
            _("Its codes do not work any more."),
        ),
    )


def factors_taken_away(*, name: str, by: str, when: str) -> Message:
    return Message(
        _("Your other ways to log in were taken away"),
        letter(
            name,
            _(
                "On {when} {by} took away the authenticator app and the recovery codes of your "
                "account, as far as there were any."
            ).format(when=when, by=by),
            _("They do not work any more. Your FIDO2 tokens stay as they are."),
        ),
    )


def recovery_codes_made(*, name: str, when: str) -> Message:
    return Message(
        _("Recovery codes were made for your account"),
        letter(
            name,
            _("On {when} ten recovery codes were made for your account.").format(when=when),
            _("Each works once with your password. Earlier ones do not work any more."),
        ),
    )


def recovery_codes_removed(*, name: str, when: str) -> Message:
    return Message(
        _("The recovery codes of your account were removed"),
        letter(
            name,
            _("On {when} the recovery codes of your account were removed.").format(when=when),
        ),
    )


def recovery_code_used(*, name: str, left: str, when: str) -> Message:
    return Message(
        _("A recovery code of yours was used"),
        letter(
            name,
            _("On {when} somebody logged in with your password and a recovery code.").format(
                when=when
            ),
            _("Codes left: {left}. Register a FIDO2 token, so that you need none.").format(
                left=left
            ),
            _(
                "If it was not you, somebody has your password and your codes: tell your local "
                "administrator or the helpdesk at once."
            ),
        ),
    )


def recovery_code_of_another_used(*, name: str, holder: str, when: str) -> Message:
    return Message(
        _("{holder} logged in with a recovery code").format(holder=holder),
        letter(
            name,
            _(
                "On {when} {holder} logged in with a recovery code, in place of a FIDO2 token."
            ).format(holder=holder, when=when),
            _("Ask {holder} whether it was them, and see that they have a token again.").format(
                holder=holder
            ),
        ),
    )
