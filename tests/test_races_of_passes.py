"""Two at once about passes: each step is taken once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections, transaction

from tests.cast import hire_into
from tests.doors import MINE, Browser, expect, half_signed_in, is_signed_in, signed_in
from tests.factors import MY_APP, allow, begin_app, code_of
from tests.passes import (
    asked,
    identity_code,
    issued,
    newest_request,
    page_of,
    proved,
    stop_code,
    vouch,
)
from tests.softkey import SoftKey
from tests.test_races import at_once, twin
from tests.traces import changes
from wardkey.recovery.models import AccessPass, AuthenticatorApp, RecoveryCode


@pytest.fixture
def cast(cast_for_threads):
    return cast_for_threads


def test_a_pass_approved_and_shown_many_times_at_once_is_one(cast):
    root, priya = signed_in(cast.root), signed_in(cast.priya)
    expect(302, asked(root, cast.asha))
    address = page_of(cast.asha)
    windows = [proved(priya, cast.asha), *(twin(priya) for _ in range(3))]
    approvals = at_once(*(lambda each=each: send(each, address, "approve") for each in windows))
    assert approvals.count(302) == len(changes("access_pass.approved")) == 1
    windows = [proved(root, cast.asha), *(twin(root) for _ in range(3))]
    shown = at_once(*(lambda each=each: send(each, address, "show") for each in windows))
    assert shown.count(200) == 1
    assert AccessPass.objects.filter(person=cast.asha).count() == 1


def send(browser, address, step):
    """Without asking for another proof."""
    browser.confirms = False
    seen = {"request": newest_request()} if step == "approve" else {}
    return browser.submit(address, step=step, **seen)


def test_a_code_that_was_read_out_is_used_once(cast):
    cara = signed_in(cast.cara)
    expect(302, cara.submit(f"{page_of(cast.eve)}code/"))
    proved(cara, cast.eve)
    code, windows = identity_code(), [twin(cara) for _ in range(4)]
    for each in windows:
        each.confirms = False
    codes = at_once(
        *(lambda each=each: asked(each, cast.eve, "own_contact", code=code) for each in windows)
    )
    assert codes.count(200) == 1
    assert AccessPass.objects.filter(person=cast.eve).count() == 1


def test_a_colleague_s_word_is_good_for_one_pass(cast):
    fay, cara = hire_into(cast.south, "fay"), signed_in(cast.cara)
    expect(200, vouch(cara, cast.eve, signed_in(fay), fay.username))
    proved(cara, cast.eve)
    windows = [twin(cara) for _ in range(4)]
    for each in windows:
        each.confirms = False
    codes = at_once(*(lambda each=each: asked(each, cast.eve, "colleague") for each in windows))
    assert codes.count(200) == 1
    assert AccessPass.objects.filter(person=cast.eve).count() == 1


def test_a_pass_stopped_many_times_at_once_is_stopped_once(cast):
    issued(signed_in(cast.cara), cast.eve)
    code, browsers = stop_code(), [Browser() for _ in range(6)]
    codes = at_once(*(lambda each=each: each.submit("/stop-pass/", code=code) for each in browsers))
    assert codes == [200, *[401] * 5]
    assert len(changes("access_pass.stopped")) == 1


def test_a_token_that_is_registered_while_its_pass_is_stopped_is_suspended(cast):
    thief = half_signed_in(cast.eve)
    expect(302, thief.enter_pass(issued(signed_in(cast.cara), cast.eve)))
    begun, code, has_to_wait = thief.touch(MINE, SoftKey()), stop_code(), Event()

    def note(execute, sql, params, many, context):
        # The person's row; SQLite has one lock for everything, with which a transaction begins.
        if sql.startswith("BEGIN") or ('FROM "people_person"' in sql and "FOR NO KEY" in sql):
            has_to_wait.set()
        return execute(sql, params, many, context)

    def stop():
        try:
            with connection.execute_wrapper(note):
                return Browser().submit("/stop-pass/", code=code).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            expect(302, thief.name(MINE, begun, "Thief's"))
            stopping = thread.submit(stop)
            assert has_to_wait.wait(timeout=20)
        assert stopping.result() == 200
    assert cast.eve.keys.get().state == "suspended"
    assert not is_signed_in(thief)


def test_setting_up_twice_at_once_leaves_one_app_and_ten_codes(cast):
    allow(cast.south)
    eve = signed_in(cast.eve)
    seed, other = begin_app(eve), twin(eve)
    code = code_of(seed)
    codes = at_once(lambda: eve.submit(MY_APP, code=code), lambda: other.submit(MY_APP, code=code))
    assert codes.count(302) == 1
    assert AuthenticatorApp.objects.count() == 1
    windows = [eve, other]
    made = at_once(*(lambda each=each: each.submit("/me/other-factors/codes/") for each in windows))
    assert made == [200, 200]
    assert RecoveryCode.objects.filter(person=cast.eve).count() == 10
