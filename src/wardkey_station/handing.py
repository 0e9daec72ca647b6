"""PINs on their way to people: made before a key has them, and written down before that too.

Task       somebody who is to get a token
Handing    the PIN of each task, and where it is written: slips, a sealed file, or both
"""

import re
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

from . import sealed_pins, slips
from .at_portal import Person
from .device import Key
from .info import can_force_pin_change
from .pin_entry import require_good
from .pin_rules import MOST_BYTES, fault_of
from .random_pins import random_pin
from .screen import Screen
from .spreadsheets import harmless
from .words import _


@dataclass(frozen=True)
class Task:
    """`row` names it in the journal. Nickname and serial number are empty where none is wished,
    `listed`, how a list names the person, where there is no list."""

    row: str
    person: Person
    nickname: str = ""
    serial_number: str = ""
    listed: str = ""


class Outlet(Protocol):
    def known(self, task: Task) -> str | None:
        """The PIN that was written for it before."""

    def write(self, task: Task, pin: str, slip: slips.Slip) -> None: ...

    def forget(self, task: Task) -> None:
        """Its token has another PIN, which somebody knows."""

    def where(self, task: Task) -> str:
        """For whoever has to look it up."""


@dataclass
class Handing:
    """`chosen` is a PIN that somebody typed, for one task; `keeps_pin`: its holder may keep it."""

    outlets: list[Outlet]
    screen: Screen
    chosen: str = ""
    keeps_pin: bool = False
    made: dict[str, str] = field(default_factory=dict)

    def known(self, task: Task) -> str | None:
        if task.row in self.made:
            return self.made[task.row]
        return next((pin for each in self.outlets if (pin := each.known(task))), None)

    def pin_for(self, task: Task, key: Key, serial_number: str) -> str:
        """Written down by the time that it is returned."""
        fewest, most = key.info.min_pin_length, key.info.max_pin_length
        pin = self.chosen or self.known(task) or ""
        if self.chosen:
            require_good(
                pin, old=None, fewest=fewest, most=most, serial_number=serial_number or None
            )
        elif fault_of(pin, fewest=fewest, most=MOST_BYTES, serial_number=serial_number or None):
            pin = random_pin(fewest=fewest, serial_number=serial_number or None)
        self.made[task.row] = pin
        slip = slips.Slip(
            name=task.person.name,
            username=task.person.username,
            serial_number=serial_number,
            pin=pin,
            is_asked_for_another=can_force_pin_change(key) and not self.keeps_pin,
        )
        for each in self.outlets:
            each.write(task, pin, slip)
        return pin

    def forget(self, task: Task) -> None:
        self.made.pop(task.row, None)
        for each in self.outlets:
            each.forget(task)

    def where(self, task: Task) -> str:
        return " ".join(each.where(task) for each in self.outlets)


@dataclass
class SlipFolder:
    """A token's slip takes the place of its own alone. One without a serial number cannot be told
    from another, so each of its slips is a new file."""

    folder: Path
    screen: Screen
    written: dict[str, Path] = field(default_factory=dict)

    def known(self, task: Task) -> str | None:
        """It is on paper for its holder, and nobody reads it back from there but people."""
        return None

    def write(self, task: Task, pin: str, slip: slips.Slip) -> None:
        file = self.written[task.row] = self.file_for(task, slip.serial_number)
        if missing := slips.write(file, slip):
            said = _("No font of this computer has {signs}: the slip shows the user name instead.")
            self.screen.warn(said.format(signs=" ".join(missing)))

    def forget(self, task: Task) -> None:
        """A slip is of the token that got its PIN, whatever came of that one."""

    def file_for(self, task: Task, serial_number: str) -> Path:
        if serial_number:
            return self.folder / f"{as_file_name(task)},{spelled(serial_number)}.pdf"
        counted = (f"({number})" if number > 1 else "" for number in count(1))
        files = (self.folder / f"{as_file_name(task)}{each}.pdf" for each in counted)
        return next(file for file in files if not file.exists())

    def where(self, task: Task) -> str:
        return str(self.written.get(task.row, self.folder))


def as_file_name(task: Task) -> str:
    username = spelled(task.person.username)
    return f"{task.row:0>3}-{username}" if task.row.isdigit() else username


def spelled(words: str) -> str:
    """For a file's name on any system; no two words alike. A file with a dot in front is hidden."""
    return re.sub(r"^\.|[^\w@.+-]", lambda sign: f"~{ord(sign[0]):X}~", words)


@dataclass
class SealedFile:
    """All of a list's are made and sealed before the first key is touched: whoever is stopped
    opens the file again, and goes on with the same ones. `rows` are by row and user name."""

    file: Path
    passphrase: str
    rows: dict[tuple[str, str], sealed_pins.Row]

    def known(self, task: Task) -> str | None:
        row = self.rows.get(place_of(task))
        return row["pin"] if row else None

    def write(self, task: Task, pin: str, slip: slips.Slip) -> None:
        if self.known(task) != pin:
            self.rows[place_of(task)] = row_of(task, pin)
            self.save()

    def forget(self, task: Task) -> None:
        if self.rows.pop(place_of(task), None):
            self.save()

    def save(self) -> None:
        sealed_pins.seal(self.file, list(self.rows.values()), self.passphrase)

    def where(self, task: Task) -> str:
        return str(self.file)


def sealed_file(file: Path, passphrase: str, tasks: list[Task]) -> SealedFile:
    """With what it had before, and a PIN for each task that had none."""
    rows = sealed_pins.opened(file, passphrase) if file.exists() else []
    by_place = {(row["row"], row["username"]): row for row in rows}
    sealed = SealedFile(file, passphrase, by_place)
    missing = [task for task in tasks if sealed.known(task) is None]
    sealed.rows |= {place_of(task): row_of(task, random_pin()) for task in missing}
    if missing:
        sealed.save()
    return sealed


def place_of(task: Task) -> tuple[str, str]:
    """As the file has them."""
    return task.row, harmless(task.person.username)


def row_of(task: Task, pin: str) -> sealed_pins.Row:
    """Whoever opens the file looks at it in a spreadsheet. A PIN is never written otherwise."""
    row, username = place_of(task)
    return {"row": row, "username": username, "name": harmless(task.person.name), "pin": pin}
