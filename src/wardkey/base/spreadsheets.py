"""Text that a spreadsheet would take for a formula, and calculate; and files without any.

is_formula   whether it would
harmless     one cell
lines_of     a whole file
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

FORMULA = frozenset("=+-@\t\r\n")


def is_formula(text: str) -> bool:
    """Also by a wide sign (＝): where people type such, their spreadsheets calculate it."""
    return unicodedata.normalize("NFKC", text[:1]) in FORMULA


def harmless(cell: str) -> str:
    """What a spreadsheet would calculate begins with an apostrophe, as OWASP advises."""
    return f"'{cell}" if is_formula(cell) else cell


class _Echo:
    def write(self, text: str) -> str:
        return text


def lines_of(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """UTF-8 with a BOM, which spreadsheets want; line by line, however many there are."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield ("\ufeff" + writer.writerow(columns)).encode()
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row]).encode()
