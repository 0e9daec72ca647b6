"""docs/openid-connect.md says of each check of the OpenID certification which test shows it."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
DOCUMENT = TESTS.parents[1] / "docs" / "openid-connect.md"
ROW = re.compile(r"^\| `(oidcc-[a-z0-9-]+)` \| (.+) \| `(test_[a-z0-9_]+)` \|$", re.MULTILINE)
# As many modules as each plan has, of the suite's release 5.1: Basic, Config, the two of logout.
MODULES = 38 + 1 + 11 + 2


def test_oi35_each_check_is_in_the_table_once_with_a_test_that_there_is():
    text = DOCUMENT.read_text()
    rows = ROW.findall(text)
    assert len({module for module, _met, _test in rows}) == len(rows) == MODULES
    assert len(rows) == text.count("\n| `oidcc-"), "a row names no test"
    there = set(re.findall(r"^def (test_\w+)", all_tests(), re.MULTILINE))
    assert set(re.findall(r"`(test_\w+)`", text)) <= there


def all_tests() -> str:
    return "\n".join(path.read_text() for path in TESTS.glob("test_*.py"))
