"""An administrator lets the token station in: a one-time code, and the API token that it is for."""

import re
from datetime import timedelta

import pytest

from tests.doors import MINE, deed_asked_about, desk_of, expect, signed_in
from tests.programs import V1, Program, keys_of, program, refused
from tests.softkey import SoftKey
from tests.traces import attempts, changes, nothing_changes
from wardkey.base import clock
from wardkey.base.errors import Throttled
from wardkey.notifications.models import OutboxMessage
from wardkey.sessions import station_codes
from wardkey.sessions.models import ApiToken, StationCode

PAGE, STATION = "/admin/token-station/", f"{V1}/station"
LOGIN = f"{STATION}/api-tokens"


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def code_shown(browser):
    expect(200, browser.get(PAGE))
    page = expect(200, browser.submit(PAGE))
    assert page["Cache-Control"] == "no-store"
    [code] = re.findall(r"(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}", page.text)
    return code


def log_in(code):
    return Program().send("post", LOGIN, {"code": code})


def refusals():
    return [entry.parameters["reason"] for entry in attempts("station.refused")]


def test_the_code_opens_what_a_desk_does_for_eight_hours_and_nothing_else(cast, asha):
    told = expect(201, log_in(f" {code_shown(asha).lower().replace('-', ' ')} ")).json()
    assert (told["person"]["username"], told["organisation"]) == (cast.asha.username, "NORTH")
    station = Program(told["api_token"])
    expect(200, station.get(f"{V1}/people?q=ben"))
    key = station.register(cast.ben)
    expect(200, station.get(keys_of(cast.ben)))
    for method, more, sent in (
        ("patch", f"/{key['id']}", {"nickname": "Spare"}),
        ("delete", f"/{key['id']}", None),
        ("post", f"/{key['id']}/suspend", None),
    ):
        refused(403, "forbidden", station.send(method, keys_of(cast.ben, more), sent))
    refused(403, "forbidden", station.get(f"{V1}/roles"))
    [made] = changes("api_token.made")
    assert made.actor.pop("name").startswith("sha256:")
    assert made.actor == {"kind": "person", "id": str(cast.asha.pk), "channel": "api"}
    assert made.parameters["scopes"] == ["people:read", "keys:read", "keys:desk"]
    assert [entry.actor["id"] for entry in changes("station.code_made")] == [str(cast.asha.pk)]
    assert OutboxMessage.objects.filter(kind="api_token_made").count() == 1
    with clock.standing_at(clock.now() + timedelta(hours=7, minutes=59)):
        station.register(cast.dev)
    with clock.standing_at(clock.now() + timedelta(hours=8)):
        refused(401, "authentication_required", station.get(f"{V1}/people"))


def test_the_page_asks_for_a_proof_which_one_code_uses_up(cast, asha, later):
    asha.confirms = False
    asked = {"act": "connect_station", "about": str(cast.north.pk)}
    assert deed_asked_about(expect(401, asha.get(PAGE))) == asked
    with nothing_changes():
        expect(401, asha.submit(PAGE))
    expect(200, asha.prove(asked))
    code_shown(asha)
    with nothing_changes():
        expect(401, asha.submit(PAGE))


def test_a_code_works_once_for_ten_minutes_while_its_login_lasts(cast, asha):
    used, replaced = code_shown(asha), ""
    expect(201, log_in(used))
    replaced, late = code_shown(asha), code_shown(asha)
    refused(400, "invalid_input", log_in(used))
    refused(400, "invalid_input", log_in(replaced))
    with clock.standing_at(clock.now() + timedelta(minutes=10)):
        refused(400, "invalid_input", log_in(late))
    expect(302, asha.submit("/sign-out/"))
    refused(400, "invalid_input", log_in(late))
    refused(400, "invalid_input", log_in("ABCD-EFGH-JKLM-NPQR"))
    assert refusals() == ["station_code_over"] * 4 + ["station_code_unknown"]
    assert ApiToken.objects.count() == 1


def test_where_its_success_cannot_be_noted_the_code_works_still(asha):
    code = code_shown(asha)

    def waits():
        raise Throttled(retry_after=60)

    with nothing_changes(), pytest.raises(Throttled):
        station_codes.redeem(code, also=waits)
    expect(201, log_in(code))


def test_the_database_does_not_know_the_code_and_guessing_is_slow(cast, asha, settings):
    settings.NAMES_AN_ADDRESS = 3
    code = code_shown(asha)
    assert bytes(StationCode.objects.get().secret_hash) != code.encode()
    answers = [log_in(f"ABCD-EFGH-JKLM-{number}").status_code for number in range(2222, 2227)]
    assert answers == [400, 400, 400, 400, 429]
    refused(429, "too_many_attempts", log_in(code))
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        expect(201, log_in(code))


def test_what_it_opened_ends_with_the_role_by_the_station_or_on_the_page(cast, asha):
    first = Program(expect(201, log_in(code_shown(asha))).json()["api_token"])
    expect(204, first.send("delete", f"{STATION}/api-token"))
    refused(401, "authentication_required", first.get(f"{V1}/people"))
    second = Program(expect(201, log_in(code_shown(asha))).json()["api_token"])
    assert "Token station" in expect(200, asha.get("/me/api-tokens/")).text
    cast.asha.role_grants.update(ends_at=clock.now())
    refused(403, "forbidden", second.get(f"{V1}/people"))
    of_application = program(cast.north, cast.priya)
    refused(409, "conflict", of_application.send("delete", f"{STATION}/api-token"))
    expect(200, of_application.get(f"{V1}/people"))


def test_a_code_and_what_it_opened_end_with_the_token_that_its_login_was_made_with(cast):
    root, cara = signed_in(cast.root), signed_in(cast.cara)
    cara.register(MINE, SoftKey(), "Spare")
    station = Program(expect(201, log_in(code_shown(cara))).json()["api_token"])
    code = code_shown(cara)
    _soft_key, row = cara.own_key
    expect(302, root.submit(f"{desk_of(cast.cara)}{row.pk}/suspend/", reason="lost"))
    refused(400, "invalid_input", log_in(code))
    refused(401, "authentication_required", station.get(f"{V1}/people"))


def test_cl38_station_and_portal_tell_what_they_speak(db):
    told = expect(200, Program().get(STATION)).json()
    assert told == {"name": "wardkey", "speaks": 1, "oldest_station": 1}
