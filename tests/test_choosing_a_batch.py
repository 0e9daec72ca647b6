"""Register a batch: whom it is for, and whose it is."""

import html
import re
from datetime import timedelta

import pytest

from tests.batches import BATCHES, a_batch, batch_for, desk_at, ids, served
from tests.cast import decide, hire_into
from tests.doors import expect, registered, signed_in
from tests.traces import nothing_changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.batches import making
from wardkey.batches.models import AT_MOST, Batch, BatchPlace
from wardkey.people.accounts import add_person
from wardkey.people.models import Person, Status

OTHER = ["Nobody Atall", "eve@south.example", "Eve Carter"]


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def looked_at(browser, *lines, address=f"{BATCHES}new/"):
    return html.unescape(expect(200, browser.submit(address, names="\n".join(lines))).text)


def ticked(page):
    return re.findall(r'name="person" value="([0-9a-f-]+)" checked', page)


def unticked(page):
    return re.findall(r'name="person" value="([0-9a-f-]+)"(?! checked)', page)


def reason_for(page, line):
    found = re.search(rf"<bdi>{re.escape(line)}</bdi></dt><dd[^>]*>([^<]+)<", page)
    return found[1] if found else None


def named(name, *, home, username):
    return add_person(
        username=username, name=name, email=username, organisation=home, by=log.SYSTEM
    )


def test_a_list_is_user_names_addresses_and_full_names(cast, asha):
    page = looked_at(
        asha,
        "BEN@north.example",
        "Malik,  Dev",
        "",
        "Wil N. <wil@ward7.example>",
        "ben@north.example",
    )
    assert ticked(page) == ids(cast.ben, cast.dev, cast.wil)
    assert "Found: 3. To choose: 0. Left out: 0." in page


def test_en10_whoever_is_out_of_scope_reads_as_unknown(cast, asha):
    page = looked_at(asha, *OTHER)
    assert {reason_for(page, line) for line in OTHER} == {
        "Nobody in your organisation was found. Check the spelling, or use the user name"
    }
    assert "Southside" not in page
    assert ids(cast.eve)[0] not in page


def test_who_cannot_get_a_token_is_told_with_the_reason(cast, asha):
    decide(cast.ward, keys_a_person="1")
    registered(asha, cast.wil)
    registered(asha, cast.dev, "Dev's")
    sus, gone = (hire_into(cast.north, name) for name in ("sus", "gone"))
    Person.objects.filter(pk=sus.pk).update(status=Status.SUSPENDED)
    Person.objects.filter(pk=gone.pk).update(status=Status.CLOSED)
    page = looked_at(
        asha,
        "sus@north.example",
        "Gone",
        "gone@north.example",
        "Wil Novak",
        "Priya Nair",
        "Asha Rao",
        "Dev Malik",
        "Nina Berg",
    )
    assert reason_for(page, "sus@north.example") == "Is suspended"
    assert reason_for(page, "gone@north.example") is None  # told of with “Gone”, once
    assert reason_for(page, "Gone") == "Has left"
    assert reason_for(page, "Wil Novak").startswith("Has as many tokens as the policy allows")
    assert reason_for(page, "Priya Nair") == "Holds a role that yours does not cover"
    assert reason_for(page, "Nina Berg") == "Holds a role that yours does not cover"
    assert reason_for(page, "Asha Rao").startswith("That is you.")
    assert ticked(page) == []
    assert unticked(page) == ids(cast.dev)
    assert "Has a token already that waits for them." in page


def test_of_two_with_one_name_and_of_parts_of_names_one_chooses(cast, asha):
    annas = [
        named("Anna Smith", home=cast.north, username="anna1@north.example"),
        named("Anna Smith", home=cast.ward, username="anna2@ward7.example"),
    ]
    named("Anna Maria Smith", home=cast.north, username="anna3@north.example")
    named("Anna Smith", home=cast.south, username="anna4@south.example")
    page = looked_at(asha, "Anna Smith", "ben")
    assert ticked(page) == []
    assert unticked(page) == [*ids(*annas), *ids(cast.ben)]
    assert "Who is “Anna Smith”?" in page
    assert "anna1@north.example" in page
    assert "Northside Ward 7" in page


def test_more_than_twenty_of_one_name_are_not_listed(cast, asha):
    for number in range(21):
        named("Sam Hill", home=cast.north, username=f"sam{number}@north.example")
    page = looked_at(asha, "Sam Hill")
    assert reason_for(page, "Sam Hill") == "More than 20 people are called so. Use the user name"
    assert ticked(page) == unticked(page) == []


def test_nobody_and_too_many_are_told_and_nothing_is_kept(cast, asha):
    with nothing_changes():
        for names, words in (
            (" \n\n", "Enter at least one person."),
            ("\n".join(f"p{number}" for number in range(AT_MOST + 1)), "50 people or fewer"),
        ):
            answer = expect(400, asha.submit(f"{BATCHES}new/", names=names))
            assert words in answer.text
        assert "Choose at least one person" in expect(400, asha.submit(f"{BATCHES}save/")).text
        expect(400, asha.submit(f"{BATCHES}save/", person=["made-up"]))
        looked_at(asha, "ben@north.example")
    looked_at(asha, *(f"p{number}" for number in range(AT_MOST)))


def test_whoever_cannot_get_one_when_it_is_saved_is_left_out(cast, asha):
    chosen = ids(cast.ben, cast.eve, cast.priya, cast.asha, cast.ben, cast.dev)
    where = expect(302, asha.submit(f"{BATCHES}save/", person=chosen))["Location"]
    page = asha.get(where).text
    assert "2 people are on the list. Left out, as they cannot get a token now: 3." in page
    assert [place.person for place in BatchPlace.objects.order_by("position")] == [
        cast.ben,
        cast.dev,
    ]
    with nothing_changes():
        expect(400, asha.submit(f"{BATCHES}save/", person=ids(cast.eve)))


def test_people_are_found_added_once_and_up_to_fifty(cast, asha):
    where = batch_for(asha, cast.ben)
    page = expect(200, asha.get(f"{where}add/?q=carter")).text
    assert "Is in this batch already" in page
    page = expect(200, asha.get(f"{where}add/?q=wil")).text
    assert unticked(page) == ids(cast.wil)
    expect(302, asha.submit(f"{where}add/save/", person=ids(cast.wil, cast.ben)))
    assert reason_for(looked_at(asha, "Ben Carter", address=f"{where}add/"), "Ben Carter")
    people = [hire_into(cast.north, f"p{number}") for number in range(AT_MOST - 1)]
    with nothing_changes():
        answer = expect(400, asha.submit(f"{where}add/save/", person=ids(*people)))
        assert "A batch has 50 people at most." in answer.text
    expect(302, asha.submit(f"{where}add/save/", person=ids(*people[1:])))
    positions = list(BatchPlace.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, AT_MOST + 1))


def test_a_batch_is_its_administrators_for_the_organisation_in_view(cast, asha):
    where = batch_for(asha, cast.ben)
    assert where in asha.get(BATCHES).text
    priya, root = signed_in(cast.priya), signed_in(cast.root)
    assert where not in priya.get(BATCHES).text
    others = a_batch(cast.south, cast.asha, cast.ben)  # when she was an administrator there
    with nothing_changes():
        for browser, address in ((priya, where), (root, where), (asha, f"{BATCHES}{others.pk}/")):
            for below in ("", "add/", "delete/", "next/", f"people/{cast.ben.pk}/"):
                expect(404, browser.get(f"{address}{below}"))
            expect(404, browser.submit(f"{address}delete/"))
            expect(404, browser.submit(f"{address}people/{cast.ben.pk}/put-off/", how="skip"))
    expect(302, asha.submit(f"{where}delete/"))
    assert list(Batch.objects.all()) == [others]


def test_a_batch_is_forgotten_thirty_days_after_it_was_last_used(cast, asha):
    where = batch_for(asha, cast.ben, cast.dev)
    served(asha, where, cast.ben)
    later = clock.now() + timedelta(days=29)
    with clock.standing_at(later):
        signed_in(cast.asha).submit(f"{desk_at(where, cast.dev)}put-off/", how="skip")
    with clock.standing_at(later + timedelta(days=29)):
        assert making.forget_old() == 0
    with clock.standing_at(later + timedelta(days=31)):
        assert making.forget_old() == 1
    assert not BatchPlace.objects.exists()
    assert cast.ben.keys.get().state == "waiting"
