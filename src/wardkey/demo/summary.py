"""Who is in the demo and how they get in: `demo.json` for programs, a table for people."""

from datetime import timedelta

from ..audit import log
from ..people.grants import role_grants_of
from ..people.models import Person
from ..people.policy import policy_for
from ..people.queries import person_by_username
from ..recovery import access_pass
from . import cast

PASSES_HOLD = timedelta(days=30)
COLUMNS = ("username", "password", "role", "organisation", "access_pass")

Row = dict[str, str]


def people() -> list[Row]:
    """The nine; with a new access pass where the organisation asks for a second factor."""
    found = (person_by_username(character.username) for character in cast.NAMED)
    return [_row(person) for person in found if person]


def _row(person: Person) -> Row:
    grants = role_grants_of(person.pk)
    row = {
        "id": str(person.pk),
        "username": person.username,
        "password": cast.PASSWORD,
        "role": str(grants[0].role) if grants else "person",
        "organisation": person.home.code,
    }
    if policy_for(person).asks_for_second_factor(is_administrator=bool(grants)):
        row["access_pass"] = _new_pass(person)
    return row


def _new_pass(person: Person) -> str:
    return access_pass.issue(
        person=person, by=log.OPERATOR, organisation_id=person.home.pk, lifetime=PASSES_HOLD
    )


def table(rows: list[Row]) -> str:
    lines = [[column.replace("_", " ") for column in COLUMNS]]
    lines += [[row.get(column, "") for column in COLUMNS] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = (zip(line, widths, strict=True) for line in lines)
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in line).rstrip() for line in padded
    )
