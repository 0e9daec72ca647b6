"""What was done at this desk, kept on this computer: a line of JSON each, and never a PIN.

record   appends one event, about a key; note, about none
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_log_path

from .device import Key
from .screen import Screen
from .words import _

# Named as the rest of Wardkey names its events.
PIN_FAILED, PIN_BLOCKED = "cli.pin_fail", "cli.pin_blocked"
PIN_CHANGE_FORCED, RESET = "cli.force_change_set", "cli.reset"
ENROLLED, RESUMED = "cli.enrolled", "bulk.resumed"


@dataclass(frozen=True)
class Log:
    file: Path

    def record(self, event: str, key: Key, screen: Screen, **details: int) -> None:
        about = {"aaguid": key.aaguid, "serial_number": key.serial_number}
        self.note(event, screen, **about, simulated=key.is_simulated, **details)

    def note(self, event: str, screen: Screen, **details: object) -> None:
        """A desk goes on without its log, but says so."""
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        line = {"at": at, "event": event, **details}
        try:
            append(self.file, json.dumps(line))
        except OSError as error:
            said = _("The log {file} cannot be written: {reason}.")
            screen.warn(said.format(file=self.file, reason=error.strerror))


def append(file: Path, line: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(opened, "a", encoding="utf-8") as log:
        log.write(line + "\n")


def usual_file() -> Path:
    return user_log_path("wardkey-station", appauthor=False) / "station.jsonl"
