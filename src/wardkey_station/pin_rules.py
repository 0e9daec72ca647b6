"""Which PINs a key may get: of the standard's lengths (CTAP 2.1 §6.5.5), and none guessed first.

normalised   the form in which every program sends the same PIN (Unicode NFC)
fault_of     why a PIN is refused, in a sentence; None where nothing is wrong with it
"""

import unicodedata
from collections.abc import Iterator
from datetime import datetime

from .words import N_, _

FEWEST_CHARACTERS = 4
MOST_BYTES = 63
YEARS = range(1900, 2040)
# Neighbours on a keyboard and on a number pad, each read both ways. Digits go round once.
ROWS = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
PADS = (
    "147258369",
    "741852963",
    "2580",
    "1590",
    "3570",
    "1379",
    "7931",
    "159753",
    "24680",
    "13579",
)
DATES = {6: ("%d%m%y", "%y%m%d"), 8: ("%d%m%Y", "%Y%m%d", "%m%d%Y")}

EMPTY = N_("The PIN is empty.")
SHORT = N_("The PIN is too short: this token asks for at least {fewest} characters.")
LONG = N_("The PIN is too long: it has {length} bytes, at most {most} fit.")
UNTYPEABLE = N_("The PIN has a character that other computers cannot type.")
SAME = N_("The new PIN is the old PIN.")
REPEATS = N_("The PIN repeats itself, as in 0000 or 1212. Such PINs are guessed first.")
ROW = N_("The PIN is a row, as 1234 or 2580. Such PINs are guessed first.")
DATE = N_("The PIN is a year or a date. Such PINs are guessed first.")
SERIAL = N_("The PIN is the token's serial number, which everybody can read.")


def normalised(pin: str) -> str:
    return unicodedata.normalize("NFC", pin)


def fault_of(
    pin: str, *, fewest: int, most: int, old: str | None = None, serial_number: str | None = None
) -> str | None:
    """`pin` and `old` are normalised; `fewest` is in code points, `most` in bytes of UTF-8."""
    return next(faults(pin, fewest, most, old, serial_number), None)


def faults(
    pin: str, fewest: int, most: int, old: str | None, serial_number: str | None
) -> Iterator[str]:
    if not pin:
        yield _(EMPTY)
    if not is_typeable(pin):
        yield _(UNTYPEABLE)
    if len(pin) < (fewest := max(fewest, FEWEST_CHARACTERS)):
        yield _(SHORT).format(fewest=fewest)
    if (length := len(pin.encode())) > (most := min(most, MOST_BYTES)):
        yield _(LONG).format(length=length, most=most)
    if pin == old:
        yield _(SAME)
    yield from (_(sentence) for sentence in weaknesses(pin.lower(), serial_number or ""))


def is_typeable(pin: str) -> bool:
    """No control characters, and nothing that UTF-8 cannot carry."""
    return not any(unicodedata.category(character) in {"Cc", "Cs"} for character in pin)


def weaknesses(pin: str, serial_number: str) -> Iterator[str]:
    if repeats_itself(pin):
        yield REPEATS
    if is_a_row(pin):
        yield ROW
    if is_a_year(pin) or is_a_date(pin):
        yield DATE
    if serial_number and (pin in serial_number.lower() or serial_number.lower() in pin):
        yield SERIAL


def repeats_itself(pin: str) -> bool:
    """A shorter text again and again: 0000, 1212, abcabc, 12121."""
    return any(
        (pin[:length] * len(pin))[: len(pin)] == pin for length in range(1, len(pin) // 2 + 1)
    )


def is_a_row(pin: str) -> bool:
    return any(pin in row or pin[::-1] in row for row in ROWS + PADS)


def is_a_year(pin: str) -> bool:
    return len(pin) == 4 and pin.isascii() and pin.isdigit() and int(pin) in YEARS


def is_a_date(pin: str) -> bool:
    return (
        pin.isascii() and pin.isdigit() and any(reads_as(pin, f) for f in DATES.get(len(pin), ()))
    )


def reads_as(pin: str, form: str) -> bool:
    try:
        year = datetime.strptime(pin, form).year  # noqa: DTZ007  a day, not a moment
    except ValueError:
        return False
    return "%y" in form or year in YEARS
