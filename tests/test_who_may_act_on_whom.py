"""Whose keys may whom see and manage? Every role against every person, and what changes meanwhile.

An administrator acts on a person only if the administrator's role covers every role that the
person holds. Out of scope answers like unknown (404); in scope without the right is refused (403).
"""

import hashlib
import uuid
from datetime import timedelta

import pytest

from tests.doors import desk_of, expect, is_signed_in, registered, signed_in
from tests.role_pages import put_in_view
from tests.softkey import SoftKey
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.base.errors import Forbidden, InvalidInput, NotFound
from wardkey.keys import registration, upkeep
from wardkey.people.access import Asker
from wardkey.people.accounts import add_person, move_home
from wardkey.people.grants import role_grants_of
from wardkey.people.models import Role, RoleGrant
from wardkey.people.roles import grant_role

EVERYBODY = ["asha", "priya", "ben", "dev", "hal", "olu", "nina", "wil", "cara", "eve", "root"]

# For each who acts: whom they manage, who is in scope but holds more; the rest is not found.
MANAGES = {
    "asha": (["asha", "ben", "dev", "hal", "olu", "wil"], ["priya", "nina"]),
    "priya": (["asha", "priya", "ben", "dev", "hal", "olu", "wil"], ["nina"]),
    "cara": (["cara", "eve"], []),
    "nina": (["cara", "eve"], []),
    "root": (EVERYBODY, []),
}
SEES = {
    **MANAGES,
    "hal": (["hal", "ben", "dev", "olu"], ["asha", "priya", "nina"]),
}


def expected(table, who, whom):
    if who not in table:
        return 403
    covered, above = table[who]
    return 200 if whom in covered else 403 if whom in above else 404


@pytest.mark.parametrize("who", EVERYBODY)
def test_whose_keys_somebody_manages(cast, who):
    browser = signed_in(getattr(cast, who))
    for whom in EVERYBODY:
        address = f"{desk_of(getattr(cast, whom))}register/challenge/"
        answer = browser.call(address)
        assert (whom, answer.status_code) == (whom, expected(MANAGES, who, whom))


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("page", ["", "keys/"])
def test_whose_keys_somebody_sees(cast, who, page):
    browser = signed_in(getattr(cast, who))
    for whom in EVERYBODY:
        answer = browser.get(f"/admin/people/{getattr(cast, whom).pk}/{page}")
        assert (whom, answer.status_code) == (whom, expected(SEES, who, whom))


@pytest.mark.parametrize("who", ["ben", "olu", "hal"])
def test_without_the_role_nothing_is_changed_whatever_the_address(cast, who):
    _soft_key, row = registered(signed_in(cast.asha), cast.dev)
    browser, desk = signed_in(getattr(cast, who)), desk_of(cast.dev)
    with nothing_changes():
        expect(403, browser.call(f"{desk}register/challenge/"))
        expect(403, browser.submit(f"{desk}{row.pk}/edit/", nickname="x"))
        expect(403, browser.submit(f"{desk}{row.pk}/remove/"))
        expect(403, browser.get(f"{desk}register/"))
    assert last_refusal() == ("act.refused", "", "role")


def test_helpdesk_sees_no_button_that_it_may_not_use(cast):
    registered(signed_in(cast.asha), cast.ben)
    page = signed_in(cast.hal).get(desk_of(cast.ben)).content.decode()
    assert "<bdi>Blue</bdi>" in page
    for words in ("Register New Token", "Edit", "Remove"):
        assert words not in page


def test_az20_a_refusal_for_want_of_covering_says_so_and_is_recorded(cast):
    asha = signed_in(cast.asha)
    with nothing_changes():
        page = expect(403, asha.get(desk_of(cast.nina)))
    assert "holds a role that yours does not cover" in page.content.decode()
    entry = attempts("act.refused")[-1]
    assert entry.parameters == {
        "route": "keys",
        "method": "GET",
        "code": "forbidden",
        "reason": "covering_elsewhere",
        "target": hashlib.sha256(str(cast.nina.pk).encode()).hexdigest(),
    }
    assert (entry.actor["id"], entry.organisation) == (str(cast.asha.pk), cast.north.pk)


def test_az01_out_of_scope_reads_exactly_like_unknown(cast):
    asha = signed_in(cast.asha)
    pages = [
        asha.get(f"/admin/people/{holder_id}/keys/") for holder_id in (cast.eve.pk, uuid.uuid4())
    ]
    texts = [expect(404, page).content.decode() for page in pages]
    for number, page in enumerate(pages):
        texts[number] = without_what_differs(texts[number], page["X-Request-Id"])
    assert texts[0] == texts[1]
    assert "Eve" not in texts[0]
    told, unknown = (entry.parameters for entry in attempts("act.refused"))
    assert told["target"] == hashlib.sha256(str(cast.eve.pk).encode()).hexdigest()
    assert (told["route"], told["code"]) == ("keys", "not_found")
    assert unknown["target"] not in ("", told["target"])


def without_what_differs(text, reference):
    lines = text.replace(reference, "").splitlines()
    return [line for line in lines if "csrfmiddlewaretoken" not in line]


def test_az16_a_person_who_moved_away_meanwhile_is_not_found(cast):
    asha = signed_in(cast.asha)
    _soft_key, row = registered(asha, cast.ben)
    remove = f"{desk_of(cast.ben)}{row.pk}/remove/"
    expect(200, asha.get(remove))
    move_home(person=cast.ben, organisation=cast.south, by=log.SYSTEM)
    with nothing_changes():
        expect(404, asha.submit(remove))
    expect(302, signed_in(cast.cara).submit(remove))


def test_a_registration_begun_before_the_person_moved_does_not_end(cast):
    asha = signed_in(cast.asha)
    begun = asha.touch(desk_of(cast.ben), SoftKey())
    move_home(person=cast.ben, organisation=cast.south, by=log.SYSTEM)
    with nothing_changes():
        expect(404, asha.name(desk_of(cast.ben), begun, "Blue"))


def test_lc11_rc16_a_role_taken_away_between_page_and_form_counts(cast):
    asha = signed_in(cast.asha)
    _soft_key, row = registered(asha, cast.ben)
    remove = f"{desk_of(cast.ben)}{row.pk}/remove/"
    expect(200, asha.get(remove))
    RoleGrant.objects.filter(person=cast.asha).update(ends_at=clock.now())
    with nothing_changes():
        expect(403, asha.submit(remove))


def asker_before(cast):
    """Asha as the gate saw her, before what happens next."""
    return Asker(
        person=cast.asha,
        session_id=uuid.uuid4(),
        organisation=cast.north,
        grants=role_grants_of(cast.asha.pk),
    )


@pytest.mark.parametrize("meanwhile", ["dismissed", "moved", "promoted"])
def test_rc16_role_and_scope_are_read_again_in_the_transaction_that_writes(cast, meanwhile):
    _soft_key, row = registered(signed_in(cast.asha), cast.ben)
    asker = asker_before(cast)
    happens(cast, meanwhile)
    with nothing_changes():
        with pytest.raises((NotFound, Forbidden)):
            upkeep.remove_key(asker=asker, holder=cast.ben, key_id=row.pk)
        with pytest.raises((NotFound, Forbidden)):
            upkeep.rename_key(asker=asker, holder=cast.ben, key_id=row.pk, nickname="x")
        with pytest.raises((NotFound, Forbidden)):
            registration.finish_registration(
                asker=asker, holder=cast.ben, registration_id=uuid.uuid4(), nickname="x"
            )


def happens(cast, meanwhile):
    if meanwhile == "dismissed":
        RoleGrant.objects.filter(person=cast.asha).update(ends_at=clock.now())
    elif meanwhile == "moved":
        move_home(person=cast.ben, organisation=cast.south, by=log.SYSTEM)
    else:
        give(cast.ben, Role.PRIMARY_LOCAL_ADMINISTRATOR, cast.north)


def give(person, role, organisation):
    return grant_role(
        person=person, role=role, organisation=organisation, with_those_below=True, by=log.SYSTEM
    )


def test_a_role_that_ended_or_has_not_begun_is_none(cast):
    before = signed_in(cast.ben)
    grant = give(cast.ben, Role.LOCAL_ADMINISTRATOR, cast.north)
    assert not is_signed_in(before)  # what a role asks of its holder is asked from the first moment
    ben = signed_in(cast.ben)
    expect(200, ben.get(desk_of(cast.dev)))
    grant.ends_at = clock.now() + timedelta(minutes=10)
    grant.save(update_fields=["ends_at"])
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        expect(403, ben.get(desk_of(cast.dev)))
    grant.starts_at, grant.ends_at = clock.now() + timedelta(minutes=5), None
    grant.save(update_fields=["starts_at", "ends_at"])
    expect(403, ben.get(desk_of(cast.dev)))


def test_az15_an_administrator_of_two_acts_for_the_one_in_view(cast):
    give(cast.asha, Role.LOCAL_ADMINISTRATOR, cast.south)
    asha = signed_in(cast.asha)
    soft_key = SoftKey()
    expect(200, asha.get(desk_of(cast.ben)))
    with nothing_changes():
        expect(404, asha.get(desk_of(cast.eve)))
        expect(404, asha.call(f"{desk_of(cast.eve)}register/challenge/"))
    expect(302, put_in_view(asha, cast.south))
    assert "You act for Southside Clinic (SOUTH)" in asha.get("/admin/").content.decode()
    row = asha.register(desk_of(cast.eve), soft_key, "Blue")
    assert changes("key.registered")[-1].organisation == cast.south.pk
    expect(302, put_in_view(asha, cast.north))
    with nothing_changes():
        expect(404, asha.submit(f"{desk_of(cast.eve)}{row.pk}/remove/"))


def test_only_an_organisation_in_which_one_has_a_role_comes_into_view(cast):
    asha = signed_in(cast.asha)
    for code in ("SOUTH", "WARD7", "NOWHERE", ""):
        expect(400, asha.submit("/admin/in-view/", organisation=code))
    assert "You act for Northside Hospital" in asha.get("/admin/").content.decode()
    assert "Act for another" not in asha.get("/admin/").content.decode()
    expect(403, signed_in(cast.ben).get("/admin/in-view/"))


def test_az23_a_user_name_is_never_given_to_another_person(cast):
    with nothing_changes(), pytest.raises(InvalidInput):
        add_person(
            username="BEN@north.example",
            name="Another Ben",
            email="x@south.example",
            organisation=cast.south,
            by=log.SYSTEM,
        )
