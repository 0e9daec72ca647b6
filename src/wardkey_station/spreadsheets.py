"""Text that a spreadsheet would take for a formula, and compute, made harmless. The portal has its
own (base/spreadsheets.py): the station is installed without it."""

import unicodedata

FORMULAS = frozenset("=+-@\t\r\n")


def harmless(cell: str) -> str:
    """With an apostrophe in front, as OWASP advises; also of a wide sign (＝)."""
    first = unicodedata.normalize("NFKC", cell[:1])
    return f"'{cell}" if first in FORMULAS else cell
