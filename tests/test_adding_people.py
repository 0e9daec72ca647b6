"""An administrator adds people: whom, where, and from which day."""

from datetime import timedelta

import pytest

from tests.doors import expect, signed_in
from tests.newcomers import NEW_PASSWORD, added, form_for, joined
from tests.traces import attempts, changes, nothing_changes
from wardkey.base import clock
from wardkey.people.models import Membership

DAY = timedelta(days=1)


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def today():
    return clock.today("Europe/London")


def test_an_added_person_has_a_home_a_first_day_and_no_password(cast, asha):
    nia = added(asha, starts=today() + 7 * DAY)
    assert (nia.name, nia.home, nia.standing) == ("Nia Newcomer", cast.north, "to_come")
    assert not nia.has_usable_password()
    membership = Membership.objects.get(person=nia)
    assert (
        membership.starts_at == nia.starts_at == clock.start_of(today() + 7 * DAY, "Europe/London")
    )
    [entry] = changes("person.added")[-1:]
    assert (entry.actor["id"], entry.holder) == (str(cast.asha.pk), str(nia.pk))
    page = asha.get("/admin/people/?q=nia").content.decode()
    assert "Nia Newcomer" in page
    assert "Starts " in page


def test_an_administrator_adds_people_below_and_nowhere_else(cast, asha):
    assert added(asha, "w@ward.example", organisation="ward7").home == cast.ward
    for code in ("SOUTH", "PLATFORM", "NOSUCH", ""):
        with nothing_changes():
            form = form_for("x@south.example", organisation=code)
            page = expect(400, asha.submit("/admin/people/add/", **form)).content.decode()
        assert "There is no such code among your organisation" in page


@pytest.mark.parametrize("who", ["ben", "hal", "olu"])
def test_without_the_role_nobody_is_added_or_invited(cast, asha, who):
    nia, browser = added(asha), signed_in(getattr(cast, who))
    with nothing_changes():
        expect(403, browser.get("/admin/people/add/"))
        expect(403, browser.submit("/admin/people/add/", **form_for("x@north.example")))
        for page in ("invitation/", "invitation/withdraw/", "suspend/", "resume/"):
            expect(403, browser.submit(f"/admin/people/{nia.pk}/{page}", way="slip"))


def test_an_administrator_of_another_organisation_invites_nobody_here(cast, asha):
    nia, cara = added(asha), signed_in(cast.cara)
    with nothing_changes():
        for page in ("standing/", "invitation/", "suspend/"):
            expect(404, cara.get(f"/admin/people/{nia.pk}/{page}"))
            expect(
                405 if page == "standing/" else 404, cara.submit(f"/admin/people/{nia.pk}/{page}")
            )


@pytest.mark.parametrize(
    ("changes_to_form", "words"),
    [
        ({"name": "  "}, "Enter the name"),
        ({"name": "N\u202eia"}, "Enter the name"),
        ({"name": "N" * 201}, "Enter the name"),
        ({"username": ""}, "Enter a user name"),
        ({"username": "n\x00ia"}, "Enter a user name"),
        ({"email": "nowhere"}, "Enter an e-mail address"),
        ({"starts_on-day": "31", "starts_on-month": "2"}, "Enter a date"),
        ({"starts_on-year": "²⁰²⁶"}, "Enter a date"),
        ({"starts_on-year": ""}, "Enter a date"),
        ({"starts_on-year": "9999"}, "within a year"),
        ({"starts_on-year": "1"}, "within a year"),
    ],
)
def test_what_will_not_do_is_refused_in_words_and_what_was_typed_stays(
    cast, asha, changes_to_form, words
):
    form = {**form_for("nia@north.example"), **changes_to_form}
    with nothing_changes():
        page = expect(400, asha.submit("/admin/people/add/", **form)).content.decode()
    assert words in page
    assert 'value="NORTH"' in page


def test_az22_what_the_form_does_not_have_is_refused(cast, asha):
    extra = {"role": "platform_administrator", "is_superuser": "true", "password": NEW_PASSWORD}
    more = {"home": str(cast.south.pk), "status": "closed", **extra}
    with nothing_changes():
        for name, value in more.items():
            form = {**form_for("nia@north.example"), name: value}
            expect(400, asha.submit("/admin/people/add/", **form))
            assert attempts("act.refused")[-1].parameters["reason"] == "unknown_field"
    nia = added(asha)
    assert (nia.home, nia.status) == (cast.north, "active")
    assert not nia.has_usable_password()
    assert not nia.role_grants.exists()


def test_az23_a_user_name_that_returns_is_refused_and_an_address_that_returns_is_a_new_person(
    cast, asha
):
    first = joined(asha)
    with nothing_changes():
        page = expect(400, asha.submit("/admin/people/add/", **form_for("NIA@north.example")))
    assert "is never given again" in page.content.decode()
    second = added(asha, "nia2@north.example")
    assert first.pk != second.pk
    assert bytes(first.user_handle) != bytes(second.user_handle)
    assert first.oidc_subject != second.oidc_subject
    assert not second.keys.exists()
    assert not second.has_usable_password()
