"""The words for refusals about roles, by code and reason; web/words.py holds them with the rest."""

from django.utils.translation import gettext_lazy as _

# Of a review, in the audit trail.
VERDICTS: dict[str, object] = {"keep": _("it stays"), "remove": _("it has to go")}

WORDS: dict[tuple[str, str], object] = {
    ("not_found", "role_gone"): _(
        "This role has ended meanwhile, or somebody else ended it. Nothing else has changed."
    ),
    ("forbidden", "covering_elsewhere"): _(
        "This person also holds a role that yours does not cover, in another organisation. "
        "To help them, put that role to sleep first, or ask an administrator of that organisation."
    ),
    ("forbidden", "oneself"): _(
        "Nobody gives a role to themselves or wakes their own. Ask another administrator."
    ),
    ("forbidden", "own_role"): _(
        "Nobody reviews their own role, so nothing was recorded. Ask another administrator."
    ),
    ("forbidden", "rank"): _(
        "Your role does not allow this with that one. Ask somebody with a higher role, "
        "or with a role in that organisation."
    ),
    ("forbidden", "scope"): _(
        "Your own role is for one organisation without those below it, so you cannot give one that "
        "holds below. Leave that box empty."
    ),
    ("forbidden", "time"): _(
        "Your own role ends before. Give the role a last day that is not after your own."
    ),
    ("conflict", "last_admin"): _(
        "Nothing was changed: the organisation would be left without an administrator. "
        "Appoint another one first, for as long at least."
    ),
    ("conflict", "role_held"): _(
        "This person has that role in that organisation already. Dismiss it first to give it anew."
    ),
    ("conflict", "organisation_not_active"): _(
        "This organisation is suspended. No role is given in it until it is resumed."
    ),
    ("conflict", "not_active"): _("This person’s account is not in use. No role is given to them."),
    ("conflict", "leaving"): _("This person is leaving. No role is given to them."),
    ("conflict", "nothing_to_sleep"): _(
        "There is no role elsewhere in your way, or somebody put it to sleep meanwhile."
    ),
    ("conflict", "awake"): _("This role is awake: somebody else woke it meanwhile."),
    ("unknown_field", ""): _(
        "Nothing was changed: the form that was sent has a field that this page does not have. "
        "Load the page again and repeat what you did."
    ),
    ("invalid_input", "role"): _("Choose a role."),
    ("invalid_input", "nothing_reviewed"): _("Choose “Keep” or “Remove” for at least one role."),
    ("invalid_input", "no_role_there"): _("Choose one of the organisations."),
    ("invalid_input", "role_until"): _("The last day must be today or later."),
    ("invalid_input", "sleep_reason"): _(
        "Enter a reason: 200 characters at most, none of them invisible."
    ),
}
