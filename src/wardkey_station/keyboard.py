"""Lines from the keyboard. Ctrl-C ends the wait for one at once, whenever it is pressed.

line          as it is typed
unseen_line   without showing it
"""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

HAS_TERMIOS = os.name == "posix"  # Windows' console is told of Ctrl-C while it reads

if HAS_TERMIOS:
    import select
    import termios

GLANCE = 0.1  # seconds


def line() -> str:
    """Raises EOFError where the input has ended."""
    if HAS_TERMIOS:
        wait_for_line()
    if not (typed := sys.stdin.readline()):
        raise EOFError
    return typed.removesuffix("\n")


def unseen_line(question: str) -> str:
    """The question is shown once nothing that is typed can be seen any more."""
    if not HAS_TERMIOS:
        return getpass.getpass(f"{question} ")
    with unseen(sys.stdin.fileno()):
        sys.stdout.write(f"{question} ")
        sys.stdout.flush()
        try:
            return line()
        finally:
            sys.stdout.write("\n")


def wait_for_line() -> None:
    """Python looks at signals between two steps: one that comes just before it reads would wait
    for the next Enter. So it reads once there is something to read."""
    while not select.select([sys.stdin], [], [], GLANCE)[0]:
        pass


@contextmanager
def unseen(terminal: int) -> Iterator[None]:
    before = termios.tcgetattr(terminal)
    hidden = [*before]
    hidden[3] &= ~termios.ECHO
    try:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, hidden)
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
