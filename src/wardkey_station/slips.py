"""The handover slip: a page for each person, folded over so that the PIN is inside.

    write   a slip as PDF, which nobody but whoever sits here may read

Three panels. The uppermost says for whom it is. The lowest is folded up over the middle one, which
has the PIN, and its blank back covers it.
"""

import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import Exit, Refused
from .fonts import fonts_for
from .words import _

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 20.0  # millimetres of A4
PANEL = HEIGHT / 3
FACE = "NotoSans"


@dataclass(frozen=True)
class Slip:
    """`is_asked_for_another`: the token wants another PIN before it is used."""

    name: str
    username: str
    serial_number: str
    pin: str
    is_asked_for_another: bool


def write(file: Path, slip: Slip) -> list[str]:
    """The characters of the name that no font has; then the user name stands in its place."""
    chosen, missing = fonts_for(slip.name + slip.username)
    drawn = drawn_slip(slip, name=slip.username if missing else slip.name, fonts=chosen)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=file.parent, prefix=".wardkey.")
        with os.fdopen(number, "wb") as new:
            new.write(drawn)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except OSError as error:
        said = _("The slip {file} cannot be written: {reason}. Nothing was sent to the token.")
        said = said.format(file=file, reason=error.strerror)
        raise Refused(said, exit_status=Exit.INPUT) from error
    return missing


def drawn_slip(slip: Slip, *, name: str, fonts: list[Path]) -> bytes:
    page = blank_page(fonts)
    outside(page, slip, name)
    inside(page, slip)
    flap(page)
    return bytes(page.output())


def blank_page(fonts: list[Path]) -> Any:
    from fpdf import FPDF

    # They tell which signs are printed, the PIN's among them.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    logging.getLogger("fpdf").setLevel(logging.WARNING)
    page = FPDF(format="A4")
    page.set_auto_page_break(auto=False)
    page.set_margin(MARGIN)
    page.set_title(_("Handover slip"))
    page.add_page()
    faces = [FACE, *(file.stem for file in fonts[1:])]
    for face, file in zip(faces, fonts, strict=True):
        page.add_font(face, fname=file)
    page.set_font(FACE, size=12)
    page.set_fallback_fonts(faces[1:])
    page.set_text_shaping(use_shaping_engine=True)
    return page


def outside(page: Any, slip: Slip, name: str) -> None:
    page.set_y(MARGIN)
    line(page, _("Your FIDO2 token"), size=14)
    line(page, name, size=26)
    line(page, slip.username, size=14)
    if slip.serial_number:
        line(page, _("Serial number: {number}").format(number=slip.serial_number), size=12)
    line(page, _("For this person alone. The PIN is folded in."), size=12)


def inside(page: Any, slip: Slip) -> None:
    fold(page, PANEL, _("Fold here"))
    page.set_y(PANEL + 10)
    line(page, _("PIN"), size=14)
    line(page, slip.pin, size=34)
    if slip.is_asked_for_another:
        line(page, _("At its first use the token asks you for a PIN of your own."), size=12)
    else:
        line(page, _("Change it to a PIN of your own before you use the token."), size=12)
    line(
        page,
        _(
            "Log in with your user name and password, then insert the token, type the PIN and "
            "touch it. Tell nobody the PIN, and destroy this slip."
        ),
        size=12,
    )


def flap(page: Any) -> None:
    fold(page, 2 * PANEL, _("First fold this part up, so that it covers the PIN"))


def fold(page: Any, at: float, words: str) -> None:
    page.set_draw_color(120)
    page.set_dash_pattern(dash=2, gap=2)
    page.line(0, at, WIDTH, at)
    page.set_dash_pattern()
    page.set_xy(MARGIN, at + 1)
    page.set_font(FACE, size=9)
    page.cell(text=words)


def line(page: Any, words: str, *, size: int) -> None:
    page.set_x(MARGIN)
    page.set_font(FACE, size=size)
    page.multi_cell(WIDTH - 2 * MARGIN, text=words, new_x="LMARGIN", new_y="NEXT", align="L")
    page.ln(2)
