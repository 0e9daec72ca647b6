"""How far an enrolment got, kept line by line as it goes, so that whoever is stopped goes on.

    Journal    what was noted, by row; each note is on the disk before the next thing is done
    Noted      how far a row is

Its lines hold no PIN. What a key answered stands in it, which is public, until the portal has it.
"""

import hashlib
import json
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from .errors import Exit, Refused
from .words import _

FORMAT = "wardkey-station enrolments, 1"


class Step(IntEnum):
    """PIN: it is on its slip, and the key may have it. ANSWERED: the key has, the portal may have
    the credential. REGISTERED: the portal has it, and the key may yet ask for another PIN."""

    NOTHING = 0
    PIN = 1
    ANSWERED = 2
    REGISTERED = 3
    DONE = 4
    REFUSED = 5


@dataclass(frozen=True)
class Noted:
    """`has_our_pin`: the key got one that we made, whatever it is. `once` is the Idempotency-Key
    under which `fields` go to the portal; `where` tells where its PIN was written. `credential_id`
    (base64url) is the key's, by which it is known again; `key_id` is the portal's. `person` is the
    id of whoever gets it, `listed` how the list names them."""

    step: Step = Step.NOTHING
    person: str = ""
    username: str = ""
    name: str = ""
    listed: str = ""
    serial_number: str = ""
    aaguid: str = ""
    nickname: str = ""
    has_our_pin: bool = False
    where: str = ""
    once: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    rp_id: str = ""
    credential_id: str = ""
    key_id: str = ""
    why: str = ""
    at: str = ""


@dataclass
class Journal:
    """`about` is what the rows are of."""

    file: Path
    about: str
    rows: dict[str, Noted] = field(default_factory=dict)
    was_there: bool = False

    def of(self, row: str) -> Noted:
        return self.rows.get(row, Noted())

    def of_person(self, row: str, person: str) -> Noted:
        """A row of a corrected list may be somebody else's than before: it begins anew, unless the
        portal may have a token in it."""
        noted = self.of(row)
        if noted.person in {"", person}:
            return noted
        if noted.step >= Step.ANSWERED:
            raise cannot(self.file, _("row {row} of it is somebody else's").format(row=row))
        del self.rows[row]
        return self.of(row)

    def begin(self) -> None:
        if not self.was_there:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.append({"format": FORMAT, "about": self.about})

    def note(self, row: str, step: Step, **more: Any) -> Noted:
        noted = replace(self.of(row), step=step, at=now(), **more)
        self.rows[row] = noted
        line = {"row": row, **noted.__dict__, "step": step.name}
        self.append({name: value for name, value in line.items() if value})
        return noted

    def append(self, line: dict[str, Any]) -> None:
        try:
            opened = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(opened, "a", encoding="utf-8") as journal:
                journal.write(json.dumps(line) + "\n")
                journal.flush()
                os.fsync(journal.fileno())
        except OSError as error:
            raise cannot(self.file, str(error.strerror)) from error


def opened(file: Path, *, about: str) -> Journal:
    """Refused where it is about something else, or no journal. Nothing is written yet."""
    journal = Journal(file, about)
    if not file.exists():
        return journal
    journal.was_there = True
    first, *lines = lines_of(file)
    if first.get("format") != FORMAT:
        raise cannot(file, _("it is no journal of the station"))
    if first.get("about") != about:
        raise cannot(
            file,
            _(
                "it belongs to another portal, or to another command. Name another journal with "
                "--journal"
            ),
        )
    for line in lines:
        remember(journal, line)
    return journal


def usual_file(address: str) -> Path:
    """For tokens one by one; one for each portal."""
    name = hashlib.sha256(address.encode()).hexdigest()[:16]
    return user_state_path("wardkey-station", appauthor=False) / f"enrol-{name}.jsonl"


def remember(journal: Journal, line: dict[str, Any]) -> None:
    known = {name: value for name, value in line.items() if name not in {"row", "step"}}
    try:
        journal.rows[str(line["row"])] = Noted(step=Step[line["step"]], **known)
    except (KeyError, TypeError) as error:
        raise cannot(journal.file, _("a line in it cannot be read")) from error


def lines_of(file: Path) -> list[dict[str, Any]]:
    """At least one. What was half written when the power went is no line, and was not relied on."""
    try:
        text = file.read_text(encoding="utf-8")
        whole = text.split("\n")[:-1]
        lines = [json.loads(line) for line in whole if line.startswith("{")]
    except (OSError, ValueError) as error:
        raise cannot(file, _("it cannot be read")) from error
    if text and not text.endswith("\n"):
        with file.open("a", encoding="utf-8") as journal:
            journal.write("\n")
    return lines or [{}]


def cannot(file: Path, reason: str) -> Refused:
    said = _("{file} cannot be used as a journal: {reason}.")
    return Refused(said.format(file=file, reason=reason), exit_status=Exit.INPUT)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
