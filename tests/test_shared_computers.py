"""A computer at which many sit, one after the other: said at Login, or marked beforehand."""

from datetime import timedelta

import pytest

from tests.cast import PASSWORD, decide, issue_pass
from tests.doors import MINE, Browser, expect, half_signed_in, is_signed_in, registered, signed_in
from tests.softkey import SoftKey
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.sessions.models import Session

MARKING = "/admin/shared-computer/"


def later(**time):
    return clock.standing_at(clock.now() + timedelta(**time))


@pytest.fixture
def at_the_ward(cast):
    """Ben said at Login that others sit there too."""
    browser = Browser()
    expect(302, browser.enter_password(cast.ben, shared_computer="yes"))
    return browser


@pytest.fixture
def marked(cast):
    """A browser that Asha marked, and left."""
    browser = signed_in(cast.asha)
    expect(302, browser.submit(MARKING, shared="yes"))
    expect(302, browser.submit("/sign-out/"))
    return browser


def test_each_page_says_in_large_letters_who_is_signed_in_and_logout_is_one_press(at_the_ward):
    page = at_the_ward.get(MINE).text
    assert "Signed in as <strong><bdi>Ben Carter</bdi></strong>" in " ".join(page.split())
    before_the_template = page.partition("<template")[0]
    assert before_the_template.count(">Logout<") == 1
    expect(302, at_the_ward.submit("/sign-out/"))
    assert not is_signed_in(at_the_ward)


def test_on_ones_own_computer_nothing_of_it_shows(cast):
    assert "Signed in as" not in signed_in(cast.ben).get(MINE).text


def test_ck11_after_ten_minutes_without_use_it_has_ended_and_does_not_rest(at_the_ward):
    began = clock.now()
    with clock.standing_at(began + timedelta(minutes=9)):
        expect(200, at_the_ward.get(MINE))
    with clock.standing_at(began + timedelta(minutes=18, seconds=30)):
        page = expect(200, at_the_ward.get(MINE)).text
        assert 'data-leaves="/sign-in/"' in page
    with clock.standing_at(began + timedelta(minutes=29)):
        expect(401, at_the_ward.call("/sign-in/go-on/", password=PASSWORD))
        assert at_the_ward.get(MINE)["Location"].startswith("/sign-in/?")
    assert len(attempts("session.ran_out")) == 1
    assert Session.objects.get().end_reason == "ran_out"


def test_whoever_has_a_role_has_ten_minutes_there_too(cast):
    asha = Browser()
    expect(302, asha.enter_password(cast.asha, shared_computer="yes"))
    with later(minutes=11):
        assert asha.get(MINE)["Location"].startswith("/sign-in/?")


def test_nothing_is_remembered_there(cast, at_the_ward):
    expect(302, at_the_ward.submit("/sign-out/"))
    left = {name for name, cookie in at_the_ward.cookies.items() if cookie.value}
    assert left == {"__Host-csrf", "__Host-notices"}
    page = at_the_ward.submit(
        "/sign-in/", username=cast.ben.username, password="x", shared_computer="yes"
    )
    assert cast.ben.username not in expect(401, page).text
    assert 'value="yes" checked' in page.text


def test_on_ones_own_computer_the_name_stays_after_a_mistake_and_the_browser_is_known(cast):
    browser = signed_in(cast.ben)
    assert browser.cookies["__Host-known"].value
    expect(302, browser.submit("/sign-out/"))
    page = browser.submit("/sign-in/", username=cast.ben.username, password="x")
    assert cast.ben.username in expect(401, page).text


def test_every_step_of_a_login_keeps_it(cast):
    soft_key, row = registered(signed_in(cast.asha), cast.ben)
    browser = Browser()
    expect(302, browser.enter_password(cast.ben, shared_computer="yes"))
    assert browser.session.shared_computer
    expect(200, browser.use(soft_key, row))
    assert browser.session.shared_computer
    assert "__Host-known" not in browser.cookies


def test_a_pass_and_a_first_key_keep_it(cast):
    browser = Browser()
    expect(302, browser.enter_password(cast.eve, shared_computer="yes"))
    expect(302, browser.enter_pass(issue_pass(cast.eve)))
    assert browser.session.shared_computer
    browser.register(MINE, SoftKey(), "First")
    assert browser.session.shared_computer
    assert "__Host-known" not in browser.cookies


def test_a_handover_that_is_to_be_confirmed_keeps_it(cast):
    decide(cast.north, handover="confirmed")
    soft_key, row = registered(signed_in(cast.asha), cast.ben)
    browser = Browser()
    expect(302, browser.enter_password(cast.ben, shared_computer="yes"))
    expect(200, browser.use(soft_key, row))
    assert (browser.session.owed, browser.session.shared_computer) == ("handover", True)


def test_an_administrator_marks_the_computer_and_it_is_one_for_everybody_after(cast, marked):
    cookie = marked.cookies["__Host-shared"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
    [entry] = changes("computer.marked_shared")
    assert entry.parameters == {"computer": cookie.value}
    assert (entry.actor["id"], entry.organisation) == (str(cast.asha.pk), cast.north.pk)
    assert marked.cookies["__Host-known"].value == ""
    page = marked.get("/sign-in/").text
    assert "This is a shared computer: log out when you are done" in page
    assert page.count('autocomplete="off"') == 2
    expect(302, marked.enter_password(cast.ben))
    assert marked.session.shared_computer
    assert marked.cookies["__Host-known"].value == ""
    assert marked.cookies["__Host-shared"]["max-age"] == 400 * 86_400


def test_whoever_marks_it_sits_at_a_shared_computer_from_then_on(cast):
    asha = signed_in(cast.asha)
    expect(302, asha.submit(MARKING, shared="yes"))
    assert "Signed in as" in asha.get("/admin/").text
    with later(minutes=11):
        assert asha.get(MINE)["Location"].startswith("/sign-in/?")


def test_the_mark_is_taken_away_the_same_way(cast, marked):
    computer = marked.cookies["__Host-shared"].value
    expect(302, marked.enter_password(cast.asha))
    expect(302, marked.submit(MARKING, shared="no"))
    assert marked.cookies["__Host-shared"].value == ""
    [entry] = changes("computer.unmarked_shared")
    assert entry.parameters == {"computer": computer}
    expect(302, marked.submit("/sign-out/"))
    expect(302, marked.enter_password(cast.ben))
    assert not marked.session.shared_computer


@pytest.mark.parametrize("made_up", ["yes", "x" * 4000, "'; DROP TABLE sessions", "\u00e9"])
def test_a_mark_that_somebody_made_up_only_makes_their_own_browser_stricter(cast, made_up):
    browser = Browser()
    browser.cookies["__Host-shared"] = made_up
    expect(302, browser.enter_password(cast.asha))
    assert browser.session.shared_computer
    expect(302, browser.submit(MARKING, shared="no"))
    assert changes("computer.unmarked_shared")[0].parameters == {"computer": ""}


@pytest.mark.parametrize("who", ["hal", "olu", "ben"])
def test_others_mark_no_computer(cast, who):
    browser = signed_in(getattr(cast, who))
    with nothing_changes():
        expect(403, browser.submit(MARKING, shared="yes"))
    assert "__Host-shared" not in browser.cookies
    assert last_refusal() == ("act.refused", "", "role")


def test_wb32_marking_asks_for_a_fresh_proof(cast):
    asha = signed_in(cast.asha)
    asha.confirms = False
    with later(minutes=6), nothing_changes():
        page = expect(401, asha.submit(MARKING, shared="yes")).text
    assert "whether this computer is shared" in page
    assert "__Host-shared" not in asha.cookies


@pytest.mark.parametrize("fields", [{}, {"shared": "perhaps"}])
def test_a_form_that_says_neither_is_refused(cast, fields):
    asha = signed_in(cast.asha)
    with nothing_changes():
        expect(400, asha.submit(MARKING, **fields))


def test_half_a_login_there_says_nothing_of_who_it_was(cast):
    registered(signed_in(cast.asha), cast.ben)
    browser = half_signed_in(cast.ben)
    Session.objects.filter(pk=browser.session.pk).update(shared_computer=True)
    assert "Signed in as" not in expect(200, browser.get("/sign-in/key/")).text
