"""docs/a-keys-life.md says what the code does: steps, who may, reasons, handover."""

import re

from tests.test_documentation import rows, spans, text_of
from wardkey.keys.handover import How
from wardkey.keys.reasons import Reason
from wardkey.keys.states import STARTS_FROM
from wardkey.people.administrators import ALLOWED, FRESHNESS, Act, Freshness
from wardkey.people.models import Role

PAGE = text_of("docs/a-keys-life.md")


def table_below(title: str) -> list[list[str]]:
    return list(rows(PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]))


def names_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_each_step_with_the_states_from_which_it_starts():
    told = {names_in(row[0])[0]: names_in(row[1]) for row in table_below("Steps")}
    held = {step.value: [str(state) for state in states] for step, states in STARTS_FROM.items()}
    assert told == held


def test_who_may_at_a_desk():
    told = {names_in(row[1])[0]: row[3] for row in table_below("Who")}
    steps = {names_in(row[0])[0] for row in table_below("Who")}
    assert steps == {step.value for step in STARTS_FROM} - {"lapse"}
    for name, helpdesk in told.items():
        act = Act(name)
        assert (Role.HELPDESK in ALLOWED[act]) == (helpdesk == "yes")
        assert Role.LOCAL_ADMINISTRATOR in ALLOWED[act]
        assert Role.AUDITOR not in ALLOWED[act]
        assert FRESHNESS[act] is not Freshness.NONE


def test_each_way_to_hand_over():
    assert [names_in(row[0])[0] for row in table_below("Handed over")] == [str(how) for how in How]


def test_each_reason():
    told = spans(PAGE.partition("## Reasons\n")[2].partition("\n## ")[0])
    assert {str(reason) for reason in Reason} <= told
