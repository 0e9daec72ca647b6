"""An authenticator app is set up, replaced and removed; its seed is sealed."""

from datetime import timedelta

import pytest

from tests.cast import decide, issue_pass
from tests.doors import MINE, desk_of, expect, half_signed_in, is_signed_in, signed_in
from tests.factors import (
    MY_APP,
    MY_FACTORS,
    allow,
    begin_app,
    code_of,
    make_codes,
    otherwise,
    refused,
    set_up_app,
    with_app,
    without_keys,
)
from tests.guessing import at
from tests.softkey import SoftKey
from tests.traces import changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.notifications.models import OutboxMessage
from wardkey.recovery.models import AuthenticatorApp
from wardkey.sessions.models import Session


@pytest.fixture
def south(cast):
    allow(cast.south)
    return cast.south


@pytest.fixture
def seed(cast, south):
    """Eve has an app, and no token any more."""
    seed = with_app(cast.eve)
    without_keys(signed_in(cast.cara), cast.eve)
    return seed


def test_setting_it_up_needs_a_factor_that_is_there(cast):
    allow(cast.north)
    dev = signed_in(cast.dev)  # with the password alone
    with nothing_changes():
        assert expect(302, dev.get(MY_APP))["Location"].startswith("/sign-in/key/")
        expect(302, dev.submit(MY_APP))
    assert not AuthenticatorApp.objects.exists()


def test_an_access_pass_is_enough_and_the_session_is_whole_with_it(cast, south):
    eve = half_signed_in(cast.eve)
    expect(302, eve.enter_pass(issue_pass(cast.eve)))
    seed = begin_app(eve)
    expect(302, eve.submit(MY_APP, code=code_of(seed)))
    assert is_signed_in(eve)
    assert Session.objects.get(person=cast.eve, ended_at=None).level == "app"
    assert [entry.holder for entry in changes("authenticator_app.set_up")] == [str(cast.eve.pk)]
    assert OutboxMessage.objects.filter(kind="app_set_up").count() == 1


def test_a_pass_sets_none_up_once_a_token_is_in_use(cast, south):
    key = signed_in(cast.eve).own_key[1]
    cara, desk = signed_in(cast.cara), f"{desk_of(cast.eve)}{key.pk}/"
    expect(302, cara.submit(f"{desk}suspend/", reason="precaution"))
    thief = half_signed_in(cast.eve)
    expect(302, thief.enter_pass(issue_pass(cast.eve)))
    seed = begin_app(thief)
    expect(302, cara.submit(f"{desk}resume/"))
    with nothing_changes():
        page = expect(403, thief.submit(MY_APP, code=code_of(seed))).text
    assert "You have a token in use by now" in page
    assert not is_signed_in(thief)
    expect(302, cara.submit(f"{desk}suspend/", reason="precaution"))
    expect(302, thief.submit(MY_APP, code=code_of(seed)))


def test_it_needs_a_fresh_proof(cast, south):
    eve = signed_in(cast.eve)
    eve.confirms = False
    with clock.standing_at(clock.now() + timedelta(minutes=6)), nothing_changes():
        assert "Confirm that it is you" in expect(401, eve.submit(MY_APP)).text
    expect(200, eve.submit(MY_APP))


def test_a_wrong_first_code_sets_nothing_up_and_the_same_picture_is_shown_again(cast, south):
    eve = signed_in(cast.eve)
    seed = begin_app(eve)
    page = expect(400, eve.submit(MY_APP, code="000000")).text
    assert seed[:4] in page
    assert "This is not the code" in page
    assert not AuthenticatorApp.objects.filter(confirmed_at__isnull=False).exists()
    expect(302, eve.submit(MY_APP, code=code_of(seed)))


def test_the_picture_lasts_fifteen_minutes_and_is_stored_nowhere(cast, south):
    eve = signed_in(cast.eve)
    seed = begin_app(eve)
    page = eve.submit(MY_APP)
    assert page["Cache-Control"] == "no-store"
    assert "<svg" in page.text
    assert "style=" not in page.text
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        expect(409, eve.submit(MY_APP, code=code_of(seed)))


def test_another_app_replaces_the_first(cast, south):
    eve = signed_in(cast.eve)
    first, second = set_up_app(eve), set_up_app(eve)
    without_keys(signed_in(cast.cara), cast.eve)
    refused(half_signed_in(cast.eve), code_of(first))
    expect(302, otherwise(half_signed_in(cast.eve), "app", code_of(second)))


@pytest.mark.parametrize("way", ["replaced", "removed"])
def test_what_an_app_opened_elsewhere_ends_with_it(cast, seed, way):
    """A telephone that was taken keeps nobody logged in."""
    thief = half_signed_in(cast.eve)
    expect(302, otherwise(thief, "app", code_of(seed)))
    eve = half_signed_in(cast.eve)
    with clock.standing_at(clock.now() + timedelta(seconds=60)):
        expect(302, otherwise(eve, "app", code_of(seed)))
        if way == "replaced":
            set_up_app(eve)
        else:
            make_codes(eve)
            expect(302, eve.submit(f"{MY_APP}remove/"))
        assert is_signed_in(eve)
        assert not is_signed_in(thief)


def test_its_seed_is_sealed_and_never_in_the_trail(cast, seed):
    row = AuthenticatorApp.objects.get()
    kept = str(list(AuthenticatorApp.objects.values())) + str(changes("authenticator_app.set_up"))
    assert seed not in kept
    assert seed not in str(list(OutboxMessage.objects.values()))
    # Of somebody else's row it is worth nothing.
    AuthenticatorApp.objects.filter(pk=row.pk).update(person=cast.cara)
    without = signed_in(cast.root)
    without_keys(without, cast.cara)
    refused(half_signed_in(cast.cara), code_of(seed))


def test_with_another_secret_key_it_is_read_with_the_old_one_and_sealed_anew(cast, seed, settings):
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [old]
    expect(302, otherwise(half_signed_in(cast.eve), "app", code_of(seed)))
    settings.SECRET_KEY_FALLBACKS = []
    with at(clock.now(), 60):
        expect(302, otherwise(half_signed_in(cast.eve), "app", code_of(seed)))
    settings.SECRET_KEY = "a third" * 10
    with at(clock.now(), 120):
        refused(half_signed_in(cast.eve), code_of(seed))


def test_it_is_removed_with_a_token_left_and_never_as_the_last_way_in(cast, south):
    eve = signed_in(cast.eve)
    seed = set_up_app(eve)
    assert "Set up on" in eve.get(MY_FACTORS).text
    without_keys(signed_in(cast.cara), cast.eve)
    eve = half_signed_in(cast.eve)
    expect(302, otherwise(eve, "app", code_of(seed)))
    with nothing_changes():
        expect(409, eve.submit(f"{MY_APP}remove/"))
    assert last_refusal() == ("act.refused", "", "last_factor")
    with_key = with_another_token(eve, cast)
    expect(302, with_key.submit(f"{MY_APP}remove/"))
    assert not AuthenticatorApp.objects.exists()
    assert len(changes("authenticator_app.removed")) == 1
    expect(409, with_key.submit(f"{MY_APP}remove/"))


def with_another_token(eve, cast):
    soft_key = SoftKey()
    row = eve.register(MINE, soft_key, "New")
    again = half_signed_in(cast.eve)
    expect(200, again.use(soft_key, row))
    return again


def test_whoever_has_an_app_is_always_asked_for_a_second_factor(cast):
    """Also where policy asks for none, and with the app switched off later."""
    allow(cast.north)
    dev = signed_in(cast.dev)
    expect(302, dev.enter_pass(issue_pass(cast.dev)))
    seed = begin_app(dev)
    expect(302, dev.submit(MY_APP, code=code_of(seed)))
    decide(cast.north, authenticator_app="off")
    half_signed_in(cast.dev)
