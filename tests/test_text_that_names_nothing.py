"""What can be no code, and no name of a value, is refused as an unknown one is."""

import pytest

from tests.departures import send_as_guest
from tests.doors import expect, signed_in
from tests.newcomers import form_for
from tests.policies import POLICY, confirmed, day_fields
from tests.traces import nothing_changes
from wardkey.organisations import tree

NONE = ["\x00", "NORTH\x00", "NO SUCH", "ſOUTH", "X" * 5000]


@pytest.mark.parametrize("code", NONE)
def test_a_code_that_can_be_none_is_unknown(cast, code):
    assert tree.organisation_by_code(" north ") == cast.north
    assert tree.organisation_by_code(code) is None


def test_the_pages_say_so(cast):
    priya = signed_in(cast.priya)
    with nothing_changes():
        expect(404, priya.get(POLICY, {"of": "\x00"}))
        form = form_for("nia@north.example", organisation="\x00")
        expect(400, priya.submit("/admin/people/add/", **form))
        expect(400, priya.submit("/admin/people/take-on/", code="x", organisation="\x00"))
        expect(400, send_as_guest(priya, cast.ben, organisation="\x00"))


def test_nor_is_there_a_value_of_that_name(cast):
    priya = confirmed(signed_in(cast.priya), cast.north)
    value = {"value": "2", **day_fields()}
    forms = {"": value, "save/": value | {"seen": "0"}, "withdraw/": {"decision": "1"}}
    with nothing_changes():
        for name in ("nosuch", "a%00b", "%00"):
            expect(404, priya.get(f"{POLICY}{name}/"))
            for step, fields in forms.items():
                expect(404, priya.submit(f"{POLICY}{name}/{step}", **fields))


@pytest.mark.parametrize("name", ["\u2800", "\u3164", "\u200d", "\u0301", "a\x00b"])
def test_nobody_is_called_by_what_does_not_show(cast, name):
    asha = signed_in(cast.asha)
    with nothing_changes():
        expect(400, asha.submit("/admin/people/add/", **form_for("nia@north.example", name=name)))
