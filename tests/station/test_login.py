"""The station is let in at the portal: `wardkey-station login` and `logout`."""

import json

import keyring
import keyring.backend
import pytest
from keyring.backends import fail, null

from tests.doors import ORIGIN, signed_in
from tests.station.desks import SERIAL
from tests.station.portal_in_process import code_shown_to
from tests.station.portals import portal_that_answers
from wardkey.sessions.models import ApiToken, StationCode

AT = ("--portal", ORIGIN)


class Keyring(keyring.backend.KeyringBackend):
    """What a desktop keeps for whoever is logged in to it."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture
def desktop():
    before, now = keyring.get_keyring(), Keyring()
    keyring.set_keyring(now)
    yield now
    keyring.set_keyring(before)


def logs_in(desk, browser, *options):
    return desk.runs("login", "--stdin", *AT, *options, stdin=f"{code_shown_to(browser)}\n")


def test_the_keyring_keeps_the_login_until_logout_ends_it(desk, line, cast, desktop):
    found = logs_in(desk, signed_in(cast.asha))
    assert (found.status, found.err) == (0, "")
    assert "Logged in as Asha Rao (asha@north.example), for NORTH, until " in found.out
    [[at, secret]] = desktop.kept.items()
    assert at == ("wardkey-station", ORIGIN)
    assert desk.runs("whose", SERIAL, *AT).status == 0
    assert secret not in found.out + json.dumps(desk.logged)
    found = desk.runs("logout", *AT)
    assert (found.status, found.out, desktop.kept) == (0, "Logged out.\n", {})
    assert ApiToken.objects.get().end_reason == "by_hand"
    assert "Nobody was logged in here." in desk.runs("logout", *AT).out
    found = desk.runs("whose", SERIAL, *AT)
    assert (found.status, "Run `wardkey-station login`" in found.err) == (8, True)


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_without_a_keyring_it_says_what_to_do_instead(desk, line, cast, desktop, backend):
    keyring.set_keyring(backend())
    browser = signed_in(cast.asha)
    code = code_shown_to(browser)
    found = desk.runs("login", "--stdin", *AT, stdin=f"{code}\n")
    assert (found.status, "--api-token-file FILE" in found.err) == (2, True)
    assert StationCode.objects.get().used_at is None
    file = desk.home / "api-token"
    assert logs_in(desk, browser, "--api-token-file", file).status == 0
    assert file.stat().st_mode & 0o077 == 0
    assert desk.runs("whose", SERIAL, *AT, "--api-token-file", file).status == 0
    file.chmod(0o640)
    found = desk.runs("whose", SERIAL, *AT, "--api-token-file", file)
    assert (found.status, "Others can read" in found.err) == (2, True)
    file.chmod(0o600)
    assert desk.runs("logout", *AT, "--api-token-file", file).status == 0
    assert not file.exists()


def test_a_code_that_will_not_do_is_told_in_the_portal_s_words(desk, line, cast, desktop):
    for typed, status, said in (
        ("", 2, "The code is empty."),
        ("ABCD-EFGH-JKLM-NPQR", 8, "This code lets no token station in"),
    ):
        found = desk.runs("login", "--stdin", *AT, stdin=f"{typed}\n")
        assert (found.status, said in found.err) == (status, True)
    assert desk.runs("login", "--stdin", stdin="A\n").status == 2
    assert desk.runs("login", *AT).status == 2
    assert desktop.kept == {}


@pytest.mark.parametrize(
    ("speech", "said"),
    [
        ({"name": "wardkey", "speaks": 0, "oldest_station": 0}, "is older than this station"),
        ({"name": "wardkey", "speaks": 9, "oldest_station": 2}, "This station is too old for"),
        ({"name": "another", "speaks": 1, "oldest_station": 1}, "or is no Wardkey"),
        ({"name": "wardkey", "speaks": "1"}, "is older than this station"),
    ],
)
def test_cl38_too_old_for_each_other_is_said_before_anything_is_sent(desk, desktop, speech, said):
    with portal_that_answers(200, json.dumps(speech).encode()) as address:
        found = desk.runs("login", "--stdin", "--portal", address, stdin="ABCD\n")
        assert (found.status, said in found.err) == (8, True)
    with portal_that_answers(404) as address:
        found = desk.runs("enrol", "ben", "--portal", address)
        assert (found.status, "is older than this station" in found.err) == (8, True)
    assert desk.exchanges == 0


def test_an_application_s_api_token_is_used_from_its_file_and_not_ended(desk, line, cast):
    from tests.programs import program

    asks = program(cast.north, cast.asha, "people:read", "keys:write")
    file = desk.home / "api-token"
    file.write_text(asks.defaults["HTTP_AUTHORIZATION"].removeprefix("Bearer "))
    file.chmod(0o600)
    options = (*AT, "--api-token-file", file, "--slips", desk.home)
    assert desk.runs("enrol", "ben@north.example", *options).status == 0
    found = desk.runs("logout", *options[:4])
    assert (found.status, "is an application’s" in found.err, file.exists()) == (8, True, True)


def test_what_the_portal_alone_is_asked_needs_no_key_and_no_right_to_speak_to_one(
    asha, monkeypatch
):
    """On Windows only administrators may speak to keys."""
    from wardkey_station import permission

    monkeypatch.setattr(permission, "refusal_of_windows", lambda: "Run as administrator")
    found = asha.desk.runs("whose", SERIAL, *asha.options())
    assert (found.status, "Hand it to your helpdesk." in found.out) == (0, True)
