"""What nobody and nothing is called, a NUL among it, is looked for and not found."""

import pytest

from tests.doors import expect, signed_in
from tests.programs import V1, program
from tests.stock import received

NUL = "\0"
UNKNOWN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def priya(cast):
    browser = signed_in(cast.priya)
    received(browser, "7812345")
    return browser


@pytest.mark.parametrize("field", ["model", "site"])
def test_in_the_stock(cast, priya, field):
    asked = {field: NUL}
    assert "7812345" not in expect(200, priya.get("/admin/stock/", asked)).text
    file = expect(200, priya.submit("/admin/stock/stock.csv", **asked))
    assert b"7812345" not in b"".join(file.streaming_content)
    answer = program(cast.north, cast.priya).get(f"{V1}/units", asked)
    assert expect(200, answer).json()["items"] == []
    assert "7812345" in expect(200, priya.get("/admin/stock/")).text


def test_a_page_begins_after_a_number_that_there_can_be(priya):
    expect(400, priya.get("/admin/stock/", {"after": f"7{NUL} {UNKNOWN}"}))
    expect(200, priya.get("/admin/stock/", {"after": f"7 {UNKNOWN}"}))


def test_among_organisations(cast, priya):
    assert "Ward 7" not in expect(200, priya.get("/admin/organisations/", {"q": f"Ward{NUL}"})).text
    assert "Ward 7" in expect(200, priya.get("/admin/organisations/", {"q": "Ward"})).text
