"""The words for each value of a policy, its choices, and what can be wrong with a change."""

from datetime import date, datetime

from django.utils import formats
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..base.errors import Mistake
from ..organisations.policy_values import LISTED, VALUES, YES, Chosen
from .words import words

TITLES = {
    "second_factor": _("Second factor"),
    "models": _("Key models"),
    "minimum_certification": _("Minimum certification"),
    "synced_passkeys": _("Synced passkeys"),
    "keys_a_person": _("Tokens a person"),
    "handover": _("Handover"),
    "suspend_on_count_fall": _("Tokens that may be copies"),
    "administrators_keys": _("Administrators’ tokens"),
    "authenticator_app": _("Authenticator app"),
    "recovery_codes": _("Recovery codes"),
    "day_pass": _("Day pass"),
    "other_factors_beside_key": _("Other ways beside a token"),
}

QUESTIONS = {
    "second_factor": _("Who is asked for a FIDO2 token?"),
    "models": _("Which key models may be registered?"),
    "minimum_certification": _("Which FIDO certification must a new token have?"),
    "synced_passkeys": _("May passkeys that are copied between devices be registered?"),
    "keys_a_person": _("How many tokens may one person have?"),
    "suspend_on_count_fall": _("Is a token suspended when its counter goes backwards?"),
    "administrators_keys": _("Who removes the token of somebody with a role, besides its holder?"),
    "authenticator_app": _(
        "May people log in with an authenticator app, where they have no token?"
    ),
    "recovery_codes": _("May people log in with recovery codes, where they have no token?"),
    "day_pass": _("May administrators let somebody in without a token for the day?"),
    "other_factors_beside_key": _("Are other ways offered to somebody who has a token that works?"),
    "handover": _("When does a token count that an administrator registered?"),
}

# Each with what it means, where the choice alone does not say it.
CHOICES = {
    ("second_factor", "optional"): (
        _("Optional"),
        _("Only who has a token is asked for it. For demonstrations only."),
    ),
    ("second_factor", "administrators"): (
        _("Administrators"),
        _("Everybody with a role, and everybody else who has a token."),
    ),
    ("second_factor", "everyone"): (_("Everyone"), ""),
    ("models", "any"): (
        _("Any model"),
        _("Also tokens that do not prove what they are."),
    ),
    ("models", "attested"): (
        _("Attested models"),
        _("Any model of FIDO’s list, if the token proves that it is one."),
    ),
    ("models", "listed"): (
        _("Listed models"),
        _("Only those that you choose. You see all of them on the next page."),
    ),
    ("synced_passkeys", "allowed"): (_("Allowed"), ""),
    ("synced_passkeys", "refused"): (
        _("Refused"),
        _("Only tokens that cannot be copied."),
    ),
    ("suspend_on_count_fall", "no"): (
        _("Not suspended"),
        _("That login is refused, and its holder is told."),
    ),
    ("suspend_on_count_fall", "yes"): (
        _("Suspended"),
        _("Until an administrator has looked at it."),
    ),
    ("administrators_keys", "one"): (
        _("An administrator"),
        _("Whose role covers theirs. Both are told."),
    ),
    ("administrators_keys", "two"): (
        _("Two administrators"),
        _("One asks for it, and another one removes it."),
    ),
    ("administrators_keys", "nobody_else"): (
        _("Nobody"),
        _("Others can suspend it, which stops it at once."),
    ),
    ("authenticator_app", "on"): (
        _("On"),
        _("Its codes can be read out to a false website, as those of a token cannot."),
    ),
    ("authenticator_app", "off"): (_("Off"), ""),
    ("recovery_codes", "on"): (
        _("On"),
        _("Ten printed codes. Each opens one hour, to register a token."),
    ),
    ("recovery_codes", "off"): (_("Off"), ""),
    ("day_pass", "on"): (
        _("On"),
        _("After an identity check, for 12 hours at most. It opens no role."),
    ),
    ("day_pass", "off"): (_("Off"), ""),
    ("other_factors_beside_key", "offered"): (
        _("Offered"),
        _("Whoever uses one has their token suspended, and administrators are told."),
    ),
    ("other_factors_beside_key", "not_offered"): (
        _("Not offered"),
        _("Only who has no token, or reported it lost, logs in another way."),
    ),
    ("handover", "first_use"): (
        _("From the first use"),
        _("Its holder logs in with own password, PIN and touch."),
    ),
    ("handover", "confirmed"): (
        _("Once confirmed"),
        _("Its holder also confirms it in another way."),
    ),
}
LEVELS = ("", "L1", "L1+", "L2", "L2+", "L3", "L3+")

TOUCHED = {
    "people": _("%(count)s of %(of)s people who are newly asked have no token"),
    "factors": _("%(count)s of %(of)s people who set it up have no token"),
    "keys": _("%(count)s of %(of)s tokens in use could not be registered any more"),
    "more_keys": _("%(count)s of %(of)s people with tokens have more than that"),
    "waiting": _("%(count)s of %(of)s tokens wait for their first use"),
}
TOUCHED_BY = {
    "second_factor": "people",
    "keys_a_person": "more_keys",
    "handover": "waiting",
    "authenticator_app": "factors",
    "recovery_codes": "factors",
}

PROBLEMS = {
    "policy_choice": _("Choose one of the answers."),
    "policy_looser": _(
        "The organisation above asks for more than that. Choose one of the other answers."
    ),
    "policy_model": _(
        "One of the models is not known, or a weakness was reported for it. Choose another one."
    ),
    "date": _("Enter a day, for example 31 3 2027."),
    "policy_past": _("The day is over. Enter today or a later day."),
    "policy_far": _("The day is too far away. Enter one within a year."),
    "policy_nobody": _(
        "There is no model on the list, so nobody could register a token. "
        "Choose a model, or tick that this is what you want."
    ),
    "exception_reason": _("Enter a reason of at most 200 characters."),
    "exception_until": _("Enter a day from today on, within a year."),
    "exception_not_needed": _("The policy asks for no more than that, so no exception is needed."),
}


def choice_words(name: str, text: str) -> str:
    """A decision's text, told: of a value, or of its delegation."""
    choice, _colon, ids = text.partition(":")
    if choice == LISTED:
        count = len(ids.split(",")) if ids else 0
        return ngettext("%(count)d listed model", "%(count)d listed models", count) % {
            "count": count
        }
    return label(name, choice)


def label(name: str, choice: str) -> str:
    if name not in VALUES:
        return gettext("May be looser") if choice == YES else gettext("Only stricter")
    if name == "keys_a_person":
        return gettext("At most %(number)s") % {"number": choice}
    if name == "minimum_certification" and choice.isdecimal() and int(choice) < len(LEVELS):
        return LEVELS[int(choice)] or gettext("None")
    words_of_choice, _hint = CHOICES.get((name, choice), (choice, ""))
    return str(words_of_choice)


def question(name: str) -> str:
    return str(QUESTIONS[name])


def hint(name: str, choice: str) -> str:
    return str(CHOICES.get((name, choice), ("", ""))[1])


def told(name: str, chosen: Chosen) -> str:
    return choice_words(name, str(chosen))


def title(name: str) -> str:
    """Of a value's name or its delegation's."""
    value, _dot, is_delegation = name.partition(".")
    shown = str(TITLES.get(value, value))
    return gettext("%(value)s, for those below") % {"value": shown} if is_delegation else shown


def touched(name: str, count: int, of: int) -> str:
    sentence = TOUCHED[TOUCHED_BY.get(name, "keys")]
    return str(sentence) % {"count": count, "of": of}


def facts_told(facts: dict) -> dict:
    """The values of a policy's entry in the audit trail, in words."""
    name = facts["name"]
    chosen = {key: choice_words(name, facts[key]) for key in ("value", "new_value") if key in facts}
    moments = {
        key: formats.date_format(datetime.fromisoformat(facts[key]), "j F Y")
        for key in ("starts_at", "ends_at", "new_ends_at")
        if key in facts
    }
    return facts | chosen | moments | {"name": title(name)}


def problem(mistake: Mistake) -> str:
    if mistake.reason == "policy_too_soon":
        return _too_soon(mistake)
    return str(PROBLEMS.get(mistake.reason) or words(mistake))


def _too_soon(mistake: Mistake) -> str:
    first = formats.date_format(date.fromisoformat(mistake.details["first_day"]), "j F Y")
    count = int(mistake.details["count"])
    return ngettext(
        "%(count)d person would be locked out, who has no token. Enter %(day)s or a later day: "
        "until then they are told, and can be given one.",
        "%(count)d people would be locked out, who have no token. Enter %(day)s or a later day: "
        "until then they are told, and can be given one.",
        count,
    ) % {"count": count, "day": first}
