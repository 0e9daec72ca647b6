"""Whom the lines of a pasted list mean: by user name, by e-mail address, by full name.

people_meant    for each line those whom it may mean; only people within some organisations
"""

import re
from collections.abc import Iterable

from django.db.models import QuerySet

from ..base.text import canonical_name, search_form
from ..organisations.models import Organisation
from . import finding
from .branches import Branch
from .models import Person
from .queries import people_found
from .statements import Asked

SHOWN_AT_MOST = 20
ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")  # as mail programs write it: Anna Smith <anna@…>
WORD_AT_MOST = 64

Meant = dict[str, list[Person]]


def people_meant(lines: Iterable[str], within: QuerySet[Organisation]) -> Meant:
    """Each with `home`. One person: the line means them, if `means_exactly` says so; several, or
    somebody whose name only begins so: whoever pasted it has to choose.

    User names and addresses take two queries for all of them, names one or two each.
    """
    asked = {line: _address_in(line) for line in lines}
    meant = _by_username(asked, within)
    addresses = {line: text for line, text in asked.items() if line not in meant and "@" in text}
    meant |= _by_address(addresses, within)
    for line, text in asked.items():
        if line not in meant:
            meant[line] = [] if "@" in text else _by_name(text, within)
    return meant


def means_exactly(line: str, person: Person) -> bool:
    """And not only the beginning of their name, or a part of it."""
    text = _address_in(line)
    return (
        "@" in text
        or canonical_name(text) == person.username_key
        or sorted(_words(text)) == sorted(_words(person.name))
    )


def _address_in(line: str) -> str:
    found = ADDRESS.search(line)
    return found[1] if found else line


def _by_username(asked: dict[str, str], within: QuerySet[Organisation]) -> Meant:
    keys = {line: canonical_name(text) for line, text in asked.items()}
    people = Person.objects.filter(username_key__in=set(keys.values()), home__in=within)
    found = {person.username_key: person for person in people.select_related("home")}
    return {line: [found[key]] for line, key in keys.items() if key in found}


def _by_address(asked: dict[str, str], within: QuerySet[Organisation]) -> Meant:
    if not asked:
        return {}
    words = {line: search_form(text)[:WORD_AT_MOST] for line, text in asked.items()}
    found = finding.ids_by_address(words.values(), Branch(within))
    ids = {person_id for ids in found.values() for person_id in ids}
    people = Person.objects.filter(pk__in=ids).select_related("home").order_by("username_key")
    return {
        line: [person for person in people if person.pk in found[word]]
        for line, word in words.items()
    }


def _by_name(name: str, within: QuerySet[Organisation]) -> list[Person]:
    """Those who are called exactly so; else those who have all of its words, or words that begin
    so, one more than are shown."""
    people = _with_words(_words(name), within)
    exactly = [person for person in people if means_exactly(name, person)]
    return exactly or people or people_found(words=name, within=within)


def _with_words(words: list[str], within: QuerySet[Organisation]) -> list[Person]:
    if not words:
        return []
    asked = [Asked(word, "whole") for word in words]
    ids = finding.ids_found(asked, Branch(within), at_most=SHOWN_AT_MOST + 1)
    people = Person.objects.filter(pk__in=ids).select_related("home")
    return sorted(people, key=lambda person: (search_form(person.name), person.username_key))


def _words(name: str) -> list[str]:
    """Its words, as they are found by: `Smith, Anna` has those of `Anna Smith`."""
    parts = "".join(c if c.isalnum() else " " for c in search_form(name)).split()
    return [part[:WORD_AT_MOST] for part in parts]
