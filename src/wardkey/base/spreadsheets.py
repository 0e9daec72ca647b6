"""Text that a spreadsheet would take for a formula, and calculate."""

FORMULA = frozenset("=+-@\t\r")


def harmless(cell: str) -> str:
    """What a spreadsheet would calculate begins with an apostrophe, as OWASP advises."""
    return f"'{cell}" if cell[:1] in FORMULA else cell
