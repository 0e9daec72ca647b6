"""A password is forgotten: a link to an own address or a slip, a new one, and the key as before."""

from datetime import timedelta

import pytest

from tests.cast import PASSWORD, issue_pass
from tests.doors import Browser, expect, half_signed_in, is_signed_in, registered, signed_in
from tests.forgetful import CHOOSE, FORGOTTEN, ask, choose, link_for, mailed, print_slip, slip_for
from tests.guessing import at, from_address
from tests.newcomers import NEW_PASSWORD, added
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import ContactPoint, Person
from wardkey.recovery.models import AccessPass, PasswordReset
from wardkey.sessions.models import Session
from wardkey.signin import resetting
from wardkey.signin.models import Limit

HOUR = timedelta(hours=1)


def test_lc27_a_link_leads_to_a_new_password_and_the_key_is_asked_for_as_before(cast):
    soft_key, row = registered(signed_in(cast.asha), cast.ben)
    expect(200, half_signed_in(cast.ben).use(soft_key, row))
    keys = list(SecurityKey.objects.values())
    since = Person.objects.get(pk=cast.ben.pk).second_factor_since
    browser = Browser()
    assert choose(link_for(cast.ben), browser=browser)["Location"] == "/sign-in/"
    assert not is_signed_in(browser), "the code alone opens nothing"
    expect(401, Browser().enter_password(cast.ben, PASSWORD))
    answer = expect(302, browser.enter_password(cast.ben, NEW_PASSWORD))
    assert answer["Location"].startswith("/sign-in/key/")
    assert not is_signed_in(browser)
    assert list(SecurityKey.objects.values()) == keys
    assert Person.objects.get(pk=cast.ben.pk).second_factor_since == since
    expect(200, browser.use(soft_key, row))


def test_wb06_a_reset_ends_all_sessions_whole_and_half(cast):
    soft_key, row = registered(signed_in(cast.asha), cast.ben)
    whole, half = half_signed_in(cast.ben), half_signed_in(cast.ben)
    expect(200, whole.use(soft_key, row))
    begun = half.choose(row)
    expect(302, choose(link_for(cast.ben)))
    assert not is_signed_in(whole)
    answer = soft_key.sign(begun["public_key"], "http://localhost:8000")
    expect(401, half.finish(begun, answer))
    ended = Session.objects.filter(person=cast.ben, end_reason="password_reset")
    assert ended.count() == 2


def test_a_reset_is_recorded_and_told(cast):
    expect(302, choose(link_for(cast.ben)))
    assert [entry.holder for entry in attempts("password.reset_asked")] == [str(cast.ben.pk)]
    [issued] = changes("password.reset_issued")
    assert (issued.actor["kind"], issued.parameters["way"]) == ("system", "link")
    [entry] = changes("password.reset")
    assert (entry.holder, entry.parameters["way"]) == (str(cast.ben.pk), "link")
    assert OutboxMessage.objects.filter(kind="password_was_reset").count() == 1


def test_a_link_goes_to_own_proved_addresses_alone(cast):
    ContactPoint.objects.create(person=cast.ben, value="unproved@elsewhere.example")
    retired = {"verified_at": clock.now(), "retired_at": clock.now()}
    ContactPoint.objects.create(person=cast.ben, value="old@elsewhere.example", **retired)
    link_for(cast.ben)
    sent = OutboxMessage.objects.filter(kind="password_link")
    assert [message.address for message in sent] == [cast.ben.username]


@pytest.mark.parametrize(
    "why", ["suspended", "organisation", "no address", "never joined", "nobody"]
)
def test_who_can_have_no_link_gets_none_and_nobody_sees_it(cast, why):
    people, ben = Person.objects.filter(pk=cast.ben.pk), cast.ben.username
    if why == "suspended":
        people.update(status="suspended")
    elif why == "organisation":
        type(cast.north).objects.filter(pk=cast.north.pk).update(status="suspended")
    elif why == "no address":
        ContactPoint.objects.filter(person=cast.ben).delete()
    elif why == "never joined":
        people.update(password="!")
    seen = bare(ask("nobody@north.example" if why == "nobody" else ben))
    assert seen == bare(ask(cast.eve.username))
    assert len(mailed()) == 1
    assert PasswordReset.objects.count() == 1, "nothing is kept of who gets none"


def bare(answer):
    return expect(200, answer).content


def test_a_link_and_a_slip_work_once(cast):
    asha = signed_in(cast.asha)
    for code_of in (link_for, lambda person: slip_for(asha, person)):
        code = code_of(cast.ben)
        expect(302, choose(code))
        refused(code, "another password again")


def refused(code, password=NEW_PASSWORD):
    with nothing_changes():
        page = expect(401, choose(code, password)).content.decode()
    assert "This code does not work" in page


@pytest.mark.parametrize(("way", "holds"), [("link", HOUR), ("slip", 24 * HOUR)])
def test_both_run_out(cast, way, holds):
    code = link_for(cast.ben) if way == "link" else slip_for(signed_in(cast.asha), cast.ben)
    with clock.standing_at(clock.now() + holds + timedelta(seconds=1)):
        refused(code)
    with clock.standing_at(clock.now() + holds - timedelta(minutes=1)):
        expect(302, choose(code))


def test_a_new_password_ends_the_other_ways_to_one(cast):
    first, second = link_for(cast.ben), link_for(cast.ben)
    slip = slip_for(signed_in(cast.asha), cast.ben)
    assert len({first, second, slip}) == 3
    expect(302, choose(second))
    refused(first)
    refused(slip)


def test_another_slip_ends_the_one_before(cast):
    asha = signed_in(cast.asha)
    first, second = slip_for(asha, cast.ben), slip_for(asha, cast.ben)
    refused(first)
    expect(302, choose(second))


def test_who_was_suspended_or_left_meanwhile_chooses_nothing(cast):
    asha = signed_in(cast.asha)
    code = link_for(cast.ben)
    expect(302, asha.submit(f"/admin/people/{cast.ben.pk}/suspend/"))
    refused(code)
    expect(302, asha.submit(f"/admin/people/{cast.ben.pk}/resume/"))
    refused(code)


def test_a_password_that_will_not_do_leaves_the_code_as_it_is(cast):
    code = link_for(cast.ben)
    with nothing_changes():
        page = expect(400, choose(code, "Password2026!")).content.decode()
    assert "Many people have this password" in page
    expect(302, choose(code))


def test_the_code_is_looked_at_before_a_password_is_chosen(cast):
    browser, code = Browser(), link_for(cast.ben)
    expect(200, browser.get(CHOOSE))
    page = expect(200, browser.submit(CHOOSE, code=code.lower())).content.decode()
    assert cast.ben.username in page
    expect(401, browser.submit(CHOOSE, code="AAAA-AAAA-AAAA-AAAA"))
    assert last_refusal() == ("sign_in.refused", "", "password_reset")


def test_no_table_holds_a_code(cast):
    for code in (link_for(cast.ben), slip_for(signed_in(cast.asha), cast.ben)):
        kept = [*PasswordReset.objects.values(), *OutboxMessage.objects.values()]
        assert code not in str(kept) + str(changes("password.reset_issued"))
        assert code.replace("-", "") not in str(kept)


# -- asking is slow


def test_en06_en07_who_asks_again_and_again_waits_whatever_the_name(cast):
    for username in (cast.ben.username, "nobody@north.example"):
        answers = [ask(username).status_code for _ in range(4)]
        assert answers == [200, 200, 200, 429]
        waits = ask(username.upper())
        assert waits["Retry-After"] == "30"
        assert "Wait 30 seconds" in waits.content.decode()
    assert len(mailed()) == 3
    expect(302, Browser().enter_password(cast.ben))


def test_a_day_has_ten_links_at_most(cast):
    start = clock.now()
    for number in range(14):
        with at(start, number * 1000):
            expect(200, ask(cast.ben.username))
            resetting.send_asked()
    assert len(mailed()) == 10


def test_many_names_at_one_address_wait(cast, settings):
    settings.NAMES_AN_ADDRESS = 3
    here = from_address("203.0.113.7")
    for number in range(4):
        expect(200, ask(f"name{number}@north.example", here))
    expect(429, ask("another@north.example", here))
    assert Limit.objects.filter(kind="address").exists()


def test_guessed_codes_make_their_address_wait(cast, settings):
    settings.NAMES_AN_ADDRESS = 3
    here = from_address("203.0.113.7")
    codes = [f"{letter * 4}-AAAA-AAAA-AAAA" for letter in "ABCDE"]
    assert [choose(code, browser=here).status_code for code in codes] == [401] * 4 + [429]


def test_a_name_that_is_none_is_refused_without_a_look(cast):
    with nothing_changes():
        expect(400, ask("n" * 255))
        assert "Enter your user name" in expect(400, ask("  ")).content.decode()
        expect(200, Browser().get(FORGOTTEN))


# -- the slip


@pytest.mark.parametrize("who", ["asha", "priya", "hal", "root"])
def test_helpdesk_and_administrators_print_slips(cast, who):
    admin = signed_in(getattr(cast, who))
    expect(302, choose(slip_for(admin, cast.ben)))
    [issued] = changes("password.reset_issued")
    assert issued.parameters == {"way": "slip", "identity_check": "in_person"}
    assert issued.actor["id"] == str(getattr(cast, who).pk)
    [told] = OutboxMessage.objects.filter(kind="password_slip_printed")
    assert told.parameters["by"] == getattr(cast, who).name


def test_the_history_tells_how_somebody_came_to_a_new_password(cast):
    asha = signed_in(cast.asha)
    expect(302, choose(link_for(cast.ben)))
    expect(302, choose(slip_for(asha, cast.ben), "lantern orchard bicycle"))
    page = expect(200, asha.get(f"/admin/people/{cast.ben.pk}/history/")).content.decode()
    for words in ("New password chosen", "by a link in a mail", "by a printed slip"):
        assert words in page
    assert "A link for a new password asked for, from 127.0.0.1" in page


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [("olu", "ben", 403), ("dev", "ben", 403), ("asha", "eve", 404), ("hal", "asha", 403)],
)
def test_others_print_none(cast, who, whom, status):
    browser = signed_in(getattr(cast, who))
    with nothing_changes():
        expect(status, print_slip(browser, getattr(cast, whom)))


def test_nobody_prints_one_for_themselves(cast):
    asha = signed_in(cast.asha)
    with nothing_changes():
        page = expect(403, print_slip(asha, cast.asha)).content.decode()
    assert "Nobody prints a slip for themselves" in page


@pytest.mark.parametrize("checked", ["", "a hunch", "colleague"])
def test_a_slip_says_how_identity_was_checked(cast, checked):
    asha = signed_in(cast.asha)
    with nothing_changes():
        expect(400, print_slip(asha, cast.ben, checked))
    expect(200, print_slip(asha, cast.ben))


def test_who_never_joined_is_invited_instead(cast):
    asha = signed_in(cast.asha)
    nia = added(asha)
    with nothing_changes():
        assert "Invite them instead" in expect(409, print_slip(asha, nia)).content.decode()


def test_a_slip_asks_for_a_proof_each_time(cast, later):
    asha = signed_in(cast.asha)
    asha.confirms = False
    with nothing_changes():
        expect(401, print_slip(asha, cast.ben))


def test_nobody_gives_one_person_a_new_password_and_an_access_pass(cast):
    """With both, somebody without a key is whoever holds the two."""
    hal, asha = signed_in(cast.hal), signed_in(cast.asha)
    slip_for(hal, cast.ben)
    passes = f"/admin/people/{cast.ben.pk}/access-pass/"
    with nothing_changes():
        page = expect(409, hal.submit(passes, checked="in_person")).content.decode()
    assert "ask a colleague" in page
    expect(200, asha.submit(passes, checked="in_person"))
    with nothing_changes():
        expect(409, print_slip(asha, cast.ben))
    with clock.standing_at(clock.now() + 25 * HOUR):
        expect(200, print_slip(signed_in(cast.asha), cast.ben))


def test_a_pass_that_was_issued_before_stays(cast):
    """It stands for the second factor, which a new password never touches."""
    code = issue_pass(cast.eve)
    expect(302, choose(link_for(cast.eve)))
    assert AccessPass.objects.get().revoked_at is None
    eve = Browser()
    expect(302, eve.enter_password(cast.eve, NEW_PASSWORD))
    expect(302, eve.enter_pass(code))
