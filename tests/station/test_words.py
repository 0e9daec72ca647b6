"""Every word of the station's screen passes through gettext.

A made-up language puts each message in [brackets]. What is left outside them may only be data:
names, numbers, and what is drawn around them.
"""

import ast
import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

from tests.station.desks import NEXT, OPEN, SERIAL, key
from tests.station.terminal import SOURCE
from wardkey_station import ctap_words, words

PACKAGE = SOURCE / "wardkey_station"
KEYWORDS = {"_": None, "N_": None, "counted": (1, 2)}


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """The language zz, spoken until the test is over."""
    catalog = Catalog(locale="en")
    for _file, _line, message, _comments, _context in extract_from_dir(
        PACKAGE, method_map=[("**.py", "python")], keywords=KEYWORDS
    ):
        whole = isinstance(message, tuple)
        catalog.add(message, tuple(f"[{m}]" for m in message) if whole else f"[{message}]")
    folder = tmp_path / "zz" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{words.DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(words, "CATALOGUES", tmp_path)
    words.speak("zz")
    yield catalog
    words.speak(None)


def outside_brackets(text):
    while (inner := re.sub(r"\[[^][]*\]", "", text)) != text:
        text = inner
    return set(re.findall(r"[A-Za-z]{2,}", text))


DATA = {"SIMULATED", "KEY", "SIM", "usb", "CTAP", "FIDO", "PRE", "cli", "RESET", "y"}


def test_every_word_is_translatable(desk, made_up):
    desk.follows(clock={"waits": "skipped"}, touch={"after_s": 1})
    told = [
        desk.runs("info", "--portal", "http://127.0.0.1:1"),
        desk.runs("pin", "set", "--stdin", "--min-length", "5", stdin=f"{OPEN}\n"),
        desk.runs("pin", "set", "--stdin", stdin=f"{OPEN}\n"),
        desk.runs("pin", "set", "--stdin", stdin="1234\n"),
        desk.runs("pin", "change", "--stdin", stdin=f"{NEXT}\n{OPEN}\n"),
        desk.runs("pin", "change", "--stdin", "--force-change", stdin=f"{OPEN}\n{NEXT}\n"),
        desk.runs("reset"),
        desk.runs("reset", "--yes", "--serial", SERIAL),
    ]
    desk.follows(keys=[key(), key("SIM00000002", speaks_ctap2=False)])
    told += [desk.runs("info"), desk.runs("reset", "--yes", "--serial", SERIAL)]
    said = "\n".join(each.out + each.err for each in told)
    extensions = re.search(r"\[Extensions\]: (.*)", said)[1]
    aaguid = re.search(r"\[AAGUID\]: (.*)", said)[1]
    said = said.replace(extensions, "").replace(aaguid, "").replace("127.0.0.1", "")
    left = outside_brackets(said) - DATA - {"http", "FIDO_2_0", "U2F", "simulated", "key"}
    assert left == set(), said


def test_each_status_of_a_key_has_words_that_are_translatable(made_up):
    sentences = {sentence for sentence, _status in ctap_words.MEANINGS.values()}
    assert {sentence for sentence in sentences if sentence not in made_up} == set()
    assert len(ctap_words.MEANINGS) == len(ctap_words.ERR) - 7  # no error, and the ranges' ends


def test_what_is_said_is_ascii_so_that_every_terminal_shows_it(made_up):
    assert [m.id for m in made_up if not str(m.id).isascii()] == []


def test_the_help_is_in_the_language_that_was_asked_for(desk, made_up, capsys):
    from wardkey_station import cli

    assert words.asked_for(["--lang", "zz", "info"]) == words.asked_for(["--lang=zz"]) == "zz"
    assert words.asked_for(["info"]) is None
    command = cli.commands.commands["info"]
    before = command.help
    cli.translate(command)
    assert command.help == f"[{before}]"
    command.help = before


def literals_of_say(tree):
    """What is shown without a look-up: strings given directly to say, warn, now or ask."""
    shows = {"say", "warn", "now", "ask", "ask_yes", "ask_unseen", "Refused", "refusal"}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and call.args:
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in shows and isinstance(call.args[0], ast.Constant) and call.args[0].value:
                yield call.args[0].value


def test_nothing_is_shown_without_a_look_up():
    found = [
        (path.name, text)
        for path in PACKAGE.glob("*.py")
        for text in literals_of_say(ast.parse(path.read_text()))
    ]
    assert found == []
