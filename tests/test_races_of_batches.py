"""Two windows at one batch: each person gets a token exactly once."""

import pytest

from tests.batches import BATCHES, batch_for, ids, keep
from tests.doors import desk_of, signed_in
from tests.softkey import SoftKey
from tests.test_races import at_once, twin
from tests.traces import changes
from wardkey.batches.models import BatchPlace
from wardkey.keys.models import SecurityKey


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def test_two_windows_that_serve_the_same_person_keep_one_key(cast, asha):
    where, other = batch_for(asha, cast.ben), twin(asha)
    mine, theirs = (asha.touch(desk_of(cast.ben), SoftKey()) for _ in range(2))
    codes = at_once(
        lambda: keep(asha, where, cast.ben, mine, nickname="Blue"),
        lambda: keep(other, where, cast.ben, theirs, nickname="Green"),
    )
    assert codes == [200, 409]
    assert SecurityKey.objects.count() == len(changes("key.registered")) == 1
    assert BatchPlace.objects.get().key_id == SecurityKey.objects.get().pk


def test_the_same_person_added_in_two_windows_has_one_place(cast, asha):
    where, other = batch_for(asha, cast.ben), twin(asha)
    codes = at_once(
        lambda: asha.submit(f"{where}add/save/", person=ids(cast.dev, cast.wil)),
        lambda: other.submit(f"{where}add/save/", person=ids(cast.wil, cast.dev)),
    )
    assert codes == [302, 400]
    assert sorted(BatchPlace.objects.values_list("position", flat=True)) == [1, 2, 3]
    assert where.startswith(BATCHES)
