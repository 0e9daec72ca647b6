"""The list of people who are to get tokens: a table with the columns person, nickname and serial.

read_list   what its rows say, or all that is wrong with them at once
tasks_for   whom the portal knows by that, and the journal, if it is gone on with
"""

import csv
import io
from collections import Counter as Counted
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .at_portal import Counter, Person
from .errors import Exit, Refused
from .finding import FEW, people_named
from .handing import Task
from .journal import Journal, Noted, Step
from .nicknames import LONGEST
from .serials import PRINTABLE
from .words import _

COLUMNS = ["person", "nickname", "serial"]
MOST_ROWS, MOST_BYTES = 5000, 2_000_000


@dataclass(frozen=True)
class Row:
    """`line` is that of the file, from 1; `row` counts the people."""

    row: int
    line: int
    person: str
    nickname: str
    serial: str


def read_list(file: Path) -> list[Row]:
    text = text_of(file)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        header = [name.strip().lower() for name in reader.fieldnames or []]
        require_columns(file, header)
        reader.fieldnames = header
        rows = list(rows_of(reader))
    except csv.Error as error:
        raise refusal(
            _("{file} is no table (CSV): {reason}.").format(file=file, reason=error)
        ) from error
    if not 0 < len(rows) <= MOST_ROWS:
        said = _("{file} has to have 1 to {most} people, and has {number}.")
        raise refusal(said.format(file=file, most=MOST_ROWS, number=len(rows)))
    require_sense(rows)
    return rows


def text_of(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise refusal(_("{file} is too large for a list of people.").format(file=file))
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        said = _("{file} is not in UTF-8. Save it as CSV UTF-8.")
        raise refusal(said.format(file=file)) from error
    except OSError as error:
        said = _("{file} cannot be read: {reason}.")
        raise refusal(said.format(file=file, reason=error.strerror)) from error
    if "\0" in text:
        raise refusal(_("{file} is not in UTF-8. Save it as CSV UTF-8.").format(file=file))
    return text


def require_columns(file: Path, header: list[str]) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    if "person" not in header or unknown or len(set(header)) != len(header):
        said = _(
            "The first line of {file} names the columns: person, and if wished nickname, serial."
        )
        raise refusal(said.format(file=file))


def rows_of(reader: csv.DictReader) -> Iterator[Row]:
    number = 0
    for cells in reader:
        if None in cells or None in cells.values():
            said = _("Line {line} has more or fewer cells than the first line.")
            raise refusal(said.format(line=reader.line_num))
        told = {name: str(cells.get(name) or "").strip() for name in COLUMNS}
        if any(told.values()):
            number += 1
            yield Row(number, reader.line_num, **told)


def require_sense(rows: list[Row]) -> None:
    serials = Counted(row.serial.casefold() for row in rows if row.serial)
    wrong = [said for row in rows for said in faults_of(row, serials)]
    require_none(wrong)


def faults_of(row: Row, serials: Counted) -> Iterator[str]:
    if not row.person:
        yield _("Line {line}: nobody is named.").format(line=row.line)
    if len(row.nickname) > LONGEST or not row.nickname.isprintable():
        yield _("Line {line}: a nickname has up to 64 visible characters.").format(line=row.line)
    if not PRINTABLE.fullmatch(row.serial):
        yield _("Line {line}: a serial number has up to 40 letters, digits and . _ / -").format(
            line=row.line
        )
    if serials[row.serial.casefold()] > 1:
        said = _("Line {line}: the serial number {serial} stands there twice.")
        yield said.format(line=row.line, serial=row.serial)


class Unclear(Exception):
    """What is wrong with a row."""


def tasks_for(rows: list[Row], counter: Counter, journal: Journal) -> list[Task]:
    """BK05: nobody twice. Nothing is begun where one of them is not clear."""
    wrong, tasks = rows_missing(rows, journal), []
    lines: dict[str, int] = {}  # by the person's id
    for row in rows:
        try:
            person = person_of(row, journal.of(str(row.row)), counter)
            require_once(row, person, lines)
        except Unclear as fault:
            wrong.append(str(fault))
        else:
            tasks.append(Task(str(row.row), person, row.nickname, row.serial, row.person))
    require_none(wrong)
    return tasks


def person_of(row: Row, noted: Noted, counter: Counter) -> Person:
    """Whoever has a token from this row, or is about to, is known by the journal, and may be out of
    reach by now. All other rows may be corrected."""
    if noted.step < Step.ANSWERED:
        return person_named(row, counter)
    known = Person(noted.person, noted.username, noted.name)
    if row.person != noted.listed and person_named(row, counter).id != known.id:
        said = _(
            "Line {line}: the journal has a token of {name}, {username}, for this row. Put them "
            "back there, and new people at the end; or name another journal with --journal."
        )
        raise Unclear(said.format(line=row.line, name=known.name, username=known.username))
    return known


def person_named(row: Row, counter: Counter) -> Person:
    named, found = people_named(row.person, counter)
    if len(named) == 1:
        return named[0]
    if not found:
        said = _('Line {line}: nobody in your reach is found by "{person}".')
        raise Unclear(said.format(line=row.line, person=row.person))
    said = _(
        'Line {line}: "{person}" is not one person\'s user name, address, id or whole name. It '
        "finds: {usernames}. Write one of these."
    )
    usernames = ", ".join(each.username for each in (named or found)[:FEW])
    raise Unclear(said.format(line=row.line, person=row.person, usernames=usernames))


def require_once(row: Row, person: Person, lines: dict[str, int]) -> None:
    first = lines.setdefault(person.id, row.line)
    if first != row.line:
        said = _("Line {line}: {name} stands in line {first} already.")
        raise Unclear(said.format(line=row.line, name=person.name, first=first))


def rows_missing(rows: list[Row], journal: Journal) -> list[str]:
    there = {str(row.row) for row in rows}
    begun = {row: noted for row, noted in journal.rows.items() if noted.step >= Step.ANSWERED}
    said = _(
        "Row {row} is missing: the journal has a token of {name}, {username}, for it. Put them "
        "back there, or name another journal with --journal."
    )
    return [
        said.format(row=row, name=noted.name, username=noted.username)
        for row, noted in begun.items()
        if row not in there
    ]


def require_none(wrong: list[str]) -> None:
    if wrong:
        raise refusal("\n".join([*wrong, _("Nothing was done. Correct the list.")]))


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.INPUT)
