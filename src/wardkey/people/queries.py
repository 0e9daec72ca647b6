"""Reading people: by name at sign-in, by search, one at a time. Each is an indexed look-up."""

import uuid
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from ..base.prepared import Prepared
from ..base.text import canonical_name, search_form
from ..organisations.models import Organisation
from .administrators import current
from .models import Membership, Person, SearchWord

FOUND_AT_MOST = 20
BY_USERNAME = Prepared(Person.objects.select_related("home"), "username_key")


def person_by_username(username: str) -> Person | None:
    """Whatever case, width or spaces were typed."""
    return next(iter(BY_USERNAME(canonical_name(username))), None)


def people_by_usernames(usernames: Iterable[str]) -> dict[str, Person]:
    """Those that there are, each with `home`, by what was typed."""
    keys = {username: canonical_name(username) for username in usernames}
    rows = Person.objects.filter(username_key__in=set(keys.values())).select_related("home")
    found = {person.username_key: person for person in rows}
    return {username: found[key] for username, key in keys.items() if key in found}


def person_with_home(person_id: uuid.UUID) -> Person | None:
    return _one(Person.objects.filter(pk=person_id))


def locked_person(person_id: uuid.UUID) -> Person:
    """With `home`; nobody else changes the person until the transaction ends.

    Read after the lock: with a join, PostgreSQL would look for the home from before the wait.
    """
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person_id)
    return Person.objects.select_related("home").get(pk=person_id)


def places_as_guest(person: Person) -> list[Organisation]:
    guest = Membership.objects.filter(person=person, kind=Membership.Kind.GUEST)
    return list(Organisation.objects.filter(pk__in=current(guest).values("organisation")))


def _one(people: QuerySet[Person]) -> Person | None:
    # Not first(): it would sort what is one row at most.
    return next(iter(people.select_related("home")), None)


def people_page(
    *, words: str, within: QuerySet[Organisation], after: uuid.UUID | None, at_most: int
) -> list[Person]:
    """By their ids, which never change, so that whoever asks page by page misses nobody who was
    there all the time, and meets nobody twice; each with `home`. Without words: everybody."""
    people = Person.objects.filter(home__in=within)
    if search_form(words).split():
        found = _words_found(words, within)
        people = Person.objects.filter(pk__in=found.values("person_id"))
    if after is not None:
        people = people.filter(pk__gt=after)
    return list(people.select_related("home").order_by("pk")[:at_most])


def people_found(*, words: str, within: QuerySet[Organisation]) -> list[Person]:
    """The first 20 whose name, user name or address has words that begin so; each with `home`."""
    if not search_form(words).split():
        return []
    found = _words_found(words, within)
    ids = list(found.values_list("person_id", flat=True).distinct()[:FOUND_AT_MOST])
    people = Person.objects.filter(pk__in=ids).select_related("home")
    return sorted(people, key=lambda person: search_form(person.name))


def _words_found(words: str, within: QuerySet[Organisation]) -> QuerySet[SearchWord]:
    """The longest of them leads: it narrows most."""
    asked = sorted(search_form(words).split()[:6], key=len, reverse=True)
    found = SearchWord.objects.filter(organisation__in=within, word__startswith=asked[0])
    for word in asked[1:]:
        same_person = SearchWord.objects.filter(person=OuterRef("person"), word__startswith=word)
        found = found.filter(Exists(same_person))
    return found
