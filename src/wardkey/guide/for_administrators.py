"""What local administrators do in the portal; the numbers of the steps are those of the guide."""

from django.utils.translation import gettext_lazy as _

from . import pictures
from .first_steps import (
    ENTER_PASSWORD,
    FIND,
    LOG_IN,
    MANAGE,
    MINIMUM,
    NO_RELOAD,
    OPEN,
    OPEN_ADMIN,
    OPEN_BOTH,
    OPEN_USER_MANAGEMENT,
    SAVE_NICKNAME,
)
from .steps import Fill, Insert, Press, Procedure, Read, Reader, Sample, Step

REGISTER = Procedure(
    "register",
    _("Register a token for a colleague"),
    _("You need the new token, and the person beside you to choose its PIN."),
    Reader.ADMINISTRATOR,
    (
        OPEN,
        ENTER_PASSWORD,
        OPEN_ADMIN,
        OPEN_USER_MANAGEMENT,
        FIND,
        MANAGE,
        Step(_("Select {}."), (Press(_("Register New Token")),), pictures.NO_TOKENS),
        Step(
            _("Read what comes next, then select {}. Your browser opens its own window."),
            (Press(_("OK")),),
            pictures.SET_UP,
            MINIMUM,
        ),
        Step(
            _("Insert the token into a USB port of the computer."),
            (Insert(),),
            note=_("Take your own token out first, so that you do not register that one."),
            drawing=pictures.INSERT_DRAWN,
        ),
        Step(
            _("In the browser’s window, the person enters a new PIN twice, then selects OK."),
            note=_(
                "Four characters are the least; six digits are better. The portal cannot see the "
                "PIN. It is asked for each time that the token is used."
            ),
            drawing=pictures.NEW_PIN_DRAWN,
        ),
        Step(
            _("Touch the token when it blinks."),
            note=_("The browser may ask to see the make and model of the token: allow it."),
            drawing=pictures.TOUCH_DRAWN,
        ),
        Step(
            _("Enter a {} for the token, then select {}."),
            (Fill(_("Nickname"), Sample.NICKNAME), Press(_("Save"))),
            pictures.NICKNAME,
            _("Choose one that tells it from others: its colour, and where it is used."),
        ),
        Step(
            _("A green message at the top right begins with {}. The token is in the list."),
            (Read(_("Success")),),
            pictures.REGISTERED,
            NO_RELOAD,
        ),
        Step(
            _("The person can now use the token to log in."),
            note=_(
                "Where your organisation asks for it, they confirm first that the token is theirs: "
                "with a code from their mail, or beside you with “Try it now”."
            ),
        ),
    ),
    starts_with_token=False,
)
EDIT = Procedure(
    "edit-nickname",
    _("Edit a token nickname"),
    _("Give a token of a colleague another name."),
    Reader.ADMINISTRATOR,
    (
        LOG_IN,
        OPEN_BOTH,
        FIND,
        MANAGE,
        Step(
            _("Select {} beside the token."),
            (Press(_("Edit"), beside=Sample.NICKNAME),),
            pictures.EDIT,
        ),
        SAVE_NICKNAME,
    ),
)
REMOVE = Procedure(
    "remove",
    _("Remove a token"),
    _("It then opens nothing any more. The token itself is not changed."),
    Reader.ADMINISTRATOR,
    (
        LOG_IN,
        OPEN_BOTH,
        FIND,
        MANAGE,
        Step(
            _("Select {} beside the token."),
            (Press(_("Remove"), beside=Sample.NICKNAME),),
            pictures.REMOVE,
        ),
        Step(
            _("The portal asks whether you are sure. Choose why, then select {}."),
            (Press(_("Remove")),),
            pictures.REMOVING,
            _("Is it the last token? Then the page says what that means for the person."),
        ),
        Step(
            _("A green message begins with {}. The token is gone from the list."),
            (Read(_("Success")),),
            pictures.REMOVED,
            _("For 24 hours you can undo it, on the same page, unless the token was stolen."),
        ),
    ),
)
