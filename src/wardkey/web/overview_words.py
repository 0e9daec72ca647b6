"""The words of the overview and of its lists."""

from django.utils.translation import gettext_lazy as _

from ..reports.overview.lists import Kind

LISTS = {
    Kind.WITHOUT_KEY: _("People without a token that they can use"),
    Kind.WITHOUT_SPARE: _("People without a spare token"),
    Kind.WAITING: _("Tokens that wait for their first use"),
    Kind.UNUSED: _("Tokens not used for 90 days"),
    Kind.IN_REVIEW: _("Tokens of a model in review"),
}

COLUMNS = {
    Kind.WITHOUT_KEY: _("Without a token"),
    Kind.WITHOUT_SPARE: _("No spare"),
    Kind.WAITING: _("Waiting"),
    Kind.UNUSED: _("Unused"),
    Kind.IN_REVIEW: _("In review"),
}

# What they are, and what is done about them.
ABOUT = {
    Kind.WITHOUT_KEY: _("Register a token for them. Those who come later are here already."),
    Kind.WITHOUT_SPARE: _(
        "They have one token, and are stuck on the day on which they lose it. Register another."
    ),
    Kind.WAITING: _(
        "They were registered for somebody who has not used them yet, and lapse 30 days after that."
        " See that each reaches its holder."
    ),
    Kind.UNUSED: _(
        "Nobody logged in with them for 90 days, or ever since they were registered. Ask where each"
        " is; suspend it where nobody knows."
    ),
    Kind.IN_REVIEW: _(
        "Something is wrong with their model. They work on; register another for their holders by"
        " the day shown, and then remove them."
    ),
}
