"""What the screen shows, in whatever terminal: drawn or in plain lines, under every code page."""

import pytest

from tests.station.desks import OPEN, SERIAL
from tests.station.portals import portal_that_knows

TERMINALS = [
    {"LC_ALL": "C"},
    {"PYTHONIOENCODING": "cp437", "NO_COLOR": "1"},
    {"PYTHONIOENCODING": "cp1252"},
    {"TERM": "dumb"},
]


def text_of_walks(desk, columns, **changes):
    """Info with a name that few code pages have; a reset to its end."""
    desk.follows(clock={"waits": "real"})
    with (
        portal_that_knows("Schlüssel ① 鍵") as portal,
        desk.terminal("info", "--portal", portal, columns=columns, **changes) as info,
    ):
        assert info.ends() == 0
    with desk.terminal("reset", columns=columns, **changes) as reset:
        reset.reads("Erase this token?")
        reset.types("y")
        reset.reads("number:")
        reset.types(SERIAL[-4:])
        assert reset.ends() == 0
    return info.text, reset.text, info.shown + reset.shown


@pytest.mark.parametrize("changes", TERMINALS, ids=lambda changes: "-".join(changes.values()))
def test_cl39_every_code_page_and_forty_columns_show_the_same(desk, changes):
    info, reset, shown = text_of_walks(desk, 40, **changes)
    drawn = changes.get("TERM") != "dumb"
    assert ("+----" in reset) is drawn
    assert ("REMOVE THE TOKEN" if drawn else "SIMULATED KEY: Remove the token.") in reset
    assert "seconds are left" in reset
    boxes = [line for line in (info + reset).splitlines() if line[:1] in {"+", "|"}]
    assert max(map(len, boxes), default=40) == 40
    assert "Traceback" not in info + reset
    if "NO_COLOR" in changes:
        assert b"\x1b[3" not in shown


def test_cl39_plain_lines_draw_nothing_and_overwrite_nothing(desk):
    desk.follows(clock={"waits": "real"}, touch={"after_s": 0.5})
    with desk.terminal("reset", "--plain") as terminal:
        terminal.reads("Erase this token?")
        terminal.types("y")
        terminal.reads("number:")
        terminal.types(SERIAL[-4:])
        assert terminal.ends() == 0
    assert b"\x1b" not in terminal.shown
    assert "SIMULATED KEY: Insert the same token again." in terminal.text
    assert "SIMULATED KEY: Touch the token." in terminal.text
    assert "25 seconds are left." in terminal.text


def test_where_nobody_sits_the_lines_are_plain_by_themselves(desk):
    desk.follows(clock={"waits": "real"})
    found = desk.piped("pin", "set", "--stdin", stdin=f"{OPEN}\n")
    assert found.returncode == 0
    assert found.stdout.decode().splitlines() == [
        "SIMULATED KEY. No real token is read or changed.",
        f"SIMULATED KEY, serial number {SERIAL}",
        "Done. The token has its PIN now.",
        "8 tries are left for the PIN.",
    ]
