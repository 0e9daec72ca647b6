"""Somebody moves to another organisation: nobody pulls, roles stay behind, keys as both allow."""

import pytest

from tests.cast import decide
from tests.departures import (
    DAY,
    act,
    again,
    at_noon,
    joiner_code_of,
    mark_leaver,
    send_as_guest,
    take_on,
    today,
)
from tests.doors import (
    Browser,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.traces import changes, last_refusal, nothing_changes
from wardkey.lifecycle.models import JoinerCode, KeyTransfer
from wardkey.notifications.models import OutboxMessage
from wardkey.people.grants import role_grants_of
from wardkey.people.models import Membership
from wardkey.people.queries import people_found


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


def refused(cara, code, words, status=400, **more):
    with nothing_changes():
        page = expect(status, take_on(cara, code, **more)).content.decode()
    assert words in page
    assert last_refusal()[0] == "person.taking_on_refused"


def test_with_mark_and_code_the_new_side_takes_somebody_on(cast, asha, cara):
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben))
    page = expect(200, cara.submit("/admin/people/take-on/", code=code, organisation="SOUTH"))
    assert "Take on Ben Carter?" in page.content.decode()
    expect(302, take_on(cara, code))
    ben = again(cast.ben)
    assert (ben.home, ben.standing, ben.last_day) == (cast.south, "here", None)
    [home] = Membership.objects.filter(person=ben, kind="home", ends_at=None)
    assert home.organisation == cast.south
    expect(404, asha.get(desk_of(cast.ben)))
    expect(200, cara.get(desk_of(cast.ben)))
    with at_noon(today() + 60 * DAY):
        expect(302, Browser().enter_password(cast.ben))
    [entry] = changes("person.taken_on")
    assert (entry.actor["id"], entry.organisation) == (str(cast.cara.pk), cast.south.pk)


def test_the_person_is_found_at_the_new_side_only(cast, asha, cara):
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben))
    expect(302, take_on(cara, code))
    north = cast.organisations["north"].__class__.objects.filter(path__startswith=cast.north.path)
    south = cast.organisations["south"].__class__.objects.filter(path__startswith=cast.south.path)
    assert people_found(words="ben", within=north) == []
    assert [each.pk for each in people_found(words="ben", within=south)] == [cast.ben.pk]


# -- nobody pulls


def test_without_the_mark_nobody_is_taken_on(cast, cara, asha):
    code = joiner_code_of(signed_in(cast.ben))
    refused(cara, code, "has not marked them as leaver", 409)
    expect(302, mark_leaver(asha, cast.ben))
    expect(302, take_on(cara, code))


def test_without_the_code_nobody_is_taken_on(cast, cara, asha):
    expect(302, mark_leaver(asha, cast.ben))
    for code in ("", "AAAA-AAAA-AAAA-AAAA", "\x00", str(cast.ben.pk), cast.ben.username):
        refused(cara, code, "This joiner code does not work")


def test_not_a_day_before_the_last_day(cast, cara, asha):
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben, last_day=today() + 2 * DAY))
    refused(cara, code, "last day at the other organisation has not come", 409)
    with at_noon(today() + 2 * DAY):
        expect(302, take_on(signed_in_with_first_key(cast.cara, cara), code))


def signed_in_with_first_key(person, browser):
    other = half_signed_in(person)
    expect(200, other.use(browser.soft_key, person.keys.get()))
    return other


def test_a_code_of_before_the_mark_holds_and_works_once(cast, cara, asha):
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben))
    expect(302, take_on(cara, code))
    refused(cara, code, "This joiner code does not work")


def test_a_code_works_for_30_days(cast, asha):
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben, last_day=today() + 20 * DAY))
    with at_noon(today() + 31 * DAY):
        refused(signed_in(cast.cara), code, "This joiner code does not work")


def test_a_new_code_ends_the_one_before(cast, asha, cara):
    ben = signed_in(cast.ben)
    before, after = joiner_code_of(ben), joiner_code_of(ben)
    expect(302, mark_leaver(asha, cast.ben))
    refused(cara, before, "This joiner code does not work")
    expect(302, take_on(cara, after))


def test_only_the_hash_of_a_code_is_kept(cast):
    code = joiner_code_of(signed_in(cast.ben))
    kept = str([*JoinerCode.objects.values(), *OutboxMessage.objects.values()])
    kept += str(changes("joiner_code.made"))
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_a_suspended_or_closed_person_is_not_taken_on(cast, asha, cara):
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben))
    expect(302, act(asha, cast.ben, "suspend/"))
    refused(cara, code, "This joiner code does not work")
    other = joiner_code_of(signed_in(cast.dev))
    expect(302, act(asha, cast.dev, "close/"))
    refused(cara, other, "This joiner code does not work")


@pytest.mark.parametrize("who", ["ben", "hal", "olu"])
def test_without_the_role_nobody_takes_on(cast, asha, who):
    code, browser = joiner_code_of(signed_in(cast.dev)), signed_in(getattr(cast, who))
    expect(302, mark_leaver(asha, cast.dev))
    with nothing_changes():
        expect(403, take_on(browser, code, "NORTH"))


def test_somebody_is_taken_on_where_the_asker_reaches_and_not_where_they_are(cast, asha, cara):
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben))
    refused(cara, code, "There is no such code", organisation="PLATFORM")
    refused(asha, code, "own organisation already", 409, organisation="NORTH")
    expect(302, take_on(asha, code, "WARD7"))
    assert again(cast.ben).home == cast.ward


# -- roles, sessions, keys


def test_roles_and_sessions_do_not_travel(cast, cara):
    priya, hal = signed_in(cast.priya), signed_in(cast.hal)
    code = joiner_code_of(hal)
    expect(302, mark_leaver(priya, cast.hal))
    hal = signed_in(cast.hal)
    expect(302, take_on(cara, code))
    assert role_grants_of(cast.hal.pk) == []
    assert not is_signed_in(hal)


def leave_with(cast, asha, handling, until=None):
    """Ben has one token in use, and a joiner code."""
    soft_key, key = registered(asha, cast.ben)
    ben = half_signed_in(cast.ben)
    expect(200, ben.use(soft_key, key))
    code = joiner_code_of(ben)
    expect(302, mark_leaver(asha, cast.ben, keys={key: handling}, until=until))
    return soft_key, key, code


def test_a_given_key_goes_on_working_and_is_nobodys_to_collect(cast, asha, cara):
    soft_key, key, code = leave_with(cast, asha, "give")
    page = cara.submit("/admin/people/take-on/", code=code, organisation="SOUTH").content.decode()
    assert page.index("Tokens that come along") < page.index("Blue") < page.index("are removed")
    expect(302, take_on(cara, code))
    expect(200, half_signed_in(cast.ben).use(soft_key, key))
    row = KeyTransfer.objects.get()
    assert (row.settled_as, row.borrower) == ("given", cast.south)
    assert "nothing to collect" in asha.get("/admin/tokens-to-collect/").content.decode()


def test_a_lent_key_goes_on_working_and_both_sides_see_it_until_it_is_settled(cast, asha, cara):
    soft_key, key, code = leave_with(cast, asha, "lend", until=today() + 9 * DAY)
    expect(302, take_on(cara, code))
    expect(200, half_signed_in(cast.ben).use(soft_key, key))
    assert "1 token to collect" in asha.get("/admin/tokens-to-collect/").content.decode()
    assert "1 token to return" in cara.get("/admin/tokens-to-collect/").content.decode()
    address = f"/admin/tokens-to-collect/{KeyTransfer.objects.get().pk}/"
    expect(404, cara.get(address))
    with nothing_changes():
        expect(404, cara.submit(address, done="given"))
        expect(400, asha.submit(address, done="sold"))
    expect(302, asha.submit(address, done="ask"))
    kinds = {(each.kind, each.address) for each in OutboxMessage.objects.all()}
    assert ("key_asked_back", "ben@north.example") in kinds
    assert ("key_to_return", "cara@south.example") in kinds
    expect(302, asha.submit(address, done="returned"))
    key.refresh_from_db()
    assert (key.state, key.state_reason) == ("removed", "taken_back")
    expect(409, asha.get(address))
    with nothing_changes():
        expect(409, asha.submit(address, done="given"))
    for browser in (asha, cara):
        assert "nothing to collect" in browser.get("/admin/tokens-to-collect/").content.decode()


def test_a_lent_key_may_be_given_after_all(cast, asha, cara):
    soft_key, key, code = leave_with(cast, asha, "lend", until=today())
    expect(302, take_on(cara, code))
    address = f"/admin/tokens-to-collect/{KeyTransfer.objects.get().pk}/"
    expect(302, asha.submit(address, done="given"))
    expect(200, half_signed_in(cast.ben).use(soft_key, key))
    [entry] = changes("key_transfer.settled")
    assert entry.parameters["settled_as"] == "given"


def test_an_overdue_loan_says_so(cast, asha, cara):
    code = leave_with(cast, asha, "lend", until=today() + DAY)[2]
    expect(302, take_on(cara, code))
    assert "Overdue" not in asha.get("/admin/tokens-to-collect/").content.decode()
    with at_noon(today() + 2 * DAY):
        assert "Overdue" in signed_in(cast.asha).get("/admin/tokens-to-collect/").content.decode()


def test_a_kept_key_is_removed_at_the_move_and_is_to_be_collected(cast, asha, cara):
    _soft_key, key, code = leave_with(cast, asha, "keep")
    expect(302, take_on(cara, code))
    key.refresh_from_db()
    assert (key.state, key.state_reason) == ("removed", "taken_back")
    assert "1 token to collect" in asha.get("/admin/tokens-to-collect/").content.decode()
    with nothing_changes():
        expect(409, cara.submit(f"{desk_of(cast.ben)}{key.pk}/undo-removal/"))
    page = half_signed_in(cast.ben).get("/sign-in/key/").content.decode()
    assert "no FIDO2 token" in page


def test_a_given_key_that_the_new_policy_does_not_allow_stays_behind(cast, asha, cara):
    decide(cast.south, models="attested")
    _soft_key, key, code = leave_with(cast, asha, "give")
    page = cara.submit("/admin/people/take-on/", code=code, organisation="SOUTH").content.decode()
    assert "No token comes along" in page
    expect(302, take_on(cara, code))
    key.refresh_from_db()
    assert key.state == "removed"


def test_both_sides_and_the_person_are_told(cast, asha, cara):
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben))
    expect(302, take_on(cara, code))
    kinds = {(each.kind, each.address) for each in OutboxMessage.objects.all()}
    assert ("moved", "ben@north.example") in kinds
    assert ("somebody_moved", "priya@north.example") in kinds
    assert ("somebody_moved", "nina@north.example") in kinds
    assert ("joiner_code_made", "ben@north.example") in kinds


def test_a_guest_there_is_a_guest_no_more(cast, asha, cara):
    expect(302, send_as_guest(asha, cast.ben))
    code = joiner_code_of(signed_in(cast.ben))
    expect(302, mark_leaver(asha, cast.ben))
    expect(302, take_on(cara, code))
    assert "Nobody is a guest" in cara.get("/admin/guests/").content.decode()
