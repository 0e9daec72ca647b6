"""Stop this: the link in the message ends a pass, and all that came of it, without a login."""

from datetime import timedelta

import pytest

from tests.doors import MINE, Browser, expect, half_signed_in, is_signed_in, signed_in
from tests.factors import MY_APP, allow, begin_app, code_of, make_codes
from tests.passes import issued, stop_code, told
from tests.softkey import SoftKey
from tests.traces import changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.notifications import messages
from wardkey.notifications.models import OutboxMessage
from wardkey.recovery.models import AccessPass, AuthenticatorApp, RecoveryCode

STOP = "/stop-pass/"


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


def stop(code):
    return Browser().submit(STOP, code=code)


def test_the_message_has_the_link_and_no_table_has_its_code(cast, cara):
    issued(cara, cast.eve)
    row = OutboxMessage.objects.get(kind="access_pass_issued")
    code = stop_code()
    assert (
        f"http://localhost:8000/stop-pass/#{code}"
        in messages.access_pass_issued(**row.parameters).body
    )
    kept = str(list(AccessPass.objects.values())) + str(list(OutboxMessage.objects.values()))
    assert code not in kept


def test_opened_it_changes_nothing_and_one_press_ends_the_pass(cast, cara):
    code = issued(cara, cast.eve)
    with nothing_changes():
        assert "Stop this" in expect(200, Browser().get(STOP)).text
    assert "The pass was stopped" in expect(200, stop(stop_code())).text
    eve = half_signed_in(cast.eve)
    with nothing_changes():
        expect(401, eve.enter_pass(code))
    [entry] = changes("access_pass.stopped")
    assert (entry.holder, entry.parameters["was_used"]) == (str(cast.eve.pk), False)
    assert told("pass_stopped") == ["eve@south.example"]
    assert "cara@south.example" in told("pass_of_another_stopped")


def test_after_its_use_sessions_end_and_the_token_is_suspended(cast, cara):
    thief = half_signed_in(cast.eve)
    expect(302, thief.enter_pass(issued(cara, cast.eve)))
    soft_key = SoftKey()
    row = thief.register(MINE, soft_key, "Thief's")
    assert is_signed_in(thief)
    expect(200, stop(stop_code()))
    assert not is_signed_in(thief)
    row.refresh_from_db()
    assert (row.state, row.state_by_id) == ("suspended", None)
    assert changes("access_pass.stopped")[0].parameters["was_used"] is True
    expect(404, half_signed_in(cast.eve).call("/sign-in/key/challenge/", key_id=str(row.pk)))


def test_an_app_and_codes_that_were_set_up_since_are_gone(cast, cara):
    allow(cast.south)
    thief = half_signed_in(cast.eve)
    expect(302, thief.enter_pass(issued(cara, cast.eve)))
    expect(302, thief.submit(MY_APP, code=code_of(begin_app(thief))))
    make_codes(thief)
    expect(200, stop(stop_code()))
    assert not AuthenticatorApp.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert not is_signed_in(thief)


def test_what_was_there_before_stays(cast, cara):
    allow(cast.south)
    eve = signed_in(cast.eve)
    make_codes(eve)
    old = cast.eve.keys.get()
    expect(302, cara.submit(f"/admin/people/{cast.eve.pk}/keys/{old.pk}/suspend/", reason="lost"))
    issued(cara, cast.eve)
    expect(200, stop(stop_code()))
    assert RecoveryCode.objects.count() == 10
    old.refresh_from_db()
    assert (old.state, old.state_reason) == ("suspended", "lost")


def test_the_link_works_once(cast, cara):
    issued(cara, cast.eve)
    code = stop_code()
    expect(200, stop(code))
    with nothing_changes():
        assert "does not work" in expect(401, stop(code)).text
    assert last_refusal() == ("sign_in.refused", "", "pass_stopped")


def test_the_link_works_for_seven_days(cast, cara):
    issued(cara, cast.eve)
    code = stop_code()
    with clock.standing_at(clock.now() + timedelta(days=8)), nothing_changes():
        expect(401, stop(code))
    with clock.standing_at(clock.now() + timedelta(days=6)):
        expect(200, stop(code))


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "\x00", "é" * 4000])
def test_what_is_no_code_is_refused(cast, cara, code):
    issued(cara, cast.eve)
    with nothing_changes():
        expect(401, stop(code))


def test_the_pass_itself_stops_nothing(cast, cara):
    code = issued(cara, cast.eve)
    with nothing_changes():
        expect(401, stop(code))
