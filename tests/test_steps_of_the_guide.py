"""Every section and every numbered step that the guide must have is in ours, at the same number.

They are read from seed.txt of `WARDKEY_TEST_MATERIAL`, where that is there. Ours says them in
other words; but each name on a screen, and each thing to do, that a step has there, ours has too.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from wardkey.guide.contents import SECTIONS
from wardkey.guide.for_administrators import EDIT, REGISTER, REMOVE
from wardkey.guide.for_holders import FIRST_TOKEN, USE
from wardkey.guide.procedures import PROCEDURES
from wardkey.guide.steps import Step
from wardkey.guide.systems import CHANGE_PIN, ON_SYSTEMS, RESET

OURS = {
    "Registering a FIDO2 security token": REGISTER,
    "Editing a security token nickname": EDIT,
    "Removing a security token": REMOVE,
    "Changing a security token PIN (Windows 10)": CHANGE_PIN.ways[0],
    "Resetting a security token back to factory defaults (Windows 10)": RESET.ways[0],
    "Using a FIDO2 security token": USE,
}
NAMES = [
    *("Admin", "User Management", "Manage FIDO2 Tokens", "Register New Token", "OK", "Edit"),
    *("Save Changes", "Remove", "Start", "Windows Settings", "Accounts", "Sign-in options"),
    *("Security Key", "Security Key PIN", "Manage", "Change", "Reset Security Key", "Reset"),
    *("Proceed", "USB", "PIN"),
]
DEEDS = [
    *("log ?in", "user ?name", "password", "portal", "search for", "insert", "touch"),
    *("enter an? .*nickname", "green (“success” )?message", "top right", "logged in"),
    *("old PIN", "new PIN", "(4|four) characters", "twice", "10 seconds"),
]
WANTED = [re.compile(rf"\b{name}\b") for name in NAMES]
WANTED += [re.compile(deed, re.IGNORECASE) for deed in DEEDS]


def lines() -> list[str]:
    folder = os.environ.get("WARDKEY_TEST_MATERIAL")
    file = Path(folder, "seed.txt") if folder else None
    return file.read_text(encoding="utf-8").splitlines() if file and file.is_file() else []


def numbered() -> Iterator[tuple[str, int, str]]:
    """Section, number and words of each numbered step."""
    section = ""
    for line in lines():
        if found := re.match(r"(\d+)\. (.+)", line):
            yield section, int(found[1]), found[2]
        elif line in OURS:
            section = line


def said_by(step: Step) -> str:
    return f"{step.told} {step.note}"


def test_every_numbered_step_is_there_with_all_that_it_names():
    lacking = [
        (section, number, wanted.pattern)
        for section, number, words in numbered()
        for wanted in WANTED
        if wanted.search(words) and not wanted.search(said_by(OURS[section].steps[number - 1]))
    ]

    assert lacking == []


def test_no_section_has_more_or_fewer_steps():
    counted = {section: number for section, number, _words in numbered()}

    assert {section: len(OURS[section].steps) for section in counted} == counted
    assert len(counted) in {0, len(OURS)}


def test_the_sections_are_called_as_the_guide_calls_them():
    titles = {str(section.title) for section in SECTIONS}
    theirs = {line for line in lines() if line.endswith("FIDO2 security token")}

    assert theirs <= titles
    assert len(theirs) in {0, 4}


def test_a_step_has_a_place_for_each_name_that_it_presses():
    walked = [step for each in PROCEDURES for step in each.steps]
    on_systems = [step for each in ON_SYSTEMS for way in each.ways for step in way.steps]

    for step in [*walked, *on_systems]:
        assert str(step.words).count("{}") == len(step.names), step.words


def test_where_a_pin_is_chosen_it_says_how_long_and_who_sees_it():
    chosen = [said_by(REGISTER.steps[9]), said_by(FIRST_TOKEN.steps[5]), str(CHANGE_PIN.important)]

    for said in chosen:
        assert "Four characters are the least; six digits are better." in said
        assert "The portal cannot see the PIN" in said
    assert "Windows 10, version 2004 or above" in str(RESET.ways[0].summary)
