"""What is single use, entered by a hundred at once on two processes: one comes first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests.cast import issue_pass
from tests.commands import SECRET, children_of, eventually
from tests.doors import half_signed_in, signed_in
from tests.factors import allow, code_of, set_up_app, with_codes, without_keys
from tests.served import SECONDS, asked, served
from tests.traces import attempts, changes
from wardkey.base.codes import hashed_readable
from wardkey.recovery.models import AccessPass, RecoveryCode
from wardkey.sessions import lifetime
from wardkey.sessions.levels import Level, Owed

MANY = 100


@pytest.fixture
def portal(transactional_db, tmp_path, settings):
    """The port of two processes that read what the tests sealed."""
    settings.SECRET_KEY = SECRET
    with served(tmp_path) as portal:
        eventually(lambda: len(children_of(portal.process)) == 2)
        yield portal.port


def half_sessions(person):
    """The secrets of a hundred logins that owe a second factor."""
    return [
        lifetime.start(person=person, level=Level.PASSWORD, owed=Owed.SECOND_FACTOR)[1]
        for _ in range(MANY)
    ]


def sent_by_all(port, person, address, **fields):
    start, csrf = threading.Barrier(MANY), "a" * 32

    def send(secret):
        headers = {
            "Cookie": f"__Host-csrf={csrf}; __Host-session={secret}",
            "X-CSRFToken": csrf,
            "Origin": f"http://localhost:{port}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        start.wait(timeout=SECONDS)
        return asked(port, "POST", address, urlencode(fields), **headers).status

    with ThreadPoolExecutor(MANY) as browsers:
        return sorted(browsers.map(send, half_sessions(person)))


ONE = [302, *[401] * (MANY - 1)]


def test_rc04_of_a_hundred_at_once_one_succeeds(cast_for_threads, portal):
    cast = cast_for_threads
    allow(cast.south)
    code, seed = with_codes(cast.eve)[0], set_up_app(half_with_pass(cast))
    without_keys(signed_in(cast.root), cast.eve)
    otherwise = "/sign-in/other/"
    assert sent_by_all(portal, cast.eve, otherwise, way="recovery", code=code) == ONE
    assert RecoveryCode.objects.filter(used_at=None).count() == 9
    assert [entry.parameters["left"] for entry in changes("recovery_code.used")] == [9]
    assert sent_by_all(portal, cast.cara, otherwise, way="app", code=code_of(seed)) == ONE
    access_pass = issue_pass(cast.eve)
    used_before = len(changes("access_pass.used"))
    entered = sent_by_all(portal, cast.eve, "/sign-in/access-pass/", access_pass=access_pass)
    assert entered == ONE
    assert len(changes("access_pass.used")) == used_before + 1
    assert AccessPass.objects.get(code_hash=hashed_readable(access_pass)).used_at is not None
    opened = [entry.parameters["level"] for entry in attempts("sign_in.succeeded")[-2:]]
    assert sorted(opened) == ["app", "recovery"]


def half_with_pass(cast):
    """Cara sets up an app with a pass."""
    cara = half_signed_in(cast.cara)
    cara.enter_pass(issue_pass(cast.cara))
    return cara
