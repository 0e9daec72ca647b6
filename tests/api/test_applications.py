"""Applications to which people log in, looked after by an organisation's own programs: as on the
pages, but that nobody is let in with less than before, and everybody is asked about what nobody has
looked at."""

import json
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey

from tests.api.test_people_changed import own_program
from tests.doors import expect, half_signed_in, registered, signed_in
from tests.oidc.rp import BACK, App, app, came_back, told
from tests.oidc.test_looking_after_clients import FIELDS, posted_form
from tests.oidc.test_proving_more import waits
from tests.programs import V1, program, refused
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.clients.models import Client, ClientUse
from wardkey.sessions.models import ApiToken, FirstAnswer

ALL = f"{V1}/applications"
ROTA = {"name": "Rota", "redirect_uris": [BACK], "assurance": "password"}


@pytest.fixture
def deploys(cast):
    return program(cast.north, cast.priya, "applications:write")


@pytest.fixture
def priya(cast):
    soft_key, row = registered(signed_in(cast.root), cast.priya, "Token of Priya")
    browser = half_signed_in(cast.priya)
    expect(200, browser.use(soft_key, row))
    return browser


def tag(answer):
    return {"if-match": answer["ETag"]}


def asked_first(rota, browser, **fields):
    """The page on which somebody is asked whether the application may know them."""
    unasked = expect(302, rota.asks(browser, prompt="none", **fields))["Location"]
    assert "error=interaction_required" in unasked
    page = waits(browser, rota.asks(browser, **fields))
    assert "nobody there has checked them yet" in expect(200, browser.get(page)).text
    return page


def test_an_application_is_added_given_a_secret_changed_and_ended(cast, deploys):
    once = {"idempotency-key": "rota-1"}
    made = expect(201, deploys.send("post", ALL, ROTA, **once))
    assert deploys.send("post", ALL, ROTA, **once).json() == made.json()
    one = made["Location"]
    assert one == f"{ALL}/{made.json()['id']}"
    assert (made.json()["secrets"], made.json()["vouched_for"]) == ([], False)
    got = expect(200, deploys.get(one))
    assert (got.json(), got["ETag"]) == (made.json(), made["ETag"])
    first = expect(201, deploys.send("post", f"{one}/secrets", **tag(made)))
    assert first["Cache-Control"] == "no-store"
    refused(412, "precondition_failed", deploys.send("post", f"{one}/secrets", **tag(made)))
    now = expect(200, deploys.get(one))
    second = expect(201, deploys.send("post", f"{one}/secrets", **tag(now))).json()["secret"]
    rota = App(Client.objects.get(), first.json()["secret"])
    for secret in (rota.secret, second):
        assert told(App(rota.row, secret).refresh("none"), 400) == "invalid_grant"
    listed = expect(200, deploys.get(ALL))
    [kept] = listed.json()["items"]
    assert [each["beginning"] for each in kept["secrets"]] == [second[:10], rota.secret[:10]]
    assert second not in listed.text + json.dumps(list(FirstAnswer.objects.values("answer")))
    with clock.standing_at(clock.now() + timedelta(days=8)):
        assert told(rota.refresh("none"), 401) == "invalid_client"
    now = expect(200, deploys.get(one))
    changed = expect(200, deploys.send("patch", one, {"name": "Rotas"}, **tag(now)))
    assert (changed.json()["name"], changed.json()["redirect_uris"]) == ("Rotas", [BACK])
    expect(204, deploys.send("delete", one, **tag(changed)))
    refused(404, "not_found", deploys.get(one))
    assert told(App(rota.row, second).refresh("none"), 401) == "invalid_client"
    trail = ["registered", "secret_made", "changed", "ended"]
    rows = {each: changes(f"client.{each}") for each in trail}
    assert [len(rows[each]) for each in trail] == [1, 2, 1, 1]
    assert {each.actor["kind"] for found in rows.values() for each in found} == {"application"}


def test_everybody_is_asked_until_a_person_has_looked(cast, deploys, priya):
    rota = app(cast.north)
    one, page_of_it = f"{ALL}/{rota.id}", f"/admin/login-applications/{rota.id}/"
    ben, dev = signed_in(cast.ben), signed_in(cast.dev)
    assert came_back(rota.asks(ben, prompt="none"))["code"]
    # Neither a secret nor a stricter level names an address.
    expect(201, deploys.send("post", f"{one}/secrets"))
    expect(200, deploys.send("patch", one, {"assurance": "password"}))
    assert came_back(rota.asks(ben, prompt="none"))["code"]
    thief_s = {"redirect_uris": [BACK, "https://thief.example/"]}
    assert expect(200, deploys.send("patch", one, thief_s)).json()["vouched_for"] is False
    at_thief_s = {"redirect_uri": "https://thief.example/"}
    page = asked_first(rota, ben, **at_thief_s)
    expect(302, ben.submit(page, decision="allow"))
    assert "https://thief.example/?code=" in expect(200, ben.get(page)).text
    assert came_back(rota.asks(ben, prompt="none"))["code"], "it was allowed once"
    asked_first(rota, dev, **at_thief_s)
    # What was agreed to before something else was named counts no more.
    expect(200, deploys.send("patch", one, {"logout_uri": "https://thief.example/out"}))
    asked_first(rota, ben)
    assert "A program added it" in expect(200, priya.get(page_of_it)).text
    expect(302, posted_form(priya, f"{page_of_it}edit/", **FIELDS))
    assert "A program added it" not in expect(200, priya.get(page_of_it)).text
    assert came_back(rota.asks(dev, prompt="none"))["code"]
    expect(400, rota.asks(dev, **at_thief_s))
    assert changes("client.changed")[-1].new["told"]["vouched_for"] is True
    # Whether it may ask on devices is a person's to say, and stays.
    expect(302, posted_form(priya, f"{page_of_it}edit/", **FIELDS, on_devices="yes"))
    assert expect(200, deploys.send("patch", one, {"name": "Rotas"})).json()["on_devices"] is True
    expect(400, deploys.send("patch", one, {"on_devices": False}))


def test_no_program_lets_anybody_in_with_less_than_before(cast, deploys):
    rota = app(cast.north, assurance="second_factor")
    one = f"{ALL}/{rota.id}"
    expect(200, deploys.send("patch", one, {"assurance": "key"}))
    use = f"{one}/uses/WARD7"
    decided = expect(200, deploys.send("put", use, {"decision": "hardware_key"}))
    assert decided.json() == {"organisation": "WARD7", "decision": "hardware_key"}
    with nothing_changes():
        before = list(ClientUse.objects.order_by("pk").values())
        refused(403, "forbidden", deploys.send("patch", one, {"assurance": "second_factor"}))
        refused(403, "forbidden", deploys.send("put", use, {"decision": "key"}))
        own = f"{one}/uses/NORTH"
        refused(403, "forbidden", deploys.send("put", own, {"decision": "password"}))
        stale = deploys.send("put", use, {"decision": "refused"}, **{"if-match": '"another"'})
        refused(412, "precondition_failed", stale)
        assert before == list(ClientUse.objects.order_by("pk").values())
    expect(200, deploys.send("put", use, {"decision": "refused"}, **tag(decided)))
    refused(403, "forbidden", deploys.send("put", use, {"decision": "hardware_key"}))
    first = expect(200, deploys.get(f"{one}/uses", {"limit": 1})).json()
    rest = expect(200, deploys.get(f"{one}/uses", {"limit": 1, "cursor": first["next"]})).json()
    listed = [*first["items"], *rest["items"]]
    assert [(each["organisation"], each["decision"]) for each in listed] == [
        ("NORTH", "key"),
        ("WARD7", "refused"),
    ]
    assert rest["next"] is None
    refused(404, "not_found", deploys.send("put", f"{one}/uses/SOUTH", {"decision": "key"}))


@pytest.mark.looks_only
def test_nobody_s_own_api_token_changes_one(cast):
    rota = app(cast.north)
    one = f"{ALL}/{rota.id}"
    own = own_program(cast.priya, cast.north)
    ApiToken.objects.update(scopes=["applications:write"])
    assert expect(200, own.get(one)).json()["name"] == "Rota"
    with nothing_changes():
        for method, address, fields in (
            ("post", ALL, ROTA),
            ("patch", one, {"redirect_uris": ["https://thief.example/"]}),
            ("post", f"{one}/secrets", None),
            ("put", f"{one}/uses/NORTH", {"decision": "refused"}),
            ("delete", one, None),
        ):
            answer = own.send(method, address, fields)
            assert "by nobody" in refused(401, "step_up_required", answer)["detail"]
    assert Client.objects.get().ended_at is None


@pytest.mark.looks_only
def test_what_belongs_elsewhere_is_unknown_and_what_does_not_fit_is_refused(cast, deploys):
    clinics = app(cast.south, name="Clinics")
    asha = program(cast.north, cast.asha, "applications:write")
    reads = program(cast.north, cast.priya, "applications:read")
    key = ECKey.generate_key("P-256")
    public, private = key.as_dict(private=False), key.as_dict(private=True)
    with nothing_changes():
        for method, more, fields in (
            ("get", "", None),
            ("patch", "", {"name": "Mine"}),
            ("post", "/secrets", None),
            ("get", "/uses", None),
            ("put", "/uses/NORTH", {"decision": "key"}),
            ("delete", "", None),
        ):
            answer = deploys.send(method, f"{ALL}/{clinics.id}{more}", fields)
            refused(404, "not_found", answer)
        refused(403, "forbidden", asha.get(ALL))
        refused(403, "forbidden", reads.send("post", ALL, ROTA))
        for wrong in (
            {"redirect_uris": []},
            {"redirect_uris": ["http://rota.example/"]},
            {"redirect_uris": ["https://*.example/"]},
            {"logout_uri": "ftp://rota.example/"},
            {"jwks": {"keys": [private]}},
            {"assurance": "refused"},
            {"name": ""},
        ):
            answer = deploys.send("post", ALL, ROTA | wrong)
            assert refused(400, "invalid_input", answer)["field"].startswith(next(iter(wrong)))
        refused(400, "unknown_field", deploys.send("post", ALL, ROTA | {"secret": "wkc_mine"}))
    signs = expect(201, deploys.send("post", ALL, ROTA | {"jwks": {"keys": [public]}}))
    one = signs["Location"]
    refused(409, "conflict", deploys.send("post", f"{one}/secrets"))
    bare = expect(200, deploys.send("patch", one, {"jwks": {"keys": []}})).json()
    assert signs.json()["jwks"]["keys"][0].items() >= public.items()
    assert bare["jwks"] is None
    expect(201, deploys.send("post", f"{one}/secrets"))
    expect(201, deploys.send("post", ALL, ROTA | {"name": "Second"}))
    first = expect(200, deploys.get(ALL, {"limit": 1})).json()
    rest = expect(200, deploys.get(ALL, {"limit": 1, "cursor": first["next"]})).json()
    assert [each["name"] for each in first["items"] + rest["items"]] == ["Rota", "Second"]
    assert rest["next"] is None
