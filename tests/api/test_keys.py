"""A program looks after people's keys: by the same ceremonies and the same rules as the pages."""

import uuid

import pytest

from tests.cast import decide
from tests.doors import ORIGIN, Browser, desk_of, expect, half_signed_in, registered, signed_in
from tests.programs import V1, Program, api_token_for, application, keys_of, program, refused
from tests.softkey import SoftKey
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage


@pytest.fixture
def asha(cast):
    return program(cast.north, cast.asha, "people:read", "keys:write")


def test_a_key_is_registered_renamed_suspended_resumed_and_removed(cast, asha):
    begun = asha.begin(cast.ben)
    assert set(begun) == {"registration_id", "expires_at", "public_key"}
    assert begun["public_key"]["rp"]["id"] == "localhost"
    soft_key = SoftKey()
    fields = {
        "registration_id": begun["registration_id"],
        "credential": soft_key.register(begun["public_key"], ORIGIN),
        "nickname": "Blue",
        "serial_number": "7812345",
    }
    answer = expect(201, asha.send("post", keys_of(cast.ben), fields))
    key = answer.json()
    assert answer["Location"] == keys_of(cast.ben, f"/{key['id']}")
    assert {name: key[name] for name in ("nickname", "model", "state", "serial_number")} == {
        "nickname": "Blue",
        "model": None,
        "state": "waiting",
        "serial_number": "7812345",
    }
    assert (key["registered_by"], key["last_used_at"]) == (str(cast.asha.pk), None)
    one = keys_of(cast.ben, f"/{key['id']}")
    assert expect(200, asha.get(keys_of(cast.ben))).json() == {"items": [key], "next": None}
    assert expect(200, asha.get(one)).json() == key
    renamed = expect(200, asha.send("patch", one, {"nickname": "Green"})).json()
    assert renamed == {**key, "nickname": "Green"}
    row = SecurityKey.objects.get()
    expect(200, half_signed_in(cast.ben).use(soft_key, row))
    assert expect(200, asha.get(one)).json()["state"] == "active"
    stopped = expect(200, asha.send("post", f"{one}/suspend", {"reason": "lost"})).json()
    assert stopped["state"] == "suspended"
    refused(409, "conflict", asha.send("post", f"{one}/suspend"))
    assert expect(200, asha.send("post", f"{one}/resume")).json()["state"] == "active"
    assert expect(204, asha.send("delete", one)).content == b""
    refused(404, "not_found", asha.get(one))
    assert asha.get(keys_of(cast.ben)).json()["items"] == []


def test_ap14_the_trail_and_the_holder_s_mail_name_the_application(cast):
    made = application(cast.north, cast.asha, "keys:write")
    program = Program(api_token_for(made))
    key = program.register(cast.ben)
    expect(204, program.send("delete", keys_of(cast.ben, f"/{key['id']}?reason=broken")))
    for code in ("key.registered", "key.removed"):
        [entry] = changes(code)
        assert entry.actor.pop("name").startswith("sha256:")
        assert entry.actor == {
            "kind": "application",
            "id": str(made.pk),
            "channel": "api",
            "acts_as": str(cast.asha.pk),
        }
        assert entry.organisation == cast.north.pk
    told = [each.parameters["by"] for each in OutboxMessage.objects.all()]
    assert told == ["HR system", "HR system"]
    history = signed_in(cast.asha).get(f"/admin/people/{cast.ben.pk}/history/").text
    assert "HR system" in history


def test_refusals_of_a_registration_speak_for_themselves(cast, asha):
    soft_key = SoftKey()
    fields = asha.answer_of(cast.ben, soft_key)
    wrong = {**fields, "credential": {**fields["credential"], "id": "AAAA"}}
    told = refused(400, "ceremony_invalid", asha.send("post", keys_of(cast.ben), wrong))
    assert told["reference"]
    assert last_refusal()[0] == "registration.refused"
    # The refused answer has used it up.
    refused(400, "ceremony_invalid", asha.send("post", keys_of(cast.ben), fields))
    soft_key = SoftKey()
    expect(201, asha.send("post", keys_of(cast.ben), asha.answer_of(cast.ben, soft_key)))
    soft_key.credentials.clear()
    again = asha.answer_of(cast.ben, soft_key, "Twice")
    refused(409, "key_already_registered", asha.send("post", keys_of(cast.ben), again))
    decide(cast.north, models="attested")
    unproved = asha.answer_of(cast.ben, SoftKey(), "Unproved")
    refused(403, "model_not_allowed", asha.send("post", keys_of(cast.ben), unproved))


def test_a_nickname_that_is_taken_costs_no_second_touch(cast, asha):
    asha.register(cast.ben, "Blue")
    fields = asha.answer_of(cast.ben, SoftKey(), "BLUE")
    refused(409, "nickname_taken", asha.send("post", keys_of(cast.ben), fields))
    for name, code in (("", "invalid_input"), ("x" * 65, "invalid_input")):
        refused(400, code, asha.send("post", keys_of(cast.ben), {**fields, "nickname": name}))
    odd = {**fields, "nickname": "Green", "serial_number": "ü"}
    refused(400, "invalid_input", asha.send("post", keys_of(cast.ben), odd))
    expect(201, asha.send("post", keys_of(cast.ben), {**fields, "nickname": "Green"}))


def test_ap07_nothing_takes_a_public_key_as_it_is(cast, asha):
    begun = asha.begin(cast.ben)
    raw = {"registration_id": begun["registration_id"], "public_key": "AAAA", "nickname": "Raw"}
    with nothing_changes():
        told = refused(400, "invalid_input", asha.send("post", keys_of(cast.ben), raw))
        assert told["field"] == "credential"
        fields = {**asha.answer_of(cast.ben, SoftKey()), "public_key": "AAAA"}
        told = refused(400, "unknown_field", asha.send("post", keys_of(cast.ben), fields))
        assert told["field"] == "public_key"
        refused(405, "method_not_allowed", asha.send("put", keys_of(cast.ben), fields))


def test_az02_az03_a_registration_is_for_the_person_in_the_address(cast, asha):
    fields = asha.answer_of(cast.ben, SoftKey())
    with nothing_changes():
        wider = {**fields, "holder_id": str(cast.eve.pk)}
        refused(400, "unknown_field", asha.send("post", keys_of(cast.ben), wider))
        refused(404, "not_found", asha.send("post", keys_of(cast.eve), fields))
        refused(400, "ceremony_invalid", asha.send("post", keys_of(cast.dev), fields))
    assert last_refusal()[2] == "holder_mismatch"


def test_a_ceremony_belongs_to_the_api_token_that_began_it(cast, asha):
    other = program(cast.north, cast.asha, "keys:write")
    fields = asha.answer_of(cast.ben, SoftKey())
    refused(400, "ceremony_invalid", other.send("post", keys_of(cast.ben), fields))
    browser = signed_in(cast.asha)
    fields = asha.answer_of(cast.ben, SoftKey())
    begun = {"registration_id": fields["registration_id"]}
    expect(400, browser.answer(desk_of(cast.ben), begun, fields["credential"]))


def test_az01_az05_out_of_scope_is_like_unknown(cast, asha):
    _soft_key, row = registered(signed_in(cast.cara), cast.eve)
    unknown = f"{V1}/people/{uuid.uuid4()}/keys"
    of_eve = keys_of(cast.eve)
    for method, more, fields in (
        ("get", "", None),
        ("get", f"/{row.pk}", None),
        ("post", "/registrations", None),
        ("patch", f"/{row.pk}", {"nickname": "Mine"}),
        ("delete", f"/{row.pk}", None),
        ("post", f"/{row.pk}/suspend", {}),
        ("post", f"/{row.pk}/resume", None),
    ):
        with nothing_changes():
            there, nowhere = (asha.send(method, at + more, fields) for at in (of_eve, unknown))
        assert there.content == nowhere.content, more
        refused(404, "not_found", there)
    assert {each.parameters["code"] for each in attempts("act.refused")} == {"not_found"}


def test_az20_in_scope_without_the_right_is_refused(cast, asha):
    with nothing_changes():
        refused(403, "forbidden", asha.send("post", f"{keys_of(cast.priya)}/registrations"))
    entry = attempts("act.refused")[-1]
    assert entry.parameters["reason"] == "covering"
    assert entry.actor["channel"] == "api"


def test_an_application_leaves_the_person_as_whom_it_acts_alone(cast, asha):
    """With a key of theirs it would come in as they do, without its scopes."""
    expect(200, asha.get(keys_of(cast.asha)))
    with nothing_changes():
        told = refused(403, "forbidden", asha.send("post", f"{keys_of(cast.asha)}/registrations"))
    assert "application acts" in told["detail"]


def test_of_the_helpdesk_it_suspends_and_does_no_more(cast, asha):
    key = asha.register(cast.ben)
    hal, one = program(cast.north, cast.hal, "keys:write"), keys_of(cast.ben, f"/{key['id']}")
    with nothing_changes():
        refused(403, "forbidden", hal.send("delete", one))
        refused(403, "forbidden", hal.send("patch", one, {"nickname": "Mine"}))
        refused(403, "forbidden", hal.send("post", f"{one}/resume"))
    expect(200, hal.send("post", f"{one}/suspend"))


def test_a_stolen_key_ends_its_holder_s_logins(cast, asha):
    key = asha.register(cast.ben)
    one, ben = keys_of(cast.ben, f"/{key['id']}"), Browser()
    expect(302, ben.enter_password(cast.ben))
    told = refused(400, "invalid_input", asha.send("delete", f"{one}?reason=stolen"))
    assert told["field"] == "stolen_since"
    expect(204, asha.send("delete", f"{one}?reason=stolen&stolen_since=2026-01-01T08:00:00Z"))
    assert ben.get("/me/keys/")["Location"].startswith("/sign-in/?")


# Without its time zone, or as seconds since 1970, nobody could tell when it was.
@pytest.mark.parametrize("no_moment", ["2026-01-01T08:00:00", "2026-01-01", "1767254400", "0"])
def test_a_theft_has_a_moment_that_is_written_out(cast, asha, no_moment):
    key = asha.register(cast.ben)
    one = keys_of(cast.ben, f"/{key['id']}")
    with nothing_changes():
        stolen = asha.send("delete", f"{one}?reason=stolen&stolen_since={no_moment}")
        assert refused(400, "invalid_input", stolen)["field"] == "stolen_since"
    expect(
        204, asha.send("delete", f"{one}?reason=stolen&stolen_since=2026-01-01T09:00:00%2B01:00")
    )


@pytest.mark.parametrize("no_answer", ["yes", 1, "false", None])
def test_whether_a_key_serves_two_is_true_or_false(cast, asha, no_answer):
    fields = asha.answer_of(cast.ben, SoftKey())
    told = refused(
        400, "invalid_input", asha.send("post", keys_of(cast.ben), fields | {"shared": no_answer})
    )
    assert told["field"] == "shared"
    expect(201, asha.send("post", keys_of(cast.ben), fields | {"shared": False}))


def test_a_key_of_an_administrator_takes_two(cast, asha):
    key = asha.register(cast.hal)
    decide(cast.north, administrators_keys="two")
    with nothing_changes():
        refused(409, "conflict", asha.send("delete", keys_of(cast.hal, f"/{key['id']}")))
