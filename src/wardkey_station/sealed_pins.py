"""A file of PINs that a passphrase opens, in the format of age: `age -d FILE` reads it.

    opened   the PINs of a file that was sealed before
    seal     writes it whole under another name, which then takes the old one's place

Sealing and opening take a second or two each: whoever guesses passphrases pays it for each guess.
age measures how fast the machine is and opens no file that would take it sixteen times as long, so
that nobody keeps it busy with a file; beside much other work that happens to an honest one.
"""

import csv
import io
import os
import tempfile
from pathlib import Path

from .errors import Exit, Refused
from .words import _

SHORTEST_PASSPHRASE = 8
TOO_DEAR = "Excessive work parameter"  # age's words; it gives no other sign
COLUMNS = ["row", "username", "name", "pin"]
Row = dict[str, str]


def opened(file: Path, passphrase: str) -> list[Row]:
    import pyrage

    try:
        text = pyrage.passphrase.decrypt(file.read_bytes(), passphrase).decode()
    except (pyrage.DecryptError, ValueError) as error:
        if TOO_DEAR in str(error):
            raise too_dear(file) from error
        said = _("{file} does not open with this passphrase, or is damaged. Nothing was changed.")
        raise refusal(said.format(file=file)) from error
    except OSError as error:
        raise cannot(file, error) from error
    return list(csv.DictReader(io.StringIO(text)))


def seal(file: Path, rows: list[Row], passphrase: str) -> None:
    import pyrage

    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    sealed = pyrage.passphrase.encrypt(text.getvalue().encode(), passphrase)
    try:
        number, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=".wardkey.")
        with os.fdopen(number, "wb") as new:
            new.write(sealed)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except OSError as error:
        raise cannot(file, error) from error


def require_passphrase(passphrase: str) -> str:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        said = _("A passphrase has at least {fewest} characters. Nothing was done.")
        raise refusal(said.format(fewest=SHORTEST_PASSPHRASE))
    return passphrase


def too_dear(file: Path) -> Refused:
    said = _(
        "{file} was not opened: this machine is too busy, or much slower than the one on which the"
        " file was sealed. Nothing was changed. End other programs, wait a minute and try again, or"
        " go on at the machine on which it was sealed."
    )
    return refusal(said.format(file=file))


def cannot(file: Path, error: OSError) -> Refused:
    said = _("{file} cannot be used for PINs: {reason}.")
    return refusal(said.format(file=file, reason=error.strerror))


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.INPUT)
