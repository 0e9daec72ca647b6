"""A pass for somebody with a role waits for a second administrator."""

import re
from datetime import timedelta

import pytest

from tests.cast import decide
from tests.doors import MINE, Browser, expect, is_signed_in, signed_in
from tests.passes import asked, newest_request, page_of, pass_on, proved, stop_code, told
from tests.softkey import SoftKey
from tests.test_appointing import give
from tests.traces import changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.recovery.models import AccessPass, PassRequest


@pytest.fixture
def people(cast):
    """Root and Priya may; Asha holds a role and has no token."""
    return signed_in(cast.root), signed_in(cast.priya)


def approve(browser, person):
    return browser.submit(page_of(person), step="approve", request=newest_request())


def show(browser, person):
    return browser.submit(page_of(person), step="show")


def test_it_is_asked_for_approved_and_shown_once_to_whoever_asked(cast, people):
    root, priya = people
    before = AccessPass.objects.count()
    assert expect(302, asked(root, cast.asha, "call_back"))["Location"] == page_of(cast.asha)
    assert AccessPass.objects.count() == before
    assert told("pass_asked_for") == ["asha@north.example"]
    assert "priya@north.example" in told("pass_to_approve")
    assert "another administrator approves" in root.get(page_of(cast.asha)).text
    assert "Approve the pass" in priya.get(page_of(cast.asha)).text
    assert "Approve or show the pass" in priya.get(f"/admin/people/{cast.asha.pk}/").text
    expect(302, approve(priya, cast.asha))
    assert told("pass_approved") == ["root@platform.example"]
    assert "Show the pass" in root.get(page_of(cast.asha)).text
    code = pass_on(show(root, cast.asha))
    entry = changes("access_pass.issued")[-1].parameters
    assert (entry["identity_check"], entry["approved_by"]) == ("call_back", str(cast.priya.pk))
    assert [each.actor["id"] for each in changes("access_pass.approved")] == [str(cast.priya.pk)]
    proved(root, cast.asha)
    with nothing_changes():
        expect(409, show(root, cast.asha))
    asha = signed_in(cast.asha)  # by the password, as Northside spares her
    expect(302, asha.enter_pass(code))
    asha.register(MINE, SoftKey(), "New")
    assert is_signed_in(asha)


def test_whoever_asked_does_not_approve(cast, people):
    root, priya = people
    expect(302, asked(root, cast.asha))
    proved(root, cast.asha)
    with nothing_changes():
        expect(403, approve(root, cast.asha))
    assert last_refusal() == ("act.refused", "", "approving_oneself")
    with nothing_changes():
        expect(409, show(root, cast.asha))
    expect(302, approve(priya, cast.asha))
    pass_on(show(root, cast.asha))


def test_the_holder_and_whoever_does_not_cover_them_do_not_approve(cast, people):
    root, priya = people
    expect(302, asked(root, cast.asha))
    asha, hal, cara = (signed_in(each) for each in (cast.asha, cast.hal, cast.cara))
    proved(asha, cast.asha)
    with nothing_changes():
        expect(403, approve(asha, cast.asha))
        expect(403, approve(hal, cast.asha))
        expect(404, approve(cara, cast.asha))
    expect(302, approve(priya, cast.asha))
    proved(priya, cast.asha)
    with nothing_changes():
        expect(409, approve(priya, cast.asha))


def test_what_is_approved_is_what_was_on_the_page(cast, people):
    """A day pass opens no role; what took its place meanwhile would."""
    decide(cast.north, day_pass="on")
    root, priya = people
    expect(302, asked(root, cast.asha, kind="day", hours="2"))
    page = expect(200, priya.get(page_of(cast.asha))).text
    assert "Day pass, for 2 hours" in page
    [seen] = re.findall(r'name="request" value="([^"]+)"', page)
    expect(302, asked(root, cast.asha))
    proved(priya, cast.asha)
    with nothing_changes():
        expect(409, priya.submit(page_of(cast.asha), step="approve", request=seen))
        expect(400, priya.submit(page_of(cast.asha), step="approve"))
    assert "Access pass, to register a token" in priya.get(page_of(cast.asha)).text
    expect(302, approve(priya, cast.asha))
    pass_on(show(root, cast.asha))


def test_only_whoever_asked_sees_the_pass(cast, people):
    root, priya = people
    expect(302, asked(root, cast.asha))
    expect(302, approve(priya, cast.asha))
    proved(priya, cast.asha)
    with nothing_changes():
        expect(409, show(priya, cast.asha))
    pass_on(show(root, cast.asha))


def test_it_waits_for_an_hour(cast, people):
    root, priya = people
    expect(302, asked(root, cast.asha))
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        expect(409, approve(signed_in(cast.priya), cast.asha))
    expect(302, asked(priya, cast.asha))
    expect(302, approve(root, cast.asha))
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        expect(409, show(signed_in(cast.priya), cast.asha))
    pass_on(show(priya, cast.asha))


@pytest.mark.parametrize("how", ["stopped", "suspended"])
def test_what_ends_passes_ends_one_that_waits(cast, people, how):
    root, priya = people
    expect(302, asked(root, cast.asha))
    expect(302, approve(priya, cast.asha))
    pass_on(show(root, cast.asha))
    expect(302, asked(root, cast.asha))
    expect(302, approve(priya, cast.asha))
    if how == "stopped":
        expect(200, Browser().submit("/stop-pass/", code=stop_code()))
    else:
        expect(302, priya.submit(f"/admin/people/{cast.asha.pk}/suspend/"))
        expect(302, priya.submit(f"/admin/people/{cast.asha.pk}/resume/"))
    proved(root, cast.asha)
    with nothing_changes():
        expect(409, show(root, cast.asha))


def test_where_nothing_waits_nothing_is_approved(cast, people):
    proved(people[0], cast.ben)
    with nothing_changes():
        expect(409, approve(people[0], cast.ben))
        expect(409, show(people[0], cast.ben))
    pass_on(asked(people[0], cast.ben))
    assert not PassRequest.objects.exists()


def test_each_step_asks_for_a_proof_of_its_own(cast, people):
    root, priya = people
    expect(302, asked(root, cast.asha))
    priya.confirms = False
    with nothing_changes():
        assert "Confirm that it is you" in expect(401, approve(priya, cast.asha)).text
    priya.confirms = True
    expect(302, approve(priya, cast.asha))
    root.confirms = False
    with nothing_changes():
        expect(401, show(root, cast.asha))


def test_a_role_that_waits_counts_too(cast, people):
    grant = give(cast.dev, "helpdesk", cast.north)
    type(grant).objects.filter(pk=grant.pk).update(waiting_since=clock.now())
    expect(302, asked(people[0], cast.dev))
    assert PassRequest.objects.filter(person=cast.dev).count() == 1
