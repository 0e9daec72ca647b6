"""Secrets that others on this machine could read or change (`wardkey check`; case SC08).

faults               of files that hold secrets, and of command lines that show one
faults_of_files      by their permissions, where others get as far as the file
faults_of_commands   of this process and of those that started it: `ps` shows them to everybody
keep_from_others     a database that is not there yet is made for its owner alone

The demo's secrets are known to everybody, and its folder is its owner's alone.
"""

import os
import shlex
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from .. import settings

ENVIRONMENT = Path("/etc/wardkey/environment")  # as docs/running.md has it
BESIDE_SQLITE = ("", "-wal", "-shm")
READING, WRITING = stat.S_IROTH, stat.S_IWOTH
SHORTEST = 8  # letters; what is shorter may be part of any word


def faults() -> Iterator[str]:
    if settings.DEMO:
        return
    yield from faults_of_files(_files())
    yield from faults_of_commands(_commands(), _secrets())


def faults_of_files(files: Iterable[Path]) -> Iterator[str]:
    for path in files:
        mode = _mode_for_others(path)
        if mode & (READING | WRITING):
            what = "change" if mode & WRITING else "read"
            yield (
                f"Everybody on this machine can {what} {path}, which holds secrets. Run"
                f" `chmod o= {shlex.quote(str(path))}`."
            )


def _mode_for_others(path: Path) -> int:
    """0 where there is no such file, or others do not get into one of the folders above it."""
    try:
        above = [each.stat().st_mode & stat.S_IXOTH for each in path.resolve().parents]
        return path.stat().st_mode if all(above) else 0
    except OSError:
        return 0


def _files() -> list[Path]:
    files = [ENVIRONMENT]
    if name := _sqlite_file():
        files += [Path(f"{name}{ending}") for ending in BESIDE_SQLITE]
    if settings.MAIL_FOLDER:
        files.append(Path(settings.MAIL_FOLDER))
    return files


def _sqlite_file() -> str:
    name = str(connection.settings_dict["NAME"])
    return "" if connection.vendor != "sqlite" or name.startswith((":", "file:")) else name


def faults_of_commands(commands: Iterable[str], secrets: list[tuple[str, str]]) -> Iterator[str]:
    """`secrets` with the names of their settings."""
    shown = "\n".join(commands)
    for name, secret in secrets:
        if len(secret) >= SHORTEST and secret in shown:
            yield (
                f"{name} stands in a command line, which everybody on this machine can read (`ps`)."
                f" Put it into {ENVIRONMENT}, and change it: it may have been seen."
            )


def _secrets() -> list[tuple[str, str]]:
    return [
        ("WARDKEY_SECRET_KEY", settings.SECRET_KEY),
        *(("WARDKEY_OLD_SECRET_KEYS", each) for each in settings.SECRET_KEY_FALLBACKS),
        ("WARDKEY_METRICS_SECRET", settings.METRICS_SECRET),
        ("WARDKEY_SMTP_PASSWORD", settings.EMAIL_HOST_PASSWORD),
        ("DATABASE_URL", urlsplit(settings.DATABASE_URL).password or ""),
        ("WARDKEY_CACHE_URL", urlsplit(settings.CACHE_URL).password or ""),
    ]


def _commands() -> Iterator[str]:
    """Linux tells them; elsewhere, and where it hides other people's, there are none."""
    pid = str(os.getpid())
    try:
        while pid != "0":
            process = Path("/proc") / pid
            yield (process / "cmdline").read_text(errors="replace")
            pid = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[1]
    except OSError:
        return


def keep_from_others() -> None:
    """SQLite gives what it puts beside a database the same permissions."""
    if name := _sqlite_file():
        try:
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError:
            return  # it is there, or cannot be; whoever opens it is told
