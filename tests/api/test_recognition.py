"""What opens the API, how far, and until when. Tokens that people make: test_api_tokens.py."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import decide
from tests.doors import expect, half_signed_in, signed_in
from tests.programs import (
    V1,
    Program,
    api_token_for,
    application,
    keys_of,
    program,
    refused,
    the_api_token,
)
from tests.role_pages import dismiss
from tests.traces import attempts, nothing_changes
from wardkey.base import clock, codes
from wardkey.organisations.models import Organisation
from wardkey.people.models import Person
from wardkey.sessions.models import ApiToken, Application
from wardkey.signin.models import Kind, Limit

PEOPLE = f"{V1}/people"
TOKEN = "authentication_required"


@pytest.fixture
def made(cast):
    return application(cast.north, cast.asha, "people:read", "keys:write")


@pytest.fixture
def asha(made):
    return Program(api_token_for(made))


def test_only_the_header_opens_the_api(cast, made):
    secret = api_token_for(made)
    expect(200, Program(secret).get(PEOPLE))
    answer = Client().get(PEOPLE)
    assert "Authorization" in refused(401, TOKEN, answer)["detail"]
    assert answer["WWW-Authenticate"] == "Bearer"
    for header in (
        secret,
        f"Basic {secret}",
        f"Token {secret}",
        "Bearer",
        "Bearer ",
        "Bearer wk_ü",
    ):
        refused(401, TOKEN, Client(headers={"authorization": header}).get(PEOPLE))
    expect(200, Client(headers={"authorization": f"bearer {secret}"}).get(PEOPLE))


def test_ap04_no_address_carries_an_api_token(made, caplog):
    secret = api_token_for(made)
    for name in ("access_token", "api_token", "token", "authorization"):
        refused(401, TOKEN, Client().get(PEOPLE, {name: secret}))
        told = refused(400, "unknown_field", Program(secret).get(PEOPLE, {name: secret}))
        assert secret not in str(told)
    own = [record for record in caplog.records if not record.name.startswith("django")]
    assert secret not in " ".join(record.getMessage() for record in own)


def test_wb02_a_session_opens_no_api_and_an_api_token_no_page(cast, asha):
    for browser in (signed_in(cast.asha), half_signed_in(cast.eve)):
        refused(401, TOKEN, browser.get(PEOPLE))
        refused(401, TOKEN, browser.call(keys_of(cast.ben, "/registrations")))
    for page in ("/admin/people/", "/me/keys/", "/me/logins/"):
        assert expect(302, asha.get(page))["Location"].startswith("/sign-in/?")


def test_ap05_the_database_has_its_hash_alone(made):
    secret = api_token_for(made)
    row = the_api_token()
    assert re.fullmatch(r"wk_[A-Za-z0-9_-]{43}", secret)
    assert (bytes(row.secret_hash), row.beginning) == (codes.hashed(secret), secret[:10])
    values = [str(value) for each in ApiToken.objects.values() for value in each.values()]
    assert not any(secret[10:] in value for value in values)
    assert row.expires_at - row.made_at == timedelta(days=1)


def test_ap03_a_scope_is_not_another_one(cast):
    reader = program(cast.north, cast.asha, "people:read")
    expect(200, reader.get(PEOPLE))
    with nothing_changes():
        told = refused(403, "forbidden", reader.get(keys_of(cast.ben)))
        refused(403, "forbidden", reader.send("post", keys_of(cast.ben, "/registrations")))
    assert "scopes" in told["detail"]
    looks = program(cast.north, cast.asha, "keys:read")
    expect(200, looks.get(keys_of(cast.ben)))
    refused(403, "forbidden", looks.send("post", keys_of(cast.ben, "/registrations")))
    refused(403, "forbidden", looks.get(PEOPLE))
    assert {each.parameters["reason"] for each in attempts("act.refused")} == {"api_token_scope"}


def test_scopes_of_an_application_narrow_those_of_its_api_tokens(cast, made, asha):
    Application.objects.filter(pk=made.pk).update(scopes=["people:read"])
    expect(200, asha.get(PEOPLE))
    refused(403, "forbidden", asha.get(keys_of(cast.ben)))


def test_it_ends_with_its_time(asha):
    with clock.standing_at(clock.now() + timedelta(hours=23)):
        expect(200, asha.get(PEOPLE))
    with clock.standing_at(clock.now() + timedelta(hours=25)):
        told = refused(401, TOKEN, asha.get(PEOPLE))
    assert "Make another one" in told["detail"]
    assert attempts("api_token.refused")[-1].parameters["reason"] == "api_token_over"


def test_ap02_lc12_it_may_what_the_person_may_now(cast, made, asha):
    signed_in(cast.priya)  # her own key comes first
    grant = cast.asha.role_grants.get()
    dismiss(signed_in(cast.priya), grant)
    refused(403, "forbidden", asha.get(PEOPLE))
    Application.objects.filter(pk=made.pk).update(acts_as=cast.priya)
    expect(200, asha.get(PEOPLE))


GONE = {
    "suspended": {"status": "suspended"},
    "closed": {"status": "closed"},
    "left": {"closes_at": clock.now() - timedelta(days=1)},
}


@pytest.mark.parametrize("how", GONE)
def test_ap08_ap02_who_may_not_sign_in_opens_nothing_here_either(cast, asha, how):
    expect(200, asha.get(PEOPLE))
    Person.objects.filter(pk=cast.asha.pk).update(**GONE[how])
    told = refused(401, TOKEN, asha.get(PEOPLE))
    assert "not active" in told["detail"]
    assert attempts("api_token.refused")[-1].actor["channel"] == "api"


def test_a_suspended_organisation_s_program_opens_nothing(cast, asha):
    Organisation.objects.filter(pk=cast.north.pk).update(status="suspended")
    refused(401, TOKEN, asha.get(PEOPLE))


def test_an_application_that_ended_opens_nothing(made, asha):
    Application.objects.filter(pk=made.pk).update(ended_at=clock.now())
    refused(401, TOKEN, asha.get(PEOPLE))


def test_the_last_use_is_noted_once_an_hour(asha):
    assert the_api_token().last_used_at is None
    expect(200, asha.get(PEOPLE))
    first = the_api_token().last_used_at
    expect(200, asha.get(PEOPLE))
    assert the_api_token().last_used_at == first
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        expect(200, asha.get(PEOPLE))
    assert the_api_token().last_used_at > first


def test_whoever_asks_again_and_again_with_none_waits(asha):
    wrong = Program("wk_" + "x" * 43)
    answers = [wrong.get(PEOPLE) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    refused(429, "too_many_attempts", answers[-1])
    assert int(answers[-1]["Retry-After"]) > 0
    assert set(Limit.objects.values_list("kind", flat=True)) == {Kind.API_TOKEN}
    expect(200, asha.get(PEOPLE))


def test_many_made_up_ones_make_their_address_wait(asha, settings):
    settings.NAMES_AN_ADDRESS = 3
    codes_seen = [Program(f"wk_{number}").get(PEOPLE).status_code for number in range(6)]
    assert codes_seen == [401, 401, 401, 401, 429, 429]
    expect(200, asha.get(PEOPLE))


def test_policy_binds_a_program_as_it_binds_a_page(cast, asha):
    decide(cast.north, keys_a_person="1")
    asha.register(cast.ben)
    refused(409, "too_many_keys", asha.send("post", keys_of(cast.ben, "/registrations")))
