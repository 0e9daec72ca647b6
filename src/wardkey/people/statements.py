"""What the searches of finding.py and pairs.py are made of.

Asked       a word, its beginning or a part of it
has_too     that whoever was found has another word
distinct    the people of a statement's rows
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ..base.beginnings import LAST
from .branches import Sql

# The collation of `search_every_branch` on PostgreSQL. The other index is one for patterns, and has
# operators of its own; LIKE would let the database choose between them.
OF_ITS_OWN = 'COLLATE "C"'
NOBODY = uuid.UUID(int=0)
WORDS_A_PERSON = 3  # that begin in the same way, and seldom more
AGAIN = 8  # times as many rows, where those were too few people's
PLACE_IN = {"sqlite": "instr", "postgresql": "strpos"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A word, its beginning or a part from its middle, in the form in which words are kept."""

    text: str
    is_what: str = "beginning"  # whole, part

    def of(self, word: str) -> Sql:
        """`word` is a column."""
        if self.is_what == "whole":
            return f"{word} = %s", [self.text]
        if self.is_what == "part":
            return f"{PLACE_IN[connection.vendor]}({word}, %s) > 1", [self.text]
        is_pattern = connection.vendor == "postgresql" and not word.endswith(OF_ITS_OWN)
        at_least, below = ("~>=~", "~<~") if is_pattern else (">=", "<")
        return f"{word} {at_least} %s AND {word} {below} %s", [self.text, self.text + LAST]


HAS_TOO = {
    "sqlite": """AND EXISTS (
        SELECT 1 FROM people_searchword AS other
        WHERE other.person_id = found.person_id AND {asked}
    )""",
    "postgresql": """AND EXISTS (
        SELECT 1 FROM people_searchword AS other
        WHERE other.person_id = found.person_id AND {asked} OFFSET 0
    )""",
}
OTHER_OF_PERSON = {"sqlite": "other.word", "postgresql": "(other.word || '')"}


def has_too(word: Asked) -> Sql:
    part, values = word.of(OTHER_OF_PERSON[connection.vendor])
    return HAS_TOO[connection.vendor].format(asked=part), values


def joined(parts: list[Sql]) -> Sql:
    values = [each for _sql, values in parts for each in values]
    return " ".join(sql for sql, _values in parts), values


def distinct(question: Sql, at_most: int) -> list[uuid.UUID]:
    """A person has several words; to have the database tell them apart costs more than to ask for
    more rows, and again where they were too few people's."""
    sql, values = question
    rows = at_most * WORDS_A_PERSON
    while True:
        found = [person_id for (person_id,) in rows_of(sql.format(rows=rows), values)]
        people = list(dict.fromkeys(found))
        if len(found) < rows or len(people) >= at_most:
            return [uuid_of(each) for each in people[:at_most]]
        rows *= AGAIN


def rows_of(sql: str, values: list[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def uuid_of(value: uuid.UUID | str | None) -> uuid.UUID:
    if value is None:
        return NOBODY
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)
