"""Two administrators at once, in one stockroom."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from tests.doors import desk_of, expect, signed_in
from tests.programs import V1, program
from tests.softkey import SoftKey
from tests.stock import at, issue, name_with_number, receive, received, with_number
from tests.test_moved_while_judged import until_somebody_waits
from tests.test_races import at_once, twin
from tests.traces import changes
from wardkey.inventory.models import Custody, Unit, UnitKey
from wardkey.inventory.states import lock
from wardkey.keys.models import SecurityKey
from wardkey.people.grants import lock_grants_of


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


def test_a_program_that_names_what_it_saw_and_a_page_wait_for_one_another(cast, asha):
    """Losses of tokens with registrations on them: the page's, and a program's with If-Match."""
    units = received(asha, "100", "104")
    for unit in units:
        number = unit.serial_number
        expect(302, with_number(asha, desk_of(cast.ben), SoftKey(), number, number))
    api = program(cast.north, cast.asha, "stock:write")
    for unit in units:
        address = f"{V1}/units/{unit.pk}"
        seen = {"if-match": expect(200, api.get(address))["ETag"]}
        codes = at_once(
            lambda unit=unit: asha.submit(at(unit, "lost/")),
            lambda address=address, seen=seen: api.send(
                "post", f"{address}/steps", {"step": "lost"}, **seen
            ),
        )
        assert codes in ([200, 409], [302, 412])
    assert len(changes("unit.lost")) == len(units)


def test_a_program_that_names_what_it_saw_asks_for_its_owner_s_roles_before_the_token(cast, asha):
    """A page of the same administrator has the roles already, and takes the token next."""
    (unit,) = received(asha, "100")
    api = program(cast.north, cast.asha, "stock:write")
    address = f"{V1}/units/{unit.pk}"
    seen = {"if-match": expect(200, api.get(address))["ETag"]}

    def retires():
        return api.send("post", f"{address}/steps", {"step": "retired"}, **seen)

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            lock_grants_of(cast.asha.pk)
            answer = thread.submit(in_a_thread, retires)
            until_somebody_waits()
            lock(unit)
        expect(200, answer.result())


def in_a_thread(deed):
    try:
        return deed()
    finally:
        connections.close_all()
