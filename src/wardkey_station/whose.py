"""A key was found: whose is it?

tell_whose   within the reach of whoever is logged in; to everybody else, where to hand it in
"""

from typing import Any

from .at_portal import Counter, Fields
from .screen import Screen
from .words import N_, _

KEY_STATES = {
    "waiting": N_("waits for its holder"),
    "active": N_("in use"),
    "suspended": N_("suspended"),
}
UNIT_STATES = {
    "in_stock": N_("in stock"),
    "issued": N_("issued"),
    "lost": N_("reported lost"),
    "returned": N_("returned"),
    "retired": N_("retired"),
}


def tell_whose(serial_number: str, counter: Counter, screen: Screen) -> None:
    units = counter.whose(serial_number)
    if not units:
        said = _(
            "Nobody in your reach has a token with the serial number {number}. Hand it to your "
            "helpdesk."
        )
        return screen.say(said.format(number=serial_number))
    for unit in units:
        screen.table(rows_of(unit))
    return None


def rows_of(unit: Fields) -> list[tuple[str, str]]:
    holder = unit.get("holder") or {}
    rows = [
        (_("Serial number"), told(unit.get("serial_number"))),
        (_("Model"), told(unit.get("model"))),
        (_("Maker"), told(unit.get("maker"))),
        (_("Stock"), worded(UNIT_STATES, unit.get("state"))),
        (_("Organisation"), told(unit.get("organisation"))),
        (_("Holder"), f"{holder['name']}, {holder['username']}" if holder else _("nobody")),
    ]
    keys = [key for key in unit.get("keys") or [] if isinstance(key, dict)]
    return rows + [
        (told(key.get("nickname")), worded(KEY_STATES, key.get("state"))) for key in keys
    ]


def worded(words: dict[str, str], state: Any) -> str:
    return _(words[state]) if state in words else told(state)


def told(value: Any) -> str:
    return str(value) if value else _("not told")
