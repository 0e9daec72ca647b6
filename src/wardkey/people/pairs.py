"""People by two words that are common each: all words of a person, two and two, in order.

    keep       the pairs of these people
    learn      words of which no pairs are kept
    are_kept   whether whoever has both words has a pair of them
    ids_with   of those who have the pair; None where the first begins too many words

Anna Smith is one of the 60,000 who are called Anna, and of the 50,000 Smiths; `anna smith` leads to
the thousand who are both (docs/adr/0057-two-common-words-are-kept-together.md). A pair is of the
letters with which words begin, since what follows, such as a figure, makes a word rare. What stands
behind the `@` of an address is everybody's, and makes no pairs; nor does a name of very many words.
Both are remembered as `UnpairedWord`, and who asks for one of them is answered in another way.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from itertools import combinations

from django.db import connection

from ..base.beginnings import LAST
from ..base.text import search_words
from .branches import Branch
from .models import UnpairedWord, WordPair
from .statements import OF_ITS_OWN, Asked, distinct, has_too, joined, rows_of

# Not the hyphen: rare names behind it would make a rare word of a common one.
LETTERS = re.compile(r"(?:[^\W\d_]|['’])+")
WORDS_AT_MOST = 12
FIRSTS_AT_MOST = 200
ROWS_AT_A_TIME = 1000

Words = tuple[uuid.UUID, int, Iterable[str]]  # a person's, at home in that organisation

# From one to the next, as the index has them; each is a look-up, however many people have it.
FIRSTS = """
    WITH RECURSIVE firsts (word) AS (
        SELECT ({next_from}) UNION ALL SELECT ({next_after}) FROM firsts WHERE word IS NOT NULL
    )
    SELECT word FROM firsts WHERE word IS NOT NULL LIMIT %s
"""
NEXT = """
    SELECT pair.first FROM people_wordpair AS pair
    WHERE pair.first {collation} {beyond} AND pair.first {collation} < %s
    ORDER BY pair.first {collation} LIMIT 1
"""
WITH_BOTH = """
    WITH firsts (word) AS (VALUES {firsts})
    SELECT found.person_id FROM firsts {theirs}
    WHERE ({within}) IS TRUE {others} LIMIT {{rows}}
"""
IS_UNPAIRED = "SELECT 1 FROM people_unpairedword WHERE {either} LIMIT 1"
THEIRS = {
    "sqlite": """CROSS JOIN people_wordpair AS found
        ON found.first = firsts.word AND found.second >= %s AND found.second < %s""",
    "postgresql": """CROSS JOIN LATERAL (
        SELECT person_id, organisation_id FROM people_wordpair AS pair
        WHERE pair.first COLLATE "C" = firsts.word COLLATE "C"
        AND pair.second COLLATE "C" >= %s AND pair.second COLLATE "C" < %s OFFSET 0
    ) AS found""",
}


def keep(people: Sequence[Words]) -> None:
    WordPair.objects.filter(person__in=[person_id for person_id, _home, _words in people]).delete()
    WordPair.objects.bulk_create(
        [
            WordPair(person_id=person_id, organisation_id=home, first=first, second=second)
            for person_id, home, words in people
            for first, second in pairs_of(words)
        ],
        batch_size=ROWS_AT_A_TIME,
    )
    learn({word for _person, _home, words in people for word in unpaired(words)})


def learn(wanted: set[str]) -> None:
    known = UnpairedWord.objects.filter(word__in=wanted).values_list("word", flat=True)
    UnpairedWord.objects.bulk_create(
        [UnpairedWord(word=word) for word in sorted(wanted.difference(known))],
        ignore_conflicts=True,
    )


def pairs_of(words: Iterable[str]) -> list[tuple[str, str]]:
    own = _own(words)
    return list(combinations(own, 2)) if len(own) <= WORDS_AT_MOST else []


def unpaired(words: Iterable[str]) -> set[str]:
    words = set(words)
    own = _own(words)
    return _begun(_of_domains(words)) | (set(own) if len(own) > WORDS_AT_MOST else set())


def _own(words: Iterable[str]) -> list[str]:
    """In order; none that begins another, since whoever asks for it finds that one."""
    words = set(words)
    begun = sorted(_begun(words - _of_domains(words)))
    following = [*begun[1:], ""]
    return [
        word
        for word, next_one in zip(begun, following, strict=True)
        if not next_one.startswith(word)
    ]


def _of_domains(words: set[str]) -> set[str]:
    return search_words(*(word.partition("@")[2] for word in words if "@" in word))


def _begun(words: Iterable[str]) -> set[str]:
    return {begun[0] for word in words if (begun := LETTERS.match(word))}


def are_kept(asked: Sequence[Asked]) -> bool:
    """Of words of which none begins another."""
    if not all(LETTERS.fullmatch(word.text) for word in asked):
        return False
    begin = [word.of("word") for word in asked]
    either = " OR ".join(f"({sql})" for sql, _values in begin)
    values = [each for _sql, those in begin for each in those]
    return not rows_of(IS_UNPAIRED.format(either=either), values)


def ids_with(asked: Sequence[Asked], branch: Branch, *, at_most: int) -> list[uuid.UUID] | None:
    """The longest two lead; whoever has them is asked for the others."""
    first, second = sorted(word.text for word in asked[:2])
    firsts = _that_begin(first)
    if len(firsts) > FIRSTS_AT_MOST:
        return None
    if not firsts:
        return []
    places, place_values = branch.has_found
    others, other_values = joined([has_too(word) for word in asked[2:]])
    sql = WITH_BOTH.format(
        firsts=", ".join(["(%s)"] * len(firsts)),
        theirs=THEIRS[connection.vendor],
        within=places,
        others=others,
    )
    values = [*firsts, second, second + LAST, *place_values, *other_values]
    return distinct((sql, values), at_most)


def _that_begin(text: str) -> list[str]:
    collation = "" if connection.vendor == "sqlite" else OF_ITS_OWN
    sql = FIRSTS.format(
        next_from=NEXT.format(collation=collation, beyond=">= %s"),
        next_after=NEXT.format(collation=collation, beyond="> firsts.word"),
    )
    values = [text, text + LAST, text + LAST, FIRSTS_AT_MOST + 1]
    return [word for (word,) in rows_of(sql, values)]
