"""What came of a list, as a table for spreadsheets: who has which token. No PIN is in it.

Results   written whole after each person
"""

import csv
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import Exit, Refused
from .handing import Task
from .journal import Journal, Noted, Step
from .spreadsheets import harmless
from .words import _

COLUMNS = ["row", "username", "name", "state", "nickname", "serial_number", "aaguid", "at", "why"]
STATES = {Step.DONE: "done", Step.REGISTERED: "registered"}


@dataclass(frozen=True)
class Results:
    file: Path

    def write(self, tasks: list[Task], journal: Journal) -> None:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for task in tasks:
            writer.writerow(map(harmless, row_of(task, journal.of(task.row))))
        try:
            number, name = tempfile.mkstemp(dir=self.file.absolute().parent, prefix=".wardkey.")
            with os.fdopen(number, "w", encoding="utf-8", newline="") as new:
                new.write(text.getvalue())
            Path(name).replace(self.file)
        except OSError as error:
            said = _("{file} cannot be written: {reason}. Everything is in the journal too.")
            said = said.format(file=self.file, reason=error.strerror)
            raise Refused(said, exit_status=Exit.INPUT) from error


def row_of(task: Task, noted: Noted) -> list[str]:
    person = task.person
    state = STATES.get(noted.step, "to do")
    whose = [task.row, person.username, person.name, state]
    if noted.step < Step.REGISTERED:
        return [*whose, "", "", "", noted.at, noted.why]
    return [*whose, noted.nickname, noted.serial_number, noted.aaguid, noted.at, noted.why]
