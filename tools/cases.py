"""Print each hostile or faulty case of the test material with the tests that are about it.

    make cases

Exits 1 where a case has none. A test is about a case whose id its name, its docstring or its values
have; what a file says outside its tests, the whole file is about. Without the material
(WARDKEY_TEST_MATERIAL) there are no cases to print.
"""

import ast
import csv
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MATERIAL = Path(os.environ.get("WARDKEY_TEST_MATERIAL", ROOT.parent / "shared"))
CASE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2}\d\d)(?![A-Za-z0-9])")


def cases_in(text: str) -> set[str]:
    return {found.upper() for found in CASE.findall(text)}


def cases() -> list[str]:
    with (MATERIAL / "cases.csv").open(newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def tests_by_case() -> dict[str, list[str]]:
    found = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for name, text in tests_in(path):
            for case in cases_in(text):
                found[case].append(name)
    return found


def tests_in(path: Path) -> Iterator[tuple[str, str]]:
    """Each test's name as pytest has it, with its code; then the file, with what is left."""
    text, name = path.read_text(), str(path.relative_to(ROOT))
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            code = "\n".join(text.splitlines()[first - 1 : node.end_lineno])
            yield f"{name}::{node.name}", code
            text = text.replace(code, "\n" * code.count("\n"))
    yield name, text


def main() -> None:
    if not (MATERIAL / "cases.csv").is_file():
        sys.exit(f"There is no cases.csv in {MATERIAL}: say where with WARDKEY_TEST_MATERIAL.")
    tests, untested = tests_by_case(), []
    for case in cases():
        for test in tests.get(case, []):
            print(f"{case}  {test}")
        if case not in tests:
            untested.append(case)
    if untested:
        sys.exit(f"Without a test: {', '.join(untested)}")


if __name__ == "__main__":
    main()
