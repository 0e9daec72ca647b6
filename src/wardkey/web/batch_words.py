"""The words of *Register a batch*: what stands in somebody's way, where they are, refusals."""

from django.utils.translation import gettext_lazy as _

VERDICTS = {
    "waiting": _("Has a token already that waits for them. Choose them if they are to get another"),
    "full": _("Has as many tokens as the policy allows. Remove one first"),
    "suspended": _("Is suspended"),
    "left": _("Has left"),
    "oneself": _("That is you. Register your own token at My FIDO2 tokens"),
    "not_covered": _("Holds a role that yours does not cover"),
    "in_batch": _("Is in this batch already"),
    "unknown": _("Nobody in your organisation was found. Check the spelling, or use the user name"),
    "several": _("Choose who is meant"),
    "too_many": _("More than 20 people are called so. Use the user name"),
}
STATES = {
    "open": _("Still to do"),
    "skipped": _("Skipped"),
    "away": _("Was not here"),
    "done": _("Done"),
}
REFUSALS: dict[tuple[str, str], object] = {
    ("invalid_input", "nobody_pasted"): _("Enter at least one person."),
    ("invalid_input", "too_many_pasted"): _(
        "Enter 50 people or fewer. Make another batch for the others."
    ),
    ("invalid_input", "nobody_chosen"): _("Choose at least one person who can get a token now."),
    ("invalid_input", "too_many_chosen"): _(
        "A batch has 50 people at most. Choose fewer, and make another batch for the others."
    ),
    ("invalid_input", "serial_in_batch"): _(
        "You gave this serial number to somebody else of this batch. Compare it with what is "
        "printed on the token, and enter it again."
    ),
    ("conflict", "batch_served"): _(
        "This person has got a token from this batch already, perhaps in another window. This one "
        "was not registered: keep it for somebody else, and reset it first."
    ),
}
