"""Where somebody is logged in: seen and ended by themselves, ended by those who look after them."""

from datetime import timedelta

import pytest

from tests.cast import PASSWORD
from tests.doors import (
    MINE,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.test_races import at_once, twin
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.notifications.models import OutboxMessage
from wardkey.sessions.models import Session
from wardkey.web.device_words import in_words

HERE = "/me/logins/"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "


def ending(session) -> str:
    return f"{HERE}{session.pk}/end/"


def of(person) -> str:
    return f"/admin/people/{person.pk}/logins/"


def test_wb06_each_login_is_shown_with_its_device_its_token_and_its_times(cast):
    soft_key, row = registered(signed_in(cast.asha), cast.ben, "Blue")
    at_desk = half_signed_in(cast.ben)
    expect(200, at_desk.use(soft_key, row))
    Session.objects.filter(person=cast.ben).update(device=f"{WINDOWS}Chrome/130.0 Safari/537.36")
    half_signed_in(cast.ben)
    page = expect(200, at_desk.get(HERE)).text
    for words in ("2 logins", "Chrome on Windows", "Blue", "This one", "Not finished"):
        assert words in page
    assert at_desk.secret not in page


def test_wb06_one_is_ended_and_the_others_go_on(cast):
    first, second = signed_in(cast.ben), signed_in(cast.ben)
    ended = second.session
    expect(302, first.submit(ending(ended)))
    assert (is_signed_in(first), is_signed_in(second)) == (True, False)
    [entry] = changes("sessions.ended")
    assert entry.parameters == {"which": "one", "number": 1}
    with nothing_changes():
        expect(404, first.submit(ending(ended)))


def test_wb06_all_others_are_ended_and_this_one_goes_on(cast):
    here, *others = [signed_in(cast.ben) for _ in range(3)]
    expect(302, here.submit(f"{HERE}end-others/"))
    assert "2 other logins have ended." in here.get(HERE).text
    assert [is_signed_in(each) for each in (here, *others)] == [True, False, False]
    assert changes("sessions.ended")[0].parameters == {"which": "others", "number": 2}
    expect(302, here.submit(f"{HERE}end-others/"))
    assert len(changes("sessions.ended")) == 1


def test_somebody_elses_login_is_none(cast):
    ben, dev = signed_in(cast.ben), signed_in(cast.dev)
    with nothing_changes():
        expect(404, ben.submit(ending(dev.session)))
    assert is_signed_in(dev)


def test_whoever_was_shown_out_shows_nobody_out(cast):
    """The request of a stolen cookie, already under way when its owner ended it."""
    owner, thief = signed_in(cast.ben), signed_in(cast.ben)
    gone, late = thief.session, twin(thief)
    expect(302, owner.submit(ending(gone)))
    with nothing_changes():
        assert expect(302, late.submit(f"{HERE}end-others/"))["Location"].startswith("/sign-in/")
    assert is_signed_in(owner)


def test_what_ran_out_or_was_ended_otherwise_is_not_shown(cast):
    signed_in(cast.ben)
    half_signed_in(cast.eve)
    with clock.standing_at(clock.now() + timedelta(hours=12)):
        assert "1 login<" in signed_in(cast.ben).get(HERE).text
    half = half_signed_in(cast.eve)
    assert half.get(HERE)["Location"] == "/sign-in/key/"


@pytest.mark.parametrize("who", ["hal", "asha"])
def test_wb06_the_helpdesk_and_administrators_end_all_of_a_persons(cast, who):
    admin, sessions = signed_in(getattr(cast, who)), [signed_in(cast.ben) for _ in range(2)]
    assert "Ben Carter is logged out" in expect(200, admin.get(of(cast.ben))).text
    assert expect(302, admin.submit(of(cast.ben)))["Location"] == f"/admin/people/{cast.ben.pk}/"
    assert [is_signed_in(each) for each in sessions] == [False, False]
    [entry] = changes("sessions.ended")
    assert entry.actor["id"] == str(getattr(cast, who).pk)
    assert (entry.holder, entry.parameters) == (
        str(cast.ben.pk),
        {"which": "all", "number": 2},
    )
    assert OutboxMessage.objects.filter(kind="logins_ended").count() == 1
    assert is_signed_in(admin)


def test_wb06_what_was_half_done_in_an_ended_login_is_not_finished(cast):
    soft_key, row = registered(signed_in(cast.asha), cast.ben)
    half = half_signed_in(cast.ben)
    begun = half.choose(row)
    expect(302, signed_in(cast.hal).submit(of(cast.ben)))
    with nothing_changes():
        expect(401, half.finish(begun, soft_key.sign(begun["public_key"], "http://localhost:8000")))


@pytest.mark.parametrize(("who", "whose", "status"), [("hal", "asha", 403), ("asha", "eve", 404)])
def test_nobody_ends_the_logins_of_a_higher_role_or_of_another_organisation(
    cast, who, whose, status
):
    admin, other = signed_in(getattr(cast, who)), signed_in(getattr(cast, whose))
    with nothing_changes():
        expect(status, admin.submit(of(getattr(cast, whose))))
    assert is_signed_in(other)


def test_ones_own_are_ended_on_ones_own_page(cast):
    asha = signed_in(cast.asha)
    assert "End all logins" not in asha.get(f"/admin/people/{cast.asha.pk}/").text
    with nothing_changes():
        expect(409, asha.submit(of(cast.asha)))
    assert last_refusal() == ("act.refused", "", "oneself")


def test_wb32_ending_somebodys_logins_asks_for_a_fresh_proof(cast):
    asha, ben = signed_in(cast.asha), signed_in(cast.ben)
    asha.confirms = False
    with clock.standing_at(clock.now() + timedelta(minutes=6)), nothing_changes():
        assert "end all logins of Ben Carter" in expect(401, asha.submit(of(cast.ben))).text
    assert attempts("step_up.required")[-1].parameters["act"] == "end_sessions"
    assert is_signed_in(ben)


ENDED_BY = {
    "suspension": lambda asha, ben, row: asha.submit(f"/admin/people/{ben.pk}/suspend/"),
    "the removal of its token": lambda asha, ben, row: asha.submit(
        f"{desk_of(ben)}{row.pk}/remove/", reason="broken"
    ),
    "the suspension of its token": lambda asha, ben, row: asha.submit(
        f"{desk_of(ben)}{row.pk}/suspend/", reason="lost"
    ),
}


@pytest.mark.parametrize("act", ENDED_BY)
def test_wb06_it_ends_at_once_by(cast, act):
    asha = signed_in(cast.asha)
    soft_key, row = registered(asha, cast.ben)
    ben = half_signed_in(cast.ben)
    expect(200, ben.use(soft_key, row))
    assert is_signed_in(ben)
    expect(302, ENDED_BY[act](asha, cast.ben, row))
    assert ben.get(MINE)["Location"].startswith("/sign-in/")
    expect(401, ben.call("/sign-in/go-on/challenge/"))
    assert is_signed_in(asha)


def test_wb06_whoever_goes_on_while_all_is_ended_is_out_all_the_same(cast_for_threads):
    cast = cast_for_threads
    hal, ben = signed_in(cast.hal), signed_in(cast.ben)
    window = twin(ben)
    at_once(
        lambda: hal.submit(of(cast.ben)),
        lambda: window.call("/sign-in/go-on/", password=PASSWORD),
    )
    assert not Session.objects.filter(person=cast.ben, ended_at=None).exists()


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{WINDOWS}Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0", "Edge on Windows"),
        (f"{WINDOWS}Chrome/130.0.0.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) Version/18.0 Safari/605.1", "on macOS"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.9", "A browser that does not say what it is"),
        ("<script>alert(1)</script>", "A browser that does not say what it is"),
    ],
)
def test_a_device_is_told_in_plain_words(user_agent, words):
    assert words in in_words(user_agent)
