"""A key's serial number: read from it where it tells one, else typed from its print.

serial_number_of             CL35: stops where it is not the one that was wished
require_free_serial_number   nobody else has a working token of that number, by keys or stock
"""

import re
from typing import TYPE_CHECKING

from .device import Key
from .errors import Exit, Refused, Taken
from .handing import Task
from .screen import Screen
from .whose import UNIT_STATES
from .words import _

if TYPE_CHECKING:
    from .enrol import Enrolling

PRINTABLE = re.compile(r"[A-Za-z0-9._/-]{0,40}")
WORKING = {"waiting", "active"}


def serial_number_of(key: Key, task: Task, screen: Screen) -> str:
    """Empty where nobody knows it."""
    told, wished = key.serial_number or "", task.serial_number
    if not told and screen.is_attended:
        told = screen.ask(_("Serial number, as printed on the token (Enter where there is none):"))
        require_written_so(told)
    if told and wished and told.casefold() != wished.casefold():
        said = _(
            "This token has the serial number {told}, and {wished} is meant for {name}. Nothing "
            "was stored. Take it out and insert {wished}, or correct the list."
        )
        said = said.format(told=told, wished=wished, name=task.person.name)
        raise Refused(said, exit_status=Exit.MORE_THAN_ONE_KEY)
    return told or wished


def require_written_so(serial_number: str) -> str:
    if not PRINTABLE.fullmatch(serial_number):
        said = _("A serial number has up to 40 letters, digits and . _ / -. Nothing was stored.")
        raise Refused(said, exit_status=Exit.INPUT)
    return serial_number


def require_free_serial_number(serial_number: str, task: Task, with_: "Enrolling") -> None:
    """BK05. Of a token that was reset, what it was before is of no use any more."""
    if not serial_number:
        return
    for unit in with_.counter.whose(serial_number):
        require_ready_in_stock(unit, task)
        working = [key for key in unit.get("keys") or [] if key.get("state") in WORKING]
        if working and not is_another_maker_s(serial_number, holder_of(unit), with_.screen):
            raise taken(serial_number, holder_of(unit))


def require_ready_in_stock(unit: dict, task: Task) -> None:
    """The portal would refuse it too, once the token had its PIN."""
    state, holder = unit.get("state"), (unit.get("holder") or {}).get("id")
    if state in {None, "in_stock"} or (state == "issued" and holder == task.person.id):
        return
    said = _(
        "In the stock, {number} is {state}. Take another token, or settle that in the portal "
        "first, under Stock. Nothing was stored."
    )
    words = _(UNIT_STATES.get(str(state), str(state)))
    raise Taken(said.format(number=unit.get("serial_number"), state=words))


def is_another_maker_s(serial_number: str, whose: str, screen: Screen) -> bool:
    """Two makers may have numbered alike: somebody who sees the token knows."""
    if not screen.is_attended:
        return False
    said = _("A token {number} is registered already, for {whose}. Is this another one?")
    return screen.ask_yes(said.format(number=serial_number, whose=whose))


def holder_of(unit: dict) -> str:
    return str((unit.get("holder") or {}).get("name") or _("somebody"))


def taken(serial_number: str, whose: str) -> Taken:
    said = _(
        "The token {number} is registered already, for {whose}. Take it out and insert another "
        "one, or reset it first. Nothing was stored."
    )
    return Taken(said.format(number=serial_number, whose=whose))
