"""Nobody learns from the time of an answer who has an account, or which token is whose.

CPU time of this thread, in an order that is seeded and mixed; of each kind what the quicker quarter
keeps within, in proportion. A busy machine disturbs that least: the slow are its doing, and the
single fastest is luck.
"""

import random
import re
import statistics
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import hire_into
from tests.doors import ORIGIN, Browser, expect, half_signed_in, registered, signed_in
from tests.forgetful import ask, mailed
from wardkey.people.models import ContactPoint, Person
from wardkey.signin.models import FailedName, Limit

SAMPLES = 40
NOBODY = "nobody@north.example"


def quicker_quarter(kinds, sample):
    """Milliseconds by kind; `sample` does what takes time and returns how long it took."""
    times = {kind: [] for kind in kinds}
    order = [kind for kind in kinds for _ in range(SAMPLES)]
    random.Random(20261126).shuffle(order)
    sample(order[0])
    for kind in order:
        Limit.objects.all().delete()
        FailedName.objects.all().delete()
        times[kind].append(sample(kind) * 1000)
    return {kind: statistics.quantiles(each, n=4)[0] for kind, each in times.items()}


def taken(act):
    began = time.thread_time()
    act()
    return time.thread_time() - began


def are_alike(times):
    return max(times.values()) < 1.3 * min(times.values())


@pytest.fixture
def names(cast):
    """Whoever may and may not have a link, and nobody."""
    Person.objects.filter(pk=cast.dev.pk).update(status="suspended")
    Person.objects.filter(pk=cast.wil.pk).update(password="!")
    nameless = hire_into(cast.north, "nadia")
    ContactPoint.objects.filter(person=nameless).delete()
    return [NOBODY, cast.ben.username, cast.dev.username, cast.wil.username, nameless.username]


def kind_of(sql):
    """The verb, and the tables: `INSERT audit_attemptentry`."""
    tables = re.findall(r'(?:FROM|INTO|UPDATE|JOIN) "?(\w+)', sql)
    return " ".join([sql.split()[0], *tables])


def test_en06_a_forgotten_password_reads_the_same_and_asks_the_database_the_same(cast, names):
    answers, asked = set(), set()
    browser = Browser()
    for name in names:
        with CaptureQueriesContext(connection) as captured:
            answer = expect(200, ask(name, browser))
        page = re.sub(r'value="\w{64}"', "", answer.text)
        headers = {key: value for key, value in answer.items() if key != "X-Request-Id"}
        answers.add((page, str(sorted(headers.items())), str(sorted(answer.cookies))))
        asked.add(tuple(kind_of(each["sql"]) for each in captured.captured_queries))
    assert len(answers) == 1
    assert len(asked) == 1
    assert len(mailed()) == 1


def test_en06_a_forgotten_password_takes_the_same_time(cast, names):
    browser = Browser()
    times = quicker_quarter(names, lambda name: taken(lambda: expect(200, ask(name, browser))))
    assert are_alike(times), times


def test_en12_a_wrong_key_and_an_unknown_credential_take_the_same_time(cast):
    asha = signed_in(cast.asha)
    soft_key, row = registered(asha, cast.ben)
    ben = half_signed_in(cast.ben)

    def sample(kind):
        begun = ben.choose(row)
        answer = soft_key.sign(begun["public_key"], ORIGIN, signature=lambda good: good[::-1])
        if kind == "unknown":
            answer |= {"id": "AAAA", "rawId": "AAAA"}
        return taken(lambda: expect(401, ben.finish(begun, answer)))

    times = quicker_quarter(["wrong", "unknown"], sample)
    assert are_alike(times), times
