"""Each of the 54 steps of WebAuthn L3 §7 has a test that is named by its number."""

import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
STEPS = [("7.1", step) for step in range(1, 30)] + [("7.2", step) for step in range(1, 26)]


@cache
def names() -> str:
    """Of every test there is."""
    texts = (file.read_text() for file in sorted(TESTS.rglob("test_*.py")))
    return " ".join(name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.M))


@pytest.mark.parametrize(("section", "step"), STEPS)
def test_each_step_has_a_test_with_its_number(section, step):
    number = f"{section}.{step}".replace(".", "_")
    assert re.search(rf"_{number}_", names())
