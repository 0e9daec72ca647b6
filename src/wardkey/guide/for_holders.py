"""What everybody with a token does in the portal; the numbers of *Log in* are the guide's."""

from django.utils.translation import gettext_lazy as _

from . import pictures
from .first_steps import ENTER_OWN_PASSWORD, MINIMUM, OPEN, SAVE_NICKNAME
from .steps import Choose, Fill, Insert, Press, Procedure, Read, Reader, Sample, Step

USE = Procedure(
    "use",
    _("Log in with a token"),
    _("You need your user name, your password, and the token with its PIN."),
    Reader.HOLDER,
    (
        OPEN,
        ENTER_OWN_PASSWORD,
        Step(
            _("You see all your tokens. Choose one, insert it into a USB port and select {}."),
            (Choose(Sample.NICKNAME), Insert(), Press(_("Use this token"))),
            pictures.CHOOSE,
        ),
        Step(
            _("Enter the PIN of the token in the window of the browser."),
            note=_(
                "It was chosen when the token was registered. After three wrong PINs, take the "
                "token out and put it in again. After eight it is locked, and must be reset."
            ),
            drawing=pictures.PIN_DRAWN,
        ),
        Step(_("Touch the token when it blinks."), drawing=pictures.TOUCH_DRAWN),
        Step(
            _("You are logged in to the portal: a green message begins with {}."),
            (Read(_("Success")),),
            pictures.LOGGED_IN,
        ),
    ),
)
FIRST_TOKEN = Procedure(
    "first-token",
    _("Register your first token yourself"),
    _("You need a new token, and an access pass from your local administrator or the helpdesk."),
    Reader.HOLDER,
    (
        OPEN,
        ENTER_OWN_PASSWORD,
        Step(
            _("Enter your {}, then select {}."),
            (Fill(_("Access pass"), Sample.ACCESS_PASS), Press(_("Use this pass"))),
            pictures.ACCESS_PASS,
            _("It works once. Give it to nobody."),
        ),
        Step(
            _("Read what comes next, then select {}. Your browser opens its own window."),
            (Press(_("OK")),),
            pictures.OWN_SET_UP,
            MINIMUM,
        ),
        Step(
            _("Insert the token into a USB port of the computer."),
            (Insert(),),
            drawing=pictures.INSERT_DRAWN,
        ),
        Step(
            _("In the window of the browser, enter a new PIN twice, then select OK."),
            note=_(
                "Four characters are the least; six digits are better. The portal cannot see the "
                "PIN. It is asked for each time that the token is used."
            ),
            drawing=pictures.NEW_PIN_DRAWN,
        ),
        Step(_("Touch the token when it blinks."), drawing=pictures.TOUCH_DRAWN),
        Step(
            _("Enter a {} for the token, then select {}."),
            (Fill(_("Nickname"), Sample.NICKNAME), Press(_("Save"))),
            pictures.NICKNAME,
        ),
        Step(
            _("A green message begins with {}. From now on you log in with this token."),
            (Read(_("Success")),),
            note=_("Ask for a second token as a spare, so that a lost one keeps you from nothing."),
        ),
    ),
    starts_with_token=False,
)
RENAME_OWN = Procedure(
    "own-nickname",
    _("Edit the nickname of your own token"),
    _("So that you know which of your tokens is which."),
    Reader.HOLDER,
    (
        OPEN,
        ENTER_OWN_PASSWORD,
        Step(
            _("Choose your token, insert it, and select {}. Enter its PIN and touch it."),
            USE.steps[2].acts,
            pictures.CHOOSE,
        ),
        Step(
            _("Go to {}, at the top of the page."),
            (Press(_("My FIDO2 tokens")),),
            pictures.MY_TOKENS,
        ),
        Step(
            _("Select {} beside the token."),
            (Press(_("Edit"), beside=Sample.NICKNAME),),
            pictures.OWN_EDIT,
        ),
        SAVE_NICKNAME,
    ),
)
REPORT_LOST = Procedure(
    "report-lost",
    _("Report your token as lost"),
    _("Nobody can log in with it then. You need your password, and no token."),
    Reader.HOLDER,
    (
        OPEN,
        ENTER_OWN_PASSWORD,
        Step(
            _("Below your tokens, select {}."),
            (Press(_("Report a token as lost")),),
            pictures.LOST,
        ),
        Step(
            _("Choose the token that is lost, then select {}."),
            (Choose(Sample.NICKNAME), Press(_("Report as lost"))),
            pictures.REPORT,
        ),
        Step(
            _("A green message begins with {}. Your local administrators are told."),
            (Read(_("Success")),),
            pictures.REPORTED,
            _("Was it found again? A local administrator resumes it."),
        ),
    ),
)
