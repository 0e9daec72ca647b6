"""Pairs of words that the release before this one did not keep, while both served a portal.

    keep_some    of those whom the next entries of the trail tell of; the worker's

It knows no pairs: whomever it adds or renames has none, and whomever it moves has them where they
were. Each of these is an entry, read by its place in the tree. An import keeps words some time
after its entries, so nothing is read that is not an hour old.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from itertools import takewhile

from ..audit import events
from ..audit.models import ChangeEntry
from ..base import clock
from ..base.copying import short_transaction
from . import pairs
from .models import PairsUpTo, Person, SearchWord, WordPair

ENTRIES_AT_A_TIME = 1000
WAITED = timedelta(hours=1)
TELL_OF_WORDS = {
    event.code for event in (events.PERSON_ADDED, events.PERSON_CHANGED, events.HOME_MOVED)
}

Pair = tuple[int, str, str]  # with the home


def keep_some() -> bool:
    """Whether there may be more. By one worker at a time."""
    with short_transaction():
        locked = PairsUpTo.objects.select_for_update()
        up_to = locked.get_or_create(pk=PairsUpTo.ONE)[0]
        entries = _old_enough(up_to.leaf_index)
        if not entries:
            return False
        _keep({holder_id for _at, code, holder_id, _leaf in entries if code in TELL_OF_WORDS})
        up_to.leaf_index = entries[-1][3] + 1
        up_to.save()
    return len(entries) == ENTRIES_AT_A_TIME


def _old_enough(first: int) -> list[tuple]:
    entries = ChangeEntry.objects.filter(leaf_index__gte=first).order_by("leaf_index")
    told = entries.values_list("at", "code", "holder_id", "leaf_index")[:ENTRIES_AT_A_TIME]
    until = clock.now() - WAITED
    return list(takewhile(lambda entry: entry[0] <= until, told))


def _keep(person_ids: set[uuid.UUID | None]) -> None:
    found_by = _found_by(person_ids)
    kept = _kept_of(person_ids)
    pairs.learn({word for _person, _home, words in found_by for word in pairs.unpaired(words)})
    missed = [person for person, home, words in found_by if kept[person] != _due(home, words)]
    people = Person.objects.select_for_update(no_key=True).filter(pk__in=missed).order_by("pk")
    if locked := set(people.values_list("pk", flat=True)):
        pairs.keep(_found_by(locked))


def _found_by(person_ids: Iterable[uuid.UUID | None]) -> list[pairs.Words]:
    words = defaultdict(set)
    for person_id, word in SearchWord.objects.filter(person__in=person_ids).values_list(
        "person", "word"
    ):
        words[person_id].add(word)
    homes = Person.objects.filter(pk__in=words).values_list("pk", "home")
    return [(person_id, home, words[person_id]) for person_id, home in homes]


def _kept_of(person_ids: Iterable[uuid.UUID | None]) -> defaultdict[uuid.UUID, set[Pair]]:
    kept = defaultdict(set)
    rows = WordPair.objects.filter(person__in=person_ids)
    for person, home, first, second in rows.values_list(
        "person", "organisation", "first", "second"
    ):
        kept[person].add((home, first, second))
    return kept


def _due(home: int, words: Iterable[str]) -> set[Pair]:
    return {(home, first, second) for first, second in pairs.pairs_of(words)}
