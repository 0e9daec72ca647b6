"""What the API says of itself, and what holds for each of its addresses."""

import json
from pathlib import Path

import pytest
from django.test import Client

from tests.doors import Browser, expect, signed_in
from tests.routes import ROUTES

ROOT = Path(__file__).resolve().parents[2]
EVIL = "https://evil.example"
UNKNOWN = "/api/v1/key-models/00000000-0000-4000-8000-000000000000"


def problem_of(answer):
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert {"type", "status", "code", "title", "detail"} <= set(told)
    assert told["status"] == answer.status_code
    return told


def test_the_description_is_the_committed_one(db):
    answer = expect(200, Client().get("/api/v1/openapi.json"))
    assert answer["Content-Type"] == "application/json"
    assert answer.text == (ROOT / "docs" / "openapi.json").read_text()
    assert answer.json()["openapi"].startswith("3.1")


def test_the_description_has_each_address_of_the_route_table():
    described = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    routes = {f"/{route}" for name, route in ROUTES.items() if name.startswith("api_")}
    named = {each.replace("{code}", "<str:code>") for each in described}
    named = {each.replace("{serial_number}", "<path:serial_number>") for each in named}
    as_routes = {each.replace("{", "<uuidstr:").replace("}", ">") for each in named}
    assert routes == as_routes | {"/api/v1/openapi.json"}


@pytest.mark.parametrize("address", ["/api/v1/", "/api/", "/api/v2/people", "/api/v1/no-such"])
def test_an_address_that_is_not_there_says_so_to_programs(db, address):
    assert problem_of(expect(404, Client().get(address)))["code"] == "not_found"


def test_a_method_that_is_not_there_says_which_are(db):
    answer = expect(405, Client().delete(UNKNOWN))
    assert problem_of(answer)["code"] == "method_not_allowed"
    assert answer["Allow"] == "GET"
    assert problem_of(Client().post("/api/v1/openapi.json"))["code"] == "method_not_allowed"


def test_head_is_answered_as_get(db):
    assert Client().head("/api/v1/openapi.json").status_code == 200
    assert Client().head(UNKNOWN).status_code == 404


def test_a_parameter_that_is_not_there_is_named(db):
    told = problem_of(expect(400, Client().get(UNKNOWN, {"lang": "en"})))
    assert (told["code"], told["field"]) == ("unknown_field", "lang")
    told = problem_of(expect(400, Client().get(UNKNOWN, {"aaguid": "x"})))
    assert told["field"] == "aaguid"


def test_what_is_too_large_is_refused_in_the_same_shape(db):
    answer = Client().post(UNKNOWN, "x" * 70_000, content_type="text/plain")
    assert problem_of(expect(413, answer))["code"] == "too_large"


def test_wb26_no_other_site_s_script_may_read_an_answer(db):
    for address in ("/api/v1/openapi.json", UNKNOWN):
        answer = Client().get(address, headers={"origin": EVIL})
        assert "Access-Control-Allow-Origin" not in answer


def test_wb02_a_session_is_not_looked_at(cast):
    """The same answer for somebody signed in, without a query about their session."""
    asked = [browser.get(UNKNOWN).text for browser in (Browser(), signed_in(cast.ben))]
    assert asked[0] == asked[1]


def test_wb26_an_origin_that_the_operator_named_is_answered(db, settings):
    ours, client = "https://desk.north.example", Client()
    settings.API_ORIGINS = [ours]
    asked = {"origin": ours, "access-control-request-method": "PATCH"}
    first = expect(204, client.options(UNKNOWN, headers=asked))
    assert first["Access-Control-Allow-Origin"] == ours
    assert "Authorization" in first["Access-Control-Allow-Headers"]
    allowed = first["Access-Control-Allow-Methods"].split(", ")
    described = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"].values()
    assert {method.upper() for each in described for method in each} == set(allowed)
    answer = expect(404, client.get(UNKNOWN, headers={"origin": ours}))
    assert (answer["Access-Control-Allow-Origin"], answer["Vary"]) == (ours, "Origin")
    assert "Access-Control-Allow-Credentials" not in answer
    for other in (EVIL, "null", f"{ours}.evil.example"):
        answer = client.get(UNKNOWN, headers={"origin": other})
        assert "Access-Control-Allow-Origin" not in answer
        expect(405, client.options(UNKNOWN, headers={"origin": other}))
    assert "Access-Control-Allow-Origin" not in client.get("/", headers={"origin": ours})
