"""Of roles: to whoever holds one, and to the other administrators of that organisation."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .letter import Message, letter


def role_given(*, name: str, role: str, organisation: str, by: str, when: str) -> Message:
    return Message(
        _("You have a role in {organisation}").format(organisation=organisation),
        letter(
            name,
            _("{by} gave you the role “{role}” in {organisation} on {when}.").format(
                by=by, role=role, organisation=organisation, when=when
            ),
            _("Log in again: what you may do from now on is asked for anew."),
        ),
    )


def role_given_to_another(
    *, name: str, holder: str, role: str, organisation: str, by: str, when: str
) -> Message:
    return Message(
        _("Somebody has a role in {organisation}").format(organisation=organisation),
        letter(
            name,
            _("{by} gave {holder} the role “{role}” in {organisation} on {when}.").format(
                by=by, holder=holder, role=role, organisation=organisation, when=when
            ),
        ),
    )


def role_started(*, name: str, role: str, organisation: str, when: str) -> Message:
    return Message(
        _("Your role in {organisation} has started").format(organisation=organisation),
        letter(
            name,
            _(
                "You have two FIDO2 tokens in use, so your role “{role}” in {organisation} "
                "started on {when}."
            ).format(role=role, organisation=organisation, when=when),
        ),
    )


def role_taken(*, name: str, role: str, organisation: str, by: str, when: str) -> Message:
    return Message(
        _("Your role in {organisation} has ended").format(organisation=organisation),
        letter(
            name,
            _("{by} ended your role “{role}” in {organisation} on {when}.").format(
                by=by, role=role, organisation=organisation, when=when
            ),
        ),
    )


def role_taken_from_another(
    *, name: str, holder: str, role: str, organisation: str, by: str, when: str
) -> Message:
    return Message(
        _("A role in {organisation} has ended").format(organisation=organisation),
        letter(
            name,
            _("{by} ended the role “{role}” of {holder} in {organisation} on {when}.").format(
                by=by, holder=holder, role=role, organisation=organisation, when=when
            ),
        ),
    )


def role_put_to_sleep(*, name: str, role: str, organisation: str, by: str, when: str) -> Message:
    return Message(
        _("Your role in {organisation} sleeps").format(organisation=organisation),
        letter(
            name,
            _(
                "{by} put your role “{role}” in {organisation} to sleep on {when}, so that your "
                "own organisation can help you with your tokens."
            ).format(by=by, role=role, organisation=organisation, when=when),
            _("An administrator of {organisation} can wake it.").format(organisation=organisation),
        ),
    )


def role_of_another_put_to_sleep(
    *, name: str, holder: str, role: str, organisation: str, by: str, when: str
) -> Message:
    return Message(
        _("A role in {organisation} sleeps").format(organisation=organisation),
        letter(
            name,
            _(
                "{by} put the role “{role}” of {holder} in {organisation} to sleep on {when}, so "
                "that the holder’s own organisation can help them with their tokens."
            ).format(by=by, holder=holder, role=role, organisation=organisation, when=when),
            _(
                "Until one of you wakes it, it gives no rights. Before you do, ask {holder} in "
                "person whether the tokens registered meanwhile are theirs."
            ).format(holder=holder),
        ),
    )


def role_woken(*, name: str, role: str, organisation: str, by: str, when: str) -> Message:
    return Message(
        _("Your role in {organisation} is awake again").format(organisation=organisation),
        letter(
            name,
            _("{by} woke your role “{role}” in {organisation} on {when}.").format(
                by=by, role=role, organisation=organisation, when=when
            ),
        ),
    )


def role_of_another_woken(
    *, name: str, holder: str, role: str, organisation: str, by: str, when: str
) -> Message:
    return Message(
        _("A role in {organisation} is awake again").format(organisation=organisation),
        letter(
            name,
            _("{by} woke the role “{role}” of {holder} in {organisation} on {when}.").format(
                by=by, holder=holder, role=role, organisation=organisation, when=when
            ),
        ),
    )


def roles_to_review(*, name: str, number: str, organisation: str, when: str) -> Message:
    return Message(
        _("Roles to review in {organisation}").format(organisation=organisation),
        letter(
            name,
            ngettext(
                "On {when}, {number} role in {organisation} or below it was to be reviewed by you "
                "or another administrator.",
                "On {when}, {number} roles in {organisation} or below it were to be reviewed by "
                "you or another administrator.",
                int(number),
            ).format(number=number, organisation=organisation, when=when),
            _(
                "Log in, act for {organisation}, open Admin and then Review of roles, and say of "
                "each whether it stays."
            ).format(organisation=organisation),
        ),
    )
