"""Two administrators at once, in one stockroom."""

import pytest

from tests.doors import desk_of, expect, signed_in
from tests.softkey import SoftKey
from tests.stock import at, issue, name_with_number, receive, received
from tests.test_races import at_once, twin
from tests.traces import changes
from wardkey.inventory.models import Custody, Unit, UnitKey
from wardkey.keys.models import SecurityKey


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def test_one_unit_is_issued_once_and_one_number_is_received_once(cast, asha):
    other = twin(asha)
    codes = at_once(
        lambda: receive(asha, first="1", last="40"), lambda: receive(other, first="40", last="80")
    )
    assert codes == [302, 409]
    assert Unit.objects.count() in {40, 41}
    assert Unit.objects.filter(serial_key="40").count() == len(changes("stock.received")) == 1
    unit = Unit.objects.get(serial_key="40")
    people = cast.ben.username, cast.dev.username
    assert at_once(lambda: issue(asha, unit, people[0]), lambda: issue(other, unit, people[1])) == [
        302,
        409,
    ]
    assert Custody.objects.count() == len(changes("unit.issued")) == 1


def test_two_people_are_registered_with_one_number_and_one_of_them_has_it(cast, asha):
    other, (unit,) = twin(asha), received(asha, "100")
    desks = desk_of(cast.ben), desk_of(cast.dev)
    begun = [asha.touch(desk, SoftKey()) for desk in desks]
    assert at_once(
        lambda: name_with_number(asha, desks[0], begun[0], "Blue", "100"),
        lambda: name_with_number(other, desks[1], begun[1], "Green", "100"),
    ) == [302, 409]
    (key,) = SecurityKey.objects.filter(nickname__in=["Blue", "Green"])
    unit.refresh_from_db()
    assert UnitKey.objects.get().key == key
    assert unit.holder_id == key.holder_id


def test_lost_while_somebody_is_registered_on_it_leaves_nothing_that_opens(cast, asha):
    other, (unit,) = twin(asha), received(asha, "100")
    expect(302, issue(asha, unit, cast.ben.username))
    begun = asha.touch(desk_of(cast.ben), SoftKey())
    codes = at_once(
        lambda: asha.submit(at(unit, "lost/")),
        lambda: name_with_number(other, desk_of(cast.ben), begun, "Blue", "100"),
    )
    assert codes in ([302, 302], [302, 409])
    keys = SecurityKey.objects.filter(nickname="Blue")
    assert [key.state for key in keys] == ["suspended"] * (codes == [302, 302])
