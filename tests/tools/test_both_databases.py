"""Which tests PostgreSQL sees of the whole suite."""

import re
from pathlib import Path

from tests.conftest import ALONE
from tools.both_databases import REFUSED, STAYS, alone, without_values

ROOT = Path(__file__).resolve().parents[2]


def test_each_statement_each_refusal_and_whatever_stays_is_seen_on_both():
    sent = {
        "a walk": ["", "SELECT a", "SELECT b"],
        "the same in short": ["", "SELECT a"],
        "a walk besides": ["", *["SELECT a"] * 90, "SELECT c"],
        "a refusal": ["", "SELECT a", f"INSERT a{REFUSED}"],
        "a race": ["", "SELECT a"],
    }
    assert alone(sent, {"a race"}) == ["the same in short"]
    assert alone({**sent, "another": ["", "SELECT d"]}, {"a race"}) == ["the same in short"]
    assert "a race" in alone(sent, set())


def test_a_statement_is_known_without_its_values_but_with_its_lock():
    assert without_values("SELECT 'x' WHERE a IN (%s, %s) LIMIT 21") == without_values(
        "SELECT 'y' WHERE a IN (%s) LIMIT 2"
    )
    assert without_values("SELECT a FOR UPDATE") != without_values("SELECT a")


def test_the_list_names_tests_that_there_are_and_none_that_stays():
    names = ALONE.read_text().splitlines()
    assert names == sorted(set(names))
    assert not list(filter(STAYS.search, names))
    for name in names:
        file, function = name.split("::")
        assert re.search(rf"^def {function}\(", (ROOT / file).read_text(), re.M), name
