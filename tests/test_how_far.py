"""Who restores a large portal at a terminal sees how much of its data is there.

That every restore tells its steps is in test_restoring.py.
"""

import io
import os
import pty
import sys

from wardkey.operating import how_far

PARTS, PART = 4, b"x" * 1000


def a_backup_s_data(target):
    for _part in range(PARTS):
        assert target.write(PART) == len(PART)
    target.flush()


def test_on_a_terminal_a_bar_says_how_much_is_written(monkeypatch):
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as seen, os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        told = how_far.noting("Putting it back.", a_backup_s_data, size=PARTS * len(PART))
        written = io.BytesIO()
        told(written)
        terminal.flush()
        shown = seen.read(100_000).decode()
    assert written.getvalue() == PARTS * PART
    assert all(how_much in shown for how_much in (" 25%", " 50%", " 75%", "100%"))
    assert "Z Putting it back." in shown


def test_elsewhere_it_is_a_line(capsys):
    how_far.noting("Putting it back.", a_backup_s_data, size=PARTS * len(PART))(io.BytesIO())
    assert capsys.readouterr().err.endswith("Z Putting it back.\n")
