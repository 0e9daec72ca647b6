"""The threat model and the rules of what goes on name tests that there are; the alerts, metrics
that /metrics has."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.test_metrics import BEARER, SECRET
from wardkey.audit import events
from wardkey.base import counting, log_lines
from wardkey.operating import worker
from wardkey.reports import chores
from wardkey.urls import urlpatterns

pytestmark = pytest.mark.looks_only

ROOT = Path(__file__).resolve().parents[1]

THREATS = (ROOT / "docs" / "threat-model.md").read_text()
ALERTS = (ROOT / "docs" / "alerts.md").read_text()
RUNNING = (ROOT / "docs" / "running.md").read_text()
OURS = re.compile(r"\bwardkey_[a-z_]+")
LABEL = re.compile(r'(\w+)="([^"]+)"')


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def names_of_tests() -> set[str]:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py")]
    return {name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}


def test_each_rule_of_what_goes_on_names_names_of_tests():
    _before, _line, table = RUNNING.partition("| What fails | What goes on |")
    rules = table.partition("\n\n")[0].splitlines()[2:]
    assert len(rules) > 10
    assert [rule for rule in rules if not re.search(r"`test_\w+`|the same \|$", rule)] == []
    assert set(re.findall(r"`(test_\w+)`", RUNNING)) <= names_of_tests()


def test_each_threat_names_names_of_tests():
    there = names_of_tests()
    attacks, in_table = {}, False
    for line in THREATS.splitlines():
        in_table = line.startswith("| Attack |") or (in_table and line.startswith("|"))
        if in_table and not line.startswith(("| Attack |", "|---")):
            attack, *_told, tests = cells(line)
            attacks[attack] = set(re.findall(r"`(test_\w+)`", tests))
    assert len(attacks) > 70
    assert [attack for attack, tests in attacks.items() if not tests] == []
    assert {name for tests in attacks.values() for name in tests} - there == set()
    assert set(re.findall(r"`(test_\w+)`", THREATS)) <= there
    files = re.findall(r"`(tests/\w+\.py)`", THREATS)
    assert [name for name in files if not Path(ROOT, name).is_file()] == []


def test_each_alert_asks_for_what_metrics_tells_and_says_what_to_do(db, settings):
    settings.METRICS_SECRET = SECRET
    told = [chore.told for chore in worker.usual_chores(stopping=lambda: False)]
    for each in told:
        each.did(0.1)
    chores.write_down(told)
    counting.answered(route="sign_in", status=200, seconds=0.1)
    counting.happened("sign_in.refused", reason="password", step="")
    counting.logged(level="warning", about="clock.skew")
    page = Client().get("/metrics", headers=BEARER).content.decode()
    there = set(re.findall(r"^(wardkey_[a-z_]+)", page, re.MULTILINE))

    assert set(OURS.findall(ALERTS)) <= there
    known = {
        "route": {route.name for route in urlpatterns},
        "event": {each.code for each in vars(events).values() if isinstance(each, events.Event)},
        "chore": {each.name for each in told},
        "about": set(log_lines.WATCHED),
        "status": {"5xx"},
        "job": {"wardkey"},
    }
    assert [each for each in LABEL.findall(ALERTS) if each[1] not in known[each[0]]] == []

    rules = dict(
        re.findall(r"- alert: (\w+)\n +expr: .+\n(?: +for: \d+[md]\n)? +labels: (.+)", ALERTS)
    )
    assert len(rules) == ALERTS.count("- alert:")
    night, morning = ALERTS.partition("## Waits for")[::2]
    for alert, labels in rules.items():
        where = night if "page" in labels else morning
        [row] = [line for line in where.splitlines() if line.startswith(f"| `{alert}` |")]
        _alert, why, steps = cells(row)
        assert why
        assert [step in steps for step in ("1. ", "2. ", "3. ")] == [True] * 3
