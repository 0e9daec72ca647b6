"""Five hundred people came by a file, and one press invites all of them."""

import pytest

from tests.doors import expect, signed_in
from tests.imports import BEN
from tests.newcomers import invite
from tests.test_importing_in_the_portal import uploaded, work
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.bulk import inviting
from wardkey.lifecycle.models import Invitation
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import Person, RoleGrant


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def newcomer(number, **more):
    name = f"many{number}@north.example"
    return {"external_id": f"N{number}", "username": name, "name": f"Many {number}", **more}


@pytest.fixture
def imported(cast, asha):
    """The page of an import of thirty newcomers with an address, and one without."""
    with_address = [newcomer(number, email=f"many{number}@new.example") for number in range(30)]
    where = uploaded(asha, BEN, newcomer(30), *with_address)
    expect(302, asha.submit(f"{where}apply/"))
    work()
    return where


def follow():
    inviting.invite_next(stopping=lambda: False)


def test_all_newcomers_with_an_address_are_invited_once(cast, asha, imported):
    early = Person.objects.get(username="many7@north.example")
    expect(302, invite(asha, early, "link"))
    page = expect(200, asha.get(imported)).content.decode()
    assert "30 newcomers have an address" in page
    assert "1 newcomer has no address" in page
    expect(302, asha.submit(f"{imported}invite/"))
    assert "0 newcomers have been invited" in asha.get(imported).content.decode()
    expect(409, asha.submit(f"{imported}invite/"))
    follow()
    with nothing_changes():
        follow()
    assert "29 newcomers have been invited" in asha.get(imported).content.decode()
    assert Invitation.objects.filter(used_at=None, revoked_at=None).count() == 30
    assert OutboxMessage.objects.filter(kind="invitation").count() == 30
    [told] = changes("people.invited")
    assert (told.parameters["invited"], told.actor["id"]) == (29, str(cast.asha.pk))
    assert {each.actor["id"] for each in changes("invitation.issued")} == {str(cast.asha.pk)}


def test_bk15_nobody_is_invited_once_the_administrator_may_not(cast, asha, imported):
    expect(302, asha.submit(f"{imported}invite/"))
    RoleGrant.objects.filter(person=cast.asha).update(ends_at=clock.now())
    follow()
    assert not Invitation.objects.exists()
    assert changes("people.invited")[0].parameters["invited"] == 0


def test_az12_of_another_organisation_s_import_nobody_is_invited(cast, imported):
    cara, hal = signed_in(cast.cara), signed_in(cast.hal)
    with nothing_changes():
        expect(404, cara.submit(f"{imported}invite/"))
        expect(403, hal.submit(f"{imported}invite/"))
        follow()
