"""Remove: a confirmation that names token and holder, and what ends with the token."""

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
from wardkey.sessions.models import Session


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def blue(cast, asha):
    return registered(asha, cast.ben)


def removal_page(holder, key):
    return f"{desk_of(holder)}{key.pk}/remove/"


def test_the_confirmation_names_the_token_and_its_holder_and_changes_nothing(cast, asha, blue):
    with nothing_changes():
        page = asha.get(removal_page(cast.ben, blue[1])).content.decode()
    assert "Remove “Blue” of Ben Carter?" in page
    assert "this is the last token" in page


def test_the_last_token_is_not_called_so_where_there_is_another(cast, asha, blue):
    registered(asha, cast.ben, "Spare")
    page = asha.get(removal_page(cast.ben, blue[1])).content.decode()
    assert "this is the last token" not in page


def test_a_removed_token_leaves_the_list_but_not_the_database(cast, asha, blue):
    answer = expect(302, asha.submit(removal_page(cast.ben, blue[1])))
    page = asha.get(answer["Location"]).content.decode()
    assert "The token “Blue” was removed." in page
    assert "No FIDO2 token is registered." in page
    row = SecurityKey.objects.get()
    assert (row.state, row.state_by_id) == ("removed", cast.asha.pk)
    [entry] = changes("key.removed")
    assert (entry.actor["id"], entry.holder) == (str(cast.asha.pk), str(cast.ben.pk))
    assert (entry.old, entry.new) == ({"state": "waiting"}, {"state": "removed"})


def test_with_a_token_end_the_sessions_that_it_made(cast, asha, blue):
    ben = half_signed_in(cast.ben)
    expect(200, ben.use(*blue))
    assert is_signed_in(ben)
    expect(302, asha.submit(removal_page(cast.ben, blue[1])))
    assert ben.get("/me/keys/")["Location"] == "/sign-in/?next=%2Fme%2Fkeys%2F"
    assert Session.objects.get(key_id=blue[1].pk).end_reason == "key_removed"


def test_sessions_of_other_tokens_go_on(cast, asha, blue):
    spare = registered(asha, cast.ben, "Spare")
    with_blue, with_spare = half_signed_in(cast.ben), half_signed_in(cast.ben)
    expect(200, with_blue.use(*blue))
    expect(200, with_spare.use(*spare))
    expect(302, asha.submit(removal_page(cast.ben, blue[1])))
    assert is_signed_in(with_spare)
    assert not is_signed_in(with_blue)


def test_a_token_removed_by_two_is_removed_once(cast, asha, blue):
    priya = signed_in(cast.priya)
    expect(302, priya.submit(removal_page(cast.ben, blue[1])))
    with nothing_changes():
        page = expect(404, asha.submit(removal_page(cast.ben, blue[1])))
    assert "removed meanwhile" in page.content.decode()
    assert last_refusal() == ("act.refused", "", "key_gone")


def test_az05_a_token_of_another_organisation_is_not_found(cast, asha):
    cara = signed_in(cast.cara)
    _soft_key, row = registered(cara, cast.eve)
    with nothing_changes():
        expect(404, asha.submit(removal_page(cast.eve, row)))
        expect(404, asha.submit(removal_page(cast.ben, row)))
    expect(302, cara.submit(removal_page(cast.eve, row)))


def test_nobody_removes_their_own_last_token(cast):
    root = signed_in(cast.root)
    own = cast.root.keys.get()
    with nothing_changes():
        page = expect(409, root.submit(removal_page(cast.root, own)))
    assert "This is your last token" in page.content.decode()
    spare = SoftKey()
    root.own_key = spare, root.register(MINE, spare, "Spare")
    expect(302, root.submit(removal_page(cast.root, own)))


def test_asking_for_the_page_by_get_removes_nothing(cast, asha, blue):
    with nothing_changes():
        expect(200, asha.get(removal_page(cast.ben, blue[1])))
        expect(
            405, asha.delete(removal_page(cast.ben, blue[1]), headers={"x-csrftoken": asha.csrf})
        )


def test_a_removed_token_may_be_registered_anew_for_anybody(cast, asha):
    soft_key, row = registered(asha, cast.ben, "Blue")
    expect(302, asha.submit(f"{desk_of(cast.ben)}{row.pk}/remove/"))
    for holder in (cast.ben, cast.dev):
        again = asha.register(desk_of(holder), soft_key, f"Blue of {holder.name}")
        assert (again.holder_id, again.state) == (holder.pk, "waiting")
        expect(302, asha.submit(f"{desk_of(holder)}{again.pk}/remove/"))
