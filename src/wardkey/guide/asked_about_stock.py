"""What administrators ask about the stockroom: tokens by their serial numbers."""

from django.utils.translation import gettext_lazy as _

from .question import Group, Question, See, question
from .steps import Reader

STOCK = See(_("Stock"), "stock")
USER_MANAGEMENT = See(_("User Management"), "user_management")

RECEIVING = Question(
    "receive-a-box",
    _("How do I record a box of new tokens?"),
    (
        _("By the serial numbers that are printed on them: as a range, or scanned one by one."),
        _(
            "A number counts with its letters and leading zeros. Two makers may use the same"
            " number; one maker never does. A number that is recorded already is told to"
            " you line by line, and nothing is saved until all are right."
        ),
        _(
            "If a number is recorded and not in your list, another organisation has it. The"
            " helpdesk finds out whose it is."
        ),
    ),
    (
        _("Open “Admin”, then “Stock”, then “Receive a box”."),
        _("Enter maker, model and the numbers, and select “Look at it first”."),
        _("Look at what would be recorded, and select “Save”."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(STOCK,),
    also=_("inventory delivery order scanner barcode range csv new keys"),
)

ISSUING = Question(
    "token-of-the-stock",
    _("Why can I not do this with a token from stock?"),
    (
        _("A token from stock is in stock, issued, lost, returned or retired."),
        _("In stock: it can be issued. Registering it with its serial number does that too."),
        _(
            "Issued: its holder gives it back first. If two people share one token, say so when you"
            " register it for the second."
        ),
        _(
            "Lost: say that it was found first. Its registrations stay suspended until you"
            " resume them."
        ),
        _("Returned: reset it, then put it back into stock."),
        _("Retired: it is never used again. Take another token."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(STOCK, See(_("Resetting a token"), "guide_procedure", ("reset",))),
    also=_("inventory unit issued to somebody else shared serial number taken state"),
)

RETURNING = Question(
    "token-given-back",
    _("Somebody gave their token back. What now?"),
    (
        _(
            "Remove what is registered on it first, then reset it. Otherwise whoever has it next"
            " carries somebody else’s way in."
        ),
        _(
            "The token’s page in “Stock” lists the registrations. Those of people of other"
            " organisations are removed by their administrators."
        ),
    ),
    (
        _("Find the token in “Stock” by its serial number."),
        _("Remove each registration on its holder’s page."),
        _("Back on the token’s page, select “Returned”."),
        _("Reset the token, and select “It was reset: put it back into stock”."),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(STOCK, See(_("Resetting a token"), "guide_procedure", ("reset",))),
    also=_("return leaver collect reuse pass on another person"),
)

WHOSE = Question(
    "whose-token",
    _("A token was found. Whose is it?"),
    (
        _("Type the serial number that is printed on it into the search of “User Management”."),
        _(
            "It has to be the whole number. If somebody of your organisation, or of one below it,"
            " has the token, you see who."
        ),
        _("Otherwise hand it to your helpdesk. Do not try it out, and do not guess its PIN."),
        _(
            "If it is in “Stock”, report it lost there while you look for its holder: that"
            " suspends everything that is registered on it, whoever it belongs to."
        ),
    ),
    reader=Reader.ADMINISTRATOR,
    see=(
        USER_MANAGEMENT,
        STOCK,
        question("found-token", _("I found my token again. Can I use it?")),
    ),
    also=_("found on the floor owner serial number printed lost and found"),
)

GROUP = Group("stock", _("For administrators: stock"), (RECEIVING, ISSUING, RETURNING, WHOSE))
