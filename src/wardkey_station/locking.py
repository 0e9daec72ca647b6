"""One run at a time has a journal: two at once would give somebody two tokens.

    held   holds FILE until what it returns is closed; whoever comes second is refused at once

The system lets go of it whatever ends the run, a power cut too, so no lock is ever left behind. Its
file stays: whoever took it away could let two in.
"""

import os
import sys
from pathlib import Path
from typing import IO

from .errors import Exit, Refused
from .words import _

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def held(file: Path) -> IO[bytes]:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.lock").open("ab")
    except OSError as error:
        raise cannot(file, error) from error
    try:
        take(beside)
    except (BlockingIOError, PermissionError) as error:
        beside.close()
        said = _(
            "Another run of the station works with {file}. Wait until it is done, or name another "
            "journal with --journal. Nothing was done."
        )
        raise Refused(said.format(file=file), exit_status=Exit.INPUT) from error
    except OSError as error:
        beside.close()
        raise cannot(file, error) from error
    return beside


def take(beside: IO[bytes]) -> None:
    """Raises BlockingIOError, or PermissionError on Windows, where another run has it."""
    if sys.platform == "win32":
        os.lseek(beside.fileno(), 0, os.SEEK_SET)
        msvcrt.locking(beside.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(beside, fcntl.LOCK_EX | fcntl.LOCK_NB)


def cannot(file: Path, error: OSError) -> Refused:
    said = _(
        "Nothing keeps other runs away from {file} ({reason}), so nothing was done. Name a journal "
        "on a disk of this computer with --journal."
    )
    return Refused(said.format(file=file, reason=error.strerror), exit_status=Exit.INPUT)
