"""Metadata is taken in while registrations run: each is judged by the old set or by the new one."""

from types import SimpleNamespace

import pytest

from tests.cast import decide
from tests.doors import ORIGIN, desk_of, expect, signed_in
from tests.keymodels.catalogue import CATALOGUE, NOW, key_of, model, take_in
from tests.test_races import at_once, twin
from wardkey.base.clock import standing_at
from wardkey.keymodels.models import KeyModel
from wardkey.keys.models import SecurityKey

THISTLE = model("Thistle Two")
AT_ONCE = 4


@pytest.fixture(autouse=True)
def in_june():
    with standing_at(NOW):
        yield


@pytest.fixture
def cast(cast_for_threads):
    take_in()
    decide(cast_for_threads.north, models="attested")
    return cast_for_threads


def thistle(number):
    soft_key = key_of(THISTLE)
    soft_key.name = f"Thistle {number}"
    return soft_key


def without_thistle():
    entries = [each for each in CATALOGUE.payload["entries"] if each is not THISTLE.entry]
    take_in(no=2, entries=entries)
    return SimpleNamespace(status_code=0)


def in_june_too(act):
    """A thread has a clock of its own."""

    def acted():
        with standing_at(NOW):
            return act()

    return acted


def answering(admin, desk, number):
    begun = admin.begin(desk)
    answer = thistle(number).register(begun["public_key"], ORIGIN)
    return begun, in_june_too(lambda: admin.answer(desk, begun, answer))


def test_rc20_each_registration_sees_the_old_set_or_the_new_one(cast):
    asha, desk = signed_in(cast.asha), desk_of(cast.ben)
    admins = [twin(asha) for _ in range(AT_ONCE)]
    under_way = [answering(admin, desk, number) for number, admin in enumerate(admins)]
    codes = at_once(in_june_too(without_thistle), *(act for _begun, act in under_way))
    assert set(codes) <= {0, 200, 403}
    assert KeyModel.objects.count() == len(CATALOGUE.payload["entries"]) - 1
    # Judged once more when it gets its name: nothing that only the old set lets in is kept.
    names = [
        admin.name(desk, begun, "Blue").status_code
        for admin, (begun, _act) in zip(admins, under_way, strict=True)
    ]
    assert set(names) <= {400, 403}
    assert SecurityKey.objects.count() == 0


def test_rc20_the_old_set_lets_it_in(cast):
    asha = signed_in(cast.asha)
    asha.register(desk_of(cast.ben), thistle(0), "Blue")
    without_thistle()
    refused = asha.begin(desk_of(cast.dev))
    answer = thistle(1).register(refused["public_key"], ORIGIN)
    expect(403, asha.answer(desk_of(cast.dev), refused, answer))
