"""A disk that is soon full.

small_disk    64 MB
move_all_to   all tables and indexes lie there
fill          nothing has room there any more
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from django.db import connection

from tests import postgres


@contextmanager
def small_disk(folder) -> Iterator[Path]:
    """A file system of 64 MB, in memory. Only root may make one."""
    disk = folder / "small"
    disk.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", f"wardkey-{folder.name}", str(disk)], check=True
    )
    try:
        shutil.chown(disk, postgres.OWNER, postgres.OWNER)
        yield disk
    finally:
        # PostgreSQL has files open there until its cluster is stopped.
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
        disk.rmdir()


def move_all_to(disk: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
        for kind in ("TABLE", "INDEX"):
            cursor.execute(f"ALTER {kind} ALL IN TABLESPACE pg_default SET TABLESPACE small")


def fill(disk: Path, until: ExitStack) -> None:
    ballast = disk / "ballast"
    until.callback(ballast.unlink)
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
