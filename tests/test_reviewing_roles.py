"""Roles are looked at once a quarter: what is due, Keep or Remove, who may, and the evidence."""

from datetime import timedelta

import pytest

from tests.doors import expect, signed_in
from tests.role_pages import dismiss, given_long_ago, verdicts
from tests.test_appointing import HELPDESK, LA, PLA, PLATFORM, give
from tests.test_query_counts import AT_MOST, queries
from tests.traces import attempts, changes, nothing_changes
from wardkey.base import clock
from wardkey.deciding import reminding
from wardkey.deciding.models import RoleReview
from wardkey.deciding.role_reviews import reviews_until
from wardkey.notifications.models import OutboxMessage
from wardkey.organisations import tree
from wardkey.organisations.models import Organisation
from wardkey.people.models import RoleGrant

REVIEW = "/admin/role-review/"
EVERYWHERE = Organisation.objects.all()


def page(browser, **asked):
    return expect(200, browser.get(REVIEW, asked)).content.decode()


@pytest.fixture
def priya(cast):
    return signed_in(cast.priya)


def test_what_is_due_is_kept_or_goes_by_the_page_on_which_roles_end(cast, priya, monkeypatch):
    given_long_ago(cast.cara, 99)  # elsewhere
    asha, hal = given_long_ago(cast.asha, 80), given_long_ago(cast.hal, 99)
    olu = given_long_ago(cast.olu, 75)
    told = page(priya)
    assert "2 roles in your reach are to be reviewed now" in told
    assert told.count("Never reviewed") == 2
    assert told.count("Overdue") == 1
    assert "Olu Bello" not in told  # 75 days: shown from the 76th on
    assert 'checked="' not in told
    assert "Olu Bello" in page(priya, show="all")
    monkeypatch.setattr(tree, "SMALL", 0)  # as in a branch of many organisations
    assert page(priya).count("Never reviewed") == 2
    assert "Cara Jones" not in page(priya, show="all")
    assert len(queries(priya, REVIEW)) <= AT_MOST
    with nothing_changes():
        assert "Choose “Keep” or “Remove”" in expect(400, verdicts(priya, {})).content.decode()
    answer = expect(302, verdicts(priya, {asha: "keep", olu: "keep", hal: "remove"}))
    to_end = f"/admin/people/{cast.hal.pk}/roles/{hal.pk}/dismiss/"
    assert answer["Location"] == to_end
    told = page(priya)
    assert "2 roles stay." in told
    assert "1 role has to go. It has not ended yet" in told
    assert "1 role in your reach is to be reviewed now" in told
    assert to_end in told
    assert {entry.holder for entry in changes("role.reviewed")} == {
        str(person.pk) for person in (cast.asha, cast.olu, cast.hal)
    }
    [entry] = [each for each in changes("role.reviewed") if each.holder == str(cast.hal.pk)]
    assert entry.parameters == {"role": HELPDESK, "verdict": "remove"}
    assert entry.actor["id"] == str(cast.priya.pk)
    assert "Role reviewed: Local helpdesk, it has to go" in priya.get("/admin/audit/").text
    expect(302, dismiss(priya, hal))
    assert "There is nothing to review now" in page(priya)
    review = RoleReview.objects.get(grant=asha)
    assert (review.reviewer, review.verdict) == (cast.priya, "keep")
    with clock.standing_at(clock.now() + timedelta(days=77)):
        told = page(signed_in(cast.priya))
    assert "Asha Rao" in told
    assert "Last reviewed on" in told
    assert "Hal Green" not in told


def test_a_role_that_was_to_go_may_stay_after_all(cast, priya):
    grant = cast.hal.role_grants.get()
    verdicts(priya, {grant: "remove"})
    assert "End this role now" in page(priya)
    verdicts(priya, {grant: "keep"})
    assert "Hal Green" not in page(priya)
    assert RoleReview.objects.filter(grant=grant).count() == 2


def test_nobody_reviews_their_own_a_higher_one_or_one_out_of_reach(cast, priya):
    own, cara = cast.priya.role_grants.get(), cast.cara.role_grants.get()
    hal, asha = cast.hal.role_grants.get(), cast.asha.role_grants.get()
    others = [signed_in(who) for who in (cast.asha, cast.hal, cast.olu, cast.ben)]
    with nothing_changes():
        expect(403, verdicts(priya, {own: "keep", hal: "keep"}))
        assert attempts("act.refused")[-1].parameters["reason"] == "own_role"
        expect(404, verdicts(priya, {cara: "keep", hal: "keep"}))
        expect(404, verdicts(priya, {RoleGrant(pk=987_654): "keep"}))
        expect(400, verdicts(priya, {hal: "perhaps"}))
        for name in ("verdict-x", "verdict-", "verdict-²", f"verdict-{10**20}"):
            expect(400, priya.submit(REVIEW, **{name: "keep"}))
        expect(400, priya.submit(REVIEW, **{f"verdict-{hal.pk}": "keep", "reviewer": "x"}))
        expect(400, priya.submit(REVIEW, **{f"verdict-{hal.pk}": ["keep", "remove"]}))
        for other in others:
            expect(403, verdicts(other, {hal: "keep"}))
    give(cast.dev, PLATFORM, cast.platform)
    give(cast.wil, PLA, cast.platform)
    higher, wil = cast.root.role_grants.get(), signed_in(cast.wil)
    with nothing_changes():
        expect(403, verdicts(wil, {higher: "keep"}))
    assert "somebody with a higher role reviews it" in page(wil, show="all")
    expect(302, verdicts(signed_in(cast.dev), {higher: "keep", own: "keep", asha: "keep"}))
    expect(400, priya.get(REVIEW, {"after": "-1"}))


def test_whom_nobody_else_reviews_is_told_what_to_do(cast, priya):
    given_long_ago(cast.priya, 99)
    given_long_ago(cast.root, 99)
    assert "It is your own role: somebody else reviews it" in page(priya)
    assert "There is nobody who can review your own role" not in page(priya)
    root = signed_in(cast.root)
    told = page(root)
    assert "There is nobody who can review your own role" in told
    assert "wardkey create-administrator" in told
    give(cast.dev, PLATFORM, cast.platform)
    assert "There is nobody who can review" not in page(root)


def test_a_role_that_ended_meanwhile_is_told_and_the_others_are_kept(cast, priya):
    hal, asha = cast.hal.role_grants.get(), cast.asha.role_grants.get()
    expect(302, dismiss(signed_in(cast.root), hal))
    expect(302, verdicts(priya, {hal: "remove", asha: "keep"}, where="?show=all"))
    told = page(priya, show="all")
    assert "“Local helpdesk” of Hal Green in Northside Hospital had ended meanwhile" in told
    assert RoleReview.objects.get().grant == asha
    assert len(changes("role.reviewed")) == 1


def test_a_page_leads_to_the_next_until_all_were_seen_once(cast, priya):
    long_ago = clock.now() - timedelta(days=100)
    RoleGrant.objects.bulk_create(
        RoleGrant(person=cast.ben, role=LA, organisation=cast.ward, starts_at=long_ago)
        for _number in range(120)
    )
    seen, address = [], REVIEW
    while address:
        told = expect(200, priya.get(address)).content.decode()
        seen += [part.split('"')[0] for part in told.split('name="verdict-')[1:]]
        _before, is_more, rest = told.partition('<p><a href="?show=due&amp;after=')
        address = f"{REVIEW}?after={rest.split(chr(34))[0]}" if is_more else ""
    assert (len(seen), len(set(seen))) == (240, 120)  # two choices each


def remind():
    while reminding.remind_some():
        pass
    told = [
        (each.address, each.parameters["number"], each.parameters["organisation"])
        for each in OutboxMessage.objects.filter(kind="roles_to_review")
    ]
    OutboxMessage.objects.all().delete()
    return sorted(told)


def test_who_can_review_has_one_letter_before_any_role_is_overdue(cast):
    assert remind() == []
    for person, days in ((cast.asha, 80), (cast.hal, 77), (cast.cara, 99), (cast.olu, 70)):
        given_long_ago(person, days)
    given_long_ago(cast.root, 99)  # which nobody else can review
    priyas = ("priya@north.example", "2", "Northside Hospital")
    roots = ("root@platform.example", "1", "Wardkey Platform")  # Southside has nobody nearer
    assert remind() == [priyas, roots]
    assert remind() == []
    given_long_ago(cast.priya, 77)
    with clock.standing_at(clock.now() + timedelta(days=13)):
        assert remind() == []
    verdicts(signed_in(cast.priya), {cast.asha.role_grants.get(): "keep"})
    with clock.standing_at(clock.now() + timedelta(days=15)):
        again = remind()  # of Hal and Olu, Olu’s being due meanwhile; of hers and Cara’s
    assert again == [priyas, ("root@platform.example", "2", "Wardkey Platform")]


def test_the_evidence_of_a_day_has_each_role_of_it_with_its_last_review(cast, priya):
    asha, hal = given_long_ago(cast.asha, 200), given_long_ago(cast.hal, 200)
    now = clock.now()
    for grant, days, verdict in ((asha, 100, "keep"), (asha, 5, "remove"), (hal, 5, "keep")):
        RoleReview.objects.create(
            grant=grant, reviewer=cast.priya, at=now - timedelta(days=days), verdict=verdict
        )
    hal.ends_at = now - timedelta(days=2)
    hal.save()
    within = EVERYWHERE.filter(pk=cast.north.pk)

    def told(days):
        moment = now - timedelta(days=days)
        return {
            each.grant.person.name: (each.last and each.last.verdict, each.is_overdue(moment))
            for each in reviews_until(within, moment - timedelta(hours=1), moment)
        }

    assert told(150) == dict.fromkeys(("Asha Rao", "Hal Green"), (None, False))
    assert told(105)["Asha Rao"] == (None, True)
    assert told(50)["Asha Rao"] == ("keep", False)
    assert told(3)["Hal Green"] == ("keep", False)
    assert told(3)["Asha Rao"] == ("remove", False)
    assert "Hal Green" not in told(1)
    assert "Priya Nair" not in told(1)  # given today
    [first, *_more] = reviews_until(within, now - timedelta(hours=1), now)
    assert (first.last.reviewer, first.is_to_go) == (cast.priya, True)
