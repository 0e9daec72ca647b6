"""People by the words that they are found by, in a branch of one ward or of everybody.

    ids_found         of so many people at most, each with all of the words that are asked for
    ids_with_part     those with three letters or more in the middle of a word
    ids_by_address    of each word of several, which are addresses: hardly anybody shares one

No one plan serves every branch (docs/adr/0049-a-plan-that-fits-the-branch.md):

    few organisations    each is asked by itself, in the index that begins with it
    more, one word       the index that begins with the word, as far as LOOKED_THROUGH rows; where
                         there are more, and too few of them were found here, again each by itself
    more, several words  where one of them is rare, whoever has it is asked for the others; where
                         all are common, some who have the longest, then those who have two of them
                         (pairs.py); of words that are not kept in pairs, everybody who has each
    a part of one word   those who have it, where they are few; of more, each word of a few
                         organisations is read, and in a larger branch all who have it are asked

Neither database chooses so: each statement is written in a way that leaves it one plan.
"""

import uuid
from collections.abc import Iterable, Sequence

from django.db import connection

from . import pairs
from .branches import Branch, Sql
from .parts import LETTERS
from .statements import (
    HAS_TOO,
    NOBODY,
    OF_ITS_OWN,
    Asked,
    distinct,
    has_too,
    joined,
    rows_of,
    uuid_of,
)

FEW = 500  # organisations
FEW_TO_READ = 100  # organisations, of which every word is read
LOOKED_THROUGH = 20_000  # rows
RARE = 3_000  # rows
ALL = 1_000_000_000  # rows
WORDS_AT_MOST = 6

THOSE_OF_EACH = {
    "sqlite": """CROSS JOIN people_searchword AS found
        ON found.organisation_id = place.id AND {asked}""",
    "postgresql": """CROSS JOIN LATERAL (
        SELECT person_id FROM people_searchword AS found
        WHERE found.organisation_id = place.id AND {asked} OFFSET 0
    ) AS found""",
}
# `rows` are put in last.
BY_ORGANISATION = """
    SELECT found.person_id FROM organisations_organisation AS place {those_of_each}
    WHERE place.id IN ({within}) {others} {if_few} LIMIT {{rows}}
"""
# In one question with the search, since most branches are small: nobody, where there are more.
IF_FEW = "AND (SELECT count(*) FROM ({within} LIMIT {few} + 1) AS counted) <= {few}"
OR_NOBODY = "SELECT * FROM ({search}) AS few UNION ALL SELECT NULL WHERE NOT (1 = 1 {if_few})"
EVERYWHERE = """
    SELECT found.person_id FROM (
        SELECT person_id, organisation_id FROM people_searchword AS found WHERE {asked} LIMIT %s
    ) AS found
    WHERE ({within}) IS TRUE {others} LIMIT {{rows}}
"""
BY_ADDRESS = """
    SELECT found.word, found.person_id FROM (
        SELECT word, person_id, organisation_id FROM people_searchword AS found
        WHERE {asked} LIMIT %s
    ) AS found
    WHERE ({within}) IS TRUE
"""
# So that the same words count in a small branch as in a large one.
IS_KNOWN = """AND EXISTS (
    SELECT 1 FROM people_wordpart AS known WHERE known.word = found.word AND known.part = %s
)"""
OF_THOSE = """
    SELECT found.person_id FROM ({those}) AS found WHERE ({within}) IS TRUE {or_nobody}
    LIMIT {{rows}}
"""
OR_NOBODY_OF_MANY = (
    "UNION ALL SELECT NULL WHERE (SELECT count(*) FROM ({those}) AS counted) = {many}"
)
THOSE_WITH_PART = """
    SELECT owner.person_id, owner.organisation_id FROM people_wordpart AS known {owners}
    WHERE known.part = %s AND {asked} LIMIT {many}
"""
OWNERS = {
    "sqlite": "CROSS JOIN people_searchword AS owner ON owner.word = known.word",
    "postgresql": """CROSS JOIN LATERAL (
        SELECT person_id, organisation_id FROM people_searchword AS owner
        WHERE owner.word COLLATE "C" = known.word COLLATE "C" OFFSET 0
    ) AS owner""",
}
# `HAS_TOO` of very many: SQLite asks one by one even so, faster than it would remember them.
IS_AMONG = {
    "sqlite": HAS_TOO["sqlite"],
    "postgresql": """AND (found.person_id IN (
        SELECT person_id FROM people_searchword AS other WHERE {asked}
    )) IS TRUE""",
}
# By which PostgreSQL finds the index that is meant; or none, to look at the few words of a person.
FOUND_ANYWHERE = {"sqlite": "found.word", "postgresql": f"found.word {OF_ITS_OWN}"}
OTHER_ANYWHERE = {"sqlite": "other.word", "postgresql": f"other.word {OF_ITS_OWN}"}
HOW_MANY = """
    SELECT count(*) FROM (
        SELECT 1 FROM people_searchword AS found WHERE {asked} LIMIT %s
    ) AS counted
"""


def ids_found(words: Sequence[Asked], branch: Branch, *, at_most: int) -> list[uuid.UUID]:
    """In no order. `words` are some."""
    asked = _longest_first(set(words))[:WORDS_AT_MOST]
    if not branch.is_large:
        found = distinct(_by_organisation_if_few(asked, branch, few=FEW), at_most)
        if found != [NOBODY]:
            return found
        branch.note_large()
    return _in_a_large_branch(asked, branch, at_most)


def _longest_first(words: set[Asked]) -> list[Asked]:
    """Whoever has a word has its beginnings too."""
    in_order = sorted(words, key=lambda word: word.text)
    following = [*in_order[1:], Asked("")]
    said = [
        word
        for word, next_one in zip(in_order, following, strict=True)
        if not next_one.text.startswith(word.text)
    ]
    return sorted(said, key=lambda word: len(word.text), reverse=True)


def ids_with_part(part: str, branch: Branch, *, at_most: int) -> list[uuid.UUID]:
    """Whoever has one of the words with the part, which are known (parts.py), is looked at, where
    these are few; otherwise each word of a small branch is, and in a large one they all are."""
    here = Asked(part, "part")
    found = distinct(_with_part_if_few(here, branch), at_most)
    if NOBODY not in found:
        return found
    if not branch.is_large:
        found = distinct(_by_organisation_if_few([here], branch, few=FEW_TO_READ), at_most)
        if found != [NOBODY]:
            return found
    return distinct(_with_part(here, branch), at_most)


def _with_part_if_few(part: Asked, branch: Branch) -> Sql:
    sql, values = those = _those_with_part(part, RARE)
    return _of_those(those, branch, (OR_NOBODY_OF_MANY.format(those=sql, many=RARE), values))


def _with_part(part: Asked, branch: Branch) -> Sql:
    return _of_those(_those_with_part(part, ALL), branch)


def _those_with_part(part: Asked, many: int) -> Sql:
    asked, values = part.of("known.word")
    owners = OWNERS[connection.vendor]
    sql = THOSE_WITH_PART.format(owners=owners, asked=asked, many=many)
    return sql, [part.text[:LETTERS], *values]


def _of_those(those: Sql, branch: Branch, or_nobody: Sql = ("", [])) -> Sql:
    sql, values = those
    places, place_values = branch.has_found
    found = OF_THOSE.format(those=sql, within=places, or_nobody=or_nobody[0])
    return found, [*values, *place_values, *or_nobody[1]]


def ids_by_address(words: Iterable[str], branch: Branch) -> dict[str, list[uuid.UUID]]:
    wanted = sorted(set(words))
    asked = f"{FOUND_ANYWHERE[connection.vendor]} IN ({', '.join(['%s'] * len(wanted))})"
    places, place_values = branch.has_found
    sql = BY_ADDRESS.format(asked=asked, within=places)
    found: dict[str, list[uuid.UUID]] = {word: [] for word in wanted}
    for word, person_id in rows_of(sql, [*wanted, LOOKED_THROUGH, *place_values]):
        found[word].append(uuid_of(person_id))
    return found


def _in_a_large_branch(asked: list[Asked], branch: Branch, at_most: int) -> list[uuid.UUID]:
    if len(asked) == 1:
        return _with_one_word(asked[0], branch, at_most)
    rare = next((word for word in asked if _how_many(word, RARE) < RARE), None)
    first = rare or asked[0]
    others = [word for word in asked if word != first]
    found = distinct(_everywhere(first, others, branch, RARE), at_most)
    if rare or len(found) == at_most:
        return found
    if pairs.are_kept(asked):
        both = pairs.ids_with(asked, branch, at_most=at_most)
        if both is not None:
            return both
    return distinct(_everywhere(first, others, branch, ALL), at_most)


def _with_one_word(word: Asked, branch: Branch, at_most: int) -> list[uuid.UUID]:
    found = distinct(_everywhere(word, [], branch, LOOKED_THROUGH), at_most)
    if len(found) == at_most or _how_many(word, LOOKED_THROUGH) < LOOKED_THROUGH:
        return found
    return distinct(_by_organisation([word], branch), at_most)


def _by_organisation(asked: list[Asked], branch: Branch, if_few: Sql = ("", [])) -> Sql:
    first, first_values = asked[0].of("found.word")
    if asked[0].is_what == "part":
        first, first_values = f"{first} {IS_KNOWN}", [*first_values, asked[0].text[:LETTERS]]
    others, other_values = joined([has_too(word) for word in asked[1:]])
    places, place_values = branch.ids
    sql = BY_ORGANISATION.format(
        those_of_each=THOSE_OF_EACH[connection.vendor].format(asked=first),
        # SQLite would write down all of a large branch before it sees that it is one.
        within=f"{places} LIMIT {FEW}" if if_few[0] else places,
        others=others,
        if_few=if_few[0],
    )
    return sql, [*first_values, *place_values, *other_values, *if_few[1]]


def _by_organisation_if_few(asked: list[Asked], branch: Branch, *, few: int) -> Sql:
    places, place_values = branch.ids
    if_few = IF_FEW.format(within=places, few=few)
    search, values = _by_organisation(asked, branch, (if_few, place_values))
    return OR_NOBODY.format(search=search, if_few=if_few), [*values, *place_values]


def _everywhere(word: Asked, others: list[Asked], branch: Branch, rows: int) -> Sql:
    first, first_values = word.of(FOUND_ANYWHERE[connection.vendor])
    more, more_values = joined([(_is_among if rows == ALL else has_too)(each) for each in others])
    places, place_values = branch.has_found
    sql = EVERYWHERE.format(asked=first, within=places, others=more)
    return sql, [*first_values, rows, *place_values, *more_values]


def _is_among(word: Asked) -> Sql:
    part, values = word.of(OTHER_ANYWHERE[connection.vendor])
    return IS_AMONG[connection.vendor].format(asked=part), values


def _how_many(word: Asked, at_most: int) -> int:
    part, values = word.of(FOUND_ANYWHERE[connection.vendor])
    [(number,)] = rows_of(HOW_MANY.format(asked=part), [*values, at_most])
    return number
