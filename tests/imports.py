"""Files of people, and the command that imports them.

file_of          a CSV file with a header and these rows
import_people    the command, in this process: its exit status and what it told as JSON
an_import        an administrator's, before it is applied
"""

import json
from pathlib import Path

from click.testing import CliRunner

from wardkey import cli
from wardkey.base import clock
from wardkey.bulk.models import PeopleImport, Piece, StagedEntry, StagedRow
from wardkey.bulk.reading import COLUMNS
from wardkey.organisations.models import Organisation
from wardkey.people.models import Person

NIA = {"external_id": "E1", "username": "nia@north.example", "name": "Nia Newcomer"}
BEN = {"external_id": "E2", "username": "ben@north.example", "name": "Ben Carter"}
WIL = {"external_id": "E3", "username": "wil@ward7.example", "name": "Wil Novak"}


def csv_of(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    told = [",".join(f'"{row.get(column, "")}"' for column in columns) for row in rows]
    return "\n".join([",".join(columns), *told]) + "\n"


def file_of(folder: Path, content: str | bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def import_people(
    folder: Path, *rows: dict[str, str], content: str | bytes = "", options: tuple[str, ...] = ()
) -> tuple[int, dict]:
    path = file_of(folder, content or csv_of(*rows))
    words = ["import-people", str(path), "--organisation", "NORTH", "--json", *options]
    done = CliRunner().invoke(cli.main, words)
    assert done.stdout.startswith("{"), (done.output, done.exception)
    return done.exit_code, json.loads(done.stdout)


def an_import(organisation: Organisation, asked_by: Person) -> PeopleImport:
    """Looked at, and without rows."""
    now = clock.now()
    return PeopleImport.objects.create(
        organisation=organisation,
        asked_by_id=asked_by.pk,
        state="ready",
        created_at=now,
        alive_at=now,
    )


def nothing_is_left() -> bool:
    """Of what was staged: all of it is somebody's name or address."""
    left = [Piece.objects.exists(), StagedRow.objects.exists(), StagedEntry.objects.exists()]
    return not any(left) and not PeopleImport.objects.filter(forgotten_at=None).exists()
