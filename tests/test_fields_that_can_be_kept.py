"""No field has a NUL: PostgreSQL keeps none, and looks for none. Whoever sends one is told so."""

import pytest

from tests.doors import expect, signed_in
from tests.programs import V1, program, refused
from tests.stock import receive
from tests.traces import nothing_changes

NUL = "\0"


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/admin/stock/", "model"),
        ("/admin/stock/", "site"),
        ("/admin/organisations/", "q"),
        ("/admin/people/", "q"),
    ],
)
def test_a_page_that_looks_for_something_refuses_it(cast, address, field):
    priya = signed_in(cast.priya)
    expect(400, priya.get(address, {field: f"a{NUL}b"}))
    expect(200, priya.get(address, {field: "ab"}))


def test_a_form_refuses_it_and_keeps_nothing(cast):
    priya = signed_in(cast.priya)
    with nothing_changes():
        expect(400, receive(priya, first="1", last="2", maker=f"Yubico{NUL}"))
        expect(400, receive(priya, first="1", last="2", **{f"maker{NUL}": "Yubico"}))
        expect(400, priya.submit("/admin/stock/stock.csv", model=NUL))
    expect(200, priya.submit("/admin/stock/stock.csv", model="A"))
    expect(302, receive(priya, first="1", last="2"))


def test_a_program_is_told_so_too(cast):
    keeper = program(cast.north, cast.priya)
    for field in ("model", "site"):
        refused(400, "invalid_input", keeper.get(f"{V1}/units", {field: NUL}))
        expect(200, keeper.get(f"{V1}/units", {field: "A"}))
