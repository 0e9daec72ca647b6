"""Nobody learns from the login page who has an account, or which tokens somebody has."""

import random
import re
import statistics
import time

import pytest

from tests.cast import PASSWORD
from tests.doors import (
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    registered,
    signed_in,
)
from tests.guessing import WRONG, guess, no_hash_can_be_made
from tests.softkey import SoftKey
from tests.traces import nothing_changes
from wardkey.people import passwords
from wardkey.people.models import Person
from wardkey.signin.models import FailedName, Limit

SAMPLES = 16
# The id of the request, and the length of a page that repeats the name as it was typed.
OWN_TO_EACH = {"X-Request-Id", "Content-Length"}
NOBODY = "nobody@north.example"


@pytest.fixture
def kinds(hashes_in_earnest, cast):
    """A user name and a password that is refused, of each kind; hashes cost what they cost."""
    Person.objects.update(password=passwords.encode(PASSWORD))
    registered(signed_in(cast.asha), cast.ben)
    Person.objects.filter(pk=cast.dev.pk).update(status="suspended")
    Person.objects.filter(pk=cast.wil.pk).update(password="!")
    return {
        "unknown": (NOBODY, WRONG),
        "with a token": (cast.ben.username, WRONG),
        "without a token": (cast.hal.username, WRONG),
        "suspended": (cast.dev.username, PASSWORD),
        "no password": (cast.wil.username, WRONG),
    }


def test_en01_en02_all_who_are_refused_get_the_same_answer(kinds):
    answers = set()
    for username, password in kinds.values():
        answer = expect(401, guess(username, password))
        page = re.sub(r'value="\w{64}"', "", answer.text.replace(username, "NAME"))
        headers = {name: value for name, value in answer.items() if name not in OWN_TO_EACH}
        answers.add((page, str(sorted(headers.items())), str(sorted(answer.cookies))))
    assert len(answers) == 1


@pytest.mark.looks_only
def test_en01_en02_all_who_are_refused_cost_the_same(kinds):
    """CPU time of this thread, in an order that is seeded and mixed; the fastest quarter of each,
    which a busy machine disturbs least. A hash is most of it: one that is left out shows."""
    browser, times = Browser(), {kind: [] for kind in kinds}
    order = [kind for kind in kinds for _ in range(SAMPLES)]
    random.Random(20261125).shuffle(order)
    guess(NOBODY, browser=browser)
    for kind in order:
        Limit.objects.all().delete()
        FailedName.objects.all().delete()
        began = time.thread_time()
        expect(401, guess(*kinds[kind], browser=browser))
        times[kind].append((time.thread_time() - began) * 1000)
    quarter = {kind: statistics.quantiles(each, n=4)[0] for kind, each in times.items()}
    assert min(quarter.values()) > 5
    assert max(quarter.values()) < 1.3 * min(quarter.values())


def test_en03_tokens_are_named_after_the_right_password_alone(cast):
    _soft_key, row = registered(signed_in(cast.asha), cast.ben, "Blue lanyard")
    browser = Browser()
    pages = [browser.get("/sign-in/"), guess(cast.ben.username, browser=browser)]
    with nothing_changes():
        pages += [
            browser.get("/sign-in/key/"),
            browser.call("/sign-in/key/challenge/", key_id=str(row.pk)),
        ]
    for page in pages:
        assert "Blue" not in page.text
        assert str(row.pk) not in page.text
    assert "Blue lanyard" in expect(200, half_signed_in(cast.ben).get("/sign-in/key/")).text


def test_en05_the_choice_tells_a_nickname_and_when_it_was_used(cast):
    asha, soft_key = signed_in(cast.asha), SoftKey()
    row = asha.register(desk_of(cast.ben), soft_key, "Blue")
    ben = half_signed_in(cast.ben)
    page = expect(200, ben.get("/sign-in/key/")).text
    [credential_id] = re.findall(r'"id": ?"([\w-]+)"', str(ben.choose(row)).replace("'", '"'))
    secret = [credential_id, bytes(row.credential_id).hex(), cast.asha.name, cast.asha.username]
    for each in [*secret, cast.north.name, cast.north.code, str(row.aaguid)]:
        assert each not in page
    assert "Blue" in page


def test_en12_a_wrong_key_and_an_unknown_credential_read_the_same(cast):
    asha = signed_in(cast.asha)
    soft_key, row = registered(asha, cast.ben)
    other, _row = registered(asha, cast.ben, "Green")
    problems = set()
    for answers_with in ("another key", "unknown id", "false signature"):
        ben = half_signed_in(cast.ben)
        begun = ben.choose(row)
        options = begun["public_key"]
        if answers_with == "another key":
            answer = other.sign(options | {"allowCredentials": []}, ORIGIN)
        else:
            answer = soft_key.sign(options, ORIGIN, signature=lambda good: good[::-1])
        if answers_with == "unknown id":
            answer |= {"id": "AAAA", "rawId": "AAAA"}
        problem = expect(401, ben.finish(begun, answer)).json()
        problem.pop("reference")
        problems.add(str(problem))
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("username", "password", "status"),
    [
        (NOBODY, "x" * 1024, 401),
        (NOBODY, "x" * 1025, 400),
        ("n" * 254, "x", 401),
        ("n" * 255, "x", 400),
        (NOBODY, "x" * 1_000_000, 413),
    ],
)
def test_en13_bf15_what_is_too_long_costs_no_hash(cast, username, password, status):
    if status == 401:
        expect(401, guess(username, password))
        return
    with no_hash_can_be_made():
        answer = expect(status, guess(username, password))
    if status == 400:
        assert "too long" in answer.text
    assert not Limit.objects.exists()


def test_en13_too_long_reads_the_same_whoever_it_is(cast):
    texts = {
        re.sub(r'value="\w{64}"', "", guess(name, "x" * 2000).text.replace(name, "NAME"))
        for name in (NOBODY, cast.ben.username)
    }
    assert len(texts) == 1
