"""Reading people: by name at sign-in, by search, one at a time. Each is an indexed look-up."""

import uuid
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.lookups import Exact

from ..base.beginnings import beginning
from ..base.prepared import Prepared
from ..base.text import canonical_name, search_form
from ..organisations import tree
from ..organisations.models import Organisation
from . import finding, parts
from .administrators import current
from .branches import Branch
from .models import Membership, Person, SearchWord
from .statements import Asked

FOUND_AT_MOST = 20
NAMED_AT_MOST = 2_000  # ids in one query
ONE_OF = 100  # of whom at least one is to be of the branch
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
    there all the time, and meets nobody twice; each with `home`. Without words: everybody; with
    some in which nothing can be seen: nobody."""
    if not words.strip():
        return _next_at_home(within, after, at_most)
    if not search_form(words).split():
        return []
    return _by_id(_people_with(words, within), after, at_most)


def _by_id(people: QuerySet[Person], after: uuid.UUID | None, at_most: int) -> list[Person]:
    if after is not None:
        people = people.filter(pk__gt=after)
    return list(people.select_related("home").order_by("pk")[:at_most])


def _next_at_home(
    within: QuerySet[Organisation], after: uuid.UUID | None, at_most: int
) -> list[Person]:
    """The database would gather a whole branch for each page, and sort it. So the next people of
    the portal are looked through first, and only where few of them are of the branch is it small
    enough for that."""
    portal = Person.objects.filter(pk__gt=after) if after is not None else Person.objects.all()
    ids = portal.order_by("pk").values_list("pk", flat=True)
    last = next(iter(ids[at_most * ONE_OF - 1 : at_most * ONE_OF]), None)
    among = portal if last is None else portal.filter(pk__lte=last)
    found = _by_id(among.filter(Exists(within.filter(pk=OuterRef("home")))), after, at_most)
    if last is None or len(found) == at_most:
        return found
    return _by_id(Person.objects.filter(home__in=within), after, at_most)


def at_home_in(within: QuerySet[Organisation]) -> QuerySet[Person]:
    """To be read by their ids: of a large branch, everybody is asked where they are at home.

    They are asked one by one: after a mere EXISTS PostgreSQL, which takes the organisations of a
    branch for few, would gather the people of all of them and sort these for each page."""
    if tree.is_small(within):
        return Person.objects.filter(home__in=within)
    is_at_home = Exists(within.filter(pk=OuterRef("home")))
    return Person.objects.filter(Exact(is_at_home, Value(value=True)))


def people_found(*, words: str, within: QuerySet[Organisation]) -> list[Person]:
    """The first 20 whose name, user name or address has words that begin so; each with `home`.
    Where these are fewer, also those who have one word of three letters or more in the middle."""
    if not search_form(words).split():
        return []
    asked, branch = _asked(words), Branch(within)
    ids = finding.ids_found(asked, branch, at_most=FOUND_AT_MOST)
    if len(ids) < FOUND_AT_MOST and len(asked) == 1 and parts.is_part(asked[0].text):
        more = finding.ids_with_part(asked[0].text, branch, at_most=FOUND_AT_MOST)
        ids = list(dict.fromkeys([*ids, *more]))[:FOUND_AT_MOST]
    people = Person.objects.filter(pk__in=ids).select_related("home") if ids else ()
    return sorted(people, key=lambda person: search_form(person.name))


def _people_with(words: str, within: QuerySet[Organisation]) -> QuerySet[Person]:
    """Where they are so many, the next few are soon met by going through everybody."""
    asked = _asked(words)
    ids = finding.ids_found(asked, Branch(within), at_most=NAMED_AT_MOST)
    if len(ids) < NAMED_AT_MOST:
        return Person.objects.filter(pk__in=ids)
    people = at_home_in(within)
    for word in asked:
        theirs = SearchWord.objects.filter(beginning("word", word.text), person=OuterRef("pk"))
        people = people.filter(Exists(theirs))
    return people


def _asked(words: str) -> list[Asked]:
    return [Asked(word) for word in search_form(words).split()][: finding.WORDS_AT_MOST]
