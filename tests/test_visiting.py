"""Guests: at another organisation until a day, looked after by their home, with keys to collect."""

import pytest

from tests.departures import DAY, act, at_noon, mark_leaver, send_as_guest, today
from tests.doors import desk_of, expect, half_signed_in, signed_in
from tests.newcomers import standing_of
from tests.traces import changes, nothing_changes
from wardkey.lifecycle.models import KeyTransfer
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import Membership


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


def again_at_the_desk(person, browser):
    other = half_signed_in(person)
    expect(200, other.use(browser.soft_key, person.keys.get()))
    return other


def test_the_host_sees_the_guest_until_the_day_and_the_home_looks_after_the_keys(cast, asha, cara):
    until = today() + 7 * DAY
    expect(302, send_as_guest(asha, cast.ben, until=until))
    page = cara.get("/admin/guests/").content.decode()
    assert "Ben Carter" in page
    assert "Guest until" in page
    expect(404, cara.get(desk_of(cast.ben)))
    expect(200, asha.get(desk_of(cast.ben)))
    assert "Southside Clinic, until" in asha.get(standing_of(cast.ben)).content.decode()
    with at_noon(until):
        page = again_at_the_desk(cast.cara, cara).get("/admin/guests/").content.decode()
    assert "Ben Carter" in page
    with at_noon(until + DAY):
        page = again_at_the_desk(cast.cara, cara).get("/admin/guests/").content.decode()
    assert "Nobody is a guest" in page
    [entry] = changes("guest.sent")
    assert entry.new == {"organisation": cast.south.pk, "until": until.isoformat()}


def test_the_home_ends_a_visit_early_once(cast, asha, cara):
    expect(302, send_as_guest(asha, cast.ben))
    end = f"guest/{Membership.objects.get(kind='guest').pk}/end/"
    with nothing_changes():
        expect(404, act(cara, cast.ben, end))
    expect(302, act(asha, cast.ben, end))
    assert "Nobody is a guest" in cara.get("/admin/guests/").content.decode()
    with nothing_changes():
        expect(404, act(asha, cast.ben, end))
        expect(404, act(asha, cast.ben, "guest/999999/end/"))


@pytest.mark.parametrize(
    ("organisation", "days", "status", "words"),
    [
        ("NOSUCH", 7, 400, "no organisation with this code"),
        ("SOUTH", -1, 400, "not past"),
        ("SOUTH", 400, 400, "within a year"),
        ("NORTH", 7, 409, "own organisation already"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(cast, asha, organisation, days, status, words):
    with nothing_changes():
        answer = send_as_guest(
            asha, cast.ben, organisation=organisation, until=today() + days * DAY
        )
    assert words in expect(status, answer).content.decode()


def test_nobody_is_a_guest_twice_at_one_place(cast, asha):
    expect(302, send_as_guest(asha, cast.ben))
    with nothing_changes():
        expect(409, send_as_guest(asha, cast.ben))


def test_who_is_suspended_is_sent_nowhere(cast, asha):
    expect(302, act(asha, cast.ben, "suspend/"))
    with nothing_changes():
        expect(409, send_as_guest(asha, cast.ben))


def test_a_lent_key_is_to_be_collected_by_the_host_and_seen_by_the_home(cast, asha, cara):
    expect(302, send_as_guest(asha, cast.ben, until=today() + DAY))
    lend = f"/admin/guests/{Membership.objects.get(kind='guest').pk}/lend/"
    with nothing_changes():
        for described in ("", "  ", "x" * 65, "a\x00b"):
            expect(400, cara.submit(lend, described=described))
        expect(404, asha.submit(lend, described="Grey, no. 7"))
    expect(302, cara.submit(lend, described="Grey, no. 7"))
    assert "1 token to collect" in cara.get("/admin/tokens-to-collect/").content.decode()
    assert "1 token to return" in asha.get("/admin/tokens-to-collect/").content.decode()
    with at_noon(today() + 2 * DAY):
        late = again_at_the_desk(cast.cara, cara)
        page = late.get("/admin/tokens-to-collect/").content.decode()
        assert "Overdue" in page
        assert "Grey, no. 7" in page
        address = f"/admin/tokens-to-collect/{KeyTransfer.objects.get().pk}/"
        expect(302, late.submit(address, done="returned"))
        assert "nothing to collect" in late.get("/admin/tokens-to-collect/").content.decode()


def test_nothing_is_lent_to_who_is_no_guest_any_more(cast, asha, cara):
    expect(302, send_as_guest(asha, cast.ben))
    visit = Membership.objects.get(kind="guest")
    lend = f"/admin/guests/{visit.pk}/lend/"
    expect(200, cara.get(lend))
    expect(302, act(asha, cast.ben, f"guest/{visit.pk}/end/"))
    with nothing_changes():
        expect(404, cara.get(lend))
        expect(404, cara.submit(lend, described="Grey"))


@pytest.mark.parametrize("who", ["ben", "hal", "olu"])
def test_without_the_role_nothing_is_lent_or_settled(cast, asha, cara, who):
    expect(302, send_as_guest(asha, cast.dev))
    visit = Membership.objects.get(kind="guest")
    expect(302, cara.submit(f"/admin/guests/{visit.pk}/lend/", described="Grey"))
    address = f"/admin/tokens-to-collect/{KeyTransfer.objects.get().pk}/"
    browser = signed_in(getattr(cast, who))
    with nothing_changes():
        expect(403, browser.submit(f"/admin/guests/{visit.pk}/lend/", described="x"))
        expect(403, browser.submit(address, done="given"))
    seen = expect(200 if who == "hal" else 403, browser.get("/admin/tokens-to-collect/"))
    assert b"Settle" not in seen.content


def test_whose_account_is_closed_is_a_guest_nowhere(cast, asha, cara):
    expect(302, send_as_guest(asha, cast.ben))
    expect(302, mark_leaver(asha, cast.ben))
    assert "Ben Carter" in cara.get("/admin/guests/").content.decode()
    expect(302, act(asha, cast.ben, "close/"))
    assert "Nobody is a guest" in cara.get("/admin/guests/").content.decode()


def test_the_guest_and_the_hosts_administrators_are_told(cast, asha):
    expect(302, send_as_guest(asha, cast.ben))
    kinds = {(each.kind, each.address) for each in OutboxMessage.objects.all()}
    assert ("guest", "ben@north.example") in kinds
    assert ("guest_to_come", "cara@south.example") in kinds
