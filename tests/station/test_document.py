"""docs/token-station.md: its examples are run, and its tables hold the code."""

import re
import subprocess
from pathlib import Path

from tests.station.terminal import STATION, environment
from wardkey_station import cli
from wardkey_station.errors import Exit
from wardkey_station.info import Facts

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "token-station.md"
TEXT = DOCUMENT.read_text()
EXAMPLES = re.findall(r"^```console\n\$ (.*--simulate.*)\n((?:.*\n)*?)```$", TEXT, re.MULTILINE)


def first_cells(heading):
    part = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line.split("|")[1] for line in part.splitlines() if line.startswith("| ")][1:]


def test_each_example_prints_what_the_document_says(tmp_path):
    """One after the other, in one folder, as somebody who reads along."""
    known = tmp_path / "bin"
    known.mkdir()
    command = known / "wardkey-station"
    command.write_text(f'#!/bin/sh\nexec {" ".join(STATION)} "$@"\n')
    command.chmod(0o755)
    environ = environment(tmp_path)
    environ["PATH"] = f"{known}:{environ['PATH']}"
    for line, printed in EXAMPLES:
        found = subprocess.run(
            ["sh", "-c", f"{line} 2>&1"], cwd=tmp_path, env=environ, capture_output=True, text=True
        )
        whole = "info" not in line  # of which the beginning is shown
        assert (found.stdout if whole else found.stdout[: len(printed)]) == printed, line
    assert len(EXAMPLES) == 5


def test_its_tables_are_those_of_the_code():
    names = [
        name for cell in first_cells("Which token is this") for name in re.findall(r"`(\w+)`", cell)
    ]
    assert names == list(Facts.__dataclass_fields__)
    assert [int(cell) for cell in first_cells("Exit statuses")] == [each.value for each in Exit]
    shared = [
        re.search(r"`(--[a-z-]+)", cell)[1]
        for cell in first_cells("Options that every command has")
    ]
    each_has = [
        {name for option in command.params for name in option.opts if name.startswith("-")}
        for command in (cli.commands, *cli.commands.commands.values(), cli.change, cli.set_)
    ]
    assert all(set(shared) <= options for options in each_has)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT)) - {"--version"}
    assert named <= set.union(*each_has)
    assert set.union(*each_has) - {"--version", "--help"} <= named
