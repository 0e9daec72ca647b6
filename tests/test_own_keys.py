"""My FIDO2 tokens: everybody sees their own; whoever signed in with one may change them."""

import pytest

from tests.doors import (
    MINE,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.softkey import SoftKey
from tests.traces import changes, last_refusal, nothing_changes
from wardkey.keys.models import SecurityKey


@pytest.fixture
def eve(cast):
    """Signed in with her first key."""
    return signed_in(cast.eve)


@pytest.fixture
def first(cast, eve):
    return SecurityKey.objects.get(holder=cast.eve)


def test_the_list_shows_nickname_registrar_and_use(cast):
    registered(signed_in(cast.asha), cast.ben)
    ben = half_signed_in(cast.ben)
    expect(302, ben.submit("/sign-in/key/later/"))
    page = ben.get(MINE).content.decode()
    for words in ("Blue", "by Asha Rao", "Not used yet", "never"):
        assert words in page


def test_only_ones_own_are_listed(cast, eve):
    registered(signed_in(cast.asha), cast.ben)
    page = eve.get(MINE).content.decode()
    assert "First key of Eve" in page
    assert "Blue" not in page


def test_a_second_own_key_is_active_at_once(cast, eve):
    row = eve.register(MINE, SoftKey(), "Spare")
    assert (row.state, row.holder, row.registered_by) == ("active", cast.eve, cast.eve)
    assert [entry.actor["id"] for entry in changes("key.registered")] == [str(cast.eve.pk)] * 2


def test_ones_own_key_is_renamed(cast, eve, first):
    expect(302, eve.submit(f"{MINE}{first.pk}/edit/", nickname="Mine"))
    first.refresh_from_db()
    assert first.nickname == "Mine"


def spare_of(eve):
    """Another key of hers, with which she proves that it is she from now on."""
    soft_key = SoftKey()
    eve.own_key = soft_key, eve.register(MINE, soft_key, "Spare")
    return eve.own_key[1]


def test_ones_own_key_is_removed_and_with_it_goes_the_session(cast, eve, first):
    spare_of(eve)
    page = eve.get(f"{MINE}{first.pk}/remove/").content.decode()
    assert f"Remove “{first.nickname}”?" in page
    expect(302, eve.submit(f"{MINE}{first.pk}/remove/"))
    assert not is_signed_in(eve)


def test_ones_last_key_stays_and_the_page_says_so_before_anybody_presses(cast, eve, first):
    address = f"{MINE}{first.pk}/remove/"
    before = expect(200, eve.get(address)).content.decode()
    assert "this is your last token" in before
    assert "nhsuk-button--warning" not in before
    with nothing_changes():
        page = expect(409, eve.submit(address))
    assert "Register another one first" in page.content.decode()
    assert is_signed_in(eve)


@pytest.mark.parametrize("state", ["waiting", "suspended"])
def test_a_key_that_waits_or_is_suspended_is_no_way_back(cast, eve, first, state):
    spare = spare_of(eve)
    SecurityKey.objects.filter(pk=spare.pk).update(state=state)
    with nothing_changes():
        expect(409, eve.submit(f"{MINE}{first.pk}/remove/"))
    assert last_refusal() == ("act.refused", "", "own_last_key")
    SecurityKey.objects.filter(pk=spare.pk).update(state="active")
    expect(302, eve.submit(f"{MINE}{first.pk}/remove/"))


@pytest.mark.parametrize("act", ["edit", "remove"])
def test_somebody_elses_key_is_not_found_at_ones_own_desk(cast, eve, act):
    _soft_key, row = registered(signed_in(cast.asha), cast.ben)
    with nothing_changes():
        expect(404, eve.get(f"{MINE}{row.pk}/{act}/"))
        expect(404, eve.submit(f"{MINE}{row.pk}/{act}/", nickname="Mine now"))
    assert last_refusal() == ("act.refused", "", "")


def test_with_the_password_alone_one_sees_ones_keys_but_changes_none(cast):
    _soft_key, row = registered(signed_in(cast.asha), cast.ben)
    ben = half_signed_in(cast.ben)
    expect(302, ben.submit("/sign-in/key/later/"))
    page = expect(200, ben.get(MINE)).content.decode()
    assert "you must have logged in with one" in page
    assert "Register New Token" not in page
    with nothing_changes():
        expect(401, ben.call(f"{MINE}register/challenge/"))
        for act in ("edit", "remove"):
            answer = expect(302, ben.submit(f"{MINE}{row.pk}/{act}/", nickname="Green"))
            assert answer["Location"] == "/sign-in/key/"
    assert last_refusal() == ("act.refused", "", "second_factor")


def test_whoever_put_a_token_off_may_use_it_later_to_change_their_keys(cast):
    blue = registered(signed_in(cast.asha), cast.ben)
    ben = half_signed_in(cast.ben)
    expect(302, ben.submit("/sign-in/key/later/"))
    expect(200, ben.use(*blue))
    ben.register(MINE, SoftKey(), "Spare")


def test_az11_half_signed_in_nobody_registers_a_key(cast):
    half = half_signed_in(cast.eve)
    with nothing_changes():
        problem = expect(401, half.call(f"{MINE}register/challenge/")).json()
    assert problem["code"] == "step_up_required"
    assert last_refusal() == ("act.refused", "", "second_factor")


def test_a_key_that_an_administrator_registers_is_seen_by_both(cast):
    cara, eve = signed_in(cast.cara), signed_in(cast.eve)
    registered(cara, cast.eve, "From Cara")
    assert "From Cara" in eve.get(MINE).content.decode()
    assert "From Cara" in cara.get(desk_of(cast.eve)).content.decode()
