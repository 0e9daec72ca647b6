"""To somebody in whose session the question *Confirm that it is you* was answered wrongly."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def confirmation_refused(*, name: str, when: str) -> Message:
    return Message(
        _("Somebody could not confirm that it was you"),
        letter(
            name,
            _(
                "In a browser in which you are logged in, somebody was asked to confirm that it "
                "is you, and answered wrongly. That was on {when}. Nothing was changed."
            ).format(when=when),
            _("If it was you, with a mistyped password or another token, there is nothing to do."),
            _(
                "If it was not, somebody is at a computer on which you are still logged in. Log "
                "out there. If you do not know where that is, ask your local administrator to log "
                "you out everywhere. Change your password if somebody may know it."
            ),
        ),
    )
