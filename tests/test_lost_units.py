"""A token of the stock is lost: what else is stopped, named, and kept from coming back."""

import pytest

from tests.doors import MINE, desk_of, expect, half_signed_in, registered, signed_in
from tests.programs import keys_of, program
from tests.softkey import SoftKey
from tests.stock import at, do, issue, received, with_number
from tests.test_appointing import give
from tests.test_stock import page_of, state
from tests.traces import changes, nothing_changes
from wardkey.inventory.models import UnitKey
from wardkey.keys.models import SecurityKey


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def test_lost_stops_too_what_was_registered_before_its_box_was_recorded(cast, asha):
    expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), "Blue", "7812345"))
    (unit,) = received(asha, "7812345")
    page = page_of(asha, at(unit, "lost/"))
    assert "Nothing is registered" not in page
    assert "Ben Carter" in page
    expect(302, asha.submit(at(unit, "lost/")))
    blue = SecurityKey.objects.get(nickname="Blue")
    assert (blue.state, blue.state_reason, blue.in_unit.unit) == ("suspended", "lost", unit)
    assert changes("unit.lost")[0].parameters["suspended"] == 1
    assert len(changes("unit.issued")) == 1
    expect(302, do(asha, unit, "find"))
    assert (state(unit), unit.holder) == ("issued", cast.ben)


def test_what_nobody_knows_to_be_on_a_lost_token_is_named_and_left(cast, asha):
    """Two people typed one number; and a local administrator links no key of a higher one."""
    for person, nickname in ((cast.ben, "Blue"), (cast.dev, "Green")):
        expect(302, with_number(asha, desk_of(person), SoftKey(), nickname, "100"))
    expect(302, with_number(asha, desk_of(cast.dev), SoftKey(), "Higher", "101"))
    give(cast.dev, "primary_local_administrator", cast.north)
    shared, higher = received(asha, "100", "101")
    for unit, nicknames in ((shared, ("Blue", "Green")), (higher, ("Higher",))):
        keys = SecurityKey.objects.filter(nickname__in=nicknames)
        links = [f'href="{desk_of(key.holder)}{key.pk}/suspend/"' for key in keys]
        page = page_of(asha, at(unit, "lost/"))
        assert "Nothing is registered" not in page
        assert [link for link in links if link not in page] == []
        expect(302, asha.submit(at(unit, "lost/")))
        assert {key.state for key in keys.all()} == {"waiting"}
        assert [link for link in links if link not in page_of(asha, at(unit))] == []
    assert not UnitKey.objects.exists()


def test_no_removal_is_undone_once_the_token_is_lost_or_with_somebody_else(cast, asha):
    lost, given_on = received(asha, "100", "101")
    for number in ("100", "101"):
        expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), number, number))
        key = SecurityKey.objects.get(nickname=number)
        expect(302, asha.submit(f"{desk_of(cast.ben)}{key.pk}/remove/"))
    expect(302, asha.submit(at(lost, "lost/")))
    for act in ("take_back", "put_back"):
        expect(302, do(asha, given_on, act))
    expect(302, issue(asha, given_on, cast.dev.username))
    assert "undo-removal" not in page_of(asha, desk_of(cast.ben))
    for key in SecurityKey.objects.filter(nickname__in=["100", "101"]):
        answer = expect(409, asha.submit(f"{desk_of(cast.ben)}{key.pk}/undo-removal/"))
        assert "reported lost or given back" in answer.content.decode()
        assert not key.may_come_back


def test_no_removal_is_undone_either_of_what_was_typed_before_its_box_was_recorded(cast, asha):
    """Its removal was, too. That of somebody whom the role does not cover stays as it is."""
    for person, number in ((cast.ben, "100"), (cast.dev, "101")):
        expect(302, with_number(asha, desk_of(person), SoftKey(), number, number))
        key = SecurityKey.objects.get(nickname=number)
        expect(302, asha.submit(f"{desk_of(person)}{key.pk}/remove/"))
    give(cast.dev, "primary_local_administrator", cast.north)
    for unit in received(asha, "100", "101"):
        expect(302, asha.submit(at(unit, "lost/")))
    key = SecurityKey.objects.get(nickname="100")
    expect(409, asha.submit(f"{desk_of(cast.ben)}{key.pk}/undo-removal/"))
    assert (key.may_come_back, key.state) == (False, "removed")
    assert SecurityKey.objects.get(nickname="101").may_come_back
    assert not UnitKey.objects.exists()


@pytest.mark.parametrize("unit_too", [False, True])
def test_what_its_holder_stopped_comes_back_with_the_holder_unless_the_token_is_lost(
    cast, asha, unit_too
):
    (unit,) = received(asha, "7812345")
    soft_key = SoftKey()
    expect(302, with_number(asha, desk_of(cast.ben), soft_key, "Blue", "7812345"))
    blue = SecurityKey.objects.get(nickname="Blue")
    expect(200, half_signed_in(cast.ben).use(soft_key, blue))
    ben = half_signed_in(cast.ben)
    expect(200, ben.use(*registered(asha, cast.ben, "Spare")))
    expect(302, ben.submit(f"{MINE}{blue.pk}/lost/"))
    if not unit_too:
        expect(302, ben.submit(f"{MINE}{blue.pk}/resume/"))
        return
    expect(302, asha.submit(at(unit, "lost/")))
    assert changes("unit.lost")[0].parameters["suspended"] == 1
    with nothing_changes():
        expect(403, ben.submit(f"{MINE}{blue.pk}/resume/"))
    expect(302, do(asha, unit, "find"))
    expect(302, asha.submit(f"{desk_of(cast.ben)}{blue.pk}/resume/"))


def test_nothing_is_resumed_on_a_token_until_it_is_found(cast, asha):
    """Neither on the page nor by a program; the list says why, and where a loss is told."""
    (unit,) = received(asha, "7812345")
    expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), "Blue", "7812345"))
    blue = SecurityKey.objects.get(nickname="Blue")
    resume = f"{desk_of(cast.ben)}{blue.pk}/resume/"
    expect(302, asha.submit(f"{desk_of(cast.ben)}{blue.pk}/suspend/", reason="lost"))
    assert f'href="{at(unit, "lost/")}"' in page_of(asha, desk_of(cast.ben))
    expect(302, asha.submit(at(unit, "lost/")))
    listed = page_of(asha, desk_of(cast.ben))
    assert ("Reported lost in Stock" in listed, resume in listed) == (True, False)
    theirs, by_program = program(cast.north, cast.asha), keys_of(cast.ben, f"/{blue.pk}/resume")
    with nothing_changes():
        for answer in (asha.get(resume), asha.submit(resume)):
            told = expect(409, answer).content.decode()
            assert "in Stock this token is reported lost" in told
        expect(409, theirs.send("post", by_program))
    expect(302, do(asha, unit, "find"))
    assert resume in page_of(asha, desk_of(cast.ben))
    expect(200, theirs.send("post", by_program))


def test_what_was_lost_and_then_retired_is_never_resumed(cast, asha):
    (unit,) = received(asha, "7812345")
    expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), "Blue", "7812345"))
    expect(302, asha.submit(at(unit, "lost/")))
    expect(302, do(asha, unit, "retire"))
    resume = f"{desk_of(cast.ben)}{SecurityKey.objects.get(nickname='Blue').pk}/resume/"
    with nothing_changes():
        assert "retired for good" in expect(409, asha.submit(resume)).content.decode()
    listed = page_of(asha, desk_of(cast.ben))
    assert ("Retired in Stock" in listed, resume in listed) == (True, False)
