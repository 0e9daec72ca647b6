"""Asked twice, done once; changed only as it was seen; nothing but what is named."""

from datetime import timedelta

import pytest

from tests.doors import expect
from tests.oidc.rp import app
from tests.programs import V1, Program, keys_of, program, refused, the_api_token
from tests.softkey import SoftKey
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.sessions import first_answers
from wardkey.sessions.models import FirstAnswer

ONCE = {"idempotency-key": "7e2d"}


@pytest.fixture
def asha(cast):
    return program(cast.north, cast.asha, "keys:write")


@pytest.fixture
def key(cast, asha):
    return asha.register(cast.ben)


# -- Idempotency-Key


def test_a_creation_asked_for_twice_is_done_once(cast, asha):
    fields = asha.answer_of(cast.ben, SoftKey())
    first = expect(201, asha.send("post", keys_of(cast.ben), fields, **ONCE))
    with nothing_changes():
        again = expect(201, asha.send("post", keys_of(cast.ben), fields, **ONCE))
    assert again.json() == first.json()
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert len(changes("key.registered")) == 1


def test_a_key_stands_at_one_request_of_one_caller(cast, asha):
    fields = asha.answer_of(cast.ben, SoftKey())
    expect(201, asha.send("post", keys_of(cast.ben), fields, **ONCE))
    with nothing_changes():
        other = {**fields, "nickname": "Other"}
        refused(422, "idempotency_key_reused", asha.send("post", keys_of(cast.ben), other, **ONCE))
        refused(422, "idempotency_key_reused", asha.send("post", keys_of(cast.dev), fields, **ONCE))
    somebody_else = program(cast.north, cast.priya, "keys:write")
    fields = somebody_else.answer_of(cast.dev, SoftKey())
    expect(201, somebody_else.send("post", keys_of(cast.dev), fields, **ONCE))


def test_a_refused_creation_may_be_tried_again_under_its_key(cast, asha, key):
    fields = asha.answer_of(cast.ben, SoftKey(), key["nickname"])
    refused(409, "nickname_taken", asha.send("post", keys_of(cast.ben), fields, **ONCE))
    expect(204, asha.send("delete", keys_of(cast.ben, f"/{key['id']}")))
    expect(201, asha.send("post", keys_of(cast.ben), fields, **ONCE))


def test_who_asks_while_it_is_being_done_waits(cast, asha):
    fields = asha.answer_of(cast.ben, SoftKey())
    row = FirstAnswer.objects.create(
        api_token=the_api_token(), key="7e2d", asked=bytes(32), began_at=clock.now()
    )
    refused(422, "idempotency_key_reused", asha.send("post", keys_of(cast.ben), fields, **ONCE))
    begun = first_answers.begin(api_token_id=row.api_token_id, key="other", asked=b"x")
    assert begun.answer is None
    with pytest.raises(first_answers.Conflict) as told:
        first_answers.begin(api_token_id=row.api_token_id, key="other", asked=b"x")
    assert told.value.retry_after == 1
    with clock.standing_at(clock.now() + timedelta(seconds=61)):
        # Whoever began it was stopped on the way.
        expect(201, asha.send("post", keys_of(cast.ben), fields, **ONCE))


def test_an_answer_is_kept_for_a_day(cast, asha):
    expect(201, asha.send("post", keys_of(cast.ben), asha.answer_of(cast.ben, SoftKey()), **ONCE))
    first_answers.forget_old()
    assert FirstAnswer.objects.count() == 1
    with clock.standing_at(clock.now() + timedelta(hours=25)):
        first_answers.forget_old()
    assert FirstAnswer.objects.count() == 0


def test_a_key_that_is_none_is_refused(cast, asha):
    fields = asha.answer_of(cast.ben, SoftKey())
    for wrong in ("x" * 256, "\x7f"):
        answer = asha.send("post", keys_of(cast.ben), fields, **{"idempotency-key": wrong})
        refused(400, "invalid_input", answer)


# -- ETag and If-Match


def test_a_change_is_done_as_it_was_seen(cast, asha, key):
    one = keys_of(cast.ben, f"/{key['id']}")
    seen = expect(200, asha.get(one))["ETag"]
    renamed = expect(200, asha.send("patch", one, {"nickname": "Green"}, **{"if-match": seen}))
    assert renamed["ETag"] != seen
    with nothing_changes():
        for method, more, fields in (
            ("patch", "", {"nickname": "Red"}),
            ("post", "/suspend", {}),
            ("post", "/resume", None),
            ("delete", "", None),
        ):
            answer = asha.send(method, one + more, fields, **{"if-match": seen})
            refused(412, "precondition_failed", answer)
    weak = {"if-match": f"W/{renamed['ETag']}"}
    refused(412, "precondition_failed", asha.send("post", f"{one}/suspend", **weak))
    either = {"if-match": f'"x", {renamed["ETag"]}'}
    stopped = expect(200, asha.send("post", f"{one}/suspend", **either))
    expect(200, asha.send("post", f"{one}/resume", **{"if-match": stopped["ETag"]}))
    with nothing_changes():
        # A program whose variable is empty meant to say which.
        refused(400, "invalid_input", asha.send("delete", one, **{"if-match": ""}))
    expect(204, asha.send("delete", one, **{"if-match": "*"}))
    refused(404, "not_found", asha.send("delete", one, **{"if-match": "*"}))


# -- what is not named

WRONG = [
    ({"nickname": "Green", "state": "active"}, "unknown_field", "state"),
    ({"nickname": "Green", "holder": None}, "unknown_field", "holder"),
    ({"nickname": None}, "invalid_input", "nickname"),
    ({"nickname": 7}, "invalid_input", "nickname"),
    ({"nickname": ["Green"]}, "invalid_input", "nickname"),
    ({"nickname": "x" * 201}, "invalid_input", "nickname"),
    ({"nickname": "\u202e"}, "invalid_input", "nickname"),
    ({}, "invalid_input", "nickname"),
]


@pytest.mark.parametrize(("fields", "code", "field"), WRONG)
def test_ap11_az22_fields_that_do_not_fit_are_named(cast, asha, key, fields, code, field):
    one = keys_of(cast.ben, f"/{key['id']}")
    with nothing_changes():
        assert refused(400, code, asha.send("patch", one, fields))["field"] == field


BODIES = [
    ('{"nickname": "Green", "nickname": "Red"}', 400),
    ('{"nickname": "\\u0000"}', 400),
    ('["Green"]', 400),
    ("{" * 5000, 400),
    ("nickname", 400),
    ('{"nickname": NaN}', 400),
    ("", 400),
    ("x" * 70_000, 413),
]


@pytest.mark.parametrize(("body", "status"), BODIES, ids=range(len(BODIES)))
def test_bodies_that_are_no_clear_json_are_refused(cast, asha, key, body, status):
    one = keys_of(cast.ben, f"/{key['id']}")
    with nothing_changes():
        expect(status, asha.generic("PATCH", one, body, "application/json"))


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""],
)
def test_wb11_another_content_type_is_refused(cast, asha, key, kind):
    one, body = keys_of(cast.ben, f"/{key['id']}"), '{"nickname": "Green"}'
    with nothing_changes():
        told = refused(415, "unsupported_content_type", asha.generic("PATCH", one, body, kind))
    assert "JSON" in told["detail"]


def test_a_person_without_a_role_has_their_own_keys_alone(cast):
    """And an application cannot act as one: nothing would be in its reach."""
    dev = program(cast.north, cast.dev, "keys:write")
    refused(403, "forbidden", dev.get(keys_of(cast.ben)))
    assert isinstance(dev, Program)
    assert SecurityKey.objects.count() == 0


def test_null_changes_nothing_and_is_told_so_in_every_change(cast):
    root = program(cast.platform, cast.root)
    rota = app(cast.platform)
    kept = root.register(cast.ben)["id"]
    there = {"person_id": cast.ben.pk, "key_id": kept, "code": "NORTH", "application_id": rota.id}
    described = expect(200, root.get(f"{V1}/openapi.json")).json()
    taken, tried = [], 0
    for path, does in described["paths"].items():
        if "patch" not in does:
            continue
        body = does["patch"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        for name in described["components"]["schemas"][body.rpartition("/")[2]]["properties"]:
            with nothing_changes():
                answer = root.send("patch", path.format(**there), {name: None})
            tried += 1
            if answer.status_code != 400 or answer.json().get("field") != name:
                taken.append((path, name, answer.status_code))
    assert tried >= 12, "a change of each kind"
    assert taken == []


@pytest.mark.parametrize(
    "unclear", [{"transfer-encoding": "chunked"}, {"content-length": f"{17:020d}"}]
)
def test_what_has_no_clear_length_is_not_taken_for_nothing(cast, asha, key, unclear):
    """Nothing of it arrives: the slow client's worker waits for no such body."""
    suspend = keys_of(cast.ben, f"/{key['id']}/suspend")
    kind = "application/json"
    with nothing_changes():
        answer = asha.generic("POST", suspend, b"", kind, headers=unclear)
        refused(411, "length_required", answer)
    told = expect(200, asha.send("post", suspend, {"reason": "lost"})).json()
    assert told["state"] == "suspended"
