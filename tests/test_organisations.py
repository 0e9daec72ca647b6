"""Organisations are added, renamed, suspended and resumed, by platform administrators."""

import pytest

from tests.doors import Browser, desk_of, expect, half_signed_in, is_signed_in, signed_in
from tests.test_appointing import LA, give, told_of
from tests.traces import attempts, changes, nothing_changes
from wardkey.operating.restore import asleep
from wardkey.organisations.models import Organisation
from wardkey.people.grants import role_grants_of

ALL = "/admin/organisations/"


def page(organisation, act=""):
    return f"{ALL}{organisation.code}/{act}"


@pytest.fixture
def root(cast):
    return signed_in(cast.root)


def confirmed(browser, *addresses):
    """Whoever reads a form has confirmed that it is they, for what it is about."""
    for address in addresses:
        browser.get(address)
    return browser


def again(organisation):
    return Organisation.objects.get(pk=organisation.pk)


def test_one_is_added_below_another(cast, root):
    expect(302, root.submit(page(cast.north, "add/"), code="ward9", name="  Ward   9 "))
    added = Organisation.objects.get(code="WARD9")
    assert (added.name, added.parent, added.status) == ("Ward 9", cast.north, "active")
    assert cast.north.is_at_or_above(added)
    entry = changes("organisation.founded")[-1]
    assert (entry.organisation, entry.new["code"]) == (added.pk, "WARD9")
    expect(200, signed_in(cast.priya).get(page(added)))


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        ("", "Ward 9", "1 to 9 letters"),
        ("TENLETTERS", "Ward 9", "1 to 9 letters"),
        ("W-9", "Ward 9", "1 to 9 letters"),
        ("south", "Ward 9", "has this code"),
        ("WARD9", "", "Enter the name"),
        ("WARD9", "x" * 201, "Enter the name"),
        ("WARD9", "Ward\u202e9", "Enter the name"),
    ],
)
@pytest.mark.parametrize("act", ["add/", "edit/"])
def test_a_name_or_code_that_will_not_do_changes_nothing(cast, root, act, code, name, words):
    confirmed(root, page(cast.north, act))
    with nothing_changes():
        answer = root.submit(page(cast.north, act), code=code, name=name)
    assert words in expect(400, answer).content.decode()
    assert again(cast.north).name == "Northside Hospital"


def test_name_and_code_may_change_and_are_no_key(cast, root):
    grants = [grant.pk for grant in role_grants_of(cast.asha.pk)]
    expect(302, root.submit(page(cast.north, "edit/"), code="nn1", name="Northern Hospital"))
    north = again(cast.north)
    assert (north.code, north.name, north.path) == ("NN1", "Northern Hospital", cast.north.path)
    assert [grant.pk for grant in role_grants_of(cast.asha.pk)] == grants
    entry = changes("organisation.renamed")[-1]
    assert (entry.old["code"], entry.new["code"]) == ("NORTH", "NN1")
    expect(404, root.get(page(cast.north)))
    expect(200, root.get(page(north)))


def test_az22_a_field_that_the_form_does_not_have_is_refused(cast, root):
    confirmed(root, page(cast.north, "edit/"))
    with nothing_changes():
        fields = {"code": "NORTH", "name": "Northern", "parent": "", "status": "closed"}
        expect(400, root.submit(page(cast.north, "edit/"), **fields))
    assert attempts("act.refused")[-1].parameters["code"] == "unknown_field"


def test_who_is_suspended_is_out_at_once_and_stays_out(cast, root):
    before = [signed_in(person) for person in (cast.ben, cast.asha)]
    half = half_signed_in(cast.eve)
    expect(302, root.submit(page(cast.north, "suspend/")))
    assert not any(is_signed_in(browser) for browser in before)
    refused = Browser().enter_password(cast.ben)
    assert expect(401, refused).content.decode().count("not right") >= 1
    assert attempts("sign_in.refused")[-1].parameters["reason"] == "not_active"
    expect(200, half.get("/sign-in/key/"))  # Southside goes on
    assert told_of("organisation_suspended") == ["asha@north.example", "priya@north.example"]
    assert not is_signed_in(before[0])
    expect(302, root.submit(page(cast.north, "resume/")))
    assert not is_signed_in(before[0])  # what was ended stays ended
    assert is_signed_in(signed_in(cast.ben))


def test_one_that_sleeps_after_a_restore_is_woken_by_who_was_told_to_ask_first(cast, root):
    asleep.put_to_sleep()
    assert not is_signed_in(root)
    asleep.wake(["PLATFORM"], reason="Root asked around")
    words = "what was done in the last minutes before that is not known"
    assert words in expect(200, root.get(page(cast.north, "resume/"))).text
    expect(302, root.submit(page(cast.north, "resume/")))
    expect(302, root.submit(page(cast.north, "suspend/")))
    # It was looked at, and is suspended for another reason now: `wake --all` leaves it alone.
    assert {each.code for each in asleep.wake_all(reason="All asked")} == {"SOUTH", "WARD7"}
    assert again(cast.north).status == "suspended"
    assert words not in root.get(page(cast.north, "resume/")).text


def test_roles_on_a_suspended_organisation_give_nothing_wherever_the_holder_belongs(cast, root):
    nina = signed_in(cast.nina)
    expect(200, nina.get(desk_of(cast.eve)))
    expect(302, root.submit(page(cast.south, "suspend/")))
    assert not is_signed_in(nina)
    expect(403, signed_in(cast.nina).get(desk_of(cast.eve)))
    # It may give them again, so it has to be covered all the same.
    expect(403, signed_in(cast.asha).get(desk_of(cast.nina)))


def test_those_below_a_suspended_one_go_on(cast, root):
    wil = signed_in(cast.wil)
    expect(302, root.submit(page(cast.north, "suspend/")))
    assert is_signed_in(wil)
    expect(200, root.get(desk_of(cast.ben)))


@pytest.mark.parametrize("act", ["suspend/", "close/"])
def test_the_root_is_neither_suspended_nor_closed(cast, root, act):
    confirmed(root, page(cast.platform, act))
    with nothing_changes():
        expect(409, root.submit(page(cast.platform, act)))


def test_twice_is_refused(cast, root):
    expect(302, root.submit(page(cast.south, "suspend/")))
    confirmed(root, page(cast.south, "suspend/"), page(cast.north, "resume/"))
    with nothing_changes():
        expect(409, root.submit(page(cast.south, "suspend/")))
        expect(409, root.submit(page(cast.north, "resume/")))


@pytest.mark.parametrize("who", ["priya", "asha", "hal", "ben"])
def test_others_change_none(cast, who):
    browser = signed_in(getattr(cast, who))
    with nothing_changes():
        for act in ("add/", "edit/", "suspend/", "resume/", "close/"):
            expect(403, browser.get(page(cast.north, act)))
            expect(403, browser.submit(page(cast.north, act), code="X1", name="X"))


def test_primary_administrators_see_their_own_and_those_below(cast):
    priya = signed_in(cast.priya)
    listed = expect(200, priya.get(ALL)).content.decode()
    assert "Northside Ward 7" in listed
    assert "Southside" not in listed
    for asked, found in [("ward", True), ("WARD7", True), ("south", False), ("clinic", False)]:
        assert ("<table" in priya.get(ALL, {"q": asked}).content.decode()) == found
    expect(200, priya.get(page(cast.ward)))
    for out_of_scope in ("SOUTH", "PLATFORM", "NOWHERE"):
        expect(404, priya.get(f"{ALL}{out_of_scope}/"))
    expect(403, signed_in(cast.asha).get(ALL))


def test_in_a_suspended_one_nobody_is_appointed_and_the_rest_goes_on(cast, root):
    give(cast.dev, LA, cast.ward)
    expect(302, root.submit(page(cast.ward, "suspend/")))
    assert (
        "Organisation suspended"
        in signed_in(cast.priya).get(f"/admin/people/{cast.dev.pk}/roles/").content.decode()
    )
