"""What administrators ask who have a box of new tokens and a list of names."""

from django.utils.translation import gettext_lazy as _

from .question import Question, See, question
from .steps import Reader

BATCH = Question(
    "box-of-tokens",
    _("How do I give out a whole box of tokens?"),
    (
        _("With “Register a batch”, under Admin: one person after the other, in the browser."),
        _(
            "You can stop at any time, and go on another day. Nobody gets two tokens from a batch."
            " Only you see your list; it is deleted 30 days after you last used it."
        ),
        _(
            "The portal never has the PIN: it is made in your browser, and only printed. If you"
            " lose a slip, undo the registration, reset the token, and register it anew."
        ),
    ),
    (
        _("Select “Make a new batch”, and paste user names, e-mail addresses or full names."),
        _("Look who was found, choose where several are meant, and select “Save the list”."),
        _("Select “Open a desk session and start”, and confirm once that it is you."),
        _("Insert the token of the person whose name you see, and press “OK”."),
        _("In the browser’s window enter the “Suggested PIN” twice. Touch the token."),
        _("Scan or type the serial number, and select “Save”."),
        _("Select “Print the slip”, fold it, and hand it over with the token."),
        _("Select “Next person”. “Skip” and “Not here today” leave somebody for later."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(
        See(_("Register a batch"), "batches"),
        question("without-administrator", _("What works without Administrator on Windows?")),
    ),
    also=_("bulk many stack enrol list slip PIN letter scanner barcode"),
)

WITHOUT_ADMINISTRATOR = Question(
    "without-administrator",
    _("What works without Administrator on Windows?"),
    (
        _(
            "The browser does: “Register a batch” and “User Management”. It sets the first PIN, and"
            " nothing has to be installed."
        ),
        _("The settings of Windows change a PIN and reset a token, without Administrator as well."),
        _(
            "The token station is a program that speaks to tokens by itself. Since version 1903"
            " Windows lets only an Administrator do that: it is started with Run as administrator."
        ),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(See(_("Register a batch"), "batches"),),
    also=_("admin rights elevated python install station raw HID 1903 locked down desk"),
)
