"""What somebody says of PINs before people get their tokens: which, and where they are written.

PinsWanted    the options of a command, with what came by standard input or was typed
handing_for   the PINs of its tasks, on their way to slips and sealed file
"""

from dataclasses import dataclass, replace
from pathlib import Path

from .errors import Exit, Refused
from .handing import Handing, Outlet, SlipFolder, Task, sealed_file
from .pin_entry import TypedPins, lines_of_input
from .screen import Screen
from .sealed_pins import require_passphrase
from .words import _

SLIPS = Path("wardkey-slips")


@dataclass(frozen=True)
class PinsWanted:
    """`chosen` is empty where the PIN is made at random."""

    slips: Path | None
    pins: Path | None
    keep_pin: bool
    stdin: bool
    type_pin: bool
    chosen: str = ""
    passphrase: str = ""

    def read(self, screen: Screen) -> "PinsWanted":
        if self.stdin:
            return self.piped()
        chosen = TypedPins(screen).new_pin() if self.type_pin else ""
        passphrase = passphrase_typed(self.pins, screen) if self.pins else ""
        return replace(self, chosen=chosen, passphrase=passphrase)

    def piped(self) -> "PinsWanted":
        lines = lines_of_input(wanted=2)
        if len(lines) > 2 or bool(self.pins) != (len(lines) == 2 and bool(lines[1])):
            raise refusal(
                _(
                    "Standard input has the PIN (or an empty line), and with --pins the passphrase "
                    "on the second line. Nothing was done."
                )
            )
        passphrase = require_passphrase(lines[1]) if self.pins else ""
        return replace(self, chosen=lines[0], passphrase=passphrase)

    def require_random(self) -> None:
        if self.chosen:
            said = _("Each token of a list gets a PIN of its own: leave the first line empty.")
            raise refusal(said)

    def require_own_file(self, *, is_gone_on_with: bool) -> None:
        """One list's PINs do not take the place of another's."""
        if self.pins and self.pins.exists() and not is_gone_on_with:
            said = _("{file} holds PINs already. Name another file for those of this list.")
            raise refusal(said.format(file=self.pins))


def passphrase_typed(file: Path, screen: Screen) -> str:
    """Twice where it makes a file; once where it opens one."""
    if not screen.is_attended:
        raise refusal(_("Nobody can type a passphrase here. Give it with --stdin."))
    typed = require_passphrase(screen.ask_unseen(_("Passphrase for the PINs:")))
    if not file.exists() and screen.ask_unseen(_("Passphrase once more:")) != typed:
        raise refusal(_("The two passphrases are not the same. Nothing was done."))
    return typed


def handing_for(wanted: PinsWanted, tasks: list[Task], screen: Screen) -> Handing:
    outlets: list[Outlet] = []
    if wanted.pins:
        outlets.append(sealed_file(wanted.pins, wanted.passphrase, tasks))
    if wanted.slips or not wanted.pins:
        outlets.append(SlipFolder(wanted.slips or SLIPS, screen))
    return Handing(outlets, screen, chosen=wanted.chosen, keeps_pin=wanted.keep_pin)


def refusal(said: str) -> Refused:
    return Refused(said, exit_status=Exit.INPUT)
