"""Two at once: real threads, each with a connection of its own, on a database that commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connections

from tests.cast import decide, issue_pass
from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.policies import day_fields, in_days, saved
from tests.softkey import SoftKey
from tests.traces import attempts, changes
from wardkey.keys.models import SecurityKey
from wardkey.recovery.models import AccessPass
from wardkey.sessions.models import Session


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def at_once(*acts: Callable):
    """All begin at the same moment; their status codes, sorted."""
    start = Barrier(len(acts))

    def run(act):
        start.wait(timeout=20)
        try:
            return act().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(each.result() for each in [threads.submit(run, act) for act in acts])


def twin(browser):
    """Another window with the same cookies."""
    other = Browser()
    other.cookies = type(browser.cookies)(browser.cookies.output(header=""))
    return other


def test_rc01_the_same_answer_twice_is_taken_once(cast, asha):
    desk, other = desk_of(cast.ben), twin(asha)
    begun = asha.begin(desk)
    answer = SoftKey().register(begun["public_key"], ORIGIN)
    codes = at_once(
        lambda: asha.answer(desk, begun, answer), lambda: other.answer(desk, begun, answer)
    )
    assert codes == [200, 400]
    assert attempts("registration.refused")[0].parameters["reason"] == "unknown_or_used"


def test_rc01_the_same_registration_finished_twice_keeps_one_key(cast, asha):
    desk, other = desk_of(cast.ben), twin(asha)
    begun = asha.touch(desk, SoftKey())
    codes = at_once(
        lambda: asha.name(desk, begun, "Blue"), lambda: other.name(desk, begun, "Green")
    )
    assert codes == [302, 400]
    assert SecurityKey.objects.count() == len(changes("key.registered")) == 1


def test_one_nickname_given_twice_at_once_is_had_once(cast, asha):
    desk, other = desk_of(cast.ben), twin(asha)
    first, second = asha.touch(desk, SoftKey()), asha.touch(desk, SoftKey())
    codes = at_once(
        lambda: asha.name(desk, first, "Blue"), lambda: other.name(desk, second, "blue")
    )
    assert codes == [302, 409]
    assert SecurityKey.objects.count() == 1


def test_ce27_one_token_registered_for_two_people_at_once_is_kept_once(cast, asha):
    soft_key, other = SoftKey(), twin(asha)
    bens = asha.touch(desk_of(cast.ben), soft_key)
    soft_key.credentials.clear()
    devs = asha.touch(desk_of(cast.dev), soft_key)
    codes = at_once(
        lambda: asha.name(desk_of(cast.ben), bens, "Ben's"),
        lambda: other.name(desk_of(cast.dev), devs, "Dev's"),
    )
    assert codes == [302, 409]
    assert SecurityKey.objects.count() == len(changes("key.registered")) == 1
    [refusal] = attempts("registration.refused")
    assert refusal.parameters["reason"] == "key_already_registered registered"


def test_ce29_one_key_pair_under_two_ids_at_once_is_kept_once(cast, asha):
    soft_key, other = SoftKey(), twin(asha)
    bens = asha.touch(desk_of(cast.ben), soft_key)
    devs = asha.touch(desk_of(cast.dev), SoftKey(soft_key.name), credential_id=b"another id" * 3)
    codes = at_once(
        lambda: asha.name(desk_of(cast.ben), bens, "Ben's"),
        lambda: other.name(desk_of(cast.dev), devs, "Dev's"),
    )
    assert codes == [302, 409]
    assert SecurityKey.objects.count() == 1


def test_rc05_at_the_limit_one_of_many_registrations_is_kept(cast, asha):
    decide(cast.north, keys_a_person=1)
    desk = desk_of(cast.ben)
    windows = [asha, *(twin(asha) for _ in range(4)), signed_in(cast.priya)]
    begun = [each.touch(desk, SoftKey()) for each in windows]
    codes = at_once(
        *(
            lambda each=each, mine=mine: each.name(desk, mine, mine["registration_id"])
            for each, mine in zip(windows, begun, strict=True)
        )
    )
    assert codes == [302, *[409] * 5]
    assert SecurityKey.objects.count() == 1


def test_ce02_rc03_the_same_assertion_many_times_opens_one_session(cast, asha):
    soft_key, row = registered(asha, cast.ben)
    ben = half_signed_in(cast.ben)
    begun = ben.choose(row)
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    windows = [ben, *(twin(ben) for _ in range(9))]
    codes = at_once(*(lambda each=each: each.finish(begun, answer) for each in windows))
    assert codes == [200, *[401] * 9]
    assert Session.objects.filter(key_id=row.pk).count() == 1


def test_rc04_a_pass_entered_by_twenty_at_once_is_used_once(cast):
    code = issue_pass(cast.eve)
    browsers = [half_signed_in(cast.eve) for _ in range(20)]
    codes = at_once(*(lambda each=each: each.enter_pass(code) for each in browsers))
    assert codes == [302, *[401] * 19]
    assert len(changes("access_pass.used")) == 1
    assert Session.objects.filter(owed="first_key").count() == 1
    assert AccessPass.objects.get().used_at is not None


@pytest.mark.parametrize("round", range(3))
def test_rc09_a_token_removed_while_its_holder_signs_in_leaves_no_session(cast, asha, round):
    soft_key, row = registered(asha, cast.ben)
    ben = half_signed_in(cast.ben)
    begun = ben.choose(row)
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    codes = at_once(
        lambda: asha.submit(f"{desk_of(cast.ben)}{row.pk}/remove/"),
        lambda: ben.finish(begun, answer),
    )
    assert codes in ([200, 302], [302, 401])
    assert not Session.objects.filter(key_id=row.pk, ended_at=None).exists()
    assert not is_signed_in(ben)


@pytest.mark.parametrize("round", range(4))
def test_rc08_of_ones_last_two_tokens_one_stays(cast, round):
    """Each session removes the other's token: whoever comes second is refused or signed out."""
    with_first, soft_key = signed_in(cast.eve), SoftKey()
    first = SecurityKey.objects.get(holder=cast.eve)
    spare = with_first.register(MINE, soft_key, "Spare")
    with_spare = half_signed_in(cast.eve)
    with_spare.use(soft_key, spare)
    at_once(
        lambda: with_first.submit(f"{MINE}{spare.pk}/remove/"),
        lambda: with_spare.submit(f"{MINE}{first.pk}/remove/"),
    )
    assert SecurityKey.objects.filter(holder=cast.eve, state="active").count() == 1


def test_a_token_removed_twice_at_once_is_removed_once(cast, asha):
    _soft_key, row = registered(asha, cast.ben)
    priya, remove = signed_in(cast.priya), f"{desk_of(cast.ben)}{row.pk}/remove/"
    assert at_once(lambda: asha.submit(remove), lambda: priya.submit(remove)) == [302, 404]
    assert len(changes("key.removed")) == 1


def test_two_who_decide_one_value_at_once_come_one_after_the_other(cast):
    priya, root = signed_in(cast.priya), signed_in(cast.root)
    decisions = [partial(saved, each, cast.north, "keys_a_person", "4") for each in (priya, root)]
    assert at_once(*(partial(each, seen=0) for each in decisions)) == [302, 409]
    assert len(changes("policy.decided")) == 1


def test_one_exception_is_made_by_two_at_once(cast):
    decide(cast.north, keys_a_person=1)
    fields = {"choice": "keys_a_person=2", "reason": "Late", **day_fields(in_days(3), name="until")}
    address = f"/admin/people/{cast.ben.pk}/exceptions/make/"
    windows = [signed_in(cast.priya), signed_in(cast.root)]
    codes = at_once(*(partial(each.submit, address, **fields) for each in windows))
    assert codes == [302, 409]
    assert cast.ben.policy_exceptions.count() == 1
