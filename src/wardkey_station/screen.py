"""The screen and keyboard of the desk: what to do now, in large words; questions; PINs unseen.

Plain mode, by itself where the output is no terminal: one line after the other, nothing drawn and
nothing overwritten, for screen readers and log files. All that is drawn is ASCII, so that it looks
the same under every code page.

    screen_for   in plain mode or not
    Screen       says, shows what to do now, warns, asks, counts a wait down
"""

import os
import sys
from dataclasses import dataclass
from typing import TextIO

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from . import keyboard
from .errors import Exit, Refused
from .words import N_, _, counted

SIMULATED = N_("SIMULATED KEY")
TOUCH = N_("Touch the token")
TURNING = "-\\|/"
TELLING = 10  # seconds between two words about a wait, in plain mode


@dataclass
class Screen:
    is_plain: bool
    is_simulated: bool
    out: Console
    err: Console
    gesture: str = ""
    told_at: float | None = None
    counting: int = 0  # how many characters of the count-down are shown
    turns: int = 0

    def begin(self) -> None:
        if self.is_simulated:
            self.say(_("SIMULATED KEY. No real token is read or changed."))

    def leave_stdout(self) -> None:
        """To what another program reads; a key may want a touch at any moment."""
        self.out = self.err

    def say(self, sentence: str) -> None:
        self.end_wait()
        self.out.print(visible(sentence), markup=False, highlight=False, soft_wrap=self.is_plain)

    def warn(self, sentence: str) -> None:
        self.end_wait()
        self.err.print(visible(sentence), markup=False, highlight=False, soft_wrap=self.is_plain)

    def now(self, words: str) -> None:
        """What somebody has to do now."""
        self.end_wait()
        title = _(SIMULATED) if self.is_simulated else None
        if self.is_plain:
            self.say(f"{title}: {words}." if title else f"{words}.")
            return
        text = Text(words.upper(), style="bold", justify="center")
        self.out.print(Panel(Padding(text, (1, 1)), box=box.ASCII, title=title, style="reverse"))

    def table(self, rows: list[tuple[str, str]]) -> None:
        self.end_wait()
        if self.is_plain:
            for name, value in rows:
                self.say(f"{name}: {value}")
            return
        drawn = Table(box=box.ASCII, show_header=False)
        drawn.add_column(style="bold", overflow="fold")
        drawn.add_column(overflow="fold")
        for name, value in rows:
            drawn.add_row(escape(name), escape(visible(value)))
        self.out.print(drawn)

    # -- waiting

    def waiting_for_touch(self, left: float) -> None:
        """Called ten times a second; `left` in seconds."""
        seconds = int(left) + 1
        if self.told_at is None:
            self.now(self.gesture or _(TOUCH))
            self.told_at = left + TELLING
        words = counted("{number} second is left.", "{number} seconds are left.", seconds)
        if not self.is_plain:
            self.count_down(words)
        elif self.told_at - left >= TELLING:
            self.told_at = left
            self.out.print(words, markup=False, highlight=False, soft_wrap=True)

    def count_down(self, words: str) -> None:
        """One line, written over itself. rich's own has a thread, which Ctrl-C can leave behind."""
        self.turns += 1
        line = f"{TURNING[self.turns % len(TURNING)]} {words}"[: self.out.width - 1]
        self.out.file.write("\r" + line.ljust(self.counting))
        self.out.file.flush()
        self.counting = len(line)

    def end_wait(self) -> None:
        self.told_at = None
        if self.counting:
            self.out.file.write("\r" + " " * self.counting + "\r")
            self.counting = 0

    # -- asking

    @property
    def is_attended(self) -> bool:
        """Somebody sits there and can answer."""
        return sys.stdin.isatty()

    def ask(self, question: str) -> str:
        """What was typed, without blanks around it; nothing where the input ended."""
        self.end_wait()
        self.out.print(question, end=" ", markup=False, highlight=False, soft_wrap=self.is_plain)
        self.out.file.flush()
        try:
            return keyboard.line().strip()
        except (EOFError, UnicodeDecodeError):
            self.say("")
            return ""

    def ask_yes(self, question: str) -> bool:
        return self.ask(f"{question} [y/N]").lower() in {"y", "yes", _("y"), _("yes")}

    def ask_unseen(self, question: str) -> str:
        self.end_wait()
        try:
            typed = keyboard.unseen_line(question)
            typed.encode()
        except EOFError as error:
            said = _("The input ended. Nothing was sent.")
            raise Refused(said, exit_status=Exit.INPUT) from error
        except UnicodeError:  # its text would have the PIN in it
            said = _("This terminal's letters cannot be read. Set it to UTF-8.")
            raise Refused(said, exit_status=Exit.INPUT) from None
        return typed


def visible(text: str) -> str:
    """What a key or a portal tells may hold anything, commands for the terminal too."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in text)


def screen_for(*, plain: bool, simulated: bool) -> Screen:
    is_plain = plain or not sys.stdout.isatty() or os.environ.get("TERM", "") in {"", "dumb"}
    console = plain_console if is_plain else drawn_console
    return Screen(
        is_plain=is_plain,
        is_simulated=simulated,
        out=console(sys.stdout),
        err=console(sys.stderr),
    )


def plain_console(stream: TextIO) -> Console:
    return Console(file=forgiving(stream), color_system=None, emoji=False)


def drawn_console(stream: TextIO) -> Console:
    return Console(file=forgiving(stream), emoji=False)


def forgiving(stream: TextIO) -> TextIO:
    """A name may have signs that this code page does not have."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
    return stream
