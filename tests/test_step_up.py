"""Confirm that it is you: an act asks for a fresh proof, good for that act and that person.

For what is done to keys, logging in counts for five minutes. For the rest each deed asks anew.
"""

from datetime import timedelta

import pytest

from tests.doors import (
    MINE,
    deed_asked_about,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.passes import identity_code, page_of
from tests.softkey import SoftKey
from tests.test_races import twin
from tests.traces import attempts, last_refusal, nothing_changes, only_mail_goes_out
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.people.administrators import FRESHNESS, Act, Freshness
from wardkey.web.act_words import ACTS, DOINGS, OWN


@pytest.fixture
def cara(cast):
    """An administrator who logged in with her key; her browser asks her before it confirms."""
    browser = signed_in(cast.cara)
    browser.confirms = False
    return browser


@pytest.fixture
def asha(cast):
    browser = signed_in(cast.asha)
    browser.confirms = False
    return browser


@pytest.fixture
def eves_key(cast, cara):
    return registered(cara, cast.eve, "Eve's")[1]


def change(holder):
    return {"act": "manage_keys", "about": str(holder.pk)}


def removal_of(key):
    return f"{desk_of(key.holder)}{key.pk}/remove/"


def test_every_act_says_how_fresh_a_proof_it_asks_for():
    assert set(FRESHNESS) == set(Act)


def test_every_act_that_asks_has_words_for_the_page_and_for_the_trail():
    asking = {act.value for act, asks in FRESHNESS.items() if asks is not Freshness.NONE}
    assert {*DOINGS, *OWN} == set(ACTS) == asking


def test_the_trail_tells_it_in_words(cast, cara, later):
    expect(401, cara.get(f"{desk_of(cast.eve)}register/"))
    expect(200, cara.prove({"act": "register_keys", "about": str(cast.eve.pk)}))
    trail = cara.get("/admin/audit/").text
    assert "Asked to confirm that it is they: registering a FIDO2 token" in trail
    assert "Confirmed that it is they: registering a FIDO2 token" in trail


READING = ("find_", "see_", "read_")
ALWAYS_ASKED = {"keys", "people", "roles", "passes", "policy", "organisations"}
ASKED_ONE_BY_ONE = {"roles", "passes", "policy", "organisations"}
CHANGES_NO_RIGHT = Act.REVIEW_ROLES  # docs/adr/0045: what goes is dismissed, which asks


def test_what_is_done_to_keys_roles_passes_and_policy_asks_and_reading_does_not():
    for act, asks in FRESHNESS.items():
        words = set(act.value.split("_"))
        if act.value.startswith(READING) or act is CHANGES_NO_RIGHT:
            assert asks is Freshness.NONE, act
        elif words & ASKED_ONE_BY_ONE:
            assert asks is Freshness.ONE_BY_ONE, act
        elif words & ALWAYS_ASKED:
            assert asks is not Freshness.NONE, act


def test_for_five_minutes_the_login_is_proof_enough(cast, cara, eves_key):
    with clock.standing_at(clock.now() + timedelta(minutes=4)):
        expect(302, cara.submit(removal_of(eves_key)))


def test_wb32_a_page_opened_later_asks_again_for_pin_and_touch(cast, cara, eves_key, later):
    for act, asked in (("remove/", "manage_keys"), ("edit/", "manage_keys")):
        page = expect(401, cara.get(f"{desk_of(cast.eve)}{eves_key.pk}/{act}"))
        assert "Confirm that it is you" in page.content.decode()
        assert "the token does not answer?" in page.content.decode()
        assert deed_asked_about(page) == {"act": asked, "about": str(cast.eve.pk)}
    page = expect(401, cara.get(f"{desk_of(cast.eve)}register/"))
    assert deed_asked_about(page)["act"] == "register_keys"
    assert cast.eve.name in page.content.decode()
    assert attempts("step_up.required")[-1].parameters == {
        "route": "register",
        "method": "GET",
        "act": "register_keys",
        "about": str(cast.eve.pk),
    }


def test_wb32_without_it_nothing_is_done_by_any_door(cast, cara, eves_key, later):
    with nothing_changes():
        expect(401, cara.submit(removal_of(eves_key)))
        expect(401, cara.submit(f"{desk_of(cast.eve)}{eves_key.pk}/edit/", nickname="Mine"))
        problem = expect(401, cara.call(f"{desk_of(cast.eve)}register/challenge/")).json()
    assert problem["code"] == "step_up_required"
    assert "Load the page again" in problem["detail"]
    expect(200, cara.prove(change(cast.eve)))
    expect(302, cara.submit(removal_of(eves_key)))


def test_a_form_that_comes_too_late_keeps_what_was_typed(cast, cara, eves_key, later):
    page = cara.submit(f"{desk_of(cast.eve)}{eves_key.pk}/edit/", nickname='<"Night" & day>')
    text = expect(401, page).content.decode()
    assert 'name="nickname" value="&lt;&#34;Night&#34; &amp; day&gt;"' in text
    assert text.count('name="csrfmiddlewaretoken"') == 3  # Logout's, twice, and the form's own


ONCE_MORE = "asked for once more afterwards"


def test_no_code_that_was_typed_is_repeated_and_none_is_no_guess(cast, cara):
    cara.submit(f"{page_of(cast.eve)}code/")
    code = identity_code()
    typed = {"checked": "own_contact", "code": code, "hours": "8"}
    page = expect(401, cara.submit(page_of(cast.eve), **typed)).text
    assert 'name="code" value=""' in page
    assert 'name="hours" value="8"' in page
    assert code not in page
    assert ONCE_MORE in page
    cara.confirms = True
    for _ in range(6):  # more often than a code may be tried
        page = expect(400, cara.submit(page_of(cast.eve), **typed | {"code": ""})).text
        assert "not the code" in page
    expect(200, cara.submit(page_of(cast.eve), **typed))


def test_the_code_of_an_organisation_is_no_secret(cast):
    root = signed_in(cast.root)
    root.confirms = False
    address = "/admin/organisations/NORTH/edit/"
    page = expect(401, root.submit(address, code="NORTH2", name="Northside")).text
    assert 'name="code" value="NORTH2"' in page
    assert ONCE_MORE not in page


def test_reading_asks_for_nothing(cast, cara, eves_key, later):
    persons = f"/admin/people/{cast.eve.pk}/"
    admin = ("audit/", "policy/", "policy/key-models/", "tokens-to-replace/", "guests/")
    for address in (desk_of(cast.eve), persons, MINE, *(f"/admin/{page}" for page in admin)):
        expect(200, cara.get(address))
    expect(200, cara.submit("/admin/policy/key-models/", do="search", q="key"))


def test_nobody_is_asked_about_whom_they_cannot_reach(cast, cara, later):
    with nothing_changes():
        expect(404, cara.get(f"/admin/people/{cast.ben.pk}/keys/register/"))
        expect(404, cara.begin_to_prove(change(cast.ben), cast.cara.keys.get()))


def test_nobody_is_asked_about_whom_their_role_does_not_cover(cast, asha, later):
    with nothing_changes():
        expect(403, asha.get(f"{desk_of(cast.nina)}register/"))
        expect(403, asha.call("/sign-in/again/", **change(cast.nina), password="x"))


def test_a_proof_is_good_for_one_person_and_one_kind_of_act(cast, cara, eves_key, later):
    own = SecurityKey.objects.get(holder=cast.cara)
    expect(200, cara.prove(change(cast.eve)))
    with nothing_changes():
        expect(401, cara.call(f"{desk_of(cast.eve)}register/challenge/"))
        expect(401, cara.submit(f"{MINE}{own.pk}/edit/", nickname="Other"))
    expect(302, cara.submit(f"{desk_of(cast.eve)}{eves_key.pk}/edit/", nickname="Other"))


def test_a_proof_is_good_for_five_minutes(cast, cara, eves_key, later):
    expect(200, cara.prove(change(cast.eve)))
    with clock.standing_at(clock.now() + timedelta(minutes=4, seconds=59)):
        expect(302, cara.submit(f"{desk_of(cast.eve)}{eves_key.pk}/edit/", nickname="Still"))
    with clock.standing_at(clock.now() + timedelta(minutes=5, seconds=1)), nothing_changes():
        expect(401, cara.submit(removal_of(eves_key)))


def test_a_proof_is_of_one_session(cast, cara, eves_key, later):
    other = half_signed_in(cast.cara)
    expect(200, other.use(*cara.own_key))
    expect(200, cara.prove(change(cast.eve)))
    with clock.standing_at(clock.now() + timedelta(minutes=4, seconds=59)):
        other.confirms = False
        expect(302, other.submit(f"{desk_of(cast.eve)}{eves_key.pk}/edit/", nickname="By login"))
    with clock.standing_at(clock.now() + timedelta(minutes=6)), nothing_changes():
        expect(401, other.submit(removal_of(eves_key)))


def test_what_was_begun_with_a_proof_is_finished_without_another(cast, cara, later):
    expect(200, cara.prove({"act": "register_keys", "about": str(cast.eve.pk)}))
    begun = cara.touch(desk_of(cast.eve), SoftKey())
    with clock.standing_at(clock.now() + timedelta(minutes=14)):
        expect(302, cara.name(desk_of(cast.eve), begun, "Late, but there"))


def test_the_proof_is_recorded_with_what_it_is_for(cast, cara, eves_key, later):
    expect(200, cara.prove(change(cast.eve)))
    [entry] = attempts("step_up.succeeded")
    own = cara.own_key[1]
    assert (entry.actor["id"], entry.holder) == (str(cast.cara.pk), str(cast.cara.pk))
    assert entry.parameters["act"] == "manage_keys"
    assert entry.parameters["about"] == str(cast.eve.pk)
    assert (entry.parameters["level"], entry.parameters["key"]) == ("key", str(own.pk))


def test_with_the_proof_whoever_copied_the_cookie_is_left_behind(cast, cara, later):
    thief = twin(cara)
    assert is_signed_in(thief)
    expect(200, cara.prove(change(cast.eve)))
    assert (is_signed_in(cara), is_signed_in(thief)) == (True, False)


# -- the password, where it alone opened the session


@pytest.fixture
def blue(cast, asha):
    return registered(asha, cast.ben)[1]


def test_where_the_password_opened_the_session_it_is_asked_for_again(cast, asha, blue, later):
    page = expect(401, asha.get(removal_of(blue))).content.decode()
    assert ('name="password"' in page, "Use this token" in page) == (True, False)
    assert "the token does not answer?" not in page
    with only_mail_goes_out():
        problem = expect(401, asha.call("/sign-in/again/", **change(cast.ben), password="no"))
        expect(401, asha.submit(removal_of(blue)))
    assert problem.json()["code"] == "sign_in_refused"
    assert attempts("step_up.refused")[-1].parameters == {"step": "", "reason": "password"}
    expect(200, asha.prove(change(cast.ben)))
    expect(302, asha.submit(removal_of(blue)))


def test_where_a_key_opened_the_session_the_password_proves_nothing(cast, cara, later):
    cara.own_key = None
    with nothing_changes():
        expect(403, cara.prove(change(cast.eve)))
    assert last_refusal() == ("act.refused", "", "second_factor")
