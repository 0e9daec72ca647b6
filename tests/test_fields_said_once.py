"""Each field has one value: whoever sends two is told so, and nothing happens."""

import json

import pytest

from tests.cast import PASSWORD
from tests.doors import (
    ORIGIN,
    Browser,
    desk_of,
    expect,
    is_signed_in,
    registered,
    signed_in,
)
from tests.softkey import SoftKey
from tests.traces import nothing_changes

pytestmark = pytest.mark.looks_only

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def send(browser, address, body):
    return browser.post(address, body, content_type=FORM, headers={"x-csrftoken": browser.csrf})


def came_twice(answer):
    assert "A field came twice" in expect(400, answer).content.decode()


def test_ml37_a_query_names_each_field_once(cast, asha):
    expect(200, asha.get("/admin/people/?q=ben"))
    came_twice(asha.get("/admin/people/?q=ben&q=dev"))
    came_twice(asha.get("/admin/people/?q=ben&q=ben"))


def test_ml37_what_is_a_group_of_checkboxes_elsewhere_has_one_value_too(cast):
    priya = signed_in(cast.priya)
    for page, name in {"/admin/audit/": "person", "/admin/stock/": "model"}.items():
        expect(200, priya.get(page, {name: "x"}))
        came_twice(priya.get(page, {name: ["x", "y"]}))
    box = "maker=Yubico&model=YubiKey+5&serial_numbers=7812345"
    with nothing_changes():
        came_twice(send(priya, "/admin/stock/receive/", f"{box}&model=Security+Key"))


def test_ml37_a_program_is_told_so_too(cast, asha):
    answer = asha.get("/admin/people/?q=a&q=b", headers={"accept": "application/json"})
    assert expect(400, answer).json()["code"] == "invalid_input"


@pytest.mark.parametrize("twice", ["username", "password"])
def test_ml37_a_login_with_two_names_or_passwords_logs_nobody_in(cast, twice):
    browser = Browser()
    once = f"username={cast.ben.username}&password={PASSWORD}"
    with nothing_changes():
        came_twice(send(browser, "/sign-in/", f"{once}&{twice}={cast.dev.username}"))
        came_twice(send(browser, "/sign-in/", f"{twice}={cast.dev.username}&{once}"))
    assert not is_signed_in(browser)
    expect(302, send(browser, "/sign-in/", once))


def test_ml37_a_form_with_two_nicknames_renames_nothing(cast, asha):
    _soft_key, row = registered(asha, cast.ben)
    address = f"{desk_of(cast.ben)}{row.pk}/edit/"
    with nothing_changes():
        came_twice(send(asha, address, "nickname=Green&nickname=Red"))
    expect(302, send(asha, address, "nickname=Green"))


def test_ml37_an_address_must_not_contradict_its_form(cast, asha):
    _soft_key, row = registered(asha, cast.ben)
    address = f"{desk_of(cast.ben)}{row.pk}/edit/?nickname=Green"
    with nothing_changes():
        came_twice(send(asha, address, "nickname=Red"))
    expect(302, send(asha, address, "nickname=Green"))


def test_ml37_json_names_each_field_once(cast, asha):
    begun = asha.begin(desk_of(cast.ben))
    credential = SoftKey().register(begun["public_key"], ORIGIN)
    once = json.dumps({"registration_id": begun["registration_id"], "credential": credential})
    twice = once[:-1] + f', "registration_id": "{begun["registration_id"]}"}}'
    address = f"{desk_of(cast.ben)}register/answer/"
    headers = {"x-csrftoken": asha.csrf, "accept": "application/json"}
    for status, body in ((400, twice), (200, once)):
        expect(status, asha.post(address, body, content_type="application/json", headers=headers))
