"""The words for stock: states, what was done with a token from it, and refusals about it."""

from django.utils.translation import gettext_lazy as _

STATES: dict[str, object] = {
    "in_stock": _("In stock"),
    "issued": _("Issued"),
    "lost": _("Lost"),
    "returned": _("Returned"),
    "retired": _("Retired"),
}
TAGS: dict[str, str] = {
    "in_stock": "nhsuk-tag--green",
    "issued": "nhsuk-tag--blue",
    "lost": "nhsuk-tag--red",
    "returned": "nhsuk-tag--yellow",
    "retired": "nhsuk-tag--grey",
}
DONE: dict[str, object] = {
    "issue": _("Issued"),
    "lose": _("Reported lost"),
    "find": _("Found again"),
    "take_back": _("Returned"),
    "put_back": _("Reset and put back into stock"),
    "retire": _("Retired"),
    "transfer": _("Handed on to another organisation"),
}
SAID: dict[str, object] = {
    "find": _("{number} was found again. Its registrations stay suspended until each is resumed."),
    "take_back": _("{number} was returned. Reset it before anybody else has it."),
    "put_back": _("{number} is in stock again."),
    "retire": _("{number} is retired."),
}
FAULTS: dict[str, object] = {
    "not_one": _("is no serial number: up to 40 letters, digits and . _ / -"),
    "repeated": _("is the same as line {other}. Take one of the two out"),
    "known": _("is recorded already for this maker. If it is not in your stock, ask your helpdesk"),
}

# By code and reason of the mistake, as words.py has the others.
STOCK_REFUSALS: dict[tuple[str, str], object] = {
    ("invalid_input", "stock_maker"): _(
        "Enter the maker: 60 characters at most, none of them invisible."
    ),
    ("invalid_input", "stock_model"): _(
        "Enter the model: 100 characters at most, none of them invisible."
    ),
    ("invalid_input", "stock_site"): _("The site has 80 characters at most, none invisible."),
    ("invalid_input", "stock_order_reference"): _(
        "The order reference has 60 characters at most, none invisible."
    ),
    ("invalid_input", "received_on"): _("Enter the day when the box came: today or before."),
    ("invalid_input", "range_or_list"): _(
        "Enter a range or a list, not both. Empty one of the two."
    ),
    ("invalid_input", "range_number"): _(
        "Enter a serial number that ends in figures: up to 40 letters, digits and . _ / -"
    ),
    ("invalid_input", "range_unlike"): _(
        "The two numbers have to begin alike and, where there are leading zeros, be of the same "
        "length. Check both, or scan the tokens one by one."
    ),
    ("invalid_input", "range_backwards"): _("The last number comes before the first. Check both."),
    ("invalid_input", "range_too_large"): _(
        "That is more than 5,000 tokens. Check the numbers; enter a larger delivery box by box."
    ),
    ("invalid_input", "stock_username"): _(
        "Enter the user name of somebody of your organisation, or of one below it."
    ),
    ("conflict", "units_known"): _(
        "Somebody else recorded one of these numbers meanwhile. Nothing was saved: "
        "go back and look at the preview again."
    ),
    ("conflict", "box_empty"): _(
        "Nothing of this box is in stock any more, so nothing was handed on. "
        "Hand on single tokens on their own pages."
    ),
    ("conflict", "unit_in_stock"): _(
        "This token is in stock, so this cannot be done with it. Its page says what can."
    ),
    ("conflict", "unit_issued"): _(
        "This token is issued to somebody, so this cannot be done with it. "
        "If they gave it back, mark it as returned on its page first."
    ),
    ("conflict", "unit_taken"): _(
        "The token with this serial number was issued to somebody else. Check the number. If they "
        "gave the token back, mark it as returned in Stock first."
    ),
    ("conflict", "unit_lost"): _(
        "The token with this serial number was reported lost. Check the number. "
        "If it was found, say so on its page in Stock first."
    ),
    ("conflict", "unit_returned"): _(
        "The token with this serial number was returned. Check the number. "
        "Reset the token, and put it back into stock on its page first."
    ),
    ("conflict", "unit_retired"): _(
        "The token with this serial number was retired and is not to be used again. "
        "Check the number, or take another token."
    ),
    ("conflict", "key_on_lost_unit"): _(
        "It stays suspended: in Stock this token is reported lost. If it was found, whoever keeps "
        "that stock selects “Found again” on its page there first; then it can be resumed."
    ),
    ("conflict", "key_on_retired_unit"): _(
        "It stays suspended: in Stock this token was retired for good. Remove it, and register "
        "another one."
    ),
    ("conflict", "unit_has_keys"): _(
        "Somebody’s registration on this token still stands, and whoever has the token next could "
        "not be told from them. Remove the registrations first; the token’s page lists them. For "
        "people of other organisations, ask their administrators."
    ),
}
