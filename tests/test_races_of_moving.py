"""Two at once, about people who join, move and leave: what may happen once, happens once."""

import pytest

from tests.departures import act, again, joiner_code_of, mark_leaver, take_on
from tests.doors import ORIGIN, Browser, expect, half_signed_in, registered, signed_in
from tests.newcomers import added, join, slip_for
from tests.test_races import at_once, twin
from tests.traces import changes
from wardkey.lifecycle import leaving
from wardkey.people.models import Membership


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


def browsers(number):
    return [Browser() for _ in range(number)]


def test_an_invitation_accepted_twice_at_once_opens_one_account_once(cast):
    asha = signed_in(cast.asha)
    code = slip_for(asha, added(asha))
    one, other = browsers(2)
    codes = at_once(
        lambda: join(code, "violet harbour kettle", one),
        lambda: join(code, "another good password", other),
    )
    assert codes == [302, 401]
    assert len(changes("invitation.accepted")) == 1


def test_two_who_take_somebody_on_at_once_get_them_once(cast):
    asha, nina, root = signed_in(cast.asha), signed_in(cast.nina), signed_in(cast.root)
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben))
    codes = at_once(lambda: take_on(nina, code, "SOUTH"), lambda: take_on(root, code, "PLATFORM"))
    assert codes[0] == 302
    assert codes[1] in {400, 409}
    assert len(changes("person.taken_on")) == 1
    assert Membership.objects.filter(person=cast.ben, kind="home", ends_at=None).count() == 1


def test_a_move_and_the_mark_taken_back_at_once_leave_one_of_the_two(cast):
    asha, nina = signed_in(cast.asha), signed_in(cast.nina)
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben))
    at_once(lambda: take_on(nina, code, "SOUTH"), lambda: act(asha, cast.ben, "leaver/take-back/"))
    ben = again(cast.ben)
    assert (ben.last_day, ben.closes_at) == (None, None)
    assert len(changes("person.taken_on")) + len(changes("person.leaver_mark_taken_back")) == 1
    assert (ben.home == cast.south) == bool(changes("person.taken_on"))


def test_a_sign_in_and_a_closing_at_once_leave_nobody_in(cast):
    priya, asha = signed_in(cast.priya), signed_in(cast.asha)
    soft_key, key = registered(asha, cast.ben)
    ben = half_signed_in(cast.ben)
    begun = ben.choose(key)
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    at_once(lambda: ben.finish(begun, answer), lambda: act(priya, cast.ben, "close/"))
    assert ben.get("/me/keys/").status_code == 302
    key.refresh_from_db()
    assert key.state == "suspended"


def test_two_administrators_close_once(cast):
    priya = signed_in(cast.priya)
    other = twin(priya)
    codes = at_once(lambda: act(priya, cast.ben, "close/"), lambda: act(other, cast.ben, "close/"))
    assert codes == [302, 409]
    assert len(changes("person.closed")) == 1
    assert leaving.close_due() == 0
