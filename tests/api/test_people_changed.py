"""A program of the organisation's adds, changes, moves and lets go people, as HR systems do."""

from datetime import timedelta

import pytest

from tests.cast import decide, hire_into, issue_pass
from tests.departures import again, mark_leaver
from tests.doors import Browser, expect, half_signed_in, signed_in
from tests.newcomers import CODE
from tests.programs import V1, keys_of, program, refused
from tests.test_appointing import give
from tests.traces import attempts, changes, nothing_changes
from wardkey.base import clock
from wardkey.organisations.models import Organisation
from wardkey.people.models import Person
from wardkey.sessions.models import ApiToken

PEOPLE = f"{V1}/people"
KIM = {"username": "kim@north.example", "name": "Kim Osei", "email": "kim@new.example"}


@pytest.fixture
def hr(cast):
    return program(cast.north, cast.asha, "people:write")


def at(person, more=""):
    return f"{PEOPLE}/{person.pk}{more}"


def today(days=0):
    return str(clock.today("Europe/London") + timedelta(days=days))


def test_somebody_is_added_once_and_has_no_way_in_yet(cast, hr):
    once = {"idempotency-key": "hr-17"}
    answer = expect(201, hr.send("post", PEOPLE, KIM, **once))
    kim = Person.objects.get(username=KIM["username"])
    assert answer.json() == {"id": str(kim.pk), **KIM, "organisation": "NORTH"}
    assert answer["Location"] == at(kim)
    assert expect(200, hr.get(at(kim)))["ETag"] == answer["ETag"]
    with nothing_changes():
        assert hr.send("post", PEOPLE, KIM, **once).json() == answer.json()
        told = refused(400, "invalid_input", hr.send("post", PEOPLE, KIM))
        assert told["field"] == "username"
    assert not kim.has_usable_password()
    entry = changes("person.added")[-1]
    assert entry.actor["channel"] == "api"
    assert (entry.actor["kind"], entry.actor["acts_as"]) == ("application", str(cast.asha.pk))
    assert not changes("invitation.issued")


def test_they_begin_where_and_when_it_says(cast, hr):
    fields = KIM | {"organisation": "WARD7", "starts_on": today(20), "email": None}
    expect(201, hr.send("post", PEOPLE, fields))
    kim = Person.objects.get(username=KIM["username"])
    standing = expect(200, hr.get(at(kim, "/standing"))).json()
    assert (kim.home, standing["state"]) == (cast.ward, "to_come")
    for wrong, field in (
        ({"organisation": "SOUTH"}, "organisation"),
        ({"starts_on": today(500)}, "starts_on"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"starts_on": int(clock.now().timestamp() // 86400 * 86400)}, "starts_on"),
        ({"starts_on": str(int(clock.now().timestamp() // 86400 * 86400))}, "starts_on"),
        ({"email": "nowhere"}, "email"),
        ({"email": "lee@new\u200b.example"}, "email"),
        ({"email": "lee@new\u202e.example"}, "email"),
        ({"email": "lee@ｎew.example"}, "email"),
        ({"email": '"\x1b[2J"@new.example'}, "email"),
        ({"name": "\u202e"}, "name"),
        ({"role": "auditor"}, "role"),
    ):
        answer = hr.send("post", PEOPLE, fields | {"username": "lee@north.example"} | wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["field"] == field
    later = {"starts_on": today(30), "name": "Kim Grant", "email": "grant@new.example"}
    told = expect(200, hr.send("patch", at(kim), later)).json()
    assert (told["name"], told["email"]) == ("Kim Grant", "grant@new.example")
    [entry] = changes("person.changed")
    assert set(entry.new) == {"name", "email", "starts_at"}
    assert expect(200, hr.get(PEOPLE, {"q": "grant"})).json()["items"] == [told]


def test_a_change_is_done_as_it_was_seen(cast, hr):
    seen = expect(200, hr.get(at(cast.ben)))["ETag"]
    changed = expect(200, hr.send("patch", at(cast.ben), {"name": "Ben C"}, **{"if-match": seen}))
    assert changed["ETag"] != seen
    with nothing_changes():
        for more, fields in (("", {"name": "B"}), ("/move", {"organisation": "WARD7"})):
            method = "patch" if not more else "post"
            answer = hr.send(method, at(cast.ben, more), fields, **{"if-match": seen})
            refused(412, "precondition_failed", answer)
        expect(200, hr.send("patch", at(cast.ben), {"name": "Ben C"}))  # as it is
        stands = {"if-match": '"otherwise"'}
        for more in ("/suspend", "/resume"):
            refused(412, "precondition_failed", hr.send("post", at(cast.ben, more), **stands))
    # What its owner has proved stays, and comes first.
    told = expect(200, hr.send("patch", at(cast.ben), {"email": "evil@new.example"})).json()
    assert told["email"] == "ben@north.example"
    told = refused(409, "conflict", hr.send("patch", at(cast.ben), {"starts_on": today(3)}))
    assert "begun" in told["detail"]


def test_who_moves_within_the_branch_keeps_their_tokens(cast, hr):
    key = program(cast.north, cast.asha, "keys:write").register(cast.ben)
    told = expect(200, hr.send("post", at(cast.ben, "/move"), {"organisation": "ward7"})).json()
    assert told["organisation"] == "WARD7"
    [kept] = program(cast.north, cast.priya).get(keys_of(cast.ben)).json()["items"]
    assert kept["id"] == key["id"]
    assert len(changes("person.home_moved")) == 1
    with nothing_changes():
        for person, place, status in (
            (cast.ben, "WARD7", 409),  # at home there
            (cast.dev, "SOUTH", 400),
            (cast.nina, "WARD7", 403),  # holds a role that asha's does not cover
            (cast.hal, "WARD7", 409),  # roles do not move
            (cast.eve, "NORTH", 404),
        ):
            answer = hr.send("post", at(person, "/move"), {"organisation": place})
            assert answer.status_code == status, person
    of_ward = program(cast.ward, leader_of(cast.ward), "people:write")
    refused(
        400, "invalid_input", of_ward.send("post", at(cast.wil, "/move"), {"organisation": "NORTH"})
    )


def leader_of(place):
    person = hire_into(place, "lee")
    give(person, "local_administrator", place)
    return person


def test_az18_from_elsewhere_only_with_code_and_mark(cast, hr):
    eve, cara = signed_in(cast.eve), signed_in(cast.cara)
    [code] = CODE.findall(expect(200, eve.submit("/me/moving/")).content.decode())
    with nothing_changes():
        refused(409, "conflict", hr.send("post", f"{PEOPLE}/take-on", {"code": code}))
        told = refused(400, "invalid_input", hr.send("post", f"{PEOPLE}/take-on", {"code": "x"}))
        assert told["field"] == "code"
    expect(302, mark_leaver(cara, cast.eve))
    told = expect(200, hr.send("post", f"{PEOPLE}/take-on", {"code": code})).json()
    assert (told["id"], told["organisation"]) == (str(cast.eve.pk), "NORTH")
    refused(404, "not_found", program(cast.south, cast.cara).get(at(cast.eve)))


def test_who_leaves_is_marked_and_the_mark_taken_back(cast, hr):
    key = program(cast.north, cast.asha, "keys:write").register(cast.ben)
    fields = {"last_day": today(10), "keys": [{"key_id": key["id"], "handling": "give"}]}
    answer = expect(200, hr.send("post", at(cast.ben, "/leaver"), fields))
    assert (answer.json()["state"], answer.json()["last_day"]) == ("leaving", today(10))
    with nothing_changes():
        for wrong, field in (
            ({"last_day": today(-1)}, "last_day"),
            ({"keys": [{"key_id": str(cast.ben.pk), "handling": "give"}]}, "decision"),
            ({"keys": [{"key_id": key["id"], "handling": "lend"}]}, "until"),
            ({"keys": [{"key_id": key["id"], "handling": "burn"}]}, "keys.0.handling"),
        ):
            answer = hr.send("post", at(cast.ben, "/leaver"), fields | wrong)
            assert refused(400, "invalid_input", answer)["field"] == field
    back = expect(200, hr.send("delete", at(cast.ben, "/leaver")))
    assert back.json()["state"] == "here"
    refused(409, "conflict", hr.send("delete", at(cast.ben, "/leaver")))
    refused(409, "conflict", hr.send("post", at(cast.ben, "/resume")))
    assert expect(200, hr.send("post", at(cast.ben, "/suspend"))).json()["state"] == "suspended"
    assert expect(200, hr.send("post", at(cast.ben, "/resume"))).json()["state"] == "here"
    assert [each.actor["kind"] for each in changes("person.suspended")] == ["application"]


def test_ap02_nobody_does_it_to_themselves_nor_with_an_old_api_token(cast, hr):
    other = program(cast.north, cast.priya, "people:write", "passes:write")
    ApiToken.objects.update(made_at=clock.now() - timedelta(hours=9))
    own = own_program(cast.asha, cast.north, old=True)
    expect(200, hr.send("patch", at(cast.ben), {"name": "Ben C"}))  # an application's
    with nothing_changes():
        for more, method, fields in (
            ("", "patch", {"name": "Me"}),
            ("/move", "post", {"organisation": "WARD7"}),
            ("/suspend", "post", None),
            ("/leaver", "post", {"last_day": today()}),
        ):
            refused(409, "conflict", other.send(method, at(cast.priya, more), fields))
        refused(401, "step_up_required", own.send("patch", at(cast.ben), {"name": "Me"}))
        refused(401, "step_up_required", own.send("post", PEOPLE, KIM))
    refused(
        403, "forbidden", program(cast.north, cast.asha, "people:read").send("post", PEOPLE, KIM)
    )


def own_program(person, organisation, *, old=False):
    """A person's own API token, as they would have made it."""
    asks = program(organisation, person, "people:write")
    made = ApiToken.objects.latest("made_at")
    made.application, made.person, made.security_stamp = None, person, person.security_stamp
    made.made_at -= timedelta(hours=9 if old else 0)
    made.save()
    return asks


def test_a_pass_is_ended_and_what_it_opened(cast):
    desk = program(cast.north, cast.hal, "passes:write")
    decide(cast.north, second_factor="everyone")
    code = issue_pass(cast.ben)
    passes = at(cast.ben, "/passes")
    listed = expect(200, desk.get(passes))
    assert [told["kind"] for told in listed.json()["items"]] == ["access"]
    other = '"of another day"'
    refused(412, "precondition_failed", desk.send("delete", passes, **{"if-match": other}))
    expect(204, desk.send("delete", passes, **{"if-match": listed["ETag"]}))
    assert expect(200, desk.get(passes)).json()["items"] == []
    assert expect(401, half_signed_in(cast.ben).submit("/sign-in/access-pass/", access_pass=code))
    assert len(changes("access_pass.revoked")) == 1
    refused(409, "conflict", desk.send("delete", passes))
    refused(405, "method_not_allowed", desk.send("post", passes, {}))
    refused(404, "not_found", desk.send("delete", at(cast.eve, "/passes")))


def test_organisations_are_changed_by_an_application_of_the_platform(cast):
    root = program(cast.platform, cast.root, "organisations:write")
    north = f"{V1}/organisations/NORTH"
    once = {"idempotency-key": "ods-1"}
    new = {"code": "ward9", "name": "Ward 9"}
    made = expect(201, root.send("post", f"{north}/organisations", new, **once))
    assert made.json() == {"code": "WARD9", "name": "Ward 9", "status": "active", "parent": "NORTH"}
    assert made["Location"] == f"{V1}/organisations/WARD9"
    again_made = root.send("post", f"{north}/organisations", new, **once)
    assert again_made.json() == made.json()
    told = refused(400, "invalid_input", root.send("post", f"{north}/organisations", new))
    assert told["field"] == "code"
    ward = made["Location"]
    renamed = expect(
        200, root.send("patch", ward, {"name": "Ward Nine"}, **{"if-match": made["ETag"]})
    )
    assert renamed.json()["name"] == "Ward Nine"
    stale = {"if-match": made["ETag"]}
    refused(412, "precondition_failed", root.send("post", f"{ward}/suspend", **stale))
    assert expect(200, root.send("post", f"{ward}/suspend")).json()["status"] == "suspended"
    refused(409, "conflict", root.send("post", f"{ward}/suspend"))
    assert expect(200, root.send("post", f"{ward}/resume")).json()["status"] == "active"
    assert Organisation.objects.get(code="WARD9").name == "Ward Nine"
    own = own_program(cast.root, cast.platform)
    ApiToken.objects.update(scopes=["organisations:write"])
    refused(401, "step_up_required", own.send("patch", ward, {"name": "Mine"}))


def test_az27_au12_whoever_reads_the_trail_is_in_it(cast):
    priya = program(cast.north, cast.priya, "audit:read")
    expect(200, priya.get(f"{V1}/audit-entries"))
    expect(200, priya.get(f"{V1}/audit-entries", {"stream": "attempt"}))
    asha: Browser = signed_in(cast.asha)
    expect(200, asha.get("/admin/audit/"))
    expect(200, asha.get(f"/admin/people/{cast.ben.pk}/history/"))
    seen = [
        (each.actor["kind"], each.parameters["seen"], each.holder)
        for each in attempts("audit.viewed")
    ]
    assert seen == [
        ("application", "change", ""),
        ("application", "attempt", ""),
        ("person", "both", ""),
        ("person", "both", str(cast.ben.pk)),
    ]
    refused(403, "forbidden", program(cast.north, cast.hal).get(f"{V1}/audit-entries"))
    assert len(attempts("audit.viewed")) == 4
    page = expect(200, asha.get("/admin/audit/")).content.decode()
    assert "Read the audit trail" in page
    [told] = [
        each
        for each in priya.get(f"{V1}/audit-entries", {"stream": "attempt"}).json()["items"]
        if each["facts"].get("seen") == "change"
    ]
    assert told["actor"]["name"] == "HR system"
    assert again(cast.ben).name == "Ben Carter"


def test_a_refusal_tells_a_program_what_to_do_and_no_page(cast, hr):
    told = refused(404, "not_found", hr.get(at(cast.eve)))
    assert "page" not in (told["title"] + told["detail"]).lower()
    told = refused(409, "conflict", hr.send("post", at(cast.ben, "/resume")))
    assert "standing" in told["detail"]
    desk = program(cast.north, cast.hal, "people:write")
    told = refused(403, "forbidden", desk.send("post", at(cast.ben, "/suspend")))
    assert "acts" in told["detail"]
