"""Can Ben log in now? The answer at the top of a person's page, and a button for each cure."""

from datetime import timedelta
from html import unescape

import pytest

from tests.cast import decide, issue_pass
from tests.doors import ORIGIN, desk_of, expect, half_signed_in, registered, signed_in
from wardkey.base import clock
from wardkey.people.models import ContactPoint, Person


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def blue(cast, asha):
    return registered(asha, cast.ben)


def panel(browser, person) -> str:
    """The words of the panel, and the addresses of its buttons."""
    page = expect(200, browser.get(f"/admin/people/{person.pk}/")).content.decode()
    text = page.partition('<section class="wardkey-readiness"')[2].partition("</section>")[0]
    return " ".join(unescape(text.replace("<bdi>", "").replace("</bdi>", "")).split())


def says(browser, person, *words, cures=()):
    text = panel(browser, person)
    for each in words:
        assert each in text
    offered = {"Try it now", "Resume “Blue”", "Register New Token", "Issue an access pass"}
    assert {each for each in offered if each in text} == set(cures)


def test_with_the_password_alone(cast, asha):
    says(asha, cast.ben, "Can Ben Carter log in now?", "Yes", "With the password alone")


def test_with_a_token_for_the_first_time(cast, asha, blue):
    says(asha, cast.ben, "Yes", "With “Blue”, for the first time", cures=["Try it now"])


def test_with_a_token_in_use(cast, asha, blue):
    expect(200, half_signed_in(cast.ben).use(*blue))
    says(asha, cast.ben, "Yes", "With “Blue”.", "Last logged in:")


def test_with_a_token_and_a_code(cast, asha, blue):
    decide(cast.north, handover="confirmed")
    cures = ["Try it now", "Issue an access pass"]
    says(asha, cast.ben, "Yes", "a code from their mail", cures=cures)
    ContactPoint.objects.filter(person=cast.ben).update(retired_at=clock.now())
    says(asha, cast.ben, "No", "no address of theirs can get a code", cures=cures)


def test_with_a_token_that_is_suspended(cast, asha, blue):
    expect(200, half_signed_in(cast.ben).use(*blue))
    expect(302, asha.submit(f"{desk_of(cast.ben)}{blue[1].pk}/suspend/"))
    cures = ["Resume “Blue”", "Register New Token", "Issue an access pass"]
    says(asha, cast.ben, "No", "“Blue” is suspended", cures=cures)
    says(signed_in(cast.hal), cast.ben, "No", cures=["Issue an access pass"])


def test_without_a_token_where_one_is_asked_for(cast):
    cara = signed_in(cast.cara)
    cures = ["Register New Token", "Issue an access pass"]
    says(cara, cast.eve, "No", "No token is registered that could be used", cures=cures)
    issue_pass(cast.eve)
    says(cara, cast.eve, "Yes", "Once, with the access pass", cures=["Register New Token"])
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        later = half_signed_in(cast.cara)
        expect(200, later.use(cara.soft_key, cast.cara.keys.get()))
        says(later, cast.eve, "No", cures=cures)


def test_without_a_token_that_was_used_before(cast, asha, blue):
    expect(200, half_signed_in(cast.ben).use(*blue))
    expect(302, asha.submit(f"{desk_of(cast.ben)}{blue[1].pk}/remove/"))
    says(asha, cast.ben, "No", cures=["Register New Token", "Issue an access pass"])


def test_an_account_that_is_not_active(cast, asha, blue):
    Person.objects.filter(pk=cast.ben.pk).update(status="suspended")
    says(asha, cast.ben, "No", "The account is not active", "See why")


def test_nobody_is_offered_what_they_may_not_do_for_themselves(cast, asha):
    registered(signed_in(cast.priya), cast.asha, "Asha's")
    decide(cast.north, handover="confirmed")
    says(asha, cast.asha, "Yes", "a code from their mail")


def test_the_last_try_failed_at_the_password(cast, asha, blue):
    from tests.doors import Browser

    expect(401, Browser().enter_password(cast.ben, "wrong"))
    assert "failed: wrong password." in panel(asha, cast.ben)


def test_the_last_try_stopped_before_the_token(cast, asha, blue):
    half_signed_in(cast.ben)
    assert "the password was right, and no token was tried" in panel(asha, cast.ben)


def test_the_last_try_never_came_to_an_answer(cast, asha, blue):
    half_signed_in(cast.ben).choose(blue[1])
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        assert "failed: wrong PIN, no token, or time ran out" in panel(asha, cast.ben)


def test_a_try_is_going_on(cast, asha, blue):
    half_signed_in(cast.ben).choose(blue[1])
    assert "Trying at this moment" in panel(asha, cast.ben)


def test_the_last_try_was_refused(cast, asha, blue):
    ben = half_signed_in(cast.ben)
    begun = ben.choose(blue[1])
    expect(401, ben.finish(begun, blue[0].sign(begun["public_key"], ORIGIN, clear_flags=0x04)))
    assert "failed: no PIN was asked for." in panel(asha, cast.ben)


def test_a_login_later_than_a_failure_is_what_counts(cast, asha, blue):
    ben = half_signed_in(cast.ben)
    ben.choose(blue[1])
    expect(200, ben.use(*blue))
    assert "Last logged in:" in panel(asha, cast.ben)


def test_the_code_is_missing(cast, asha, blue):
    decide(cast.north, handover="confirmed")
    expect(200, half_signed_in(cast.ben).use(*blue))
    assert "the code from the mail is missing" in panel(asha, cast.ben)


def test_ben_s_tries_are_not_dev_s(cast, asha, blue):
    half_signed_in(cast.ben).choose(blue[1])
    assert "Last" not in panel(asha, cast.dev)
    assert "Trying" not in panel(asha, cast.dev)
