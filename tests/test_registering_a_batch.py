"""The desk of a batch: its people get their tokens, one after the other, each once."""

import html
from datetime import timedelta

import pytest

from tests.batches import BATCHES, batch_for, desk_at, ids, keep, served
from tests.doors import desk_of, expect, half_signed_in, is_signed_in, registered, signed_in
from tests.softkey import SoftKey
from tests.stock import issue, received
from tests.traces import attempts, changes, nothing_changes
from wardkey.base import clock
from wardkey.people.models import Person, Status
from wardkey.sessions.models import DeskSession


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def next_of(browser, where):
    answer = expect(302, browser.get(f"{where}next/"))["Location"]
    return answer.removeprefix(where).removeprefix("people/").rstrip("/")


def put_off(browser, where, person, how):
    return expect(302, browser.submit(f"{desk_at(where, person)}put-off/", how=how))


def test_each_gets_a_token_in_turn_and_can_log_in_with_it(cast, asha):
    where = batch_for(asha, cast.ben, cast.wil)
    assert next_of(asha, where) == str(cast.ben.pk)
    page = expect(200, asha.get(desk_at(where, cast.ben))).text
    assert "1 of 2" in page
    assert cast.ben.username in page
    soft_key = served(asha, where, cast.ben, nickname="Token 1", serial_number="4711-0815")
    key = cast.ben.keys.get()
    assert (key.state, key.serial_number, key.nickname) == ("waiting", "4711-0815", "Token 1")
    assert changes("key.registered")[-1].holder == str(cast.ben.pk)
    assert next_of(asha, where) == str(cast.wil.pk)
    served(asha, where, cast.wil)
    assert expect(302, asha.get(f"{where}next/"))["Location"] == where
    assert "Nobody is left to be served." in asha.get(where).text
    ben = half_signed_in(cast.ben)
    expect(200, ben.use(soft_key, key))
    assert is_signed_in(ben)


def test_what_is_refused_keeps_the_same_person_and_costs_no_second_touch(cast, asha):
    registered(asha, cast.ben, "Token 1")
    where = batch_for(asha, cast.ben, cast.dev)
    assert 'value="Token 2"' in asha.get(desk_at(where, cast.ben)).text
    served(asha, where, cast.dev, serial_number="777777")
    begun = asha.touch(desk_of(cast.ben), SoftKey())
    with nothing_changes():
        refused = [
            expect(409, keep(asha, where, cast.ben, begun, nickname="TOKEN 1")),
            expect(400, keep(asha, where, cast.ben, begun, nickname=" ")),
            expect(400, keep(asha, where, cast.ben, begun, nickname="B", serial_number="1 2")),
            expect(400, keep(asha, where, cast.ben, begun, nickname="B", serial_number="777777")),
        ]
    assert "You gave this serial number to somebody else" in refused[-1].json()["detail"]
    assert next_of(asha, where) == str(cast.ben.pk)
    told = expect(200, keep(asha, where, cast.ben, begun, nickname="Blue", serial_number="8"))
    assert told.json() == {"nickname": "Blue", "serial_number": "8"}


def test_a_token_of_the_stock_is_issued_with_it_and_one_of_somebody_else_is_not(cast, asha):
    first, second = received(asha, "7001", "7002")
    where = batch_for(asha, cast.ben, cast.dev)
    served(asha, where, cast.ben, serial_number="7001")
    first.refresh_from_db()
    assert (first.state, first.holder_id) == ("issued", cast.ben.pk)
    expect(302, issue(asha, second, cast.wil.username))
    begun = asha.touch(desk_of(cast.dev), SoftKey())
    with nothing_changes():
        answer = expect(409, keep(asha, where, cast.dev, begun, serial_number="7002"))
    assert "was issued to somebody else" in answer.json()["detail"]
    assert "below" not in answer.json()["detail"]
    expect(200, keep(asha, where, cast.dev, begun))


def test_what_was_issued_to_the_wrong_person_is_in_stock_again_for_the_right_one(cast, asha):
    first, second = received(asha, "7001", "7002")
    where = batch_for(asha, cast.ben, cast.dev)
    served(asha, where, cast.ben, serial_number="7001")
    expect(302, asha.submit(f"{desk_at(where, cast.ben)}undo/"))
    first.refresh_from_db()
    assert (first.state, first.holder_id) == ("in_stock", None)
    acts = first.custody.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["issue", "take_back", "put_back"]
    assert [len(changes(f"unit.{code}")) for code in ("returned", "put_back")] == [1, 1]
    served(asha, where, cast.dev, serial_number="7001")
    first.refresh_from_db()
    assert (first.state, first.holder_id) == ("issued", cast.dev.pk)
    expect(302, issue(asha, second, cast.ben.username))  # by hand, which nobody undoes here
    served(asha, where, cast.ben, serial_number="7002")
    expect(302, asha.submit(f"{desk_at(where, cast.ben)}undo/"))
    second.refresh_from_db()
    assert (second.state, second.holder_id) == ("issued", cast.ben.pk)


def test_ft03_a_page_that_did_not_hear_is_told_again_and_nobody_gets_two(cast, asha):
    where = batch_for(asha, cast.ben)
    first, second = (asha.touch(desk_of(cast.ben), SoftKey()) for _ in range(2))
    expect(200, keep(asha, where, cast.ben, first))
    with nothing_changes():
        assert expect(200, keep(asha, where, cast.ben, first)).json()["nickname"] == "Token 1"
        answer = expect(409, keep(asha, where, cast.ben, second, nickname="Other"))
    assert "has got a token from this batch already" in answer.json()["detail"]
    assert cast.ben.keys.count() == 1
    assert "has their token from this batch: “Token 1”" in html.unescape(
        asha.get(desk_at(where, cast.ben)).text
    )


def test_only_the_answer_of_that_person_counts(cast, asha):
    where = batch_for(asha, cast.ben, cast.dev)
    begun = asha.touch(desk_of(cast.ben), SoftKey())
    expect(400, keep(asha, where, cast.dev, begun))
    assert attempts("registration.refused")[-1].parameters["reason"] == "no_answer_waiting"
    with nothing_changes():
        expect(404, keep(asha, where, cast.wil, begun))  # is not in it
        expect(400, asha.call(f"{desk_at(where, cast.ben)}keep/", nickname="A"))
    expect(200, keep(asha, where, cast.ben, begun))


def test_who_is_skipped_comes_last_and_who_is_away_on_another_day(cast, asha):
    where = batch_for(asha, cast.ben, cast.dev, cast.wil)
    put_off(asha, where, cast.ben, "skip")
    put_off(asha, where, cast.dev, "away")
    assert next_of(asha, where) == str(cast.wil.pk)
    served(asha, where, cast.wil)
    assert next_of(asha, where) == str(cast.ben.pk)
    put_off(asha, where, cast.wil, "away")  # has it: nothing changes
    expect(400, asha.submit(f"{desk_at(where, cast.dev)}put-off/", how="never"))
    served(asha, where, cast.ben)
    assert expect(302, asha.get(f"{where}next/"))["Location"] == where
    assert "Everybody who is here today has their token." in asha.get(where).text
    with clock.standing_at(clock.now() + timedelta(days=1)):
        assert next_of(signed_in(cast.asha), where) == str(cast.dev.pk)
    expect(200, asha.get(desk_at(where, cast.dev)))  # came after all
    served(asha, where, cast.dev)


def test_the_last_one_is_undone_and_served_again(cast, asha):
    where = batch_for(asha, cast.ben, cast.dev)
    desk = desk_at(where, cast.ben)
    expect(404, asha.get(f"{desk}undo/"))
    served(asha, where, cast.ben, serial_number="777777")
    assert f"{desk}undo/" in asha.get(desk_at(where, cast.dev)).text
    expect(200, asha.get(f"{desk}undo/"))
    assert expect(302, asha.submit(f"{desk}undo/"))["Location"] == desk
    removed = cast.ben.keys.get()
    assert (removed.state, removed.state_reason) == ("removed", "mistake")
    assert changes("key.removed")[-1].parameters["reason"] == "mistake"
    assert next_of(asha, where) == str(cast.ben.pk)
    served(asha, where, cast.ben, serial_number="777777")
    assert cast.ben.keys.exclude(state="removed").count() == 1


def test_one_undoes_what_was_removed_elsewhere_too(cast, asha):
    where = batch_for(asha, cast.ben)
    served(asha, where, cast.ben)
    expect(302, asha.submit(f"{desk_of(cast.ben)}{cast.ben.keys.get().pk}/remove/"))
    assert "It was removed since." in asha.get(desk_at(where, cast.ben)).text
    expect(302, asha.submit(f"{desk_at(where, cast.ben)}undo/"))
    assert next_of(asha, where) == str(cast.ben.pk)


def test_who_is_not_theirs_any_more_is_passed_over_without_a_name(cast, asha):
    where = batch_for(asha, cast.ben, cast.dev, cast.wil)
    Person.objects.filter(pk=cast.ben.pk).update(home=cast.south)
    Person.objects.filter(pk=cast.dev.pk).update(status=Status.SUSPENDED)
    page = asha.get(where).text
    assert cast.ben.name not in page
    assert "Somebody whose tokens are not yours to register any more" in page
    assert next_of(asha, where) == str(cast.wil.pk)
    expect(404, asha.get(desk_at(where, cast.ben)))
    expect(404, asha.submit(f"{desk_at(where, cast.ben)}put-off/", how="skip"))


# -- the proof


def test_one_proof_opens_a_desk_session_for_those_who_are_due(cast, asha, later):
    where = batch_for(asha, cast.ben, cast.dev, cast.wil)
    put_off(asha, where, cast.wil, "away")
    asha.confirms = False
    for person in (cast.ben, cast.dev):
        expect(401, asha.get(desk_at(where, person)))
    assert expect(401, asha.submit(f"{where}start/")).text.count("open_desk_session")
    asha.confirms = True
    expect(302, asha.submit(f"{where}start/"))
    asha.confirms = False
    assert DeskSession.objects.get().at_most == 2
    for person in (cast.ben, cast.dev):
        expect(200, asha.get(desk_at(where, person)))
        served(asha, where, person)
    expect(401, asha.get(desk_at(where, cast.wil)))
    with nothing_changes():
        expect(401, asha.call(f"{desk_of(cast.wil)}register/challenge/"))
        expect(401, asha.submit(f"{desk_at(where, cast.dev)}undo/"))  # it covers no removal


def test_without_one_each_person_is_confirmed(cast, asha, later):
    where = batch_for(asha, cast.ben)
    asha.confirms = False
    expect(401, asha.get(desk_at(where, cast.ben)))
    expect(200, asha.prove({"act": "register_keys", "about": str(cast.ben.pk)}))
    expect(200, asha.get(desk_at(where, cast.ben)))
    served(asha, where, cast.ben)


def test_who_lost_the_role_meanwhile_keeps_nothing(cast, asha):
    where = batch_for(asha, cast.ben)
    begun = asha.touch(desk_of(cast.ben), SoftKey())
    cast.asha.role_grants.update(ends_at=clock.now())
    with nothing_changes():
        for refused in (
            keep(asha, where, cast.ben, begun),
            asha.get(where),
            asha.submit(f"{BATCHES}save/", person=ids(cast.dev)),
            asha.submit(f"{where}start/"),
        ):
            assert refused.status_code == 403
