"""Lost, stolen, suspended, copied: what ends, what is shown, who is told, and what comes back."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.cast import decide
from tests.doors import MINE, desk_of, expect, half_signed_in, is_signed_in, registered, signed_in
from tests.traces import changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage

LOST = "/sign-in/key/lost/"


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def blue(cast, asha):
    """Ben's, and in use."""
    soft_key, row = registered(asha, cast.ben)
    expect(200, half_signed_in(cast.ben).use(soft_key, row))
    return soft_key, row


def with_key(person, key):
    browser = half_signed_in(person)
    expect(200, browser.use(*key))
    return browser


def of(holder, key, act):
    return f"{desk_of(holder)}{key[1].pk}/{act}/"


def mine(key, act):
    return f"{MINE}{key[1].pk}/{act}/"


def told(kind):
    return sorted(OutboxMessage.objects.filter(kind=kind).values_list("address", flat=True))


def in_hours(hours):
    return clock.standing_at(clock.now() + timedelta(hours=hours))


def as_typed(moment):
    """In London's time, as a field for date and time has it."""
    return f"{moment.astimezone(ZoneInfo('Europe/London')):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("act", ["suspend", "remove"])
def test_what_the_key_opened_is_refused_at_its_next_request(cast, asha, blue, act):
    ben = with_key(cast.ben, blue)
    assert is_signed_in(ben)
    expect(302, asha.submit(of(cast.ben, blue, act)))
    assert expect(302, ben.get(MINE))["Location"].startswith("/sign-in/?")
    assert expect(401, ben.call("/me/keys/register/challenge/")).json()["code"] == (
        "authentication_required"
    )


def test_a_lost_key_stops_at_once_and_those_who_look_after_it_are_told(cast, asha, blue):
    spare = registered(asha, cast.ben, "Spare")
    ben = with_key(cast.ben, spare)
    page = ben.get(mine(blue, "lost")).content.decode()
    assert "You can go on with “Spare”" in page
    expect(302, ben.submit(mine(blue, "lost")))
    assert is_signed_in(ben)
    assert "Suspended: it cannot be found" in ben.get(MINE).content.decode()
    [entry] = changes("key.suspended")
    assert (entry.actor["id"], entry.parameters["reason"]) == (str(cast.ben.pk), "lost")
    assert told("key_suspended") == ["ben@north.example"]
    assert told("key_to_see_to") == ["asha@north.example", "priya@north.example"]


def test_ones_last_key_may_be_reported_lost_too(cast, blue):
    ben = with_key(cast.ben, blue)
    page = ben.get(mine(blue, "lost")).content.decode()
    assert "this is your last token" in page
    assert "an access pass" in page
    answer = expect(302, ben.submit(mine(blue, "lost")))
    assert expect(302, ben.get(answer["Location"]))["Location"].startswith("/sign-in/")
    page = half_signed_in(cast.ben).get("/sign-in/key/").content.decode()
    assert "there is no FIDO2 token that you can log in with" in page


def test_the_password_is_enough_to_stop_a_key_and_for_nothing_else(cast, asha, blue):
    ben = half_signed_in(cast.ben)
    _soft_key, devs = registered(asha, cast.dev, "Dev's")
    with nothing_changes():
        expect(404, ben.submit(LOST, key=str(devs.pk)))
        expect(400, ben.submit(LOST, key="x"))
        expect(400, ben.submit(LOST))
    answer = expect(302, ben.submit(LOST, key=str(blue[1].pk)))
    assert "your administrators were told" in ben.get(answer["Location"]).content.decode()
    assert told("key_to_see_to") == ["asha@north.example", "priya@north.example"]
    assert not is_signed_in(ben)
    with nothing_changes():
        expect(409, ben.submit(LOST, key=str(blue[1].pk)))
        assert expect(302, ben.submit(mine(blue, "resume")))["Location"] == "/sign-in/key/"


def test_a_found_key_is_resumed_by_its_holder_with_another_one(cast, asha, blue):
    ben = with_key(cast.ben, registered(asha, cast.ben, "Spare"))
    expect(302, ben.submit(mine(blue, "lost")))
    assert "Found again" in ben.get(MINE).content.decode()
    expect(302, ben.submit(mine(blue, "resume")))
    assert told("key_resumed") == ["ben@north.example"]
    with_key(cast.ben, blue)


def test_what_the_helpdesk_stopped_an_administrator_starts_again(cast, asha, blue):
    hal = signed_in(cast.hal)
    expect(302, hal.submit(of(cast.ben, blue, "suspend"), reason="lost"))
    assert told("key_to_see_to") == ["asha@north.example", "priya@north.example"]
    with nothing_changes():
        expect(403, hal.submit(of(cast.ben, blue, "resume")))
    assert last_refusal() == ("act.refused", "", "role")
    ben = with_key(cast.ben, registered(asha, cast.ben, "Spare"))
    with nothing_changes():
        expect(403, ben.submit(mine(blue, "resume")))
    assert last_refusal() == ("act.refused", "", "suspended_by_another")
    assert "Found again" not in ben.get(MINE).content.decode()
    expect(302, asha.submit(of(cast.ben, blue, "resume")))
    with_key(cast.ben, blue)


def test_administrators_do_not_start_again_what_a_colleague_stopped_on_them(cast, asha):
    own = registered(asha, cast.asha, "Asha's")
    priya = signed_in(cast.priya)
    expect(302, priya.submit(of(cast.asha, own, "suspend")))
    with nothing_changes():
        expect(403, asha.submit(of(cast.asha, own, "resume")))
    expect(302, priya.submit(of(cast.asha, own, "resume")))


def test_a_stolen_key_shows_what_it_opened_since_and_ends_all_sessions(cast, asha, blue):
    spare, now = registered(asha, cast.ben, "Spare"), clock.now()
    with in_hours(1):
        early = with_key(cast.ben, blue)
    with in_hours(1.5):
        late, other, asha = (
            with_key(cast.ben, blue),
            with_key(cast.ben, spare),
            signed_in(cast.asha),
        )
        fields = {"reason": "stolen", "stolen_since": as_typed(now + timedelta(hours=1.25))}
        answer = expect(302, asha.submit(of(cast.ben, blue, "remove"), **fields))
        assert answer["Location"] == of(cast.ben, blue, "sign-ins")
        page = expect(200, asha.get(answer["Location"])).content.decode()
        assert "1 login" in page
        assert "A browser" in page
        assert "127.0.0.1" in page
        assert [is_signed_in(each) for each in (early, late, other)] == [False, False, False]
    assert told("key_stolen") == ["priya@north.example"]
    assert changes("key.removed")[-1].parameters["reason"] == "stolen"


def test_a_thief_is_shut_out_and_the_one_who_says_so_goes_on(cast, asha, blue):
    thief = with_key(cast.ben, blue)
    ben = with_key(cast.ben, registered(asha, cast.ben, "Spare"))
    fields = {"reason": "stolen", "stolen_since": as_typed(clock.now() - timedelta(minutes=5))}
    answer = expect(302, ben.submit(mine(blue, "remove"), **fields))
    assert "Nobody logged in" not in expect(200, ben.get(answer["Location"])).content.decode()
    assert (is_signed_in(thief), is_signed_in(ben)) == (False, True)
    assert told("key_stolen") == ["asha@north.example", "priya@north.example"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "stolen"}, "certainly still there"),
        ({"reason": "stolen", "stolen_since": "2999-01-01T00:00"}, "It must be in the past"),
        ({"reason": "stolen", "stolen_since": "yesterday"}, "certainly still there"),
        ({"reason": "lost", "stolen_since": "2026-01-01T00:00"}, "not called stolen"),
        ({"reason": "eaten"}, "Choose one of the reasons"),
        ({"reason": "lapsed"}, "Choose one of the reasons"),
        ({"reason": "count_fell"}, "Choose one of the reasons"),
    ],
)
def test_what_is_said_of_a_removal_has_to_make_sense(cast, asha, blue, fields, words):
    with nothing_changes():
        page = expect(400, asha.submit(of(cast.ben, blue, "remove"), **fields))
    assert words in page.content.decode()
    expect(302, asha.submit(of(cast.ben, blue, "remove"), reason="lost"))


def test_a_theft_before_the_key_was_there_is_one_from_its_first_day(cast, asha, blue):
    fields = {"reason": "stolen", "stolen_since": "0001-01-01T00:00"}
    expect(302, asha.submit(of(cast.ben, blue, "remove"), **fields))
    row = SecurityKey.objects.get(pk=blue[1].pk)
    assert row.stolen_since == row.registered_at


@pytest.mark.parametrize("reason", ["broken", "stolen", "lapsed", "count_fell", "eaten"])
def test_a_suspension_has_a_reason_of_its_own(cast, asha, blue, reason):
    with nothing_changes():
        expect(400, asha.submit(of(cast.ben, blue, "suspend"), reason=reason))
    expect(302, asha.submit(of(cast.ben, blue, "suspend"), reason="precaution"))


def test_a_removal_is_undone_within_a_day(cast, asha, blue):
    expect(302, asha.submit(of(cast.ben, blue, "remove"), reason="mistake"))
    assert "Removed in the last 24 hours" in asha.get(desk_of(cast.ben)).content.decode()
    with in_hours(23):
        expect(302, signed_in(cast.asha).submit(of(cast.ben, blue, "undo-removal")))
    [entry] = changes("key.removal_undone")
    assert (entry.old, entry.new) == ({"state": "removed"}, {"state": "active"})
    assert told("key_removal_undone") == ["ben@north.example"]
    with_key(cast.ben, blue)


def test_a_removal_is_not_undone_after_a_day(cast, asha, blue):
    expect(302, asha.submit(of(cast.ben, blue, "remove"), reason="mistake"))
    with in_hours(25):
        late = signed_in(cast.asha)
        assert "Removed in the last" not in late.get(desk_of(cast.ben)).content.decode()
        with nothing_changes():
            expect(409, late.submit(of(cast.ben, blue, "undo-removal")))
            expect(409, late.get(of(cast.ben, blue, "undo-removal")))
    assert last_refusal() == ("act.refused", "", "removal_final")


def test_a_removal_is_not_undone_where_another_has_its_name_or_its_place(cast, asha, blue):
    expect(302, asha.submit(of(cast.ben, blue, "remove")))
    registered(asha, cast.ben, "BLUE")
    with nothing_changes():
        expect(409, asha.submit(of(cast.ben, blue, "undo-removal")))
    expect(302, asha.submit(of(cast.ben, (None, cast.ben.keys.get(nickname="BLUE")), "remove")))
    decide(cast.north, keys_a_person=1)
    registered(asha, cast.ben, "Green")
    with nothing_changes():
        expect(409, asha.submit(of(cast.ben, blue, "undo-removal")))
    decide(cast.north, keys_a_person=2)
    expect(302, asha.submit(of(cast.ben, blue, "undo-removal")))


def test_lc03_nobody_removes_their_own_last_key(cast, asha):
    own = registered(asha, cast.asha, "Asha's")
    asha = with_key(cast.asha, own)
    with nothing_changes():
        expect(409, asha.submit(of(cast.asha, own, "remove")))
        expect(409, asha.submit(mine(own, "remove")))
    assert last_refusal() == ("act.refused", "", "own_last_key")
    expect(302, signed_in(cast.priya).submit(of(cast.asha, own, "remove")))


def test_lc06_both_administrators_are_told(cast, asha):
    priya = signed_in(cast.priya)
    own = registered(priya, cast.asha, "Asha's")
    expect(302, priya.submit(of(cast.asha, own, "remove")))
    assert told("key_removed") == ["asha@north.example"]
    assert told("administrators_key_removed") == ["priya@north.example"]
    bens = registered(priya, cast.ben)
    expect(302, priya.submit(of(cast.ben, bens, "remove")))
    assert told("administrators_key_removed") == ["priya@north.example"]
    assert [entry.actor["id"] for entry in changes("key.removed")] == [str(cast.priya.pk)] * 2


def test_lc29_whoever_has_one_key_is_told_to_have_a_spare(cast, asha, blue):
    ben = with_key(cast.ben, blue)
    for browser, address in ((asha, desk_of(cast.ben)), (ben, MINE)):
        assert "Register a spare one" in browser.get(address).content.decode()
    registered(asha, cast.ben, "Spare")
    for browser, address in ((asha, desk_of(cast.ben)), (ben, MINE)):
        assert "Register a spare one" not in browser.get(address).content.decode()


@pytest.mark.parametrize(("policy", "state"), [("no", "active"), ("yes", "suspended")])
def test_a_copied_key_is_suspended_where_policy_says_so(cast, blue, policy, state):
    soft_key, row = blue
    decide(cast.north, suspend_on_count_fall=policy)
    ben = with_key(cast.ben, blue)
    expect(401, half_signed_in(cast.ben).use(soft_key, row, sign_count=1))
    row.refresh_from_db()
    assert row.state == state
    assert is_signed_in(ben) == (policy == "no")
    assert [entry.actor["kind"] for entry in changes("key.suspended")] == (
        ["system"] if policy == "yes" else []
    )


def test_where_an_organisation_has_no_administrator_those_above_are_told(cast):
    key = registered(signed_in(cast.asha), cast.wil)
    wil = with_key(cast.wil, key)
    expect(302, wil.submit(mine(key, "lost")))
    assert told("key_to_see_to") == ["asha@north.example", "priya@north.example"]
