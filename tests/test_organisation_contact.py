"""Organisation contact: primary administrators say it, the organisation and those below read it."""

import pytest

from tests.doors import Browser, expect, half_signed_in, registered, signed_in
from tests.traces import changes, nothing_changes
from wardkey.base.errors import NotFound
from wardkey.organisations.models import OrganisationContact
from wardkey.people import organisation_contact
from wardkey.people.access import Asker
from wardkey.people.administrators import Act
from wardkey.people.grants import role_grants_of
from wardkey.people.models import RoleGrant
from wardkey.sessions.models import Session
from wardkey.sessions.step_up import SessionProof

ADDRESS, HELP = "/admin/organisation-contact/", "/guide/help/"
SAID = {
    "email": "tokens@north.example",
    "phone": "0300 000 0000, ext. 12",
    "hours": "Monday to Friday",
    "words": "Ground floor,\r\nbeside the library",
}
KEPT = SAID | {"words": "Ground floor, beside the library"}


@pytest.fixture
def priya(cast):
    """Primary local administrator of Northside."""
    return signed_in(cast.priya)


def help_for(browser):
    return expect(200, browser.get(HELP)).content.decode()


def test_it_is_said_by_a_primary_administrator_with_a_proof_and_recorded(cast, priya):
    priya.confirms = False
    with nothing_changes():
        expect(401, priya.get(ADDRESS))
        expect(401, priya.submit(ADDRESS, **SAID))
    priya.confirms = True
    expect(302, priya.submit(ADDRESS, **SAID))
    [entry] = changes("organisation.contact_changed")
    assert (entry.organisation, entry.actor["id"]) == (cast.north.pk, str(cast.priya.pk))
    assert OrganisationContact.objects.get(organisation=cast.north).values == KEPT
    trail = priya.get("/admin/audit/").content.decode()
    assert "Contact of the organisation: tokens@north.example 0300 000 0000, ext. 12" in trail
    assert "tokens@north.example" in priya.get(ADDRESS).content.decode()


def test_one_proof_is_for_one_change_and_the_same_again_is_none(cast, priya):
    expect(302, priya.submit(ADDRESS, **SAID))
    expect(302, priya.submit(ADDRESS, **SAID))
    assert len(changes("organisation.contact_changed")) == 1
    priya.confirms = False
    expect(401, priya.submit(ADDRESS, email=""))


@pytest.mark.parametrize("who", ["asha", "hal", "ben"])
def test_nobody_else_says_it(cast, who):
    browser = signed_in(getattr(cast, who))
    with nothing_changes():
        expect(403, browser.submit(ADDRESS, **SAID))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "no address", "Enter an e-mail address"),
        ("email", f"{'x' * 250}@north.example", "Enter an e-mail address"),
        ("phone", "call us", "3 digits or more"),
        ("phone", "1" * 41, "40 characters at most"),
        ("phone", "0300\u202e000", "none of them invisible"),
        ("hours", "x" * 101, "100 characters at most"),
        ("hours", "\u2800", "none of them invisible"),
        ("words", "x" * 501, "500 characters at most"),
        ("words", "a\u200bb", "none of them invisible"),
    ],
)
def test_what_will_not_do_changes_nothing_and_is_kept_in_the_form(priya, field, value, words):
    priya.get(ADDRESS)
    with nothing_changes():
        page = expect(400, priya.submit(ADDRESS, **SAID | {field: value})).content.decode()
    assert words in page
    assert "Monday to Friday" in page or field == "hours"


def test_it_is_shown_to_the_organisation_and_those_below_and_to_no_stranger(cast, priya):
    expect(302, priya.submit(ADDRESS, **SAID | {"words": "<b>Desk 3</b>"}))
    for reader in (signed_in(cast.wil), priya):
        page = help_for(reader)
        assert "whom Northside Hospital wants you to ask" in page
        assert 'href="mailto:tokens@north.example"' in page
        assert "&lt;b&gt;Desk 3" in page
    registered(signed_in(cast.asha), cast.ben)
    for stranger in (Browser(), half_signed_in(cast.ben), signed_in(cast.eve)):
        page = help_for(stranger)
        assert "tokens@north.example" not in page
        assert "Northside" not in page


def test_the_nearest_counts_and_one_taken_back_does_not(cast):
    ben = signed_in(cast.ben)
    said = OrganisationContact.objects.create
    said(organisation=cast.platform, phone="0300 111")
    said(organisation=cast.south, phone="0300 222")
    assert "0300 111" in help_for(ben)
    own = said(organisation=cast.north, phone="0300 333")
    assert "0300 333" in help_for(ben)
    assert "0300 111" not in help_for(ben)
    OrganisationContact.objects.filter(pk=own.pk).update(phone="")
    assert "0300 111" in help_for(ben)


def test_a_role_that_ended_meanwhile_says_nothing(cast, priya):
    expect(200, priya.prove({"act": "set_contact", "about": str(cast.north.pk)}))
    session = Session.objects.select_related("person").get(person=cast.priya)
    asker = Asker(
        person=cast.priya,
        session_id=session.pk,
        organisation=cast.north,
        grants=role_grants_of(cast.priya.pk),
        proof=SessionProof(session),
    )
    assert asker.may(Act.SET_CONTACT)
    RoleGrant.objects.filter(person=cast.priya).update(ends_at="2020-01-01T00:00:00Z")
    with nothing_changes(), pytest.raises(NotFound):
        organisation_contact.change(asker=asker, organisation=cast.north, **SAID)
