"""What goes wrong has one form for programs and one for people, and is never a fault of ours."""

import io
import json
import logging
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.cast import PASSWORD, issue_pass
from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    registered,
    signed_in,
)
from tests.softkey import SoftKey
from tests.traces import attempts, last_refusal, nothing_changes
from wardkey.sessions.models import Session


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def raw(browser, address, body, content_type="application/json"):
    headers = {"x-csrftoken": browser.csrf}
    return browser.post(address, body, content_type=content_type, headers=headers)


def challenge_of(person):
    return f"{desk_of(person)}register/challenge/"


def test_a_page_gets_a_page_and_a_script_gets_problem_json(cast, asha):
    page = expect(404, asha.get(desk_of(cast.eve)))
    assert page["Content-Type"].startswith("text/html")
    assert page["X-Request-Id"] in page.content.decode()
    problem = expect(404, asha.call(challenge_of(cast.eve)))
    assert problem["Content-Type"] == "application/problem+json"
    assert problem.json() == {
        "type": "about:blank",
        "status": 404,
        "code": "not_found",
        "title": "Page not found",
        "detail": "There is no such page, or it is not in your organisation.",
    }


def test_an_address_that_is_none_reads_the_same(db):
    assert b"There is no such page" in expect(404, Browser().get("/nowhere/")).content
    assert expect(404, Browser().call("/nowhere/")).json()["code"] == "not_found"


def test_an_address_that_is_none_is_in_the_trail_of_whoever_is_signed_in(cast, asha):
    page = expect(404, asha.get("/nowhere/")).content.decode()
    assert "Logout" in page
    assert ">Login<" not in page
    entry = attempts("act.refused")[-1]
    assert entry.actor["id"] == str(cast.asha.pk)
    assert (entry.parameters["route"], entry.parameters["target"]) == ("", "")


@pytest.mark.parametrize(
    "body",
    [
        " ",
        "{",
        "[]",
        "null",
        '"x"',
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        "{" * 40,
        '{"a":' * 20 + "1" + "}" * 20,
        b"\xff\xfe",
        '{"a": "\\ud800"}',
    ],
)
def test_malformed_json_is_refused_and_begins_nothing(cast, asha, body):
    with nothing_changes():
        problem = expect(400, raw(asha, challenge_of(cast.ben), body)).json()
    assert problem["code"] == "invalid_input"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json"]
)
def test_ml22_wb11_another_content_type_than_json_is_refused(cast, asha, content_type):
    with nothing_changes():
        expect(415, raw(asha, challenge_of(cast.ben), "{}", content_type))
    expect(200, raw(asha, challenge_of(cast.ben), "{}", "application/json; charset=utf-8"))


@pytest.mark.parametrize("fields", [{}, {"registration_id": 1}, {"registration_id": "x"}])
def test_fields_of_another_kind_are_refused(cast, asha, fields):
    with nothing_changes():
        expect(400, asha.call(f"{desk_of(cast.ben)}register/answer/", **fields))
        expect(400, asha.submit(f"{desk_of(cast.ben)}register/", nickname="x"))


@pytest.mark.parametrize("credential", [None, [], "x", 1, {}])
def test_an_answer_of_another_kind_is_refused(cast, asha, credential):
    begun = asha.begin(desk_of(cast.ben))
    with nothing_changes():
        problem = expect(400, asha.answer(desk_of(cast.ben), begun, credential)).json()
    assert problem["code"] in {"invalid_input", "ceremony_invalid"}


def test_more_than_64_kilobytes_are_refused(cast, asha):
    much = "x" * 70_000
    with nothing_changes():
        for answer in (
            raw(asha, challenge_of(cast.ben), json.dumps({"a": much})),
            raw(asha, f"{desk_of(cast.ben)}register/answer/", json.dumps({"a": much})),
        ):
            assert expect(413, answer).json()["code"] == "too_large"
        expect(413, asha.submit(f"{desk_of(cast.ben)}register/", nickname=much))
        expect(413, raw(asha, "/sign-in/", f"username={much}", "application/x-www-form-urlencoded"))
    expect(200, raw(asha, challenge_of(cast.ben), json.dumps({"a": "x" * 60_000})))


def test_a_form_of_a_thousand_fields_is_refused(cast, asha):
    many = "&".join(f"field{number}=x" for number in range(1000))
    urlencoded = "application/x-www-form-urlencoded"
    headers = {"x-csrftoken": asha.csrf}
    expect(400, asha.post("/sign-in/", many, content_type=urlencoded, headers=headers))


def test_a_file_is_refused_by_its_announced_size_before_it_is_read(asha):
    kept = SimpleUploadedFile("a.bin", b"x" * 65_000)
    expect(413, asha.submit("/sign-in/", username="x", file=SimpleUploadedFile("b", b"x" * 66_000)))
    expect(401, asha.submit("/sign-in/", username="x", password="y", file=kept))


def test_a_refused_page_of_a_form_that_is_too_old_is_in_the_trail(cast, asha):
    asha.post("/sign-out/", {}, headers={"origin": "https://evil.example"})
    assert last_refusal() == ("act.refused", "", "csrf")
    assert attempts("act.refused")[-1].actor["id"] == str(cast.asha.pk)


NUL = "a\x00b"


def test_nul_in_a_form_is_refused_or_overlooked_but_no_fault(cast, asha):
    row = registered(asha, cast.ben)[1]
    begun = asha.touch(desk_of(cast.ben), SoftKey())
    with nothing_changes():
        expect(400, asha.name(desk_of(cast.ben), begun, NUL))
        expect(400, asha.submit(f"{desk_of(cast.ben)}{row.pk}/edit/", nickname=NUL))
        expect(400, asha.submit(f"{desk_of(cast.ben)}register/", registration_id=NUL, nickname="x"))
        expect(200, asha.get("/admin/people/", {"q": NUL}))
        expect(401, Browser().submit("/sign-in/", username=NUL, password=PASSWORD))
        expect(401, Browser().submit("/sign-in/", username=cast.ben.username, password=NUL))
    issue_pass(cast.eve)
    expect(401, half_signed_in(cast.eve).enter_pass(NUL))
    expect(302, Browser().enter_password(cast.dev, next=f"/me/{NUL}"))


def test_nul_in_a_script_s_fields_is_refused(cast, asha):
    soft_key, row = registered(asha, cast.ben)
    ben = half_signed_in(cast.ben)
    with nothing_changes():
        expect(400, asha.call(f"{desk_of(cast.ben)}register/challenge/", anything=NUL))
        expect(400, ben.call("/sign-in/key/challenge/", key_id=NUL))
        expect(400, ben.use(soft_key, row, answer={NUL: 1}))
    expect(200, ben.use(soft_key, row))


@pytest.mark.parametrize(
    "faults",
    [
        {"answer": {"authenticatorAttachment": NUL}},
        {"answer": {"clientExtensionResults": {NUL: NUL}}},
        {"response": {"transports": [NUL]}},
    ],
)
def test_nul_in_an_answer_is_refused(cast, asha, faults):
    desk = desk_of(cast.ben)
    begun = asha.begin(desk)
    credential = SoftKey().register(begun["public_key"], ORIGIN, **faults)
    with nothing_changes():
        assert expect(400, asha.answer(desk, begun, credential)).json()["code"] == "invalid_input"


def test_nul_in_the_client_data_is_kept_as_the_bytes_that_were_signed(cast, asha):
    begun = asha.touch(desk_of(cast.ben), SoftKey(), client_data={"more": NUL})
    expect(302, asha.name(desk_of(cast.ben), begun, "Blue"))


def test_the_longest_and_oddest_device_is_kept_short(cast):
    browser = Browser()
    fields = {
        "csrfmiddlewaretoken": browser.csrf,
        "username": cast.ben.username,
        "password": PASSWORD,
    }
    expect(302, browser.post("/sign-in/", fields, headers={"user-agent": "é" * 500}))
    assert Session.objects.get().device == "é" * 200


def test_wb09_without_the_csrf_value_nothing_is_done(cast, asha):
    row = registered(asha, cast.ben)[1]
    with nothing_changes():
        page = expect(403, asha.post(f"{desk_of(cast.ben)}{row.pk}/remove/"))
        assert "load the page again" in page.content.decode()
        assert page["X-Request-Id"] in page.content.decode()
        problem = asha.post(challenge_of(cast.ben), {}, content_type="application/json")
        assert expect(403, problem).json()["code"] == "forbidden"
        assert problem.json()["reference"] == problem["X-Request-Id"]
        expect(403, asha.post("/sign-out/"))
        expect(403, Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "x"}))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:8001"])
def test_wb10_a_form_of_another_site_is_refused(cast, asha, origin):
    headers = {"origin": origin}
    fields = {"csrfmiddlewaretoken": asha.csrf}
    with nothing_changes():
        expect(403, asha.post("/sign-out/", fields, headers=headers))
    expect(302, asha.post("/sign-out/", fields, headers={"origin": ORIGIN}))


@contextmanager
def what_is_logged():
    """As the operator reads it, on the error output."""
    [handler] = [each for each in logging.getLogger().handlers if each.name == "stderr"]
    usual = handler.setStream(io.StringIO())
    try:
        yield handler.stream
    finally:
        handler.setStream(usual)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost\x00"])
def test_wb18_another_host_is_refused_and_the_log_has_a_line_of_it(db, host):
    with what_is_logged() as lines:
        expect(400, Client().get("/", headers={"host": host}))
    line, _of_the_request = lines.getvalue().splitlines()
    assert " WARNING django.security.DisallowedHost " in line
    assert "Invalid HTTP_HOST header" in line
    assert ("Add its origin to WARDKEY_ORIGINS" in line) is host.isprintable()
    assert "ALLOWED_HOSTS" not in line
    expect(200, Client().get("/", headers={"host": "localhost"}))


def test_each_answer_has_its_request_s_reference(cast, asha):
    references = {asha.get(MINE)["X-Request-Id"] for _ in range(3)}
    assert len(references) == 3


def test_a_database_that_is_away_is_503_in_both_forms(cast, asha):
    asha.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE keys_securitykey RENAME TO away")
    answer = asha.get(desk_of(cast.ben))
    assert answer.status_code == 503
    assert b"not available at the moment" in answer.content
    assert answer["X-Request-Id"] in answer.content.decode()


def test_wb31_a_fault_of_ours_is_500_without_a_trace(cast, asha, settings):
    asha.raise_request_exception = False
    settings.SERVICE_NAME = None
    settings.ORIGINS = None
    begun = asha.begin(desk_of(cast.ben))
    answer = asha.answer(desk_of(cast.ben), begun, SoftKey().register(begun["public_key"], ORIGIN))
    expect(500, answer)
    assert "Traceback" not in answer.content.decode()
    assert answer.json()["title"] == "The service is not available at the moment"
    assert answer.json()["reference"] == answer["X-Request-Id"]
