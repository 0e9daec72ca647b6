"""Administrators take somebody's other ways to log in away, and a closed account keeps none."""

import pytest

from tests.departures import act
from tests.doors import expect, half_signed_in, is_signed_in, signed_in
from tests.factors import allow, code_of, make_codes, otherwise, set_up_app, without_keys
from tests.test_losses import told
from tests.traces import changes, nothing_changes
from wardkey.recovery.models import AuthenticatorApp, RecoveryCode


def of(person):
    return f"/admin/people/{person.pk}/other-factors/"


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


def test_both_are_gone_with_what_they_opened(cast, cara):
    allow(cast.south)
    eve = signed_in(cast.eve)
    seed, codes = set_up_app(eve), make_codes(eve)
    without_keys(cara, cast.eve)
    by_app = half_signed_in(cast.eve)
    expect(302, otherwise(by_app, "app", code_of(seed)))
    assert is_signed_in(by_app)
    assert "10 codes left" in expect(200, cara.get(of(cast.eve))).text
    expect(302, cara.submit(of(cast.eve)))
    assert not is_signed_in(by_app)
    assert (AuthenticatorApp.objects.count(), RecoveryCode.objects.count()) == (0, 0)
    again = half_signed_in(cast.eve)
    assert otherwise(again, "app", code_of(seed, after=30)).status_code != 302
    assert otherwise(again, "recovery", codes[0]).status_code != 302
    assert told("factors_taken_away") == [cast.eve.username]
    for code in ("authenticator_app.removed", "recovery_codes.removed"):
        assert [entry.actor["id"] for entry in changes(code)] == [str(cast.cara.pk)]


def test_where_there_are_none_nothing_happens(cast, cara):
    assert "Take them away" not in expect(200, cara.get(of(cast.eve))).text
    with nothing_changes():
        expect(409, cara.submit(of(cast.eve)))


def test_ones_own_are_on_a_page_of_ones_own(cast, cara):
    allow(cast.south)
    make_codes(cara)
    with nothing_changes():
        expect(409, cara.submit(of(cast.cara)))


def test_a_closed_account_keeps_no_seed_and_no_code(cast, cara):
    allow(cast.south)
    eve = signed_in(cast.eve)
    set_up_app(eve)
    make_codes(eve)
    expect(302, act(cara, cast.eve, "close/"))
    assert (AuthenticatorApp.objects.count(), RecoveryCode.objects.count()) == (0, 0)
