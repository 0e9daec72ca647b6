"""What else a program reads: passes, organisations, roles, policy, the trail, the overview."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import full_count
from tests.cast import decide, issue_pass
from tests.doors import expect
from tests.programs import V1, keys_of, program, refused
from tests.test_sealing import seal_all
from wardkey.base import clock


@pytest.fixture
def priya(cast):
    return program(cast.north, cast.priya)


def items(program, address, **asked):
    return expect(200, program.get(f"{V1}{address}", asked)).json()["items"]


def test_a_pass_is_told_without_its_code(cast, priya):
    code = issue_pass(cast.ben)
    answer = expect(200, priya.get(f"{V1}/people/{cast.ben.pk}/passes"))
    [told] = answer.json()["items"]
    assert (told["kind"], told["used_at"]) == ("access", None)
    assert code not in answer.text
    refused(405, "method_not_allowed", priya.send("post", f"{V1}/people/{cast.ben.pk}/passes", {}))
    with clock.standing_at(clock.now() + timedelta(hours=2)):
        assert items(priya, f"/people/{cast.ben.pk}/passes") == []


def test_organisations_are_those_of_the_branch(cast, priya):
    assert [each["code"] for each in items(priya, "/organisations")] == ["NORTH", "WARD7"]
    ward = expect(200, priya.get(f"{V1}/organisations/WARD7")).json()
    assert ward == {
        "code": "WARD7",
        "name": "Northside Ward 7",
        "status": "active",
        "parent": "NORTH",
    }
    for code in ("SOUTH", "ABSENT", "%00", "x" * 200):
        refused(404, "not_found", priya.get(f"{V1}/organisations/{code}"))
    root = program(cast.platform, cast.root)
    first = expect(200, root.get(f"{V1}/organisations", {"limit": 3})).json()
    last = items(root, "/organisations", limit=3, cursor=first["next"])
    assert {each["code"] for each in [*first["items"], *last]} == {
        *("PLATFORM", "NORTH", "SOUTH", "WARD7")
    }


def test_roles_are_read_and_given_nowhere(cast, priya):
    told = {each["name"]: each["role"] for each in items(priya, "/roles")}
    assert told == {
        "Asha Rao": "local_administrator",
        "Priya Nair": "primary_local_administrator",
        "Hal Green": "helpdesk",
        "Olu Bello": "auditor",
    }
    first = expect(200, priya.get(f"{V1}/roles", {"limit": 1})).json()
    assert len(items(priya, "/roles", cursor=first["next"])) == 3
    [role] = items(priya, f"/people/{cast.nina.pk}/roles")
    assert (role["organisation"], role["state"]) == ("SOUTH", "active")
    for address in ("/roles", f"/people/{cast.ben.pk}/roles"):
        refused(
            405, "method_not_allowed", priya.send("post", f"{V1}{address}", {"role": "auditor"})
        )


def test_the_policy_is_read_and_changed_nowhere(cast, priya):
    decide(cast.north, keys_a_person="3")
    told = {each["name"]: each for each in items(priya, "/policy")}
    assert (told["keys_a_person"]["value"], told["keys_a_person"]["decided_by"]) == ("3", "NORTH")
    assert told["second_factor"]["value"] == "optional"
    refused(405, "method_not_allowed", priya.send("post", f"{V1}/policy", {}))


def test_az27_the_trail_is_the_organisation_s_own_page_by_page(cast, priya):
    for number in range(3):
        priya.register(cast.ben, f"Key {number}")
    program(cast.south, cast.cara).register(cast.eve)
    first = expect(200, priya.get(f"{V1}/audit-entries", {"limit": 2})).json()
    priya.register(cast.dev)
    rest = items(priya, "/audit-entries", cursor=first["next"], limit=100)
    seen = [each for each in [*first["items"], *rest] if each["code"] == "key.registered"]
    assert [each["facts"]["new_nickname"] for each in seen] == ["Key 2", "Key 1", "Key 0"]
    assert {each["holder"] for each in seen} == {"Ben Carter"}
    assert seen[0]["actor"]["name"] == "HR system"
    refused(404, "not_found", priya.get(keys_of(cast.eve)))
    denied, *_seen = items(priya, "/audit-entries", stream="attempt")
    assert (denied["code"], denied["facts"]["reason"]) == ("act.refused", "")
    refused(400, "invalid_input", priya.get(f"{V1}/audit-entries", {"stream": "x"}))
    one = seen[0]["facts"]["key"]
    of_one = items(priya, "/audit-entries", key=one, limit=1)
    assert [each["facts"]["new_nickname"] for each in of_one] == ["Key 2"]
    refused(409, "conflict", priya.get(f"{V1}/audit-entries/proofs"))
    seal_all()
    naive = {"since": "2026-01-01T00:00:00"}
    refused(400, "invalid_input", priya.get(f"{V1}/audit-entries/proofs", naive))
    answer = expect(200, priya.get(f"{V1}/audit-entries/proofs"))
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert {line["line"] for line in lines} == {"stream", "entry", "hash"}


def test_the_overview_adds_up_what_was_counted(cast, priya):
    assert expect(200, priya.get(f"{V1}/overview")).json()["day"] is None
    priya.register(cast.wil)
    full_count.count_day(clock.now().date())
    told = expect(200, priya.get(f"{V1}/overview")).json()
    assert told["day"] == f"{clock.now().date()}"
    assert (told["people"], told["people_with_usable_key"]) == (8, 1)
    assert (told["people_without_spare"], told["keys_unused_90_days"], told["keys_in_review"]) == (
        1,
        0,
        0,
    )
    assert told["keys"] == {"waiting": 1, "active": 0, "suspended": 0, "removed": 0}
    olu = program(cast.north, cast.olu)
    assert expect(200, olu.get(f"{V1}/overview")).json()["people"] == 7


LISTS = ["/people", "/people?q=b", "/roles", "/organisations", "/policy", "/overview"]


def test_what_is_read_costs_few_questions_however_many_there_are(cast, priya):
    for number in range(5):
        priya.register(cast.ben, f"Key {number}")
    of_ben = [f"/people/{cast.ben.pk}{more}" for more in ("", "/keys", "/passes", "/roles")]
    counts = {}
    for address in [*LISTS, "/audit-entries", *of_ben]:
        with CaptureQueriesContext(connection) as captured:
            expect(200, priya.get(f"{V1}{address}"))
        counts[address] = len(captured)
    assert max(counts.values()) <= 6, counts
    assert counts[f"/people/{cast.ben.pk}/keys"] == 4
