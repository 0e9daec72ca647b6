"""A proof for one organisation never serves for another, above it or below."""

import pytest

from tests.doors import deed_asked_about, expect, signed_in
from tests.policies import POLICY, day_fields, in_days, today
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.base.errors import ProofRequired
from wardkey.lifecycle import joining
from wardkey.lifecycle.models import KeyTransfer
from wardkey.people.access import Asker
from wardkey.people.grants import role_grants_of
from wardkey.people.models import Membership
from wardkey.sessions.models import Session
from wardkey.sessions.step_up import SessionProof

NUMBER, ADD = "keys_a_person", "/admin/people/add/"


@pytest.fixture
def priya(cast):
    """She decides for Northside and for Ward 7 below it."""
    browser = signed_in(cast.priya)
    browser.confirms = False
    return browser


def deciding(organisation):
    return {"act": "decide_policy", "about": str(organisation.pk)}


def adding(organisation):
    return {"act": "add_people", "about": str(organisation.pk)}


def save(browser, organisation):
    fields = {"value": "4", "seen": 0, **day_fields(in_days(2))}
    return browser.submit(f"{POLICY}{NUMBER}/save/?of={organisation.code}", **fields)


def test_the_page_asks_about_the_organisation_that_is_named(cast, priya):
    for organisation in (cast.ward, cast.north):
        page = expect(401, priya.get(f"{POLICY}{NUMBER}/?of={organisation.code}"))
        assert deed_asked_about(page) == deciding(organisation)
        assert f"change the policy for {organisation.name}." in page.text
    assert deed_asked_about(priya.get(f"{POLICY}{NUMBER}/")) == deciding(cast.north)


@pytest.mark.parametrize(("proved", "other"), [("north", "ward"), ("ward", "north")])
def test_a_decision_wants_a_proof_for_its_own_organisation(cast, priya, proved, other):
    proved, other = getattr(cast, proved), getattr(cast, other)
    expect(200, priya.prove(deciding(proved)))
    with nothing_changes():
        expect(401, save(priya, other))
        expect(401, priya.submit(f"{POLICY}{NUMBER}/withdraw/?of={other.code}", decision=1))
        expect(401, priya.submit(f"{POLICY}key-models/review/?of={other.code}"))
    expect(302, save(priya, proved))
    [entry] = changes("policy.decided")
    assert entry.organisation == proved.pk


def test_a_proof_about_an_organisation_elsewhere_is_as_one_about_none(cast, priya):
    answers = []
    for about in (cast.south.pk, cast.platform.pk, 999_999, 10**17):
        deed = {"act": "decide_policy", "about": str(about), "password": "wardkey-demo-only"}
        problem = expect(404, priya.call("/sign-in/again/", **deed)).json()
        answers.append({name: text for name, text in problem.items() if name != "reference"})
    assert all(each == answers[0] for each in answers)


def test_nor_is_anything_proved_that_the_role_does_not_allow(cast):
    asha = signed_in(cast.asha)
    with nothing_changes():
        expect(403, asha.prove(deciding(cast.north)))
    expect(200, asha.prove(adding(cast.ward)))


def newcomer(organisation):
    return {
        "name": "Zoe Hart",
        "username": "zoe@north.example",
        "email": "",
        "organisation": organisation.code,
        **day_fields(name="starts_on"),
    }


def test_somebody_is_added_with_a_proof_for_where_they_will_belong(cast, priya, later):
    expect(200, priya.prove(adding(cast.north)))
    with nothing_changes():
        page = expect(401, priya.submit(ADD, **newcomer(cast.ward)))
    assert deed_asked_about(page) == adding(cast.ward)
    expect(200, priya.prove(adding(cast.ward)))
    expect(302, priya.submit(ADD, **newcomer(cast.ward)))


def test_the_flow_asks_for_that_proof_whatever_the_page_let_through(cast, priya, later):
    expect(200, priya.prove(adding(cast.north)))
    session = Session.objects.select_related("person").get(person=cast.priya)
    asker = Asker(
        person=cast.priya,
        session_id=session.pk,
        organisation=cast.north,
        grants=role_grants_of(cast.priya.pk),
        proof=SessionProof(session),
    )
    new = {"name": "Zoe Hart", "email": "", "starts_on": today()}
    with nothing_changes(), pytest.raises(ProofRequired):
        joining.add_person(asker=asker, username="zoe@x.example", organisation="WARD7", **new)
    joining.add_person(asker=asker, username="zoe@x.example", organisation="NORTH", **new)


def test_somebody_is_taken_on_with_a_proof_for_where_they_will_belong(cast, priya, later):
    expect(200, priya.prove(adding(cast.north)))
    fields = {"code": "AAAA-BBBB", "organisation": "WARD7"}
    page = expect(401, priya.submit("/admin/people/take-on/", **fields))
    assert deed_asked_about(page) == adding(cast.ward)


@pytest.fixture
def addresses(cast):
    """Root is a guest of Ward 7, and has something of theirs."""
    about = {"person": cast.root, "moved_at": clock.now(), "decided_at": clock.now()}
    visit = Membership.objects.create(
        person=cast.root, organisation=cast.ward, kind="guest", starts_at=clock.now()
    )
    transfer = KeyTransfer.objects.create(
        **about, described="Grey", owner=cast.ward, handling="lend", decided_by_id=cast.asha.pk
    )
    return [f"/admin/guests/{visit.pk}/lend/", f"/admin/tokens-to-collect/{transfer.pk}/"]


def form_of(address):
    return {"described": "Blue"} if address.endswith("/lend/") else {"done": "returned"}


def test_what_belongs_to_an_organisation_wants_a_proof_for_that_one(cast, priya, addresses, later):
    asked = {"act": "let_people_go", "about": str(cast.ward.pk)}
    expect(200, priya.prove(asked | {"about": str(cast.north.pk)}))
    for address in addresses:
        assert deed_asked_about(expect(401, priya.get(address))) == asked
        with nothing_changes():
            expect(401, priya.submit(address, **form_of(address)))
    expect(200, priya.prove(asked))
    for address in addresses:
        expect(200, priya.get(address))
        expect(302, priya.submit(address, **form_of(address)))
