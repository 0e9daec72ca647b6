"""Guessing at many names: an address counts the different names that failed there."""

from itertools import cycle

import pytest

from tests.cast import PASSWORD, password_hash
from tests.doors import expect, signed_in
from tests.guessing import WRONG, at, from_address, guess, throttled
from tests.traces import attempts
from wardkey.base import clock
from wardkey.people.models import Person
from wardkey.signin import throttle
from wardkey.signin.models import FailedName, Limit

MORNING = 600  # seconds
PROXY, HOSPITAL, ELSEWHERE = "10.0.0.1", "192.0.2.7", "198.51.100.7"


def spray(names, *, address=HOSPITAL):
    browser = from_address(address)
    return [guess(f"name{number}@x.example", browser=browser).status_code for number in names]


@pytest.fixture
def small(settings):
    settings.NAMES_AN_ADDRESS = 6


@pytest.mark.looks_only
def test_a_hospitals_morning_never_meets_a_limit(cast):
    """Of 2,000 people behind one address in ten minutes, 5 % mistype. Those hundred are all here,
    half of them twice, and a hundred of the others among them: who makes no mistake is counted
    nowhere."""
    columns = {"password": password_hash(), "home": cast.north, "created_at": clock.now()}
    people = Person.objects.bulk_create(
        Person(username=f"p{n}", username_key=f"p{n}", name=f"P {n}", **columns) for n in range(200)
    )
    start, browser = clock.now(), from_address(HOSPITAL)
    slips = cycle([[WRONG], [], [WRONG, WRONG], []])
    for number, (person, wrong) in enumerate(zip(people, slips)):  # noqa: B905
        with at(start, MORNING * number / len(people)):
            for password in wrong:
                expect(401, guess(person.username, password, browser=browser))
            browser.cookies.pop("__Host-known", None)
            expect(302, guess(person.username, PASSWORD, browser=browser))
    assert not Limit.objects.exists()


def test_a_hundred_who_mistype_and_give_up_meet_no_limit_either(cast):
    assert spray(range(100)) == [401] * 100
    expect(302, guess(cast.ben.username, PASSWORD, browser=from_address(HOSPITAL)))


def test_one_who_tries_many_names_waits_for_all_of_them(cast, small):
    start = clock.now()
    with at(start, 0):
        assert spray(range(9)) == [401] * 7 + [429] * 2
        browser = from_address(HOSPITAL)
        throttled(guess(cast.ben.username, PASSWORD, browser=browser), 30)
        expect(302, guess(cast.ben.username, PASSWORD, browser=from_address(ELSEWHERE)))
    with at(start, 30):
        assert spray([20, 21]) == [401, 429]
        throttled(guess(cast.dev.username, PASSWORD, browser=browser), 60)
    limited = attempts("sign_in.limited")
    assert [each.parameters["limit"] for each in limited] == ["address"] * 2
    assert HOSPITAL not in str(limited)


def test_bf03_who_is_known_gets_in_from_an_address_that_waits(cast, small):
    bens = from_address(HOSPITAL)
    expect(302, bens.enter_password(cast.ben))
    spray(range(9))
    expect(302, bens.enter_password(cast.ben))


def test_the_same_name_counts_once_and_a_sign_in_takes_it_out(cast, small):
    browser = from_address(HOSPITAL)
    spray([1, 1, 1, 1, 2, 2, 2, 3, 4, 5])
    expect(401, guess(cast.ben.username, browser=browser))
    expect(302, guess(cast.ben.username, PASSWORD, browser=browser))
    expect(401, guess(cast.dev.username, browser=browser))
    assert FailedName.objects.count() == 6
    assert spray([6, 7]) == [401, 429]


def test_names_that_failed_more_than_ten_minutes_ago_do_not_count(cast, small):
    start = clock.now()
    with at(start, 0):
        assert spray(range(6)) == [401] * 6
    with at(start, 601):
        assert spray(range(10, 17)) == [401] * 7
        assert spray([17]) == [429]


@pytest.mark.parametrize(
    ("addresses", "status"),
    [
        (["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], 429),
        (["2001:db8:1:2::1", "2001:db8:1:3::1"], 401),
        (["192.0.2.7", "::ffff:192.0.2.7"], 429),
        (["192.0.2.7", "192.0.2.8"], 401),
    ],
)
def test_an_ipv6_subscriber_is_one_address(cast, small, addresses, status):
    spray(range(9), address=addresses[0])
    assert spray([9], address=addresses[1]) == [status]


@pytest.mark.parametrize("told", ["198.51.100.{}", "10.0.0.1, 198.51.100.{}", "nonsense{}", ""])
def test_bf08_wb23_what_a_client_says_of_its_address_changes_nothing(cast, small, told):
    codes = [forwarded(number, told.format(number), peer=HOSPITAL) for number in range(9)]
    assert codes == [401] * 7 + [429] * 2


@pytest.mark.parametrize(
    ("told", "hops", "limited"),
    [
        ("198.51.100.{}", 1, False),
        ("203.0.113.9, 198.51.100.{}", 1, False),
        ("198.51.100.{}, 203.0.113.9", 1, True),
        ("198.51.100.{}, 203.0.113.9", 2, False),
        ("198.51.100.{}", 2, True),
        ("unknown{}", 1, True),
        ("", 1, True),
    ],
)
def test_bf08_a_trusted_proxy_is_believed_as_far_as_it_is_set(
    cast, settings, small, told, hops, limited
):
    """`limited`: the header says nothing usable, so all nine come from one address."""
    settings.TRUSTED_PROXIES, settings.PROXY_HOPS = ["10.0.0.0/24"], hops
    codes = [forwarded(number, told.format(number), peer=PROXY) for number in range(9)]
    assert (codes[-1] == 429) == limited


def forwarded(number, told, *, peer):
    browser = from_address(peer, HTTP_X_FORWARDED_FOR=told)
    return guess(f"name{number}@x.example", browser=browser).status_code


def test_the_worker_forgets_what_no_longer_counts(cast, small):
    start = clock.now()
    with at(start, 0):
        spray(range(8))
    with at(start, 23 * 3600):
        throttle.forget_old()
        assert (FailedName.objects.count(), Limit.objects.count() > 0) == (0, True)
    with at(start, 25 * 3600):
        throttle.forget_old()
        assert not Limit.objects.exists()


def test_signed_in_people_are_not_held_up_by_their_address(cast, small):
    asha = signed_in(cast.asha)
    spray(range(9), address="127.0.0.1")
    expect(200, asha.get("/admin/people/"))
