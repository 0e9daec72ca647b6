"""The words for refusals about organisations; web/words.py holds them with the rest."""

from django.utils.translation import gettext_lazy as _

WORDS: dict[tuple[str, str], object] = {
    ("conflict", "organisation_closed"): _(
        "This organisation is closed or about to close. Nothing new begins in it."
    ),
    ("conflict", "organisation_standing"): _(
        "The organisation is not in the state that this page was for. "
        "Somebody else may have changed it; look at its page again."
    ),
    ("conflict", "root"): _(
        "This is the root of the tree: everything else stands below it. "
        "It can be neither suspended nor closed."
    ),
    ("conflict", "organisations_below"): _(
        "There are organisations below this one. Close these first, each with its successor."
    ),
    ("conflict", "people_there"): _(
        "People have their home there. Name the organisation that takes them over."
    ),
    ("conflict", "successor"): _(
        "This organisation cannot take the people over: it is the same one, or closed or closing "
        "itself. Name another one."
    ),
    ("conflict", "is_successor"): _(
        "People of an organisation that closes are on their way to this one. "
        "Wait until they have arrived."
    ),
    ("invalid_input", "plugs"): _("Tick plugs, or that there is no plug: not both."),
    ("invalid_input", "contact_phone"): _(
        "Enter a phone number with 3 digits or more: 40 characters at most, none of them invisible."
    ),
    ("invalid_input", "contact_hours"): _(
        "Enter the opening hours: 100 characters at most, none of them invisible."
    ),
    ("invalid_input", "contact_words"): _(
        "Enter what else helps: 500 characters at most, none of them invisible."
    ),
    ("invalid_input", "code"): _("Enter a code: 1 to 9 letters from A to Z and digits."),
    ("invalid_input", "code_taken"): _(
        "Another organisation has this code. Choose another one, or look that one up."
    ),
}
