"""The data of a backup, for whoever holds a key alone: age files (age-encryption.org/v1).

    recipients      whom it is for: `age1…` and SSH public keys, given one by one or in files
    identities      what opens it: age's own files, or a private SSH key
    sealing         how the data is written
    require_opens   raises ValueError where it cannot be opened wholly, and writes nothing
    opening         how the data is read

A `Pour` copies all of one open file into another, a part at a time. What was cut or changed is
noticed by age in each 64 KiB.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO

import pyrage

ENDING = ".age"
PRIVATE_SSH_KEY = b"-----BEGIN"

Pour = Callable[[IO[bytes], IO[bytes]], object]


class Nowhere:
    def write(self, some: bytes) -> int:
        return len(some)

    def flush(self) -> None:
        pass


def recipients(given: Iterable[str], files: Iterable[Path]) -> list[object]:
    """Raises ValueError, OSError."""
    found = [_recipient(each) for each in given]
    for path in files:
        in_it = [_recipient(line) for line in _lines(path)]
        if not in_it:
            raise ValueError(f"{path} names no recipient.")
        found += in_it
    return found


def _recipient(written: str) -> object:
    kind = pyrage.ssh if written.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(written)
    except pyrage.RecipientError as error:
        raise ValueError(
            f"{written[:20]!r} is no recipient: give age1… as `age-keygen` tells it, or the line of"
            " a public SSH key."
        ) from error


def identities(files: Iterable[Path]) -> list[object]:
    """Raises ValueError, OSError."""
    return [each for path in files for each in _identities_in(path)]


def _identities_in(path: Path) -> list[object]:
    try:
        raw = path.read_bytes()
        if raw.startswith(PRIVATE_SSH_KEY):
            return [pyrage.ssh.Identity.from_buffer(raw)]
        return [pyrage.x25519.Identity.from_str(line) for line in _lines(path)]
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no identity: give what `age-keygen` wrote.") from error


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def sealing(whom: Sequence[object]) -> Pour | None:
    """None where it is for everybody who reads the folder."""
    return partial(pyrage.encrypt_io, recipients=list(whom)) if whom else None


def is_sealed(data: Path) -> bool:
    return data.suffix == ENDING


def require_opens(data: Path, own: Sequence[object]) -> None:
    if not is_sealed(data):
        return
    if not own:
        raise ValueError(f"{data} is encrypted: give --identity FILE. Nothing has changed.")
    try:
        with data.open("rb") as sealed:
            pyrage.decrypt_io(sealed, Nowhere(), list(own))
    except (pyrage.DecryptError, OSError) as error:
        raise ValueError(
            f"{data} was not encrypted to what --identity holds, or is damaged ({error}). Nothing"
            " has changed."
        ) from error


def opening(data: Path, own: Sequence[object]) -> Callable[[IO[bytes]], object]:
    """Of what `require_opens` was content with."""

    def into(target: IO[bytes]) -> None:
        with data.open("rb") as file:
            if is_sealed(data):
                pyrage.decrypt_io(file, target, list(own))
            else:
                shutil.copyfileobj(file, target)

    return into
