"""About guests, and about keys that are to come back."""

from django.utils.translation import gettext as _

from .letter import Message, letter


def guest(*, name: str, organisation: str, until: str, by: str, when: str) -> Message:
    return Message(
        _("You are a guest of {organisation}").format(organisation=organisation),
        letter(
            name,
            _("{by} sent you as a guest to {organisation} on {when}, until {until}.").format(
                by=by, organisation=organisation, when=when, until=until
            ),
            _("Your own administrators go on looking after your tokens."),
        ),
    )


def guest_to_come(*, name: str, holder: str, organisation: str, until: str, when: str) -> Message:
    return Message(
        _("{holder} is a guest of {organisation}").format(holder=holder, organisation=organisation),
        letter(
            name,
            _("Since {when} {holder} is a guest of {organisation}, until {until}.").format(
                when=when, holder=holder, organisation=organisation, until=until
            ),
        ),
    )


def key_lent(*, name: str, described: str, by: str, when: str) -> Message:
    return Message(
        _("A token was lent to you"),
        letter(
            name,
            _("{by} noted on {when} that “{described}” was lent to you for your visit.").format(
                by=by, when=when, described=described
            ),
            _("Give it back on your last day."),
        ),
    )


def key_asked_back(*, name: str, described: str, owner: str, when: str) -> Message:
    return Message(
        _("Please return a token"),
        letter(
            name,
            _("On {when} {owner} asked for “{described}” back.").format(
                when=when, owner=owner, described=described
            ),
            _("Ask your local administrator for another token first, so that you can log in."),
        ),
    )


def key_to_return(*, name: str, holder: str, described: str, owner: str, when: str) -> Message:
    return Message(
        _("A token of {holder} is to be returned").format(holder=holder),
        letter(
            name,
            _("On {when} {owner} asked for “{described}” back, which {holder} has.").format(
                when=when, owner=owner, described=described, holder=holder
            ),
            _("Give {holder} another token first.").format(holder=holder),
        ),
    )
