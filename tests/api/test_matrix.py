"""AZ32: role × organisation × act, at the API's door: the same decision as at the pages'."""

import json
from pathlib import Path

import pytest

from tests.api.matrix import API_MATRIX, PUBLIC
from tests.doors import registered, signed_in, undone
from tests.matrix import MATRIX
from tests.programs import program
from tests.test_the_matrix import EVERYBODY, PLACES, WHO, expected, root, targets
from tests.traces import state_of_things

__all__ = ["root", "targets"]  # fixtures

DESCRIBED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
UNKNOWN = "11111111-2222-4333-8444-555555555555"
NOBODY_S = {"serial_number": "7", "unit_id": UNKNOWN, "application_id": UNKNOWN}
HOMES = {"root": "platform"}


def test_every_route_has_a_cell():
    paths = json.loads(DESCRIBED.read_text())["paths"]
    there = {(method, path) for path, methods in paths.items() for method in methods}
    assert there == set(API_MATRIX) | PUBLIC


def test_az32_the_pages_decide_alike():
    for cell, line in ((cell, MATRIX[cell.page]) for cell in API_MATRIX.values()):
        assert (cell.may, cell.about) == (line.may, line.about), cell.page


@pytest.mark.parametrize("who", EVERYBODY)
def test_az32_each_cell_answers_as_the_matrix_says(cast, targets, who):
    role, reached = WHO[who]
    asks = program(getattr(cast, HOMES.get(who, "north")), getattr(cast, who))
    asks.get("/api/v1/people")  # what is noted once an hour
    before, wrong = state_of_things(), []
    for (method, path), cell in API_MATRIX.items():
        for place in PLACES if cell.about != "in view" else ["own"]:
            ids = targets[place]
            address = path.format(**ids, person_id=ids["holder_id"], **NOBODY_S)
            answer = expected(cell, role, reached, place)
            with undone(asks):
                status = asks.send(method, address, cell.sent).status_code
                changed = state_of_things() != before
            if not is_right(cell, answer, status, changed):
                wrong.append((method, path, place, status, changed))
    assert not wrong, "\n".join(map(str, wrong))


def is_right(cell, answer, status, changed):
    if answer is not None:
        return status == answer and not changed
    if cell.unknown:
        return status == 404
    return status not in {401, 403, 404, 500} and (changed or cell.sent is None or not cell.does_it)


def test_a_program_with_no_scope_for_it_is_refused_whoever_it_acts_as(cast):
    narrow = program(cast.platform, cast.root, "overview:read")
    key = registered(signed_in(cast.root), cast.ben)[1]
    ids = {"person_id": cast.ben.pk, "key_id": key.pk, "code": "NORTH", **NOBODY_S}
    for (method, path), cell in API_MATRIX.items():
        if "overview" not in path:
            assert narrow.send(method, path.format(**ids), cell.sent).status_code == 403, path
