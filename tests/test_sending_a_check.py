"""A standard user sends what Check this device showed, and an administrator adds it or not."""

import re

import pytest

from tests.checks import CHECK, WINDOWS, checked, seen, sent
from tests.doors import expect, signed_in
from tests.test_compatibility import table
from tests.traces import changes, nothing_changes
from wardkey.compatibility import keeping, results
from wardkey.compatibility.models import CheckedDevice
from wardkey.organisations import tree


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


def test_what_a_standard_user_sends_is_in_the_table_once_an_administrator_adds_it(cast, cara):
    eve = signed_in(cast.eve)
    check_id = checked(eve)
    page = seen(eve, check_id)
    assert "The local administrators of Southside Clinic can add it" in page
    assert "Send it" not in seen(cara, checked(cara))
    expect(302, sent(eve, check_id))
    with nothing_changes():
        expect(404, sent(eve, check_id))
    for reader in (eve, signed_in(cast.ben), signed_in(cast.asha), None):
        assert "Edge 142" not in table(reader)
    assert "1 checked device was sent." in cara.get("/admin/").text
    waits = table(cara)
    assert "Sent by people of Southside Clinic" in waits
    assert re.search(r"Windows 11, +Edge 142 +Registration: works. Login: works.", waits)
    assert "Eve Carter" not in waits
    expect(302, cara.submit(f"{CHECK}{check_id}/accept/"))
    [row] = [each for each in results.added_in(cast.south) if each.tried == "sign_in"]
    assert (row.tried_by, row.works, row.row.added_by) == ("standard_user", True, cast.cara)
    page = table(eve)
    assert "Edge 142" in page
    assert "Sent by people" not in table(cara)
    assert "Eve Carter" not in table(cara)
    [entry] = changes("compatibility.device_sent")
    assert (entry.organisation, entry.actor["id"]) == (cast.south.pk, str(cast.eve.pk))
    [entry] = changes("compatibility.device_added")
    assert entry.actor["id"] == str(cast.cara.pk)
    expect(404, cara.submit(f"{CHECK}{check_id}/accept/"))
    expect(302, cara.submit(f"{CHECK}{check_id}/remove/"))


def test_an_administrator_leaves_it_out_and_nobody_else_decides(cast, cara):
    eve = signed_in(cast.eve)
    check_id = checked(eve)
    expect(302, sent(eve, check_id))
    for other, status in ((eve, 403), (signed_in(cast.hal), 403), (signed_in(cast.asha), 404)):
        with nothing_changes():
            expect(status, other.submit(f"{CHECK}{check_id}/accept/"))
            expect(status, other.submit(f"{CHECK}{check_id}/decline/"))
    with nothing_changes():
        expect(404, cara.submit(f"{CHECK}{check_id}/remove/"))
    expect(302, cara.submit(f"{CHECK}{check_id}/decline/"))
    assert not CheckedDevice.objects.exists()
    assert changes("compatibility.device_declined")[0].parameters["device"] == (
        "Windows 11, Edge 142"
    )


def test_an_administrator_above_adds_it_to_their_own_table_which_those_below_see(cast):
    wil, asha = signed_in(cast.wil), signed_in(cast.asha)
    check_id = checked(wil)
    expect(302, sent(wil, check_id))
    assert "Northside Ward 7" in table(asha)
    expect(302, asha.submit(f"{CHECK}{check_id}/accept/"))
    assert CheckedDevice.objects.get().organisation == cast.north
    assert "Edge 142" in table(wil)
    expect(302, asha.submit(f"{CHECK}{check_id}/remove/"))


def test_of_one_device_the_newest_waits_and_of_all_so_many(cast, monkeypatch):
    monkeypatch.setattr(keeping, "WAITING_AT_MOST", 2)
    eve = signed_in(cast.eve)
    for version in ("142", "143", "143", "144"):
        monkeypatch.setitem(WINDOWS, "sec-ch-ua", f'"Microsoft Edge";v="{version}"')
        expect(302, sent(eve, checked(eve)))
    waiting = results.sent_within(tree.alone(cast.south))
    assert [row.browser_version for row in waiting] == ["144", "143"]
