"""One command at a time has FILE: two that write it would undo each other's work.

held   holds FILE until it is closed; who comes second waits a moment, and is refused
"""

import os
import time
from pathlib import Path
from typing import IO

from ..errors import Exit, Refused
from ..words import _

HAS_FCNTL = os.name == "posix"  # nobody keeps two commands apart on Windows

if HAS_FCNTL:
    import fcntl

TRIES, PAUSE = 4, 0.5  # seconds


def held(file: Path) -> IO[str] | None:
    """None where nothing can be written beside FILE; writing FILE says so."""
    try:
        beside = file.with_name(f".{file.name}.lock").open("a")
    except OSError:
        return None
    for _try in range(TRIES):
        if is_ours(beside):
            return beside
        time.sleep(PAUSE)
    beside.close()
    said = _("Another command uses {file}. Wait until it is done, or name another file.")
    raise Refused(said.format(file=file), exit_status=Exit.MORE_THAN_ONE_KEY)


def is_ours(beside: IO[str]) -> bool:
    if not HAS_FCNTL:
        return True
    try:
        fcntl.flock(beside, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
