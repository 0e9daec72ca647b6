"""Where PINs come from: the keyboard, unseen, or standard input, one a line. From nowhere else.

TypedPins                            asks; a new PIN twice
first_pin_piped, changed_pin_piped   read and checked before a key is opened
"""

import sys
from dataclasses import dataclass
from typing import Protocol

from .errors import Exit, Refused
from .pin_rules import FEWEST_CHARACTERS, MOST_BYTES, fault_of, normalised
from .screen import Screen
from .words import _


class Pins(Protocol):
    @property
    def can_be_asked_again(self) -> bool: ...

    def old_pin(self) -> str: ...

    def new_pin(self) -> str: ...


class TypedPins:
    can_be_asked_again = True

    def __init__(self, screen: Screen) -> None:
        if not screen.is_attended:
            raise refusal(_("Nobody can type a PIN here. Give PINs with --stdin, one a line."))
        self.screen = screen

    def old_pin(self) -> str:
        return require_some(normalised(self.screen.ask_unseen(_("Old PIN:"))))

    def new_pin(self) -> str:
        pin = require_some(normalised(self.screen.ask_unseen(_("New PIN:"))))
        again = normalised(self.screen.ask_unseen(_("New PIN once more:")))
        return require_same(pin, again)


@dataclass(frozen=True)
class PipedPins:
    old: str | None
    new: str
    can_be_asked_again: bool = False

    def old_pin(self) -> str:
        return self.old or ""

    def new_pin(self) -> str:
        return self.new


def first_pin_piped() -> PipedPins:
    """The new PIN, and on a second line the same again if they like."""
    match lines_of_input(wanted=2):
        case [new] | [new, _] as lines:
            return piped(old=None, new=new, again=lines[-1])
    raise refusal(_("Give the PIN on standard input, one a line. See --help."))


def changed_pin_piped() -> PipedPins:
    """The old PIN, the new one, and on a third line the new one again if they like."""
    match lines_of_input(wanted=3):
        case [old, new] | [old, new, _] as lines:
            return piped(old=require_some(old), new=new, again=lines[-1])
    raise refusal(_("Give the old and the new PIN on standard input, one a line. See --help."))


def piped(*, old: str | None, new: str, again: str) -> PipedPins:
    require_good(require_same(require_some(new), again), old=old)
    return PipedPins(old, new)


def lines_of_input(*, wanted: int) -> list[str]:
    """Empty lines behind those that are wanted are an editor's. Among them they are answers."""
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal(_("Standard input is not in UTF-8.")) from error
    lines = [normalised(line.removesuffix("\r")) for line in text.removesuffix("\n").split("\n")]
    while len(lines) > wanted and not lines[-1]:
        lines.pop()
    return lines


def require_some(pin: str) -> str:
    if not pin:
        raise refusal(_("The PIN is empty. Nothing was sent to the token."))
    return pin


def require_same(pin: str, again: str) -> str:
    if pin != again:
        raise refusal(_("The two new PINs are not the same. Nothing was sent to the token."))
    return pin


def require_good(
    pin: str,
    *,
    old: str | None,
    fewest: int = FEWEST_CHARACTERS,
    most: int = MOST_BYTES,
    serial_number: str | None = None,
) -> None:
    fault = fault_of(pin, fewest=fewest, most=most, old=old, serial_number=serial_number)
    if fault:
        raise refusal(_("{fault} Nothing was sent to the token.").format(fault=fault))


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.INPUT)
