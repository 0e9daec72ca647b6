"""People make API tokens for themselves, and primary administrators for applications."""

import re
from datetime import timedelta

import pytest

from tests.cast import hire_into
from tests.doors import expect, half_signed_in, registered, signed_in
from tests.programs import V1, Program, keys_of, refused
from tests.test_appointing import give
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.notifications.models import OutboxMessage
from wardkey.sessions.models import ApiToken, Application
from wardkey.sessions.scopes import Scope

MY_TOKENS = "/me/api-tokens/"
APPLICATIONS = "/admin/applications/"
PEOPLE = f"{V1}/people"
MADE = {"name": "Nightly", "scopes": ["people:read", "keys:write"], "lasts": "90d"}


@pytest.fixture
def root(cast):
    return signed_in(cast.root)


@pytest.fixture
def asha(cast, root):
    return with_key(root, cast.asha)


@pytest.fixture
def priya(cast, root):
    return with_key(root, cast.priya)


def with_key(root, person):
    """Signed in with a token, which at Northside nobody has to."""
    soft_key, row = registered(root, person, f"Token of {person.name}")
    browser = half_signed_in(person)
    expect(200, browser.use(soft_key, row))
    return browser


def posted(browser, address, **fields):
    """The form was read first, and its question answered."""
    expect(200, browser.get(address))
    return browser.submit(address, **fields)


def secret_in(page):
    [secret] = re.findall(r"wk_[A-Za-z0-9_-]{43}", expect(200, page).text)
    assert page["Cache-Control"] == "no-store"
    return secret


def own(browser, **fields):
    return Program(secret_in(posted(browser, f"{MY_TOKENS}make/", **MADE | fields)))


# -- one's own


def test_a_person_makes_one_uses_it_and_ends_it(cast, asha):
    program = own(asha)
    expect(200, program.get(PEOPLE))
    page = expect(200, asha.get(MY_TOKENS)).text
    assert "Nightly" in page
    assert secret_in_none(page)
    [entry] = changes("api_token.made")
    assert entry.parameters["scopes"] == ["people:read", "keys:write"]
    assert OutboxMessage.objects.filter(kind="api_token_made").count() == 1
    key = program.register(cast.ben)
    [entry] = changes("key.registered")[-1:]
    assert entry.actor.pop("name").startswith("sha256:")
    assert entry.actor == {"kind": "person", "id": str(cast.asha.pk), "channel": "api"}
    assert key["registered_by"] == str(cast.asha.pk)
    expect(302, asha.submit(f"{MY_TOKENS}{ApiToken.objects.get().pk}/end/"))
    refused(401, "authentication_required", program.get(PEOPLE))
    expect(404, asha.submit(f"{MY_TOKENS}{ApiToken.objects.get().pk}/end/"))


def secret_in_none(page):
    return not re.search(r"wk_[A-Za-z0-9_-]{43}", page)


def test_ap06_wb32_it_takes_a_fresh_proof_for_that_deed(cast, asha):
    asha.confirms = False
    expect(401, asha.get(f"{MY_TOKENS}make/"))
    expect(401, asha.submit(f"{MY_TOKENS}make/", **MADE))
    asha.confirms = True
    own(asha)
    asha.confirms = False
    expect(401, asha.submit(f"{MY_TOKENS}make/", **MADE))
    assert ApiToken.objects.count() == 1


def test_ap06_neither_a_password_nor_an_api_token_makes_one(cast, asha):
    program = own(asha)
    by_password = signed_in(cast.hal)
    assert expect(302, by_password.get(f"{MY_TOKENS}make/"))["Location"].startswith("/sign-in/key/")
    assert by_password.submit(f"{MY_TOKENS}make/", **MADE).status_code == 302
    assert program.get(f"{MY_TOKENS}make/").status_code == 302
    refused(404, "not_found", program.send("post", f"{V1}/api-tokens", MADE))
    assert ApiToken.objects.count() == 1


def test_its_changes_to_keys_are_for_eight_hours(cast, asha):
    program = own(asha)
    begun = f"{keys_of(cast.ben)}/registrations"
    with clock.standing_at(clock.now() + timedelta(hours=7, minutes=59)):
        key = program.register(cast.ben)
    with clock.standing_at(clock.now() + timedelta(hours=8, minutes=1)):
        with nothing_changes():
            told = refused(401, "step_up_required", program.send("post", begun))
            one = keys_of(cast.ben, f"/{key['id']}")
            refused(401, "step_up_required", program.send("delete", one))
        expect(200, program.get(one))
    assert "eight hours" in told["detail"]


def test_wb06_it_ends_with_the_logins_and_whenever_its_person_changes(cast, root, asha):
    first, second = own(asha), own(asha, name="Other")
    expect(302, root.submit(f"/admin/people/{cast.asha.pk}/logins/"))
    refused(401, "authentication_required", first.get(PEOPLE))
    refused(401, "authentication_required", second.get(PEOPLE))


def test_it_ends_with_the_token_that_made_it(cast, root, asha):
    program = own(asha)
    row = cast.asha.keys.get()
    expect(302, root.submit(f"/admin/people/{cast.asha.pk}/keys/{row.pk}/suspend/", reason="lost"))
    refused(401, "authentication_required", program.get(PEOPLE))


def test_of_somebody_without_a_role_it_is_about_themselves(cast):
    eve = signed_in(cast.eve)
    program = own(eve, scopes=["people:read", "keys:write"])
    [key] = expect(200, program.get(keys_of(cast.eve))).json()["items"]
    expect(200, program.get(f"{PEOPLE}/{cast.eve.pk}"))
    refused(403, "forbidden", program.get(PEOPLE))
    refused(404, "not_found", program.get(keys_of(cast.cara)))
    spare = program.register(cast.eve, "Spare")
    assert spare["state"] == "active"
    # The one that made it does not take itself away on its own word.
    refused(401, "step_up_required", program.send("delete", keys_of(cast.eve, f"/{key['id']}")))
    expect(204, program.send("delete", keys_of(cast.eve, f"/{spare['id']}")))


WRONG = [
    ({"name": ""}, "name"),
    ({"name": "\u202e"}, "name"),
    ({"scopes": []}, "scopes"),
    ({"scopes": ["roles:write"]}, "scopes"),
    ({"lasts": ""}, "lasts"),
    ({"lasts": "365d"}, "lasts"),
]


def test_a_form_that_does_not_fit_is_shown_again(cast, asha):
    for fields, field in WRONG:
        page = posted(asha, f"{MY_TOKENS}make/", **MADE | fields)
        assert f'href="#{field}"' in expect(400, page).text
    assert ApiToken.objects.count() == 0


def test_there_are_twenty_at_most(cast, asha):
    for number in range(20):
        own(asha, name=f"Number {number}")
    expect(409, posted(asha, f"{MY_TOKENS}make/", **MADE))


# -- applications


def added(browser, **fields):
    asked = {"name": "HR system", "scopes": ["people:read"], "acts_as": "asha@north.example"}
    answer = posted(browser, f"{APPLICATIONS}add/", **asked | fields)
    return f"{expect(302, answer)['Location']}"


def test_a_primary_administrator_adds_one_and_makes_its_api_token(cast, priya):
    at = added(priya)
    lasts = {"name": "Server 1", "lasts": "90d"}
    program = Program(secret_in(posted(priya, f"{at}api-tokens/make/", **lasts)))
    with clock.standing_at(clock.now() + timedelta(days=80)):
        expect(200, program.get(PEOPLE))
    refused(403, "forbidden", program.send("post", keys_of(cast.ben, "/registrations")))
    wider = {"name": "HR", "scopes": ["people:read", "keys:write"], "acts_as": "hal@north.example"}
    expect(302, posted(priya, f"{at}edit/", **wider))
    refused(403, "forbidden", program.send("post", keys_of(cast.ben, "/registrations")))
    program = Program(secret_in(posted(priya, f"{at}api-tokens/make/", **lasts)))
    refused(403, "forbidden", program.send("post", keys_of(cast.ben, "/registrations")))
    expect(302, posted(priya, f"{at}edit/", **wider | {"acts_as": "asha@north.example"}))
    with clock.standing_at(clock.now() + timedelta(days=80)):
        program.register(cast.ben)
    told = OutboxMessage.objects.filter(kind="application_acts_as_you")
    who = ["asha@north.example", "asha@north.example", "hal@north.example"]
    assert sorted(each.address for each in told) == who
    page = expect(200, priya.get(at)).text
    assert "Server 1" in page
    assert secret_in_none(page)


def test_its_api_tokens_end_one_by_one_or_with_it(cast, priya):
    at = added(priya)
    lasts = {"name": "Server", "lasts": "30d"}
    one, other = (
        Program(secret_in(posted(priya, f"{at}api-tokens/make/", **lasts))) for _ in range(2)
    )
    first = ApiToken.objects.order_by("made_at").first()
    expect(302, priya.submit(f"{at}api-tokens/{first.pk}/end/"))
    refused(401, "authentication_required", one.get(PEOPLE))
    expect(200, other.get(PEOPLE))
    expect(200, priya.get(f"{at}end/"))
    expect(302, priya.submit(f"{at}end/"))
    refused(401, "authentication_required", other.get(PEOPLE))
    expect(404, priya.get(at))
    assert [each.parameters["application"] for each in changes("application.ended")]


def test_an_application_outlives_whoever_added_it(cast, priya):
    at = added(priya)
    program = Program(secret_in(posted(priya, f"{at}api-tokens/make/", name="S", lasts="30d")))
    cast.priya.role_grants.update(ends_at=clock.now())
    expect(200, program.get(PEOPLE))


@pytest.mark.parametrize(
    "who", ["ben@north.example", "cara@south.example", "nina@north.example", ""]
)
def test_it_acts_as_somebody_with_a_role_here_whom_the_role_covers(cast, priya, who):
    fields = {"name": "HR", "scopes": ["people:read"], "acts_as": who}
    expect(200, priya.get(f"{APPLICATIONS}add/"))
    with nothing_changes():
        page = priya.submit(f"{APPLICATIONS}add/", **fields)
    assert 'href="#acts_as"' in expect(400, page).text


def test_whoever_is_signed_in_by_password_makes_no_api_token_for_one(cast, priya):
    at = added(priya)
    other = hire_into(cast.north, "pia")
    give(other, "primary_local_administrator", cast.north)
    pia = signed_in(other)
    expect(403, posted(pia, f"{at}api-tokens/make/", name="S", lasts="30d"))
    assert ApiToken.objects.count() == 0


def test_az15_applications_of_another_organisation_are_unknown(cast, root, priya):
    at = added(priya)
    for more in ("", "edit/", "end/", "api-tokens/make/"):
        expect(404, root.get(f"{at}{more}"))
    assert Application.objects.get().ended_at is None


def test_a_primary_administrator_sees_and_ends_those_of_their_people(cast, root, asha, priya):
    program = own(asha)
    held = ApiToken.objects.get()
    of_asha = f"/admin/people/{cast.asha.pk}/api-tokens/"
    assert "Asha Rao" in expect(200, priya.get("/admin/applications/")).text
    page = expect(200, priya.get(of_asha)).text
    assert "Nightly" in page
    assert secret_in_none(page)
    with nothing_changes():
        expect(403, asha.get(of_asha))
        expect(403, asha.submit(f"{of_asha}{held.pk}/end/"))
        expect(404, priya.submit(f"/admin/people/{cast.ben.pk}/api-tokens/{held.pk}/end/"))
        expect(404, priya.get(of_eve(cast)))
    expect(302, priya.submit(f"{of_asha}{held.pk}/end/"))
    refused(401, "authentication_required", program.get(PEOPLE))
    [entry] = changes("api_token.ended")
    assert (entry.actor["id"], entry.holder) == (str(cast.priya.pk), str(cast.asha.pk))


def of_eve(cast):
    return f"/admin/people/{cast.eve.pk}/api-tokens/"


def test_no_scope_gives_roles_passes_or_api_tokens():
    writing = {each for each in Scope if not each.value.endswith(":read")}
    assert writing == {
        Scope.PEOPLE_WRITE,
        Scope.STOCK_WRITE,
        Scope.KEYS_WRITE,
        Scope.KEYS_DESK,
        Scope.PASSES_WRITE,
        Scope.ORGANISATIONS_WRITE,
        Scope.APPLICATIONS_WRITE,
    }
