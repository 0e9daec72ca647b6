"""Somebody is called otherwise, has another address, or begins on another day.

change_person    by an administrator of their organisation, never by themselves

The user name stays, and an address that its owner has proved stays too: nobody says for somebody
else where letters about their tokens go. As an import has it (bulk/those_who_stay.py).
"""

from datetime import date

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict
from ..base.text import search_words
from ..people import accounts, contacts
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act
from ..people.models import Person, Standing
from ..people.names import clean_name
from ..people.queries import locked_person
from .joining import require_start
from .suspension import require_somebody_else


def change_person(
    *,
    asker: Asker,
    person: Person,
    name: str | None = None,
    email: str | None = None,
    starts_on: date | None = None,
) -> Person:
    """What is None stays. Raises InvalidInput (name, email, start), Conflict (oneself, standing;
    has_begun)."""
    require_somebody_else(asker, person)
    name = None if name is None else clean_name(name)
    if email is not None:
        contacts.require_mail_address(email)
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.ADD_PEOPLE)
        if person.standing == Standing.CLOSED:
            raise Conflict("standing")
        was = person.name, _told(person)
        if name is not None:
            person.name = name
        if starts_on is not None:
            _begin_on(person, starts_on)
        person.save(update_fields=["name", "starts_at"])
        is_new = email is not None and contacts.replace_unproved_mail(person, email)
        _index(person)
        _record(asker, person, was, email=email if is_new else None)
    return person


def _begin_on(person: Person, day: date) -> None:
    zone = person.home.time_zone
    starts_at = clock.start_of(day, zone)
    if starts_at == person.starts_at:
        return
    if person.standing != Standing.TO_COME:
        raise Conflict("has_begun")
    require_start(day, today=clock.today(zone))
    person.starts_at = starts_at
    accounts.home_begins(person, starts_at)


def _index(person: Person) -> None:
    mails = contacts.mail_addresses_of(person)
    words = search_words(person.name, person.username, *mails)
    accounts.index_words(person, person.home, words)


def _record(asker: Asker, person: Person, was: tuple[str, str], *, email: str | None) -> None:
    was_name, was_start = was
    name = person.name if person.name != was_name else ""
    starts_at = _told(person) if _told(person) != was_start else ""
    if name or starts_at or email:
        log.record(
            events.PERSON_CHANGED,
            actor=asker.actor,
            holder_id=person.pk,
            organisation_id=person.home.pk,
            old=_changed({"name": name and was_name, "starts_at": starts_at and was_start}),
            new=_changed({"name": name, "email": email, "starts_at": starts_at}),
        )


def _changed(values: dict[str, str | None]) -> dict[str, str]:
    """What is empty has not changed."""
    return {name: value for name, value in values.items() if value}


def _told(person: Person) -> str:
    return log.microseconds(person.starts_at) if person.starts_at else ""
