"""The words of the register of exceptions, and of the ways to log in without a token."""

from django.utils.translation import gettext_lazy as _

from ..reports.exceptions.register import Called, Entry, Which
from ..reports.exceptions.without_token import Way, Without
from . import policy_words

STATES = {
    Which.RUNNING: _("Running"),
    Which.ENDED: _("Ended"),
    Which.ALL: _("All"),
}

WAYS = {
    Way.POLICY: _("With the password alone: the policy asks for no token"),
    Way.EXCEPTION: _("With the password alone: an exception was made"),
    Way.ACCESS_PASS: _("With an access pass, to register a first token and nothing else"),
    Way.DAY_PASS: _("With a day pass in place of a token"),
    Way.APP: _("With an authenticator app in place of a token"),
    Way.RECOVERY_CODES: _("With a recovery code in place of a token"),
}


def how_ended(entry: Entry) -> str:
    """Empty while it runs, and nobody has shortened it."""
    if entry.ending:
        return str(_("Ended early by %(name)s")) % {"name": named(entry.ending.by)}
    return str(_("Ended on its day")) if entry.has_ended else ""


def named(who: Called) -> str:
    if not who.today:
        return who.then
    return str(_("{name} (today {other})")).format(name=who.then, other=who.today)


def let_off(entry: Entry) -> str:
    name, value = entry.exception.name, entry.exception.value
    return f"{policy_words.title(name)}: {policy_words.choice_words(name, value)}"


def why(each: Without) -> str:
    if each.way is Way.POLICY:
        source = each.by or _("no organisation: it is the default")
        choice = policy_words.label("second_factor", each.choice)
        told = _("Second factor: %(choice)s, decided by %(source)s")
        return str(told) % {"choice": choice, "source": source}
    if each.way is Way.EXCEPTION:
        return str(_("%(reason)s (approved by %(name)s)")) % {
            "reason": each.reason,
            "name": each.by,
        }
    if each.way in {Way.ACCESS_PASS, Way.DAY_PASS}:
        return str(_("Issued by %(name)s")) % {"name": each.by or _("the operator, on the host")}
    return str(_("Set up by themselves"))
