"""Whom the people of an organisation ask for help: an organisation says it itself.

    contact_of    what it says, empty or not
    change        all of it at once; with nothing in it, what holds above counts again

A false number here would have people call a stranger, so it takes a proof for that very deed.
"""

from django.db import transaction

from ..audit import events, log
from ..base.errors import InvalidInput
from ..base.text import has_forbidden_characters, has_visible_character
from ..organisations import tree
from ..organisations.models import Organisation, OrganisationContact
from .access import Asker
from .administrators import Act
from .contacts import require_mail_address
from .reach import require_organisation_still_administered

LONGEST = {"phone": 40, "hours": 100, "words": 500}  # characters
FEWEST_DIGITS = 3  # of a phone number: an extension


def contact_of(organisation: Organisation) -> OrganisationContact:
    found = OrganisationContact.objects.filter(organisation=organisation).first()
    return found or OrganisationContact(organisation=organisation)


def change(
    *, asker: Asker, organisation: Organisation, email: str, phone: str, hours: str, words: str
) -> OrganisationContact:
    """Raises InvalidInput (email, contact_phone, contact_hours, contact_words)."""
    values = {"email": email.strip(), "phone": phone, "hours": hours, "words": words}
    if values["email"]:
        require_mail_address(values["email"])
    values |= {name: _clean(name, values[name]) for name in LONGEST}
    with transaction.atomic():
        now = tree.locked(organisation.pk)
        require_organisation_still_administered(asker, now, Act.SET_CONTACT)
        was = contact_of(now).values
        contact, _new = OrganisationContact.objects.update_or_create(
            organisation=now, defaults=values
        )
        if values != was:
            _record(asker, now, was=was, now_says=values)
    return contact


def _record(
    asker: Asker, organisation: Organisation, *, was: dict[str, str], now_says: dict[str, str]
) -> None:
    log.record(
        events.ORGANISATION_CONTACT_CHANGED,
        actor=asker.actor,
        organisation_id=organisation.pk,
        old={
            "email": was["email"],
            "phone": was["phone"],
            "hours": was["hours"],
            "words": was["words"],
        },
        new={
            "email": now_says["email"],
            "phone": now_says["phone"],
            "hours": now_says["hours"],
            "words": now_says["words"],
        },
    )


def _clean(name: str, text: str) -> str:
    """In one line, whatever lines it was typed in."""
    clean = " ".join(line.strip() for line in text.splitlines()).strip()
    fits = len(clean) <= LONGEST[name] and not has_forbidden_characters(clean)
    if clean and not (fits and has_visible_character(clean) and _could_be(name, clean)):
        raise InvalidInput(f"contact_{name}", field=name)
    return clean


def _could_be(name: str, text: str) -> bool:
    return name != "phone" or sum(c.isdecimal() for c in text) >= FEWEST_DIGITS
